package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// key routes a key press: to the confirmation while one is typed, else through
// the keymap.
func (m *root) key(msg tea.KeyPressMsg) tea.Cmd {
	m.flash = ""
	if m.small() {
		return m.smallKey(msg.String())
	}
	m.greeted = true
	typing := m.typing()
	b, ok := lookup(m.keys, m.page, msg, typing)
	if !ok {
		if typing {
			m.asked().typed(msg, m.now)
		}
		return nil
	}
	if b.blocked != nil {
		if why := b.blocked(m); why != "" {
			m.say(b.Help().Key + ": " + why)
			return nil
		}
	}
	return m.act(b.act)
}

// smallKey acts where the window is too small to show what a key would do:
// only leaving is safe.
func (m *root) smallKey(key string) tea.Cmd {
	switch {
	case m.page == pageQuit && (key == "q" || key == "ctrl+c"):
		return tea.Quit
	case key == "q", key == "ctrl+c":
		return m.quit()
	case key == "esc":
		return m.back()
	}
	return nil
}

// act does what a key asks for.
func (m *root) act(a action) tea.Cmd {
	switch a {
	case actQuit:
		return m.quit()
	case actBack:
		return m.back()
	case actHelp:
		m.under = m.page
		m.goTo(pageHelp)
	case actEnter:
		return m.enter()
	case actCutover:
		return m.cutover()
	case actFailback:
		return m.failback()
	case actForce:
		return m.replan(true)
	case actReplan:
		return m.askAgain()
	case actMode:
		return m.changeMode()
	case actRecreate:
		return m.recreate()
	case actHome:
		return m.openHome()
	case actRuns:
		return m.openRuns()
	case actAbort:
		return m.abortKey()
	case actFaults:
		m.openFaults()
	case actCanary:
		return m.switchCanary()
	case actZoom:
		m.zoom = (m.zoom + 1) % len(zooms)
	default:
		m.move(a)
	}
	return nil
}

// enter is the choice of what is selected.
func (m *root) enter() tea.Cmd {
	switch m.page {
	case pageOverview:
		if m.pipeline() != nil {
			m.goTo(pageDetail)
			return m.explain()
		}
	case pageTarget, pageFaults:
		return m.chosen()
	case pagePlan:
		return m.confirm()
	case pageRun:
		return m.runDo()
	case pageHome:
		return m.makeHome()
	case pageRuns:
		if r := m.runs.selected(m.unended()); r != nil {
			return m.openRun(r.Pipeline, r.ID)
		}
	default:
	}
	return nil
}

// back leaves a page without doing anything.
func (m *root) back() tea.Cmd {
	switch m.page {
	case pageHelp, pageQuit:
		m.goTo(m.under)
		return tea.Batch(m.rearm(), m.explain())
	case pagePlan:
		m.plan.leave()
		m.goTo(pageOverview)
	case pageRun:
		if m.run.deed == deedAbort && m.run.doing == "" { // to what it asked before
			return m.askFor(m.firstDeed(m.run.last))
		}
		m.goTo(pageOverview)
	case pageFaults:
		if m.choice.cluster != "" {
			m.openFaults()
			return nil
		}
		m.goTo(pageOverview)
	default:
		m.goTo(pageOverview)
	}
	return nil
}

// quit leaves, or asks first while a run that was begun here is under way. A
// second time is the answer.
func (m *root) quit() tea.Cmd {
	if m.page == pageQuit || m.driving() == "" {
		m.plan.leave()
		return tea.Quit
	}
	m.under = m.page
	m.goTo(pageQuit)
	return nil
}

// move changes the selection or scrolls, as the page has it.
func (m *root) move(a action) {
	step := max(1, m.height-6)
	by := map[action]int{actUp: -1, actDown: 1, actPageUp: -step, actPageDown: step, actFirst: -1 << 20, actLast: 1 << 20}[a]
	switch m.page {
	case pageOverview:
		m.selectBy(by)
	case pageTarget, pageFaults:
		m.choice.move(by)
	case pageRuns:
		m.runs.move(m.unended(), by)
	default:
		m.frame() // the page as it is now: what can be scrolled
		m.view.SetYOffset(m.view.YOffset() + by)
	}
}

// selectBy moves the selection; a single step goes round at the ends.
func (m *root) selectBy(by int) {
	if m.snap == nil || len(m.snap.Pipelines) == 0 {
		return
	}
	n := len(m.snap.Pipelines)
	at := pipelineIndex(m.snap, m.selected) + by
	if by == 1 || by == -1 {
		at = (at + n) % n
	}
	m.selected = m.snap.Pipelines[max(0, min(at, n-1))].Name
}

// pipelineIndex is the row of a pipeline, 0 where there is none of that name.
func pipelineIndex(s *model.Snapshot, name string) int {
	for i := range s.Pipelines {
		if s.Pipelines[i].Name == name {
			return i
		}
	}
	return 0
}
