package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"
)

// A terminal that cannot keep up gets fewer frames, and never an old one: while
// it is behind, the frame that it was given last stays, which costs nothing, and
// once it has caught up it gets the newest. Keys, snapshots and runs go on.

// hold reports whether the frame is held back.
func (m *root) hold() bool {
	if m.box == nil || m.shown == "" || !m.box.behind() {
		return false
	}
	m.heldAt = m.now
	return true
}

// painted reports whether the terminal surely has what was drawn.
func (m *root) painted() bool {
	return m.box == nil || (m.box.settled() && m.now.Sub(m.heldAt) >= m.armAfter)
}

// awaitTerminal waits until a terminal that was behind has caught up. It has one
// owner: the answer to itself.
func (m *root) awaitTerminal() tea.Cmd {
	if m.box == nil {
		return nil
	}
	caughtUp := m.box.caughtUp
	return m.jobs.cmd(func(ctx context.Context) tea.Msg {
		select {
		case <-caughtUp:
			return caughtUpMsg{}
		case <-ctx.Done():
			return nil
		}
	})
}

// caughtUp draws the newest frame, and all of it where the terminal missed
// something.
func (m *root) caughtUp() tea.Cmd {
	if m.box.takeLost() {
		return tea.Batch(tea.ClearScreen, m.awaitTerminal())
	}
	return m.awaitTerminal()
}
