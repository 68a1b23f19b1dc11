package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"
)

// canaryMsg answers the switching of the canary.
type canaryMsg struct {
	on  bool
	err error
}

// canaryOn reports whether the canary is on: as it was switched last, until the
// snapshots show it so, else as they show it.
func (m *root) canaryOn() bool {
	if m.wanted != nil {
		return *m.wanted
	}
	return m.canarySeen()
}

// canarySeen reports whether a cluster has its canary on.
func (m *root) canarySeen() bool {
	for i := range m.snap.Clusters {
		if m.snap.Clusters[i].Canary != nil {
			return true
		}
	}
	return false
}

// noteCanary forgets how the canary was switched once a snapshot shows it.
func (m *root) noteCanary() {
	if m.wanted != nil && *m.wanted == m.canarySeen() {
		m.wanted = nil
	}
}

// canaryBlocked says why the canary cannot be switched now.
func canaryBlocked(m *root) string {
	switch {
	case m.opts.Canary == nil:
		return "the canary cannot be switched here"
	case m.switching:
		return "the canary is being switched"
	case m.snap == nil || len(m.snap.Clusters) == 0:
		return "no clusters are configured"
	}
	return ""
}

// switchCanary turns the canary of this console on or off.
func (m *root) switchCanary() tea.Cmd {
	on, canary := !m.canaryOn(), m.opts.Canary
	m.switching = true
	m.say("switching the canary …")
	return m.jobs.cmd(func(ctx context.Context) tea.Msg {
		return canaryMsg{on, canary.SetCanary(ctx, on)}
	})
}

func (m *root) switched(msg canaryMsg) {
	m.switching = false
	switch word := map[bool]string{true: "on", false: "off"}[msg.on]; {
	case msg.err != nil:
		m.say("switching the canary " + word + " failed: " + clean(msg.err.Error()))
		return
	case msg.on:
		m.say("canary on: fumtui makes a small subscriber of its own in each cluster")
	default:
		m.say("canary off: fumtui removes its own subscribers")
	}
	m.wanted = &msg.on
}
