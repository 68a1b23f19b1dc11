package ui

import tea "charm.land/bubbletea/v2"

// wheel scrolls a page, or moves the selection of a list, as the arrow keys do.
// The mouse does nothing else: it neither acts nor confirms.
func (m *root) wheel(msg tea.MouseWheelMsg) tea.Cmd {
	if !m.opts.Mouse || m.small() || m.snap == nil || m.prompt.kind != promptNone {
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
