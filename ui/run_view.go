package ui

import (
	"slices"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// unreadRun is the page of a run that was asked for by its id, before it is read.
func (m *root) unreadRun(s scene, w int) []string {
	text := []string{" " + m.theme.paint(roleFaint, "the run is being read … "+waited(m.now.Sub(m.run.opened)))}
	if m.run.err != "" {
		text = s.painted(roleCritical, wrapIndent(" "+glyphCritical+" ", m.run.err, w-1))
	}
	return append(append([]string{s.rule("Run "+clean(m.run.id), "", w), ""}, text...), "", " "+m.theme.paint(roleFaint, "esc returns to "+m.run.from.String()))
}

// runBody draws the page of a run: its steps live, then its result, and below
// them what can be done with it.
func (m *root) runBody(w, h int) []string {
	s := m.scene()
	r := m.run.last
	if r == nil && (m.run.pipeline == "" || m.run.read) {
		return m.unreadRun(s, w)
	}
	if r == nil {
		text := "the run has begun; its first step is not to be seen yet … " + span(m.now.Sub(m.run.opened))
		return []string{
			s.rule("Run of "+clean(m.run.pipeline), "", w), "", " " + m.theme.state(roleFocus, glyphMoving, text),
			"", " " + m.theme.paint(roleFaint, "esc returns to the overview; the run goes on"),
		}
	}
	bottom := m.runBox(s, r, w)
	room := h - len(bottom)
	lines := s.runLines(r, w, false)
	if r.State != model.RunDone && len(lines)+len(m.hookLines(s, w, fewHookLines)) > room { // rather fold what is done than hide what is not
		lines = s.runLines(r, w, true)
	}
	lines = append(lines, m.hookLines(s, w, max(fewHookLines, room-len(lines)))...)
	return append(m.scrolled(lines, w, room), bottom...)
}

// fewHookLines is how many lines hooks get where there is little room.
const fewHookLines = 5

// routeText says where a run goes.
func routeText(from, to string) string {
	if from == to {
		return " at " + clean(to)
	}
	return ": " + clean(from) + " → " + clean(to)
}

// runLines is a run in lines of w columns: its state, then its steps and
// positions; an ended one begins with its result. With fold, the steps that are
// done share a line.
func (s scene) runLines(r *model.Run, w int, fold bool) []string {
	out := s.runHead(r, w)
	if r.State.Ended() { // what matters then comes first
		out = append(out, s.resultLines(r, w)...)
		out = append(out, s.rule("Steps", "", w))
	}
	done := 0
	if fold {
		done = max(0, slices.IndexFunc(r.Steps, func(st model.Step) bool { return st.State != model.StepDone }))
		out = append(out, s.foldedSteps(r.Steps[:done], w)...)
	}
	for i := done; i < len(r.Steps); i++ {
		if untaken(r, &r.Steps[i]) {
			continue
		}
		out = append(out, s.stepLines(r, &r.Steps[i], w)...)
	}
	out = append(out, s.untakenLines(r, w)...)
	if !r.State.Ended() {
		out = append(out, s.rule("Position", "", w))
		out = append(out, s.runNumbers(r, w)...)
	}
	return out
}

// untaken reports whether a step is none that the run takes any more: it goes back,
// or has ended without it.
func untaken(r *model.Run, st *model.Step) bool {
	back := st.Name == model.StepRestart && !r.State.Ended()
	return st.State == model.StepPending && !back && (r.State.Ended() || r.GoingBack())
}

// untakenLines name the steps that are never taken, in a line.
func (s scene) untakenLines(r *model.Run, w int) []string {
	var names []string
	for i := range r.Steps {
		if untaken(r, &r.Steps[i]) {
			names = append(names, string(r.Steps[i].Name))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return s.painted(roleFaint, wrapIndent(" "+glyphPending+" not taken: ", strings.Join(names, ", "), w-1))
}

// runHead says which run it is, how it stands, who began it, and why.
func (s scene) runHead(r *model.Run, w int) []string {
	look, glyph := runLook(r.State)
	right := clean(string(r.Mode))
	if r.Forced {
		right += ", forced"
	}
	out := []string{s.rule(clean(string(r.Kind))+" of "+clean(r.Pipeline)+routeText(r.From, r.To), right, w)}
	state := " " + s.theme.state(look, glyph, string(r.State))
	switch {
	case r.State.Ended():
		state += s.theme.paint(roleFaint, " after ") + precise(elapsed(r.StartedAt, r.EndedAt, s.now))
	case needsPerson(r):
		state += s.theme.paint(roleFaint, " at ") + string(r.CurrentStep()) + s.theme.paint(roleFaint, " for ") + span(s.now.Sub(lastSeen(r)))
	default:
		state += s.theme.paint(roleFaint, " for ") + precise(elapsed(r.StartedAt, r.EndedAt, s.now))
		if total := s.courseOf(r).totalText(s.now.Sub(r.StartedAt)); total != "" {
			state += s.theme.paint(roleFaint, ", "+total)
		}
	}
	by := "run " + clean(r.ID)
	if r.RequestedBy != "" {
		by += "  by " + clean(r.RequestedBy)
	}
	if by = s.theme.paint(roleFaint, by) + " "; width(state)+width(by)+1 <= w {
		out = append(out, spread(state, by, w))
	} else {
		out = append(out, state, cut("   "+by, w))
	}
	if r.Reason != "" {
		out = append(out, wrapIndent("   reason: ", clean(r.Reason), w-1)...)
	}
	if note := standingNote(r); note != "" {
		out = append(out, wrapIndent("   ", note, w-1)...)
	}
	return out
}

// standingNote says what it means that a run stands still without a question; ""
// where it does not.
func standingNote(r *model.Run) string {
	switch {
	case r.State.Ended() || r.Question != "":
		return ""
	case r.Note != "":
		return clean(r.Note)
	case r.State == model.RunUnknown:
		return "its driver is gone, and what that step began may still be under way: whoever goes on looks first, and does nothing twice"
	case r.State == model.RunInterrupted:
		return "its driver is gone, between two steps: nothing is under way"
	}
	return ""
}

// lastSeen is the newest time in a run's journal.
func lastSeen(r *model.Run) time.Time {
	at := r.StartedAt
	if r.TakenUpAt != nil && r.TakenUpAt.After(at) {
		at = *r.TakenUpAt
	}
	for i := range r.Steps {
		for _, t := range []*time.Time{r.Steps[i].StartedAt, r.Steps[i].EndedAt} {
			if t != nil && t.After(at) {
				at = *t
			}
		}
	}
	return at
}

// foldedSteps are steps that are done, in a line.
func (s scene) foldedSteps(steps []model.Step, w int) []string {
	if len(steps) == 0 {
		return nil
	}
	names := make([]string, len(steps))
	for i := range steps {
		names[i] = string(steps[i].Name)
	}
	return s.painted(roleOK, wrapIndent(" "+glyphOK+" done: ", strings.Join(names, ", "), w-1))
}

// questionLines are what a run asks.
func (s scene) questionLines(r *model.Run, w int) []string {
	if r.Question == "" || r.State.Ended() {
		return nil
	}
	return s.painted(roleWarn, wrapIndent(" "+glyphUnknown+" it asks: ", clean(r.Question), w-1))
}

// courseLines is how a step that somebody is at goes against what was expected. One
// that was taken up again has its time anew.
func (s scene) courseLines(run *model.Run, st *model.Step, c course, indent, w int) []string {
	since, again := run.DrivenSince(st)
	how, over := c.stands(st.Name, s.now.Sub(since))
	if again {
		text := "taken up again " + ago(s.now.Sub(since), span)
		if how != "" {
			text += ": " + how
		}
		how = text
	}
	if how == "" {
		return nil
	}
	look := roleFaint
	if over {
		look = roleWarn
	}
	return s.painted(look, wrapIndent(blank(indent), how, w-1))
}

// stepLines is a step: glyph, name, time, what was seen or done, what failed.
func (s scene) stepLines(run *model.Run, st *model.Step, w int) []string {
	r, glyph := stepLook(st.State)
	state, took := string(st.State), ""
	left := st.State == model.StepRunning && needsPerson(run)
	if left { // nobody is at it: no clock runs
		r, glyph, state = roleWarn, glyphUnknown, "begun"
		if run.State == model.RunWaiting {
			glyph, state = glyphWarn, "waiting"
		}
	}
	if st.StartedAt != nil && st.State != model.StepPending && !left {
		took = precise(elapsed(*st.StartedAt, st.EndedAt, s.now))
	}
	label := " " + glyph + " " + fit(string(st.Name), 12) + fit(state, 8) + fitRight(took, 7) + "  "
	text, c := st.Detail, s.courseOf(run)
	if text == "" && st.State == model.StepRunning {
		text = waitsFor(run, st.Name)
	}
	if st.State == model.StepPending && !run.State.Ended() && !run.GoingBack() {
		return []string{s.theme.paint(r, cut(label+c.expected(st.Name), w-1))}
	}
	lines := wrapIndent(label, clean(text), w-1)
	if len(lines) == 0 {
		lines = []string{label}
	}
	lines[0] = s.theme.paint(r, label) + strings.TrimPrefix(lines[0], label)
	if st.State == model.StepRunning && !left && st.StartedAt != nil {
		lines = append(lines, s.courseLines(run, st, c, width(label), w)...)
	}
	if st.Error != "" {
		for _, l := range wrapIndent(blank(width(label)), clean(st.Error), w-1) {
			lines = append(lines, s.theme.paint(roleCritical, l))
		}
	}
	return lines
}
