package ui

import (
	"cmp"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// runsPage lists what has not ended: evacuations, and runs. The selection is one
// of them, not a row.
type runsPage struct {
	at    string // its id
	first bool   // it is what a console that has just started says first
}

// unendedItem is a line of the list: a run, or an evacuation, of whose runs each
// has a line of its own too.
type unendedItem struct {
	id         string
	run        *model.Run
	evacuation *seenEvacuation
}

// unendedItems are the lines of the list, evacuations first.
func (m *root) unendedItems() []unendedItem {
	var out []unendedItem
	for _, e := range m.seenEvacuations() {
		if len(e.runs) > 1 || m.opts.Historian != nil {
			out = append(out, unendedItem{id: "evacuation " + e.id, evacuation: &e})
		}
	}
	for _, r := range m.unended() {
		out = append(out, unendedItem{id: r.ID, run: r})
	}
	return out
}

// unended are the runs that have not ended: those that need a person first, then
// the oldest first.
func (m *root) unended() []*model.Run {
	if m.snap == nil {
		return nil
	}
	var out []*model.Run
	for i := range m.snap.Pipelines {
		if r := underWay(&m.snap.Pipelines[i]); r != nil {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b *model.Run) int {
		if x, y := needsPerson(a), needsPerson(b); x != y {
			return map[bool]int{true: -1, false: 1}[x]
		}
		return cmp.Or(a.StartedAt.Compare(b.StartedAt), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// needy are the runs that stand until a person takes them up.
func (m *root) needy() []*model.Run {
	return slices.DeleteFunc(m.unended(), func(r *model.Run) bool { return !needsPerson(r) })
}

// greet shows the runs that need a person before anything else, once, unless
// somebody has begun to use the console.
func (m *root) greet() {
	if m.greeted || m.page != pageOverview || len(m.needy()) == 0 {
		return
	}
	m.greeted = true
	m.runs = runsPage{first: true, at: m.unendedItems()[0].id}
	m.goTo(pageRuns)
}

// runsBlocked says why there are no runs to show.
func runsBlocked(m *root) string {
	if len(m.unended()) == 0 {
		return "no run is under way"
	}
	return ""
}

// openRuns shows the runs that have not ended, or the only one.
func (m *root) openRuns() tea.Cmd {
	all := m.unendedItems()
	if len(all) == 1 {
		return m.openUnended(all[0])
	}
	m.runs = runsPage{at: all[0].id}
	if p := m.pipeline(); p != nil && underWay(p) != nil && p.Run.Evacuation == "" {
		m.runs.at = p.Run.ID
	}
	m.goTo(pageRuns)
	return nil
}

// openUnended opens a line of the list.
func (m *root) openUnended(i unendedItem) tea.Cmd {
	if i.evacuation != nil {
		return m.followEvacuation(*i.evacuation)
	}
	return m.openRun(i.run.Pipeline, i.run.ID)
}

// row is the row of what is selected: the first where that has ended.
func (p *runsPage) row(items []unendedItem) int {
	return max(0, slices.IndexFunc(items, func(i unendedItem) bool { return i.id == p.at }))
}

// selected is the line that is selected; nil where there is none.
func (p *runsPage) selected(items []unendedItem) *unendedItem {
	if len(items) == 0 {
		return nil
	}
	return &items[p.row(items)]
}

func (p *runsPage) move(items []unendedItem, by int) {
	n := len(items)
	if n == 0 {
		return
	}
	at := p.row(items) + by
	if by == 1 || by == -1 {
		at = (at + n) % n
	}
	p.at = items[max(0, min(at, n-1))].id
}

// lines draws the list.
func (p *runsPage) lines(s scene, items []unendedItem, w, h int) []string {
	runs := 0
	for _, i := range items {
		if i.run != nil {
			runs++
		}
	}
	title := "Runs that have not ended"
	note := "A run that stands still goes on when a person takes it up: enter opens it. The overview is behind esc."
	if p.first {
		title = "First of all: " + model.Units(runs, "run") + " " + map[bool]string{true: "has", false: "have"}[runs == 1] + " not ended"
	}
	if len(items) == 0 {
		return []string{s.rule(title, "", w), "", " " + s.theme.state(roleOK, glyphOK, "no run is under way any more: esc shows the overview")}
	}
	at := p.row(items)
	blocks, tall := make([][]string, len(items)), 0
	for i, item := range items {
		if item.evacuation != nil {
			blocks[i] = s.evacuationItem(item.evacuation, i == at, w)
		} else {
			blocks[i] = s.runItem(item.run, i == at, w)
		}
		tall = max(tall, len(blocks[i]))
	}
	head := append(s.painted(roleFaint, wrap1(note, w)), "")
	from, to := window(len(items), at, max(1, (h-1-len(head))/tall))
	out := append([]string{s.rule(title, hidden(from, len(items)-to), w)}, head...)
	for i, b := range blocks[from:to] {
		for _, l := range b {
			out = append(out, s.spots.of(items[from+i].id)+l)
		}
	}
	return out
}

// runTitle names a run by what it does.
func runTitle(r *model.Run) string {
	if r.From == r.To {
		return clean(string(r.Kind)) + " of " + clean(r.Pipeline) + " at " + clean(r.To)
	}
	return clean(string(r.Kind)) + " of " + clean(r.Pipeline) + " to " + clean(r.To)
}

// runItem is a run of the list: which, how it stands and since when, who began
// it and who drives it, what it asks.
func (s scene) runItem(r *model.Run, selected bool, w int) []string {
	look, glyph := runLook(r.State)
	title := clean(string(r.Kind)) + " of " + clean(r.Pipeline) + routeText(r.From, r.To)
	if selected {
		title = s.theme.paint(roleFocus, title)
	}
	state := s.theme.state(look, glyph, string(r.State)) + " at " + string(r.CurrentStep())
	out := []string{spread(" "+s.selector(selected)+title, state+" ", w)}
	about := "begun " + ago(s.now.Sub(r.StartedAt), span)
	if r.RequestedBy != "" {
		about += " by " + clean(r.RequestedBy)
	}
	if needsPerson(r) {
		about += "; nothing new for " + span(s.now.Sub(lastSeen(r)))
	} else {
		about += "; driven by " + whoDrives(r)
	}
	out = append(out, s.painted(roleFaint, clip(wrapIndent("     ", about, w-1), 2, w-1))...)
	if r.Question != "" {
		out = append(out, s.painted(roleWarn, clip(wrapIndent("     "+glyphUnknown+" it asks: ", clean(r.Question), w-1), 3, w-1))...)
	} else if note := standingNote(r); note != "" {
		out = append(out, clip(wrapIndent("     ", note, w-1), 2, w-1)...)
	}
	return append(out, "")
}

// banner is the line of the overview that says how many runs need a person; nil
// without any, and where the only one has the place of the advice.
func (m *root) banner(s scene, w int) []string {
	runs := m.needy()
	if p := s.urgent(m.selected); len(runs) == 0 || len(runs) == 1 && p != nil && p.Run == runs[0] { // the advice says it
		return nil
	}
	text, open := "the "+runTitle(runs[0])+" is "+string(runs[0].State), " opens it"
	if n := len(runs); n > 1 {
		text, open = model.Units(n, "run")+" stand still and need a person", " shows them"
	}
	return []string{s.theme.paint(roleWarn, cut(" "+glyphWarn+" "+text, w-15)) + " – " + s.theme.paint(roleTitle, keyOf(s.keys, actRuns)) + open}
}
