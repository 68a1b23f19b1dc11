package ui

import "slices"

// The window from which on four charts stand beside and below each other, and the
// lines below which they do not.
const (
	gridWidth  = 160
	gridHeight = 45
	gridLeast  = 20
)

// roomForGrid reports whether the window has room for several charts.
func (m *root) roomForGrid() bool { return m.width >= gridWidth && m.height >= gridHeight }

// chartsShown are the kinds of charts on the screen, the chosen one first.
func (m *root) chartsShown() []chartKind {
	chosen := m.charts.kind
	if !m.roomForGrid() {
		return []chartKind{chosen}
	}
	others := slices.DeleteFunc([]chartKind{chartLag, chartBehind, chartRTT, chartErrors}, func(k chartKind) bool { return k == chosen })
	return append([]chartKind{chosen}, others[:3]...)
}

// drawCharts draws the chosen chart in exactly h lines of w columns and, where
// there is room, others of the same time beside and below it.
func (m *root) drawCharts(s scene, w, h int) []string {
	kinds := m.chartsShown()
	if len(kinds) < 4 || h < gridLeast {
		return m.drawChart(s, m.charts.kind, w, h)
	}
	widths := columns(w, 2)
	top := h - h/2
	draw := func(kinds []chartKind, h int) []string {
		blocks := make([][]string, len(kinds))
		for i, k := range kinds {
			blocks[i] = m.drawChart(s, k, widths[i], h)
		}
		return beside(blocks, widths)
	}
	return append(draw(kinds[:2], top), draw(kinds[2:], h-top)...)
}
