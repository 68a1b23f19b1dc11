package ui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// wheel scrolls a page, or moves the selection of a list, as the arrow keys do.
func (m *root) wheel(msg tea.MouseWheelMsg) tea.Cmd {
	if !m.clickable() {
		return nil
	}
	switch msg.Button {
	case tea.MouseWheelUp:
		m.move(actUp)
	case tea.MouseWheelDown:
		m.move(actDown)
	default:
		return nil
	}
	return m.loadChart()
}

// clickable reports whether the mouse does anything now.
func (m *root) clickable() bool {
	return m.opts.Mouse && !m.small() && m.snap != nil && m.prompt.kind == promptNone
}

// click selects the row of a list that is under the mouse, or presses the key of
// the footer. It goes by the frame that was painted last: what a row was of then is
// selected, wherever it stands by now, or nothing where it is gone. It never
// confirms anything.
func (m *root) click(msg tea.MouseClickMsg) tea.Cmd {
	if !m.clickable() || msg.Button != tea.MouseLeft || m.spots == nil || m.spots.page != m.page {
		return nil
	}
	m.lettered = time.Time{} // nobody goes on typing
	s := m.spots.at(msg.X, msg.Y)
	switch {
	case s == nil:
		return nil
	case s.key == nil:
		m.greeted = true
		m.selectRow(s.row)
		return m.loadChart()
	case !s.key.on(m.page):
		return nil
	}
	m.flash, m.greeted = "", true
	if why := m.byHand(s.key); why != "" {
		m.say(why)
		return nil
	}
	return m.press(s.key)
}

// byHand says of keys that the mouse does not press: those that act, or may answer,
// where something is asked, and those that act at once.
func (m *root) byHand(b *binding) string {
	enters := b.act == actEnter && m.page != pageTarget
	leaves := b.act == actQuit && m.page == pageQuit
	if b.act == actCanary || (asking(m.page) && (b.acts || enters || leaves)) {
		return "the mouse does not do that: press " + b.Help().Key
	}
	return ""
}

// selectRow selects what a row of the page was of, where it is still listed.
func (m *root) selectRow(of string) {
	switch m.page {
	case pageOverview:
		if placeOf(m.snap, m.rows(), of) >= 0 {
			m.selected = of
		}
	case pageTarget, pageFaults, pageChoices:
		if i := slices.Index(m.choice.values, of); i >= 0 {
			m.choice.at = i
		}
	case pageRuns:
		if slices.ContainsFunc(m.unendedItems(), func(i unendedItem) bool { return i.id == of }) {
			m.runs.at = of
		}
	case pageHistory:
		if slices.ContainsFunc(m.history.shown(), func(r *model.Run) bool { return r.ID == of }) {
			m.history.at = of
		}
	case pageEvents:
		if slices.ContainsFunc(m.events.list(), func(e model.Event) bool { return e.ID == of }) {
			m.events.at = of
		}
	case pageEvacuation:
		if slices.ContainsFunc(m.evacuation.plan.Pipelines, func(i failover.EvacuationItem) bool { return i.Pipeline == of }) {
			m.evacuation.at = of
		}
	default:
	}
}
