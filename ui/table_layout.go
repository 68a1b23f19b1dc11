package ui

import (
	"slices"
	"strings"
)

// tableLayout is how the pipelines are set out.
type tableLayout struct {
	head   []string
	rows   [][]cellText
	widths []int
	wide   bool // a line per pipeline; else two
}

// columns of the part that both layouts share
const (
	nameColumn = iota
	subscriberColumn
	activeColumn
	verdictColumn
	lagColumn
	slotsColumn
	baseColumns
)

// layoutTable takes the first layout in which nothing is cut: a line each, the
// same without the subscribers where their names say nothing new, two lines.
// Where nothing fits, names give way.
func (s scene) layoutTable(w int) tableLayout {
	head := s.pipelineHead()
	rows := make([][]cellText, len(s.snap.Pipelines))
	for i := range s.snap.Pipelines {
		p := &s.snap.Pipelines[i]
		rows[i] = append(s.pipelineCells(p), s.placeCells(p)...)
	}
	wide := tableLayout{head: head, rows: rows, widths: tableWidths(head, rows), wide: true}
	wide.evenPlaces()
	if sum(wide.widths) <= w {
		return wide
	}
	if !s.subscribersTell() {
		if short := wide.without(subscriberColumn); sum(short.widths) <= w {
			return short
		}
	}
	two := wide.base()
	for _, col := range []int{subscriberColumn, nameColumn} { // the subscriber's name gives way first
		if over := sum(two.widths) - w; over > 0 {
			two.widths[col] = max(8, two.widths[col]-over)
		}
	}
	return two
}

// subscribersTell reports whether the subscribers' names tell more than the
// pipelines' names with the same ending each.
func (s scene) subscribersTell() bool {
	for i := range s.snap.Pipelines {
		p, first := &s.snap.Pipelines[i], &s.snap.Pipelines[0]
		ending, ok := strings.CutPrefix(p.Subscriber, p.Name)
		if !ok || first.Name+ending != first.Subscriber {
			return true
		}
	}
	return false
}

// evenPlaces gives the columns of all clusters the same widths, so that a
// cutover does not move them.
func (t *tableLayout) evenPlaces() {
	for part := range 3 {
		widest := 0
		for i := baseColumns + part; i < len(t.widths); i += 3 {
			widest = max(widest, t.widths[i])
		}
		for i := baseColumns + part; i < len(t.widths); i += 3 {
			t.widths[i] = widest
		}
	}
}

// without is the layout less a column.
func (t tableLayout) without(col int) tableLayout {
	out := tableLayout{wide: t.wide, rows: make([][]cellText, len(t.rows))}
	out.head = slices.Delete(slices.Clone(t.head), col, col+1)
	out.widths = slices.Delete(slices.Clone(t.widths), col, col+1)
	for i := range t.rows {
		out.rows[i] = slices.Delete(slices.Clone(t.rows[i]), col, col+1)
	}
	return out
}

// base is the layout in two lines, of which it is the first.
func (t tableLayout) base() tableLayout {
	out := tableLayout{head: t.head[:baseColumns], widths: slices.Clone(t.widths[:baseColumns]), rows: make([][]cellText, len(t.rows))}
	for i := range t.rows {
		out.rows[i] = t.rows[i][:baseColumns]
	}
	return out
}

// tableWidths is what each column needs, with two columns between.
func tableWidths(head []string, rows [][]cellText) []int {
	widths := make([]int, len(head))
	for i, h := range head {
		widths[i] = width(h)
		for _, r := range rows {
			widths[i] = max(widths[i], width(r[i].text))
		}
		widths[i] += 2
	}
	widths[verdictColumn] = max(widths[verdictColumn], 14) // verdicts change: the columns should not
	return widths
}

func sum(v []int) int {
	n := 0
	for _, x := range v {
		n += x
	}
	return n
}
