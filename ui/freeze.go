package ui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// freeze is a picture that stands still while the console goes on looking.
type freeze struct {
	since time.Time       // zero: it does not
	held  *model.Snapshot // the newest meanwhile; nil: none came
}

func (m *root) frozen() bool { return !m.freeze.since.IsZero() }

// asking are the pages on which something may be done. There the picture never
// stands still.
func asking(p page) bool {
	return slices.Contains([]page{pageTarget, pagePlan, pageRun, pageHome, pageFaults, pageChoices, pageEvacuation, pageQuit}, p)
}

// toggleFreeze lets the picture stand still, or go on.
func (m *root) toggleFreeze() tea.Cmd {
	if m.frozen() {
		return m.thaw()
	}
	m.freeze.since = m.now
	return nil
}

// thaw lets the picture go on, with the newest that came meanwhile.
func (m *root) thaw() tea.Cmd {
	held := m.freeze.held
	m.freeze = freeze{}
	if held == nil {
		return nil
	}
	return tea.Batch(m.take(held)...)
}

// thawToAct lets the picture go on before something is done, and says where that
// cannot be done any more to what was selected.
func (m *root) thawToAct() (tea.Cmd, bool) {
	was := m.selected
	cmd := m.thaw()
	if m.selected != was {
		m.say(clean(was) + " is no longer configured: nothing was done")
		return cmd, false
	}
	return cmd, true
}

// holdBack keeps a snapshot for later while the picture stands still.
func (m *root) holdBack(snap *model.Snapshot) {
	m.noteEvents(snap)
	m.freeze.held, m.snapAt, m.feedError = snap, m.now, ""
}

// frozenText says that the picture stands still, and for how long.
func (m *root) frozenText() string {
	return m.theme.paint(roleWarn, glyphWarn+" FROZEN for "+span(m.now.Sub(m.freeze.since))+": "+m.keyFor(actFreeze)+" goes on") + " "
}
