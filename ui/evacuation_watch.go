package ui

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// seenEvacuation is an evacuation of which runs have not ended, as the snapshot
// shows it.
type seenEvacuation struct {
	id, from, to string
	runs         []*model.Run // of it that have not ended, by pipeline
}

// evacuationRunsMsg brings the runs of an evacuation in the database.
type evacuationRunsMsg struct {
	seq  int
	runs []model.Run
	err  error
}

// seenEvacuations are the evacuations of which runs have not ended, whoever drives
// them, the oldest first.
func (m *root) seenEvacuations() []seenEvacuation {
	var out []seenEvacuation
	for _, r := range m.unended() {
		if r.Evacuation == "" {
			continue
		}
		at := slices.IndexFunc(out, func(e seenEvacuation) bool { return e.id == r.Evacuation })
		if at < 0 {
			at = len(out)
			out = append(out, seenEvacuation{id: r.Evacuation, from: r.From, to: r.To})
		}
		out[at].runs = append(out[at].runs, r)
	}
	for _, e := range out {
		slices.SortFunc(e.runs, func(a, b *model.Run) int { return cmp.Compare(a.Pipeline, b.Pipeline) })
	}
	slices.SortStableFunc(out, func(a, b seenEvacuation) int { return a.begun().Compare(b.begun()) })
	return out
}

// begun is when the first run of it began that has not ended.
func (e *seenEvacuation) begun() time.Time {
	return slices.MinFunc(e.runs, func(a, b *model.Run) int { return a.StartedAt.Compare(b.StartedAt) }).StartedAt
}

// needy is how many of its runs stand until a person takes them up.
func (e *seenEvacuation) needy() int {
	n := 0
	for _, r := range e.runs {
		if needsPerson(r) {
			n++
		}
	}
	return n
}

// evacuationSeen is the evacuation that is under way and not of this console.
func (m *root) evacuationSeen() (seenEvacuation, bool) {
	for _, e := range m.seenEvacuations() {
		if !m.evacuating() || m.evacuation.plan.ID != e.id {
			return e, true
		}
	}
	return seenEvacuation{}, false
}

// followEvacuation shows an evacuation that another console began. While one of
// this console is under way, which has the page, a run of the other is shown.
func (m *root) followEvacuation(seen seenEvacuation) tea.Cmd {
	if e := &m.evacuation; e.stage == stageExecuting && e.plan.ID == seen.id {
		m.goTo(pageEvacuation)
		return tea.Batch(m.thaw(), m.readEvacuation())
	}
	if m.evacuating() {
		run := seen.runs[max(0, slices.IndexFunc(seen.runs, needsPerson))]
		open := m.openRun(run.Pipeline, run.ID)
		m.say("a run of it: an evacuation of this console is under way, and one at a time is followed")
		return open
	}
	m.evacuation.leave()
	req := failover.Evacuation{From: seen.from, To: seen.to, Degree: evacuationDegree}
	m.evacuation = evacuationPage{
		planning: planning{seq: m.evacuation.seq + 1, stage: stageExecuting, begun: seen.begun()}, req: req, watched: true,
		plan: failover.EvacuationPlan{Evacuation: req, ID: seen.id}, runs: map[string]*evacuee{},
	}
	runs := make([]model.Run, len(seen.runs))
	for i, r := range seen.runs {
		runs[i] = *r
	}
	m.evacuation.takeRuns(runs)
	m.goTo(pageEvacuation)
	return tea.Batch(m.thaw(), m.readEvacuation())
}

// takeRuns shows runs of an evacuation that is followed.
func (e *evacuationPage) takeRuns(runs []model.Run) {
	newest := map[string]*model.Run{}
	for i := range runs {
		r := &runs[i]
		if was := newest[r.Pipeline]; was == nil || r.StartedAt.After(was.StartedAt) {
			newest[r.Pipeline] = r
		}
		if r.StartedAt.Before(e.begun) {
			e.begun = r.StartedAt
		}
	}
	e.over = len(newest) > 0
	for name, r := range newest {
		if e.runs[name] == nil {
			e.plan.Pipelines = append(e.plan.Pipelines, failover.EvacuationItem{Pipeline: name, Run: r})
		}
		e.runs[name] = &evacuee{run: r.ID, result: &failover.EvacuationResult{Pipeline: name, Begun: true, Run: *r}}
		e.over = e.over && r.State.Ended()
	}
	slices.SortFunc(e.plan.Pipelines, func(a, b failover.EvacuationItem) int { return strings.Compare(a.Pipeline, b.Pipeline) })
	if e.at == "" {
		e.at = e.selected() // which others may sort in above
	}
}

