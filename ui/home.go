package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"
)

// homePage asks whether the active cluster of a pipeline is to be its home.
type homePage struct {
	pipeline string
	cluster  string // where it is active, as it was shown
	was      string // its home, as it was shown
	ask      confirmation
	seq      int
	doing    string
	since    time.Time
	err      string
}

// homeMsg answers the making of a home.
type homeMsg struct {
	seq               int
	pipeline, cluster string
	err               error
}

// homeBlocked says why the selected pipeline gets no new home.
func homeBlocked(m *root) string {
	p := m.pipeline()
	if p == nil {
		return "there is no pipeline"
	}
	return shownBy(m, p, HomeBlocked(p))
}

// openHome asks whether the selected pipeline's active cluster is to be its home.
func (m *root) openHome() tea.Cmd {
	m.home = homePage{pipeline: m.selected, seq: m.home.seq + 1}
	m.goTo(pageHome)
	return m.askHome()
}

// askHome asks for the active cluster as it is now.
func (m *root) askHome() tea.Cmd {
	p, _ := m.snap.Pipeline(m.home.pipeline)
	m.home.cluster, m.home.was = p.Active, p.Home
	m.home.ask = newConfirmation(p.Active, "the cluster", m.now)
	return m.rearm()
}

// watchHome asks anew where the pipeline moved since the page was shown.
func (m *root) watchHome() tea.Cmd {
	h := &m.home
	if m.page != pageHome || h.doing != "" {
		return nil
	}
	p, _ := m.snap.Pipeline(h.pipeline)
	run := underWay(&p)
	switch {
	case p.Active == h.cluster && p.Home == h.was && run == nil:
		return nil
	case run != nil || p.Active == p.Home:
		m.goTo(pageOverview)
		text := clean(h.pipeline) + " moved on since this was on the screen: nothing was done"
		if run == nil && p.Home == h.cluster {
			text = "the home of " + clean(h.pipeline) + " is " + clean(p.Home) + " now"
		}
		m.say(text)
		return nil
	}
	cmd := m.askHome()
	h.ask.hint = "the pipeline moved on since this was on the screen: look again"
	return cmd
}

// makeHome makes the cluster the home, if its name was typed.
func (m *root) makeHome() tea.Cmd {
	h := &m.home
	if m.asked() == nil {
		return nil
	}
	if _, ok := h.ask.take(m.now, m.burst); !ok {
		return nil
	}
	h.seq++
	h.doing, h.since, h.err = "making it the home", m.now, ""
	seq, pipeline, cluster, operator := h.seq, h.pipeline, h.cluster, m.opts.Operator
	return m.confirmed(pipeline, func(ctx context.Context) tea.Msg {
		return homeMsg{seq, pipeline, cluster, operator.SetHome(ctx, pipeline, cluster)}
	})
}

// homed takes the answer to [root.makeHome].
func (m *root) homed(msg homeMsg) tea.Cmd {
	here := m.page == pageHome && msg.seq == m.home.seq
	if msg.seq == m.home.seq {
		m.home.doing = ""
	}
	switch {
	case msg.err == nil:
		if here {
			m.goTo(pageOverview)
		}
		m.say("the home of " + clean(msg.pipeline) + " is " + clean(msg.cluster) + " now")
	case here:
		m.home.err = clean(msg.err.Error())
		return m.askHome()
	default:
		m.say("the home of " + clean(msg.pipeline) + " was not changed: " + clean(msg.err.Error()))
	}
	return nil
}

// homeBody draws the page.
func (m *root) homeBody(w, h int) []string {
	s, p, t := m.scene(), &m.home, m.theme
	text := HomeMeaning(p.pipeline, p.cluster, p.was)
	lines := append([]string{s.rule("A new home for "+clean(p.pipeline)+": "+clean(p.cluster), "", w), ""}, wrap1(text, w)...)
	lines = append(lines, "")
	if p.err != "" {
		lines = append(lines, s.painted(roleCritical, wrapIndent(" "+glyphCritical+" ", "nothing was changed: "+p.err, w-1))...)
	}
	leave := t.paint(roleTitle, "esc") + " leaves without doing anything"
	var bottom []string
	switch {
	case p.doing != "":
		bottom = []string{s.rule("Confirmed", "", w), " " + t.state(roleFocus, glyphMoving, p.doing+" … "+span(m.now.Sub(p.since)))}
	case p.ask.left(m.now) == 0:
		bottom = m.expiredLines(s, "this was asked more than a minute ago", "asks anew", leave, w)
	default:
		bottom = m.askLines(s, &p.ask, "Confirm the new home", m.nameQuestion(&p.ask, "to make it the home"), leave, w)
	}
	return append(m.scrolled(lines, w, h-len(bottom)), bottom...)
}
