package ui

import (
	"slices"
	"strings"

	"github.com/fumtui/fumtui/model"
)

// listing is which pipelines are listed, how, and which of them are marked.
type listing struct {
	order  order
	group  grouping
	needy  bool // only what needs attention
	filter textFilter
	marked map[string]bool // by name

	key  listKey // what rows were made for
	rows []row
}

// listKey is all that the rows of a list depend on.
type listKey struct {
	generation uint64
	order      order
	group      grouping
	needy      bool
	filter     textFilter
	selected   string
}

// row is a line of the list: a pipeline, or the heading of a group.
type row struct {
	at   int    // its place in the snapshot; of a heading that of the first below it
	head string // "": a pipeline
}

// plain reports whether the list is as it was when the console started.
func (l *listing) plain() bool {
	return l.order == byAttention && l.group == ungrouped && !l.needy && l.filter == "" && len(l.marked) == 0
}

// passes reports whether a pipeline is to be listed.
func (l *listing) passes(p *model.PipelineState) bool {
	return (!l.needy || !calm(p)) && (l.filter == "" || l.filter.passes(p.Name, p.Subscriber, p.Active, word(p.Verdict)))
}

// rows are the lines of the list. The selected pipeline is listed as long as it
// is selected: what no longer passes must not give its place to another one
// under a person's fingers.
func (m *root) rows() []row {
	l := &m.list
	key := listKey{m.generation(), l.order, l.group, l.needy, l.filter, m.selected}
	if key == l.key && l.rows != nil {
		return l.rows
	}
	l.key, l.rows = key, make([]row, 0, len(m.snap.Pipelines))
	for i := range m.snap.Pipelines {
		if p := &m.snap.Pipelines[i]; p.Name == m.selected || l.passes(p) {
			l.rows = append(l.rows, row{at: i})
		}
	}
	sortRows(m.snap, l.rows, l.order)
	if l.group != ungrouped {
		l.rows = m.scene().grouped(l.rows, l.group)
	}
	return l.rows
}

// placeOf is the line of a pipeline in the list, -1 where it is not listed.
func placeOf(snap *model.Snapshot, rows []row, name string) int {
	return slices.IndexFunc(rows, func(r row) bool { return r.head == "" && snap.Pipelines[r.at].Name == name })
}

// selectBy moves the selection over the pipelines that are listed; a single step
// goes round at the ends.
func (m *root) selectBy(by int) {
	if m.snap == nil {
		return
	}
	names := slices.DeleteFunc(slices.Clone(m.rows()), func(r row) bool { return r.head != "" })
	n := len(names)
	if n == 0 {
		return
	}
	at := placeOf(m.snap, names, m.selected) + by
	if by == 1 || by == -1 {
		at = (at + n) % n
	}
	m.selected = m.snap.Pipelines[names[max(0, min(at, n-1))].at].Name
}

// relist selects the first pipeline that is listed where a person has just
// chosen to see only others than the selected one. It is "" where none is.
func (m *root) relist() {
	if m.snap == nil {
		return
	}
	if p := m.pipeline(); p != nil && m.list.passes(p) {
		return
	}
	m.selected = ""
	for _, r := range m.rows() {
		if r.head == "" {
			m.selected = m.snap.Pipelines[r.at].Name
			return
		}
	}
}

// listAct changes the list as a key asks for.
func (m *root) listAct(a action) {
	l := &m.list
	switch a {
	case actOrder:
		l.order = (l.order + 1) % orders
	case actGroup:
		l.group = (l.group + 1) % groupings
	case actNeedy:
		l.needy = !l.needy
	case actMark:
		m.mark(m.selected, !l.marked[m.selected])
		m.selectBy(1)
	case actMarkAll:
		m.markAll()
	case actClear:
		if l.filter == "" && !l.needy {
			l.marked = nil
		}
		l.filter, l.needy = "", false
	default:
	}
	m.relist()
}

func (m *root) mark(name string, on bool) {
	if m.list.marked == nil {
		m.list.marked = map[string]bool{}
	}
	if on && name != "" {
		m.list.marked[name] = true
	} else {
		delete(m.list.marked, name)
	}
}

// markAll marks all that are listed and pass, or none where they all are.
func (m *root) markAll() {
	var shown []string
	on := false
	for _, r := range m.rows() {
		if p := &m.snap.Pipelines[r.at]; r.head == "" && m.list.passes(p) {
			shown = append(shown, p.Name)
			on = on || !m.list.marked[p.Name]
		}
	}
	for _, name := range shown {
		m.mark(name, on)
	}
}

// clearBlocked says why there is nothing to clear.
func clearBlocked(m *root) string {
	if m.list.filter == "" && !m.list.needy && len(m.list.marked) == 0 {
		return "all is shown, and nothing marked"
	}
	return ""
}

// unmarkGone forgets the marks of pipelines that are gone.
func (m *root) unmarkGone() {
	if len(m.list.marked) == 0 {
		return
	}
	known := make(map[string]bool, len(m.snap.Pipelines))
	for i := range m.snap.Pipelines {
		known[m.snap.Pipelines[i].Name] = true
	}
	for name := range m.list.marked {
		if !known[name] {
			delete(m.list.marked, name)
		}
	}
}

// markedHint says what can be done with what is marked.
func (m *root) markedHint() string {
	switch _, _, why := m.evacuees(); {
	case why != "":
		return " (not all on one cluster)"
	case m.opts.ReadOnly:
		return ""
	}
	return " (" + m.keyFor(actEvacuate) + " evacuates them)"
}

// listLines say what is listed and how; none where that is all, in the order of
// a console that has just started.
func (m *root) listLines(w int) []string {
	l := &m.list
	if l.plain() || len(m.snap.Pipelines) == 0 {
		return nil
	}
	n := 0
	for i := range m.snap.Pipelines {
		if l.passes(&m.snap.Pipelines[i]) {
			n++
		}
	}
	parts := []string{shownOf(n, len(m.snap.Pipelines), "pipeline")}
	if len(l.marked) > 0 { // first: what follows may be cut off
		parts = append(parts, m.theme.paint(roleFocus, model.Count(int64(len(l.marked)))+" marked")+m.theme.paint(roleFaint, m.markedHint()))
	}
	if l.filter != "" {
		parts = append(parts, "/"+clean(string(l.filter)))
	}
	if l.needy {
		parts = append(parts, "only what needs attention")
	}
	parts = append(parts, "by "+l.order.String())
	if l.group != ungrouped {
		parts = append(parts, "grouped by "+l.group.String())
	}
	return []string{cut(" "+strings.Join(parts, " · "), w)}
}
