package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// moveBlocked says why no run of the selected pipeline can begin now.
func moveBlocked(m *root) string {
	p := m.pipeline()
	switch {
	case p == nil:
		return "there is no pipeline to move"
	case underWay(p) != nil:
		return "a run of " + clean(p.Name) + " has not ended: u shows it"
	case len(m.targets(p)) == 0:
		return clean(p.Name) + " has no client at another cluster"
	}
	return ""
}

func failbackBlocked(m *root) string {
	if why := moveBlocked(m); why != "" {
		return why
	}
	if p := m.pipeline(); p.Active == p.Home {
		return clean(p.Name) + " is active at its home, " + clean(p.Home) + ", already"
	}
	return ""
}

// targets are the clusters that a pipeline can be moved to: those where it has a
// client, which are those where its subscriber is looked for.
func (m *root) targets(p *model.PipelineState) []string {
	var out []string
	for i := range m.snap.Clusters {
		name := m.snap.Clusters[i].Name
		if _, client := p.Seat(name); name != p.Active && (client || len(p.Seats) == 0) {
			out = append(out, name)
		}
	}
	return out
}

// cutover plans a run of the selected pipeline to the other cluster, or asks
// which one where there are several.
func (m *root) cutover() tea.Cmd {
	p := m.pipeline()
	targets := m.targets(p)
	if len(targets) == 1 {
		return m.makePlan(model.Request{Pipeline: p.Name, To: targets[0]})
	}
	m.choice = chooser{
		title: "Cutover of " + clean(p.Name) + ": to which cluster?", pipeline: p.Name,
		note: "Nothing happens before you confirm a plan.", values: targets,
	}
	m.choice.at = max(0, slices.Index(targets, p.Advice.Target))
	m.goTo(pageTarget)
	return nil
}

// failback plans a run of the selected pipeline to its home cluster.
func (m *root) failback() tea.Cmd {
	p := m.pipeline()
	return m.makePlan(model.Request{Pipeline: p.Name, To: p.Home})
}

// recreateBlocked says why the selected pipeline's subscriber is not made again.
func recreateBlocked(m *root) string {
	p := m.pipeline()
	switch {
	case p == nil:
		return "there is no pipeline"
	case underWay(p) != nil:
		return "a run of " + clean(p.Name) + " has not ended: u shows it"
	case p.Advice.Action == model.ActionRecreateSubscriber,
		p.Verdict == model.PipelineSubscriberLost, p.Verdict == model.PipelineSubscriberStale:
		return ""
	}
	return "the subscriber of " + clean(p.Name) + " at " + clean(p.Active) + " is neither lost nor stale"
}

// recreate plans to make the selected pipeline's subscriber again where it is.
func (m *root) recreate() tea.Cmd {
	p := m.pipeline()
	return m.makePlan(model.Request{Pipeline: p.Name, To: p.Active, Recreate: true})
}

// modeBlocked says why the mode of the plan cannot be changed now.
func modeBlocked(m *root) string {
	if e := &m.evacuation; m.page == pageEvacuation {
		if e.stage == stageShown && e.moving() > 0 {
			return ""
		}
		return "there is no plan to be confirmed"
	}
	switch p := &m.plan; {
	case p.stage == stagePlanning:
		return "the plan is being made"
	case p.stage == stageExecuting:
		return "the plan is confirmed"
	case p.stage == stageShown && p.plan.NoOp != "":
		return "there is nothing to do"
	}
	return ""
}

// changeMode plans again in the next mode.
func (m *root) changeMode() tea.Cmd {
	if m.page == pageEvacuation {
		req := m.evacuation.req
		req.Mode = nextMode(req.Mode)
		return m.planEvacuation(req)
	}
	req := m.plan.req
	if m.plan.stage == stageShown {
		req.Mode = m.plan.plan.Mode
	}
	req.Mode = nextMode(req.Mode)
	return m.makePlan(req)
}

// nextMode goes round the modes.
func nextMode(now model.Mode) model.Mode {
	modes := []model.Mode{model.Planned, model.Reactive, model.Hybrid}
	return modes[(slices.Index(modes, now)+1)%len(modes)]
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
	if m.choice.from != "" {
		return m.planEvacuation(failover.Evacuation{From: m.choice.from, To: value, Only: m.choice.only, Degree: evacuationDegree})
	}
	return m.makePlan(model.Request{Pipeline: m.choice.pipeline, To: value})
}
