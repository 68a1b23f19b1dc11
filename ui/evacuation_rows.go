package ui

import (
	"strings"

	"github.com/fumtui/fumtui/model"
)

// evacuationRow is how one pipeline of an evacuation stands.
type evacuationRow struct {
	pipeline string
	role     role
	glyph    string
	word     string     // for the tally: "moved"
	run      *model.Run // nil where none is to be seen
	text     string
}

// evacuationRows are how all of them stand.
func (m *root) evacuationRows() []evacuationRow {
	e := &m.evacuation
	seen := make(map[string]*model.Run, len(m.snap.Pipelines))
	for i := range m.snap.Pipelines {
		if p := &m.snap.Pipelines[i]; p.Run != nil {
			seen[p.Name] = p.Run
		}
	}
	out := make([]evacuationRow, len(e.plan.Pipelines))
	for i := range out {
		name := e.plan.Pipelines[i].Pipeline
		out[i] = evacueeRow(e.runs[name], seen[name])
		out[i].pipeline = name
		if e.over && out[i].word == "to begin" {
			out[i].word = "not begun"
		}
	}
	return out
}

// evacueeRow is how one stands, from what was told of it and its run as it is
// seen.
func evacueeRow(one *evacuee, seen *model.Run) evacuationRow {
	row := evacuationRow{role: roleFaint, glyph: glyphPending, word: "to begin"}
	if one == nil {
		return row
	}
	if seen != nil && seen.ID == one.run {
		row.run = seen
	}
	if r := one.result; r != nil && one.run != "" && r.Run.ID == one.run && (row.run == nil || r.Run.State.Ended()) {
		row.run = &r.Run
	}
	switch {
	case one.run == "" && one.result != nil && one.result.Err != nil:
		row.role, row.glyph, row.word, row.text = roleWarn, glyphWarn, "not begun", one.result.Err.Error()
		return row
	case one.run == "":
		return row
	case row.run == nil:
		row.role, row.glyph, row.word = roleFocus, glyphMoving, "begins"
		return row
	}
	row.role, row.glyph = runLook(row.run.State)
	row.word, row.text = runWord(row.run)
	return row
}

// runWord is how a run stands in a word and what there is to say about it.
func runWord(r *model.Run) (word, text string) {
	step := string(r.CurrentStep())
	switch r.State {
	case model.RunDone:
		return "moved", "resumed at slot " + slotOr(r.ResumeSlot)
	case model.RunWaiting:
		return "asks", r.Question
	case model.RunRunning:
		text = step
		if st := r.Step(r.CurrentStep()); st != nil && st.Detail != "" {
			text += ": " + st.Detail
		}
		return "moving", text
	case model.RunAborted, model.RunFailed:
		if failed := r.Failed(); failed != nil {
			text = string(failed.Name) + ": " + failed.Error
		}
		return string(r.State), strings.TrimPrefix(text+"; "+r.Note, "; ")
	default:
		return string(r.State), "at " + step + ": " + standingNote(r)
	}
}

// evacuationRunTable is a line for each run.
func (m *root) evacuationRunTable(s scene, title string, w, h int) []string {
	e, rows := &m.evacuation, m.evacuationRows()
	const about = 3
	out := []string{s.rule(title, model.Units(len(rows), "pipeline"), w)}
	at := e.row()
	out = append(out, s.listTable([]string{"PIPELINE", "", "TOOK", ""}, []int{e.nameWidth(), 15, 9, 0}, len(rows), at, w, h-1-about,
		func(i int) string { return rows[i].pipeline }, func(i int) []cellText { return s.runCells(&rows[i]) })...)
	out = fill(out, h-about)
	if at < len(rows) && rows[at].text != "" {
		out = append(append(out, ""), clip(wrapIndent("   ", clean(rows[at].pipeline)+": "+clean(rows[at].text), w-1), about-1, w-1)...)
	}
	return fill(out, h)
}

func (s scene) runCells(row *evacuationRow) []cellText {
	took := ""
	if row.run != nil {
		took = precise(elapsed(row.run.StartedAt, row.run.EndedAt, s.now))
	}
	return []cellText{
		{text: clean(row.pipeline)},
		{text: row.glyph + " " + row.word, role: row.role},
		{text: took, right: true},
		{text: clean(row.text), role: roleFaint},
	}
}
