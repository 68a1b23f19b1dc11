package ui

import "github.com/fumtui/fumtui/model"

const (
	mostQuestion = 10 // lines of a question above its field: the longest at 80 columns
	mostTrouble  = 4  // lines of what failed, above that
)

// runBox is what can be done with the run on the page.
func (m *root) runBox(s scene, r *model.Run, w int) []string {
	t := m.theme
	key := func(k, text string) string { return t.paint(roleTitle, k) + " " + text }
	var out []string
	if m.run.err != "" {
		out = s.painted(roleCritical, clip(wrapIndent(" "+glyphCritical+" ", m.run.err, w-1), mostTrouble, w-1))
	}
	switch {
	case m.run.gone && !r.State.Ended():
		text := "this run is no longer to be seen: above is how it was last"
		return append(out, "", " "+t.state(roleUnknown, glyphUnknown, text), " "+key("esc", "returns to the overview"))
	case m.run.doing != "":
		return append(out, m.doingLines(s, w)...)
	case m.run.deed != deedNone:
		return append(out, m.deedLines(s, r, w)...)
	case r.State.Ended():
		return append(append(out, ""), s.painted(roleFaint, wrap1(afterwards(s, r), w))...)
	case m.pending(r):
		return append(out, "", " "+t.state(roleFocus, glyphMoving, "this console has taken it up; its next step is not to be seen yet …"))
	case r.State == model.RunRunning && !m.drives(r):
		return append(out, s.othersLines(r, w)...)
	}
	if m.opts.ReadOnly {
		out = append(out, clip(s.questionLines(r, w), mostQuestion, w-1)...)
		text := readOnlyHere + ": the run can be watched here, and not acted on"
		return append(append(out, ""), append(s.painted(roleFocus, wrapIndent(" "+glyphFocus+" ", text, w-1)),
			" "+t.paint(roleFaint, "esc returns to the overview"))...)
	}
	return append(out, m.drivenLines(w)...)
}

// drivenLines stand below a run that goes on and is driven here.
func (m *root) drivenLines(w int) []string {
	t := m.theme
	text := "esc returns to the overview; the run goes on"
	out := []string{""}
	if why := abortBlocked(m); why == "" {
		text += "   " + m.keyFor(actAbort) + " gives it up"
	} else {
		for _, l := range clip(wrap1("it cannot be given up: "+why, w), 3, w-1) {
			out = append(out, t.paint(roleFaint, l))
		}
	}
	return append(out, " "+t.paint(roleFaint, cut(text, w-2)))
}

// doingLines say what is being done, and that it may take a while.
func (m *root) doingLines(s scene, w int) []string {
	note := "A driver that may still live, and hooks that still run, are waited for. esc leaves the page; this goes on."
	out := []string{s.rule("Confirmed", "", w), " " + m.theme.state(roleFocus, glyphMoving, m.run.doing+" … "+span(m.now.Sub(m.run.since)))}
	if waits := m.waitLines(s, m.run.pipeline, w); waits != nil {
		return append(append(out, waits...), s.painted(roleFaint, wrap1("esc leaves the page; this goes on.", w))...)
	}
	return append(out, s.painted(roleFaint, wrap1(note, w))...)
}

// othersLines stand below a run that another console drives: who does, why this
// one cannot act, and whether it can still be given up there.
func (s scene) othersLines(r *model.Run, w int) []string {
	text := "driven by " + whoDrives(r) + ": here it can be watched, live, and not acted on: only who holds its lease may. Begun " +
		r.StartedAt.UTC().Format("15:04:05") + " UTC"
	out := append([]string{""}, s.painted(roleFocus, wrapIndent(" "+glyphFocus+" ", text, w-1))...)
	abort := "it can be given up there"
	if !r.CanAbort() {
		abort = "it cannot be given up any more: " + whyForward(r)
	}
	out = append(out, s.painted(roleFaint, clip(wrap1(abort, w), 3, w-1))...)
	return append(out, " "+s.theme.paint(roleFaint, "esc returns to the overview; the run goes on"))
}

// deedLines ask for what is needed to act on the run.
func (m *root) deedLines(s scene, r *model.Run, w int) []string {
	c, t := &m.run.ask, m.theme
	leave := t.paint(roleTitle, "esc") + " leaves it as it is"
	var out []string
	title, purpose := "Go on", GoOnPurpose(r)
	switch m.run.deed {
	case deedAnswer:
		title = "Answer"
	case deedAbort:
		title, purpose = "Give it up", "to put its client there back to work"
		leave = t.paint(roleTitle, "esc") + " goes back, without doing anything"
	default:
	}
	if m.run.deed != deedAbort {
		leave += "   " + m.otherWay(r)
		out = clip(s.questionLines(r, w), mostQuestion, w-1)
	}
	if c.left(m.now) == 0 {
		return append(out, m.expiredLines(s, "this was asked more than a minute ago", "asks anew", leave, w)...)
	}
	question := m.nameQuestion(c, purpose)
	if m.run.deed == deedAnswer {
		question = "Your answer, then " + t.paint(roleTitle, "enter") + ":"
	}
	return append(out, m.askLines(s, c, title, question, leave, w)...)
}

// GoOnPurpose is what the name of [model.Run.Toward] is typed for.
func GoOnPurpose(r *model.Run) string {
	if r.GoingBack() {
		return "to go on going back to " + clean(r.From)
	}
	return "to go on with it from there"
}

// otherWay says how the run is given up instead, or why that cannot be.
func (m *root) otherWay(r *model.Run) string {
	if abortBlocked(m) == "" {
		return m.theme.paint(roleTitle, "tab") + " to give the run up instead"
	}
	if r.GoingBack() {
		return m.theme.paint(roleFaint, "it puts the client at "+clean(r.From)+" to work again")
	}
	if !r.Step(model.StepStart).Begun() {
		return m.theme.paint(roleFaint, "giving up: no longer, its subscriber may be gone")
	}
	return m.theme.paint(roleFaint, "giving up: no longer, its target was told to start")
}

// afterwards is what can be done once a run has ended.
func afterwards(s scene, r *model.Run) string {
	p, ok := s.snap.Pipeline(r.Pipeline)
	text := keyOf(s.keys, actReport) + " its report, for the post-mortem   esc to the overview"
	if !ok || underWay(&p) != nil {
		return text
	}
	switch {
	case r.State != model.RunDone:
		return text + ", where " + keyOf(s.keys, actCutover) + " plans anew"
	case p.Active == p.Home:
		return text
	}
	return text + ": there " + keyOf(s.keys, actFailback) + " plans the failback to " + clean(p.Home) + ", " + keyOf(s.keys, actHome) + " makes " + clean(p.Active) + " the new home"
}
