package ui

import (
	"slices"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// planAges is from when on a plan says how old it is: what it tells was seen when it
// was made.
const planAges = 5 * time.Second

// planBody draws the plan page: the plan, scrollable, and below it what can be
// done with it.
func (m *root) planBody(w, h int) []string {
	s := m.scene()
	p := &m.plan
	switch p.stage {
	case stagePlanning:
		return m.planWaiting(s, w)
	case stageFailed:
		return m.planFailed(s, w)
	case stageShown, stageExecuting:
	}
	bottom := m.confirmBox(s, w)
	age := m.now.Sub(p.ask.shownAt)
	lines := s.planLines(&p.plan, age, w, false)
	if len(lines) > h-len(bottom) { // rather fold what is well than hide what will be done
		lines = s.planLines(&p.plan, age, w, true)
	}
	out := m.scrolled(lines, w, h-len(bottom))
	return append(out, bottom...)
}

func requestTitle(req model.Request) string {
	title := "Plan: " + clean(req.Pipeline) + " to " + clean(req.To)
	if req.Recreate {
		title = "Plan: make the subscriber of " + clean(req.Pipeline) + " at " + clean(req.To) + " again"
	}
	if req.Mode != "" {
		title += ", " + string(req.Mode)
	}
	if chosen := ChosenText(&req); chosen != "" {
		title += ", " + chosen
	}
	return title
}

func (m *root) planWaiting(s scene, w int) []string {
	out := []string{
		s.rule(requestTitle(m.plan.req), "", w), "",
		" " + m.theme.state(roleFocus, glyphMoving, "making the plan: looking at both clusters, the cursor and the hooks … "+span(m.now.Sub(m.plan.begun))),
	}
	return append(append(out, m.waitLines(s, m.plan.req.Pipeline, w)...),
		"", " Nothing is changed by this. "+m.theme.paint(roleTitle, "esc")+" leaves.")
}

func (m *root) planFailed(s scene, w int) []string {
	out := []string{s.rule(requestTitle(m.plan.req), "", w), ""}
	for _, l := range wrapIndent(" "+glyphCritical+" ", m.plan.err, w-1) {
		out = append(out, m.theme.paint(roleCritical, l))
	}
	return append(out, "", " "+m.theme.paint(roleTitle, m.keyFor(actReplan))+" plans again   "+m.otherChoices()+m.theme.paint(roleTitle, "esc")+" leaves; nothing was done")
}

// otherChoices says how to choose something else about the plan.
func (m *root) otherChoices() string {
	if choicesBlocked(m) != "" {
		return ""
	}
	return m.theme.paint(roleTitle, m.keyFor(actChoices)) + " other choices   "
}

// confirmBox is what can be done with the plan that is shown.
func (m *root) confirmBox(s scene, w int) []string {
	p := &m.plan
	t := m.theme
	key := func(k string) string { return t.paint(roleTitle, k) }
	leave := key("esc") + " leaves without doing anything"
	switch {
	case p.stage == stageExecuting:
		out := []string{s.rule("Confirmed", "", w), " " + t.state(roleFocus, glyphMoving, "the run begins … "+span(m.now.Sub(p.begun)))}
		return fill(append(out, m.waitLines(s, p.req.Pipeline, w)...), 4)
	case p.plan.NoOp != "":
		return append(append([]string{s.rule("Nothing to do", "", w)}, wrap1(clean(p.plan.NoOp), w)...), "", " "+leave)
	case p.plan.Worst() == model.CheckRefuse:
		return m.refusedBox(s, w, leave)
	case p.ask.left(m.now) == 0:
		return m.expiredLines(s, "this plan is older than a minute", "plans again", leave, w)
	}
	out := m.willAsk(w)
	return append(out, m.askLines(s, &p.ask, "Confirm the "+string(p.plan.Kind), m.nameQuestion(&p.ask, "to begin"), leave, w)...)
}

// willAsk says that the run will stand at a question; nil where it will not.
func (m *root) willAsk(w int) []string {
	if m.plan.plan.Worst() != model.CheckAsk {
		return nil
	}
	text := "it will ask, before anything is touched, what the check above says: it is answered on the page of the run"
	if m.plan.plan.GapSlots > 0 {
		text += ", or approved here: " + m.keyFor(actChoices)
	}
	out := wrapIndent(" "+glyphUnknown+" ", text, w-1)
	for i := range out {
		out[i] = m.theme.paint(roleWarn, out[i])
	}
	return out
}

// refusedBox says that the plan is refused, what mends it, and offers force
// where that can help.
func (m *root) refusedBox(s scene, w int, leave string) []string {
	t := m.theme
	out := []string{s.rule("Refused", "", w)}
	var refusals []string
	for _, c := range m.plan.plan.Checks {
		if c.Level == model.CheckRefuse {
			refusals = append(refusals, clean(c.Name))
		}
	}
	for _, l := range wrapIndent(" "+glyphCritical+" ", "this plan cannot be executed: "+strings.Join(refusals, ", ")+". The checks above say what mends it.", w-1) {
		out = append(out, t.paint(roleCritical, l))
	}
	keys := " " + t.paint(roleTitle, m.keyFor(actReplan)) + " plans again   " + m.otherChoices() + leave
	if forceBlocked(m) == "" {
		out = append(out, wrapIndent(" ", m.keyFor(actForce)+" plans again with force: that skips only the wait for home to have been stable, and is recorded.", w-1)...)
	}
	return append(out, "", keys)
}

// planLines is the whole plan in lines of w columns: the numbers, the checks
// (refusals first), and what will be run. With fold, the checks that are well
// share a line.
func (s scene) planLines(p *model.Plan, age time.Duration, w int, fold bool) []string {
	title := string(p.Kind) + " of " + clean(p.Request.Pipeline) + routeText(p.From, p.To)
	right := string(p.Mode)
	if chosen := ChosenText(&p.Request); chosen != "" {
		right += ", " + chosen
	}
	if age >= planAges {
		right += ", as of " + ago(age, span)
	}
	out := []string{s.rule(title, right, w)}
	if p.NoOp != "" { // nothing was looked at
		return out
	}
	out = append(out, s.planNumbers(p, age, w)...)
	if len(p.Checks) > 0 {
		out = append(out, s.rule("Checks", checkTally(p.Checks), w))
		out = append(out, s.checkLines(p.Checks, w, fold)...)
	}
	if len(p.Actions) > 0 {
		out = append(out, s.rule("What will be done", "", w))
		for i, a := range p.Actions {
			out = append(out, wrapIndent(" "+fitRight(model.Count(int64(i+1)), 2)+". ", clean(a), w-1)...)
		}
	}
	return out
}

// planRepeats are the slots that come again.
func (s scene) planRepeats(p *model.Plan) string {
	if p.Cursor == nil || p.ResumeSlot == nil {
		return s.theme.state(roleUnknown, glyphUnknown, "not known")
	}
	return "about " + model.Units(p.DuplicateSlots, "slot") + " delivered again"
}

// planNumbers are the positions and what they cost.
func (s scene) planNumbers(p *model.Plan, age time.Duration, w int) []string {
	line := func(label, value string) string { return " " + s.field(label, value, 18) }
	resume := s.theme.paint(roleTitle, slotOr(p.ResumeSlot))
	switch {
	case p.Request.Latest:
		resume += s.theme.paint(roleFaint, ", after the newest of "+clean(p.To)+", as chosen")
	case p.Request.FromSlot != nil:
		resume += s.theme.paint(roleFaint, ", as chosen")
	}
	gap := s.theme.state(roleOK, glyphOK, "none")
	if p.Cursor == nil || p.ResumeSlot == nil {
		gap = s.theme.state(roleUnknown, glyphUnknown, "not known")
	}
	if p.GapSlots > 0 {
		gap = s.theme.state(roleCritical, glyphCritical, model.Units(p.GapSlots, "slot")+" would be skipped")
	}
	if n := p.Request.ApproveGap; n != nil {
		gap += s.theme.paint(roleFaint, ", up to "+model.Count(*n)+" approved")
	}
	cursor := slotOr(p.Cursor)
	if p.Cursor != nil {
		cursor += s.theme.paint(roleFaint, ", written at "+clean(p.From)+", "+ago(p.CursorAge+age, brief))
	} else {
		cursor = s.theme.state(roleWarn, glyphWarn, "none is known")
	}
	replay := none
	if p.ReplaySlots != nil {
		replay = model.Units(*p.ReplaySlots, "slot") + s.theme.paint(roleFaint, " to the newest of "+clean(p.To))
	}
	lines := []string{
		line("mode", string(p.Mode)+s.theme.paint(roleFaint, modeMeaning(p))),
		line("subscriber", clean(p.Subscriber)+s.theme.paint(roleFaint, ", "+phrase(p.Guarantee))),
		line("cursor", cursor),
		line("resume slot", resume),
		line("gap", gap),
		line("duplicates", s.planRepeats(p)),
		line("replay", replay),
	}
	if takes := s.planTakes(p); takes != "" {
		lines = append(lines, line("takes", takes))
	}
	for i := range lines {
		lines[i] = cut(lines[i], w)
	}
	return lines
}

// planTakes is how long runs like the planned one took; "" where none tells.
func (s scene) planTakes(p *model.Plan) string {
	state, _ := s.snap.Pipeline(p.Request.Pipeline)
	r := state.ReadinessFor(p.To)
	if r == nil || r.Usual == nil {
		return ""
	}
	text := "usually " + precise(r.Usual.Total)
	if r.ToTip != nil {
		text += ", at the tip in about " + rough(*r.ToTip)
	}
	return text + s.theme.paint(roleFaint, ", as "+model.Units(int64(r.Usual.Runs), "earlier run")+" took")
}

// modeMeaning says what the mode does to the source.
func modeMeaning(p *model.Plan) string {
	switch p.Mode {
	case model.Planned:
		if refuses(p, "source") {
			return ": " + clean(p.From) + " does not answer, and its client would have to be drained"
		}
		return ": " + clean(p.From) + " answers, its client is drained"
	case model.Reactive:
		return ": its client at " + clean(p.From) + " is stopped, without a drain"
	case model.Hybrid:
		return ": drained, and stopped where that does not end in time"
	}
	return ""
}

// refuses reports whether a check of a plan refuses.
func refuses(p *model.Plan, check string) bool {
	return slices.ContainsFunc(p.Checks, func(c model.Check) bool { return c.Name == check && c.Level == model.CheckRefuse })
}

// checkLines are the checks, the gravest first, with what mends them.
func (s scene) checkLines(checks []model.Check, w int, fold bool) []string {
	names := 0
	for _, c := range checks {
		names = max(names, width(clean(c.Name)))
	}
	names = min(names, 24)
	var out []string
	for _, level := range []model.CheckLevel{model.CheckRefuse, model.CheckAsk, model.CheckWarn, model.CheckOK} {
		r, glyph := checkLook(level)
		if level == model.CheckOK && fold {
			return append(out, s.foldedChecks(checks, w)...)
		}
		for _, c := range checks {
			if c.Level != level {
				continue
			}
			label := " " + glyph + " " + fit(string(level), 6) + " " + fit(clean(c.Name), names) + "  "
			lines := wrapIndent(label, clean(c.Saw), w-1)
			if len(lines) == 0 {
				lines = []string{label}
			}
			lines[0] = s.theme.paint(r, label) + strings.TrimPrefix(lines[0], label)
			out = append(out, lines...)
			if c.Mend != "" && level != model.CheckOK {
				out = append(out, wrapIndent(blank(width(label))+"to mend: ", clean(c.Mend), w-1)...)
			}
		}
	}
	return out
}

// checkTally counts the checks by level: "1 refuse, 2 warn, 9 ok".
func checkTally(checks []model.Check) string {
	var parts []string
	for _, level := range []model.CheckLevel{model.CheckRefuse, model.CheckAsk, model.CheckWarn, model.CheckOK} {
		n := int64(0)
		for _, c := range checks {
			if c.Level == level {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, model.Count(n)+" "+string(level))
		}
	}
	return strings.Join(parts, ", ")
}

// elapsed is the time between two instants, the second of which may not have
// come yet.
func elapsed(from time.Time, to *time.Time, now time.Time) time.Duration {
	if to != nil {
		return to.Sub(from)
	}
	return now.Sub(from)
}

// foldedChecks names the checks that are well.
func (s scene) foldedChecks(checks []model.Check, w int) []string {
	var names []string
	for _, c := range checks {
		if c.Level == model.CheckOK {
			names = append(names, clean(c.Name))
		}
	}
	if len(names) == 0 {
		return nil
	}
	r, glyph := checkLook(model.CheckOK)
	lines := wrapIndent(" "+glyph+" ok     ", strings.Join(names, ", "), w-1)
	for i := range lines {
		lines[i] = s.theme.paint(r, lines[i])
	}
	return lines
}
