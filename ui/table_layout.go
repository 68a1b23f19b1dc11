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
	ids    []int // what each column is; from baseColumns on three per cluster
	wide   bool  // a line per pipeline; else two
}

// columns of the part that both layouts share
const (
	nameColumn = iota
	subscriberColumn
	activeColumn
	verdictColumn
	lagColumn
	slotsColumn
	leftColumn // only where something has a time left
	paceColumn // only where there is room
	baseColumns
)

// layoutTable takes the first layout in which nothing is cut: a line each with
// all there is, then without the pace, then without the subscribers where their
// names say nothing new, and the same in two lines. Where nothing fits, names
// give way.
func (s scene) layoutTable(w int) tableLayout {
	full := s.fullTable()
	if !s.timesLeft() {
		full = full.without(leftColumn)
	}
	if !s.pacesKnown() {
		full = full.without(paceColumn)
	}
	spare := s.spareColumns()
	if t := full.narrowed(spare, w); sum(t.widths) <= w {
		return t
	}
	two := full.base().narrowed(spare, w)
	for _, id := range []int{subscriberColumn, nameColumn} { // the subscriber's name gives way first
		over, col := sum(two.widths)-w, slices.Index(two.ids, id)
		if over > 0 && col >= 0 {
			two.widths[col] = max(8, two.widths[col]-over)
		}
	}
	return two
}

// fullTable is all there is, a line per pipeline.
func (s scene) fullTable() tableLayout {
	t := tableLayout{head: s.pipelineHead(), rows: make([][]cellText, len(s.snap.Pipelines)), wide: true}
	for i := range s.snap.Pipelines {
		p := &s.snap.Pipelines[i]
		t.rows[i] = append(s.pipelineCells(p), s.placeCells(p)...)
	}
	t.widths = tableWidths(t.head, t.rows)
	for i := range t.head {
		t.ids = append(t.ids, i)
	}
	t.evenPlaces()
	return t
}

// timesLeft reports whether a pipeline has a time left to show.
func (s scene) timesLeft() bool {
	for i := range s.snap.Pipelines {
		if text, _ := timeLeft(&s.snap.Pipelines[i]); text != "" {
			return true
		}
	}
	return false
}

// pacesKnown reports whether the pace of a pipeline is known.
func (s scene) pacesKnown() bool {
	for i := range s.snap.Pipelines {
		if measured(s.snap.Pipelines[i].ConsumedPerSecond) {
			return true
		}
	}
	return false
}

// spareColumns are those that a narrow table does without, the first of them
// first.
func (s scene) spareColumns() []int {
	if s.subscribersTell() {
		return []int{paceColumn}
	}
	return []int{paceColumn, subscriberColumn}
}

// narrowed is the layout less as many of the spare columns as it takes to fit w.
func (t tableLayout) narrowed(spare []int, w int) tableLayout {
	for _, id := range spare {
		if sum(t.widths) > w {
			t = t.without(id)
		}
	}
	return t
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
func (t tableLayout) without(id int) tableLayout {
	col := slices.Index(t.ids, id)
	if col < 0 {
		return t
	}
	out := tableLayout{wide: t.wide, rows: make([][]cellText, len(t.rows))}
	out.head = slices.Delete(slices.Clone(t.head), col, col+1)
	out.widths = slices.Delete(slices.Clone(t.widths), col, col+1)
	out.ids = slices.Delete(slices.Clone(t.ids), col, col+1)
	for i := range t.rows {
		out.rows[i] = slices.Delete(slices.Clone(t.rows[i]), col, col+1)
	}
	return out
}

// base is the layout in two lines, of which it is the first.
func (t tableLayout) base() tableLayout {
	n := slices.IndexFunc(t.ids, func(id int) bool { return id >= baseColumns })
	if n < 0 {
		n = len(t.ids)
	}
	out := tableLayout{head: t.head[:n], widths: slices.Clone(t.widths[:n]), ids: t.ids[:n], rows: make([][]cellText, len(t.rows))}
	for i := range t.rows {
		out.rows[i] = t.rows[i][:n]
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
