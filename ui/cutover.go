package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// moveBlocked says why no run of the selected pipeline can begin now.
func moveBlocked(m *root) string {
	p := m.pipeline()
	switch {
	case p == nil:
		return "there is no pipeline to move"
	case underWay(p) != nil:
		return "a run of " + clean(p.Name) + " has not ended: enter shows it"
	case len(m.snap.Clusters) < 2:
		return "there is no other cluster"
	}
	return ""
}

func cutoverBlocked(m *root) string { return moveBlocked(m) }

func failbackBlocked(m *root) string {
	if why := moveBlocked(m); why != "" {
		return why
	}
	if p := m.pipeline(); p.Active == p.Home {
		return clean(p.Name) + " is active at its home, " + clean(p.Home) + ", already"
	}
	return ""
}

// cutover plans a run of the selected pipeline to the other cluster, or asks
// which one where there are several.
func (m *root) cutover() tea.Cmd {
	p := m.pipeline()
	var targets []string
	for _, c := range m.snap.Clusters {
		if c.Name != p.Active {
			targets = append(targets, c.Name)
		}
	}
	if len(targets) == 1 {
		return m.makePlan(model.Request{Pipeline: p.Name, To: targets[0]})
	}
	m.choice = chooser{
		title: "Cutover of " + clean(p.Name) + ": to which cluster?", pipeline: p.Name,
		note: "Nothing happens before you confirm a plan.",
	}
	s := m.scene()
	for _, t := range targets {
		c, _ := m.snap.Cluster(t)
		m.choice.items = append(m.choice.items, s.clusterLine(&c, m.width-6))
		m.choice.values = append(m.choice.values, t)
		if t == p.Advice.Target {
			m.choice.at = len(m.choice.values) - 1
		}
	}
	m.goTo(pageTarget)
	return nil
}

// failback plans a run of the selected pipeline to its home cluster.
func (m *root) failback() tea.Cmd {
	p := m.pipeline()
	return m.makePlan(model.Request{Pipeline: p.Name, To: p.Home})
}

// chosen takes the choice of a list.
func (m *root) chosen() tea.Cmd {
	value, ok := m.choice.value()
	if !ok {
		return nil
	}
	if m.page == pageFaults {
		return m.chooseFault(value)
	}
	return m.makePlan(model.Request{Pipeline: m.choice.pipeline, To: value})
}
