package ui

import (
	"testing"

	tea "charm.land/bubbletea/v2"
)

// TestMouse: off, nothing of it is asked of the terminal; on, the wheel selects
// and scrolls, and a click does nothing.
func TestMouse(t *testing.T) {
	d := newDriver(t, 80, 24, outage(1, 3))
	down := tea.MouseWheelMsg{Button: tea.MouseWheelDown}
	d.send(down)
	d.sees("› trades")
	if d.m.View().MouseMode != tea.MouseModeNone {
		t.Error("the mouse is taken")
	}
	d.m.opts.Mouse, d.m.screen = true, ""
	if d.m.View().MouseMode != tea.MouseModeCellMotion {
		t.Error("the mouse is not taken")
	}
	d.send(down)
	d.sees("› accounts")
	d.send(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
	d.send(tea.MouseClickMsg{Button: tea.MouseLeft, X: 3, Y: 23})
	d.sees("› trades")
	d.keys("c", "=nyc")
	d.send(down)
	if len(d.operator.planned) > 1 {
		t.Error("the mouse acted")
	}
}
