package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
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

// calmFrames is how often a console at peace is drawn: every digit of it changes
// all the time, which costs some hundred bytes a frame and tells nobody anything.
const calmFrames = 5 * time.Second

// atPeace reports whether nothing is to be seen but digits that go on: all is
// well, and nobody does anything.
func (m *root) atPeace() bool {
	switch m.page {
	case pageOverview, pageChart, pageDetail, pageHelp:
	default:
		return false
	}
	if m.snap == nil || m.small() || m.prompt.kind != promptNone || m.feedError != "" || len(m.snap.Notices) > 0 ||
		m.now.Sub(m.snapAt) >= m.opts.StaleAfter {
		return false
	}
	for i := range m.snap.Clusters {
		if !well(&m.snap.Clusters[i]) {
			return false
		}
	}
	for i := range m.snap.Pipelines {
		p := &m.snap.Pipelines[i]
		if p.Verdict != model.PipelineStreaming || p.Advice.Action != model.ActionNone || underWay(p) != nil {
			return false
		}
	}
	return true
}

// passive reports whether a message comes by itself, all the time.
func passive(msg tea.Msg) bool {
	switch msg.(type) {
	case snapshotMsg, tickMsg, chartMsg, explainedMsg, caughtUpMsg:
		return true
	}
	return false
}

// pacing is what decides whether a console at peace is drawn.
type pacing struct {
	every time.Duration // 0: always
	stir  bool          // something was done since the last frame
	drawn bool          // the last frame was of a console at peace
	at    time.Time     // of that frame
}

// rests reports whether the frame shown last is good enough for now.
func (m *root) rests() bool {
	c := &m.pacing
	return c.every > 0 && c.drawn && !c.stir && m.shown != "" &&
		m.now.Truncate(c.every).Equal(c.at.Truncate(c.every)) && m.atPeace()
}

// drew notes that a frame was drawn.
func (m *root) drew() {
	m.pacing.stir, m.pacing.drawn, m.pacing.at = false, m.atPeace(), m.now
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
