package ui

import (
	"slices"
	"strings"

	"github.com/fumtui/fumtui/model"
)

// tableLayout is how the pipelines are set out.
type tableLayout struct {
	head   []string
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
	sparkColumn
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
	if !s.lagsKnown() {
		full = full.without(sparkColumn)
	}
	spare := s.spareColumns()
	if t := full.narrowed(spare, w); sum(t.widths) <= w {
		return t
	}
	two := full.base().narrowed(spare, w)
	two.giveWay(w)
	return two
}

// giveWay makes room for what says how it stands: names are cut, the longest
// first.
func (t *tableLayout) giveWay(w int) {
	for _, least := range []int{24, 16, 12, 8} {
		for _, id := range []int{subscriberColumn, activeColumn, nameColumn} {
			over, col := sum(t.widths)-w, slices.Index(t.ids, id)
			if over > 0 && col >= 0 && t.widths[col] > least {
				t.widths[col] = max(least, t.widths[col]-over)
			}
		}
	}
}

// fullTable is all there is, a line per pipeline.
func (s scene) fullTable() tableLayout {
	t := tableLayout{head: s.pipelineHead(), wide: true}
	t.widths = s.tableWidths(t.head)
	for i := range t.head {
		t.ids = append(t.ids, i)
	}
	t.evenPlaces()
	return t
}

// cells are the cells of a pipeline, as the layout has them.
func (t *tableLayout) cells(s scene, p *model.PipelineState) []cellText {
	all := append(s.pipelineCells(p), s.placeCells(p)...)
	out := make([]cellText, len(t.ids))
	for i, id := range t.ids {
		out[i] = all[id]
		if id == sparkColumn {
			out[i].text = s.sparkline(p, sparkWidth)
		}
	}
	return out
}

// toTheRight reports whether a column's cells stand at its right end.
func toTheRight(id int) bool {
	if id >= baseColumns {
		return (id-baseColumns)%3 != 0
	}
	return id == lagColumn || id == slotsColumn || id == paceColumn
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

// lagsKnown reports whether the lag of a pipeline was measured.
func (s scene) lagsKnown() bool {
	for i := range s.snap.Pipelines {
		if len(s.snap.Pipelines[i].History) > 0 {
			return true
		}
	}
	return false
}

// spareColumns are those that a narrow table does without, the first of them
// first.
func (s scene) spareColumns() []int {
	if s.subscribersTell() {
		return []int{sparkColumn, paceColumn}
	}
	return []int{sparkColumn, paceColumn, subscriberColumn}
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
	out := tableLayout{wide: t.wide}
	out.head = slices.Delete(slices.Clone(t.head), col, col+1)
	out.widths = slices.Delete(slices.Clone(t.widths), col, col+1)
	out.ids = slices.Delete(slices.Clone(t.ids), col, col+1)
	return out
}

// base is the layout in two lines, of which it is the first.
func (t tableLayout) base() tableLayout {
	n := slices.IndexFunc(t.ids, func(id int) bool { return id >= baseColumns })
	if n < 0 {
		n = len(t.ids)
	}
	return tableLayout{head: t.head[:n], widths: slices.Clone(t.widths[:n]), ids: t.ids[:n]}
}

// tableWidths is what each column needs for all pipelines, with two columns
// between. Nothing is formatted for it that can be measured as it is: there may
// be hundreds of them, of which few are shown.
func (s scene) tableWidths(head []string) []int {
	widths := make([]int, len(head))
	for i, h := range head {
		widths[i] = width(h)
	}
	widths[sparkColumn] = sparkWidth
	widths[verdictColumn] = max(widths[verdictColumn], 12) // verdicts change: the columns should not
	verdicts := map[model.PipelineVerdict]int{}
	for i := range s.snap.Pipelines {
		p := &s.snap.Pipelines[i]
		s.measure(p, widths)
		w, ok := verdicts[p.Verdict]
		if !ok || underWay(p) != nil {
			_, text := s.pipelineVerdict(p)
			w = width(text)
		}
		if underWay(p) == nil {
			verdicts[p.Verdict] = w
		}
		widths[verdictColumn] = max(widths[verdictColumn], w)
	}
	for i := range widths {
		widths[i] += 2
	}
	return widths
}

// measure widens columns to what a pipeline needs, but for its verdict.
func (s scene) measure(p *model.PipelineState, widths []int) {
	widen := func(id, w int) { widths[id] = max(widths[id], w) }
	widen(nameColumn, width(clean(p.Name)))
	widen(subscriberColumn, width(clean(p.Subscriber)))
	widen(activeColumn, width(clean(p.Active)))
	widen(lagColumn, countWidth(LagOffsets(p)))
	widen(slotsColumn, countWidth(p.LagSlots))
	if p.Retention != nil || p.ToGo != nil {
		text, _ := timeLeft(p)
		widen(leftColumn, width(text))
	}
	widen(paceColumn, width(paceOr(p.ConsumedPerSecond)))
	for i := range s.snap.Clusters {
		seat, _ := p.Seat(s.snap.Clusters[i].Name)
		at := baseColumns + 3*i
		widen(at, 2+width(string(seat.Subscriber)))
		if seat.Cursor != nil {
			widen(at+1, digits(uint64(seat.Cursor.Slot)))
			widen(at+2, width(s.cursorAge(*seat.Cursor)))
		}
	}
}

// countWidth is the width of [countOr].
func countWidth(n *int64) int {
	if n == nil {
		return 1
	}
	value, sign := uint64(*n), 0 //nolint:gosec // negative ones are turned below
	if *n < 0 {
		value, sign = -value, 1
	}
	d := digits(value)
	return sign + d + (d-1)/3
}

// digits is how many a number has.
func digits(n uint64) int {
	d := 1
	for ; n >= 10; n /= 10 {
		d++
	}
	return d
}

func sum(v []int) int {
	n := 0
	for _, x := range v {
		n += x
	}
	return n
}
