package ui

import (
	"cmp"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// runsPage lists the runs that have not ended. The selection is a run, not a
// row.
type runsPage struct {
	at    string // id of the run
	first bool   // it is what a console that has just started says first
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
	m.runs = runsPage{first: true, at: m.unended()[0].ID}
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
	all := m.unended()
	if len(all) == 1 {
		return m.openRun(all[0].Pipeline, all[0].ID)
	}
	m.runs = runsPage{at: all[0].ID}
	if p := m.pipeline(); p != nil && underWay(p) != nil {
		m.runs.at = p.Run.ID
	}
	m.goTo(pageRuns)
	return nil
}

// row is the row of what is selected: the first where that has ended.
func (p *runsPage) row(runs []*model.Run) int {
	return max(0, slices.IndexFunc(runs, func(r *model.Run) bool { return r.ID == p.at }))
}

// selected is the run that is selected; nil where there is none.
func (p *runsPage) selected(runs []*model.Run) *model.Run {
	if len(runs) == 0 {
		return nil
	}
	return runs[p.row(runs)]
}

func (p *runsPage) move(runs []*model.Run, by int) {
	n := len(runs)
	if n == 0 {
		return
	}
	at := p.row(runs) + by
	if by == 1 || by == -1 {
		at = (at + n) % n
	}
	p.at = runs[max(0, min(at, n-1))].ID
}

// lines draws the list.
func (p *runsPage) lines(s scene, runs []*model.Run, w, h int) []string {
	title := "Runs that have not ended"
	note := "A run that stands still goes on when a person takes it up: enter opens it. The overview is behind esc."
	if p.first {
		title = "First of all: " + model.Units(len(runs), "run") + " " + map[bool]string{true: "has", false: "have"}[len(runs) == 1] + " not ended"
	}
	if len(runs) == 0 {
		return []string{s.rule(title, "", w), "", " " + s.theme.state(roleOK, glyphOK, "no run is under way any more: esc shows the overview")}
	}
	at := p.row(runs)
	blocks, tall := make([][]string, len(runs)), 0
	for i, r := range runs {
		blocks[i] = s.runItem(r, i == at, w)
		tall = max(tall, len(blocks[i]))
	}
	head := append(s.painted(roleFaint, wrap1(note, w)), "")
	from, to := window(len(runs), at, max(1, (h-1-len(head))/tall))
	out := append([]string{s.rule(title, hidden(from, len(runs)-to), w)}, head...)
	for _, b := range blocks[from:to] {
		out = append(out, b...)
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

// banner is the line of the overview that names the runs that need a person;
// nil without any.
func (m *root) banner(s scene, w int) []string {
	runs := m.needy()
	if len(runs) == 0 {
		return nil
	}
	text, open := "the "+runTitle(runs[0])+" is "+string(runs[0].State), " opens it"
	if n := len(runs); n > 1 {
		text, open = model.Units(n, "run")+" stand still and need a person", " shows them"
	}
	return []string{s.theme.paint(roleWarn, cut(" "+glyphWarn+" "+text, w-15)) + " – " + s.theme.paint(roleTitle, "u") + open}
}
