package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"
)

// healChoice is the first row of the second list.
const healChoice = "\x00heal"

// faultMsg answers a fault or a healing.
type faultMsg struct {
	what string
	err  error
}

// openFaults lists the clusters to break or heal.
func (m *root) openFaults() {
	if m.opts.Faults == nil || m.snap == nil {
		return
	}
	m.choice = chooser{title: "Demo: break or heal a cluster", note: "Which cluster? Only the simulator is touched."}
	for i := range m.snap.Clusters {
		m.choice.values = append(m.choice.values, m.snap.Clusters[i].Name)
	}
	m.goTo(pageFaults)
}

// chooseFault takes the cluster first, then what to do to it.
func (m *root) chooseFault(value string) tea.Cmd {
	if m.choice.cluster == "" {
		m.choice = chooser{
			title: "Demo: " + clean(value), note: "What shall happen to it?", cluster: value,
			items: []string{"heal: end all faults"}, values: []string{healChoice},
			about: []string{"what happened once is not undone, such as a subscriber that was lost"},
		}
		for _, k := range m.opts.Faults.Kinds() {
			m.choice.items = append(m.choice.items, "break: "+clean(k.Name))
			m.choice.about = append(m.choice.about, clean(k.About))
			m.choice.values = append(m.choice.values, k.Name)
		}
		return nil
	}
	cluster, faults := m.choice.cluster, m.opts.Faults
	m.goTo(pageOverview)
	what := "break " + clean(cluster) + " (" + clean(value) + ")"
	if value == healChoice {
		what = "heal " + clean(cluster)
	}
	m.say(what + " …")
	return m.jobs.cmd(func(ctx context.Context) tea.Msg {
		if value == healChoice {
			return faultMsg{what, faults.Heal(ctx, cluster)}
		}
		return faultMsg{what, faults.Fault(ctx, cluster, value)}
	})
}

func (m *root) faulted(msg faultMsg) {
	if msg.err != nil {
		m.say(msg.what + " failed: " + clean(msg.err.Error()))
		return
	}
	m.say(msg.what + ": done")
}