// readEvacuation asks the database for the runs of the evacuation that is
// followed, also those that have ended; one question at a time.
func (m *root) readEvacuation() tea.Cmd {
	e, historian := &m.evacuation, m.opts.Historian
	if m.page != pageEvacuation || !e.watched || historian == nil || e.inFlight || m.snap == nil || e.asked == m.snap.Generation {
		return nil
	}
	e.inFlight, e.asked = true, m.snap.Generation
	seq, id := e.seq, e.plan.ID
	return m.jobs.cmd(func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, historyWithin)
		defer cancel()
		runs, err := historian.Evacuation(ctx, id)
		return evacuationRunsMsg{seq, runs, err}
	})
}

// evacuationRead takes the answer to [root.readEvacuation].
func (m *root) evacuationRead(msg evacuationRunsMsg) tea.Cmd {
	e := &m.evacuation
	if msg.seq != e.seq || !e.watched {
		return nil
	}
	e.inFlight, e.err = false, ""
	if msg.err != nil {
		e.err = "its runs could not be read: " + clean(msg.err.Error())
		return nil
	}
	e.takeRuns(msg.runs)
	return m.readEvacuation()
}

// standing are the runs of the evacuation on the page that nobody drives.
func (e *evacuationPage) standing(rows []evacuationRow) (n int, asking bool) {
	for i := range rows {
		if r := rows[i].run; r != nil && needsPerson(r) {
			n, asking = n+1, asking || r.Question != ""
		}
	}
	return n, asking
}

// evacuationDriver names who drives runs of the evacuation; "" where nobody does.
func evacuationDriver(rows []evacuationRow) string {
	for i := range rows {
		if r := rows[i].run; r != nil && r.State == model.RunRunning {
			return whoDrives(r)
		}
	}
	return ""
}

// watchLines say who drives an evacuation that is followed, and what can be done
// with it here.
func (m *root) watchLines(s scene, rows []evacuationRow, w int) []string {
	e, t := &m.evacuation, m.theme
	driver := evacuationDriver(rows)
	n, asking := e.standing(rows)
	var out []string
	if driver != "" {
		out = append(out, s.painted(roleFocus, clip(wrapIndent(" "+glyphMoving+" ", "driven by "+driver+": it is followed here, and nothing can be done to what is driven there", w-1), 2, w-1))...)
	}
	_, more := e.remaining(s)
	if driver != "" && n == 0 && more > 0 {
		out = append(out, s.painted(roleFaint, wrap1("more of "+clean(e.plan.From)+" may follow: not all of its pipelines have begun", w))...)
	}
	if n > 0 {
		text := model.Units(n, "run") + " " + map[bool]string{true: "stands", false: "stand"}[n == 1] + " until a person takes " +
			map[bool]string{true: "it", false: "them"}[n == 1] + " up"
		out = append(out, s.painted(roleWarn, wrapIndent(" "+glyphWarn+" ", text, w-1))...)
		if m.opts.ReadOnly {
			return append(out, " "+t.paint(roleFaint, readOnlyHere))
		}
		hint := " " + t.paint(roleTitle, m.keyFor(actEvacuate)) + " goes on with it: plans for these pipelines, and asks"
		if asking {
			hint += "   " + t.paint(roleTitle, "enter") + " answers one"
		}
		out = append(out, cut(hint, w))
		if more > 0 && !e.over {
			out = append(out, s.painted(roleFaint, clip(wrap1(e.moreText(more), w), 2, w-1))...)
		}
	}
	return out
}

// evacuationItem is an evacuation in the list of what has not ended.
func (s scene) evacuationItem(e *seenEvacuation, selected bool, w int) []string {
	title := "evacuation" + routeText(e.from, e.to)
	if selected {
		title = s.theme.paint(roleFocus, title)
	}
	needy := e.needy()
	look, glyph, state := roleFocus, glyphMoving, model.Units(len(e.runs), "run")+" under way"
	if needy > 0 {
		look, glyph, state = roleWarn, glyphWarn, model.Count(int64(needy))+" of "+model.Units(len(e.runs), "run")+" stand still"
	}
	out := []string{spread(" "+s.selector(selected)+title, s.theme.state(look, glyph, state)+" ", w)}
	about := "begun " + ago(s.now.Sub(e.begun()), span)
	if by := e.runs[0].RequestedBy; by != "" {
		about += " by " + clean(by)
	}
	if needy < len(e.runs) {
		for _, r := range e.runs {
			if !needsPerson(r) {
				about += "; driven by " + whoDrives(r)
				break
			}
		}
	}
	if needy > 0 {
		about += "; enter opens all of it, and " + keyOf(s.keys, actEvacuate) + " there goes on with it"
	} else {
		about += "; enter follows all of it"
	}
	return append(append(out, s.painted(roleFaint, clip(wrapIndent("     ", about, w-1), 2, w-1))...), "")
}
