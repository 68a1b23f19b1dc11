package ui

import (
	"cmp"
	"slices"
	"strings"

	"github.com/fumtui/fumtui/model"
)

// order is how the pipelines are sorted. Equals stay as they are configured.
type order int

const (
	byAttention order = iota // what a person should look at first
	byName
	byLag // in offsets, the greatest first; what is not known before all
	byAge // of the cursor at the active cluster, the oldest first
	orders
)

func (o order) String() string { return [orders]string{"attention", "name", "lag", "age"}[o] }

// grouping is what the pipelines are grouped by.
type grouping int

const (
	ungrouped grouping = iota
	perCluster
	perAdvice
	groupings
)

func (g grouping) String() string { return [groupings]string{"", "cluster", "advice"}[g] }

// sortRows sorts pipelines.
func sortRows(snap *model.Snapshot, rows []row, o order) {
	if o == byName {
		slices.SortStableFunc(rows, func(a, b row) int {
			return strings.Compare(snap.Pipelines[a.at].Name, snap.Pipelines[b.at].Name)
		})
		return
	}
	rank := make(map[int]int64, len(rows)) // the highest first
	for _, r := range rows {
		rank[r.at] = rankOf(snap, &snap.Pipelines[r.at], o)
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(rank[b.at], rank[a.at]) })
}

// rankOf is what a pipeline is sorted by.
func rankOf(snap *model.Snapshot, p *model.PipelineState, o order) int64 {
	const unknown = 1<<63 - 1
	switch o {
	case byLag:
		lag := LagOffsets(p)
		if lag == nil {
			return unknown
		}
		return *lag
	case byAge:
		seat, _ := p.Seat(p.Active)
		if seat.Cursor == nil {
			return unknown
		}
		return int64(snap.Time.Sub(seat.Cursor.UpdatedAt))
	default:
		return int64(attention(p))
	}
}

// grouped puts rows under headings; within a group they stay in order.
func (s scene) grouped(rows []row, by grouping) []row {
	type group struct {
		name    string
		gravity int
		rows    []row
	}
	var groups []group
	place := map[string]int{}
	texts := adviceTexts{}
	for _, r := range rows {
		p := &s.snap.Pipelines[r.at]
		name := texts.of(s, p)
		if by == perCluster {
			name = "active on " + clean(p.Active)
		}
		at, ok := place[name]
		if !ok {
			at, place[name] = len(groups), len(groups)
			groups = append(groups, group{name: name})
		}
		g := &groups[at]
		g.gravity, g.rows = max(g.gravity, attention(p)), append(g.rows, r)
	}
	slices.SortStableFunc(groups, func(a, b group) int { return cmp.Compare(b.gravity, a.gravity) })
	out := make([]row, 0, len(rows)+len(groups))
	for _, g := range groups {
		out = append(append(out, row{at: g.rows[0].at, head: g.name + " · " + model.Units(len(g.rows), "pipeline")}), g.rows...)
	}
	return out
}
