package ui

import (
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// runPage is the page of one run, that this console began.
type runPage struct {
	pipeline, id string
	begun        time.Time
}

// runLines is the page of the run: its steps live, then its result.
func (m *root) runLines(w int) []string {
	s := m.scene()
	p, _ := m.snap.Pipeline(m.run.pipeline)
	if p.Run == nil || p.Run.ID != m.run.id {
		text := "the run has begun; its first step is not to be seen yet … " + span(m.now.Sub(m.run.begun))
		return []string{s.rule("Run of "+clean(m.run.pipeline), "", w), "", " " + m.theme.state(roleFocus, glyphMoving, text)}
	}
	out := s.runLines(p.Run, w)
	if !p.Run.State.Ended() {
		text := "esc returns to the overview; the run goes on"
		if needsPerson(p.Run) {
			text = "esc returns to the overview; the run stays as it is"
		}
		out = append(out, "", " "+m.theme.paint(roleFaint, cut(text, w-2)))
	}
	return out
}

// runLines is a run in lines of w columns: its state, then its steps and
// positions; an ended one begins with its result.
func (s scene) runLines(r *model.Run, w int) []string {
	look, glyph := runLook(r.State)
	title := string(r.Kind) + " of " + clean(r.Pipeline) + ": " + clean(r.From) + " → " + clean(r.To)
	out := []string{s.rule(title, string(r.Mode), w)}
	state := " " + s.theme.state(look, glyph, string(r.State)) + s.theme.paint(roleFaint, " after ")
	if !r.State.Ended() {
		state = " " + s.theme.state(look, glyph, string(r.State)) + s.theme.paint(roleFaint, " for ")
	}
	state += precise(elapsed(r.StartedAt, r.EndedAt, s.now))
	by := "run " + clean(r.ID) + "  by " + clean(r.RequestedBy)
	if r.RequestedBy == "" {
		by = "run " + clean(r.ID)
	}
	if r.Forced {
		by += ", forced"
	}
	out = append(out, spread(state, s.theme.paint(roleFaint, by)+" ", w))
	if r.Reason != "" {
		out = append(out, wrapIndent("   reason: ", clean(r.Reason), w-1)...)
	}
	if r.Question != "" && !r.State.Ended() {
		for _, l := range wrapIndent(" "+glyphUnknown+" it asks: ", clean(r.Question), w-1) {
			out = append(out, s.theme.paint(roleWarn, l))
		}
	} else if r.Note != "" && !r.State.Ended() {
		out = append(out, wrapIndent("   ", clean(r.Note), w-1)...)
	}
	out = append(out, s.takeUpLines(r, w)...)
	if r.State.Ended() { // what matters then comes first
		out = append(out, s.whatNext(r, w)...)
		out = append(out, s.runNumbers(r, w)...)
		out = append(out, s.rule("Steps", "", w))
	}
	for i := range r.Steps {
		out = append(out, s.stepLines(r, &r.Steps[i], w)...)
	}
	if !r.State.Ended() {
		out = append(out, s.rule("Position", "", w))
		out = append(out, s.runNumbers(r, w)...)
	}
	return out
}

// stepLines is a step: glyph, name, time, what was seen or done, what failed.
func (s scene) stepLines(run *model.Run, st *model.Step, w int) []string {
	r, glyph := stepLook(st.State)
	state, took := string(st.State), ""
	left := st.State == model.StepRunning && (run.State == model.RunInterrupted || run.State == model.RunUnknown)
	if left { // nobody is at it: no clock runs
		r, glyph, state = roleWarn, glyphUnknown, "begun"
	}
	if st.StartedAt != nil && st.State != model.StepPending && !left {
		took = precise(elapsed(*st.StartedAt, st.EndedAt, s.now))
	}
	label := " " + glyph + " " + fit(string(st.Name), 12) + fit(state, 8) + fitRight(took, 7) + "  "
	text := st.Detail
	if text == "" && st.State == model.StepRunning {
		text = "…"
	}
	lines := wrapIndent(label, clean(text), w-1)
	if len(lines) == 0 {
		lines = []string{label}
	}
	lines[0] = s.theme.paint(r, label) + strings.TrimPrefix(lines[0], label)
	if st.Error != "" {
		for _, l := range wrapIndent(blank(width(label)), clean(st.Error), w-1) {
			lines = append(lines, s.theme.paint(roleCritical, l))
		}
	}
	return lines
}

// runNumbers are the positions of a run.
func (s scene) runNumbers(r *model.Run, w int) []string {
	slots := func(n *uint64, none0 string) string {
		switch {
		case n == nil:
			return none
		case *n == 0:
			return none0
		}
		return model.Units(*n, "slot")
	}
	pair := func(a, av, b, bv string) string {
		return fit(" "+fit(s.field(a, av, 13), 36)+s.field(b, bv, 13), w)
	}
	return []string{
		pair("cursor", slotOr(r.Cursor), "resume slot", slotOr(r.ResumeSlot)),
		pair("gap", slots(r.GapSlots, "none"), "duplicates", slots(r.DuplicateSlots, "none")),
	}
}

// whatNext sums an ended run up, and says what to do now.
func (s scene) whatNext(r *model.Run, w int) []string {
	look, glyph := runLook(r.State)
	took := precise(elapsed(r.StartedAt, r.EndedAt, s.now))
	var text, next string
	switch r.State {
	case model.RunDone:
		text = clean(r.Pipeline) + " is active on " + clean(r.To) + "; recovery took " + took
		next = "Watch the lag on the overview. The subscriber at " + clean(r.From) + " was not touched: it is the way back."
	case model.RunAborted:
		text = "aborted after " + took + ": " + clean(r.From) + " runs as before"
		next = "Mend what the failed step names, then plan again."
	default:
		text = "failed after " + took + " at step " + string(r.CurrentStep())
		next = "Read the failed step: it says what to do. Then plan again."
	}
	if r.Note != "" {
		next = clean(r.Note)
	}
	out := []string{s.rule("Result", "", w)}
	for _, l := range wrapIndent(" "+glyph+" ", text, w-1) {
		out = append(out, s.theme.paint(look, l))
	}
	return append(out, wrapIndent("   ", next, w-1)...)
}
