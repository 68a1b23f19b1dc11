package ui

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// standsBlock is a run that nobody drives, in at most h lines: that it stands, where
// its client is as far as that is known, what to do, what is lost when if nobody
// does, and what that rests on.
func (s scene) standsBlock(p *model.PipelineState, w, h int) []string {
	r := p.Run
	look, glyph := runLook(r.State)
	head := runTitle(r) + " " + standsWord(r) + " at step " + string(r.CurrentStep())
	if press := s.press(actRuns); press != "" && !s.looks {
		head += " (" + press + ")"
	}
	out := s.painted(look, clip(wrapIndent(" "+glyph+" ", head, w-1), 2, w-1))
	if r.Question != "" {
		out = append(out, s.painted(roleWarn, clip(wrapIndent("   it asks: ", clean(r.Question), w-1), max(2, h/4), w-1))...)
	}
	lines := s.answerLines(s.standsAnswers(p), w)
	facts := s.fitted(s.standsFacts(p), w, h-len(out)-len(lines))
	return append(append(out, lines...), facts...)
}

// standsWord is how a run stands that needs a person.
func standsWord(r *model.Run) string {
	switch {
	case r.State == model.RunWaiting:
		return "WAITS FOR AN ANSWER"
	case r.GoingBack():
		return "STANDS on its way back: nobody drives it,"
	}
	return "STANDS: nobody drives it,"
}

// standsAnswers are what a person asks of a run that stands.
func (s scene) standsAnswers(p *model.PipelineState) []answer {
	r := p.Run
	where, look := clientStands(r)
	if seen := s.clientsSeen(p); seen != "" {
		where += "; " + seen
	}
	out := []answer{{role: look, label: "Its client", text: where}}
	if a, ok := s.standsLoss(p); ok {
		out = append(out, a)
	}
	return append(out, answer{role: roleText, label: "To do", text: s.standsDeed(r), short: standsDeedShort(r)})
}

// clientStands is where the client of a run is, as far as its journal tells.
func clientStands(r *model.Run) (string, role) {
	from, to := clean(r.From), clean(r.To)
	stop, proof, start, restart := r.Step(model.StepStop), r.Step(model.StepVerifyStop), r.Step(model.StepStart), r.Step(model.StepRestart)
	switch {
	case !stop.Begun():
		return "at " + from + ", not touched by this run", roleText
	case restart != nil && restart.State == model.StepDone:
		return "started again at " + from, roleText
	case restart.Begun():
		return "told to start again at " + from + "; whether it did is not known", roleWarn
	case r.GoingBack():
		return "told to stop at " + from + ", and not started again yet", roleWarn
	case start != nil && start.State == model.StepDone:
		return "started at " + to + "; that it streams is not proven", roleWarn
	case start.Begun():
		return "told to start at " + to + "; whether it did is not known", roleWarn
	case proof != nil && proof.State == model.StepDone && from == to:
		return "stopped at " + from, roleWarn
	case proof != nil && proof.State == model.StepDone:
		return "stopped at " + from + ", and not started at " + to, roleWarn
	}
	return "told to stop at " + from + "; whether it did is not proven", roleWarn
}

// clientsSeen is which of the clients of a run answer now; "" where none is looked
// at.
func (s scene) clientsSeen(p *model.PipelineState) string {
	here, there := s.clientAnswers(p, p.Run.From), s.clientAnswers(p, p.Run.To)
	from, to := clean(p.Run.From), clean(p.Run.To)
	switch {
	case here == nil && there == nil:
		return ""
	case here != nil && *here && there != nil && *there && from != to:
		return "both at " + from + " and at " + to + " one answers now"
	case here != nil && *here:
		return "the one at " + from + " answers now"
	case there != nil && *there:
		return "the one at " + to + " answers now"
	}
	return "none answers now"
}

// clientAnswers reports whether the client at a cluster answered lately; nil where
// it is not looked at.
func (s scene) clientAnswers(p *model.PipelineState, cluster string) *bool {
	seat, ok := p.Seat(cluster)
	if !ok || seat.Client == nil {
		return nil
	}
	yes := seat.Client.Scraped && !s.old(seat.Client.At)
	return &yes
}

// standsLoss is what is lost when if nobody takes the run up. What counts is the
// cursor at the source: the target's is never behind it.
func (s scene) standsLoss(p *model.PipelineState) (a answer, ok bool) {
	a.label = "If you do nothing"
	r := p.Run
	reserve, where := p.Reserve()
	works := r.Toward() // which consumes, or would
	if !r.Step(model.StepStop).Begun() || !r.Step(model.StepStart).Begun() && s.answersAt(p, r.From) {
		works = r.From
	}
	goesOn := s.answersAt(p, works)
	began := !r.GoingBack() && r.Step(model.StepStart).Begun()
	var left time.Duration
	if reserve != nil {
		left = *reserve
	}
	more, at := "", " at "+clean(where)
	if began {
		more, at = " or more", ""
	}
	switch {
	case p.Retention != nil && !goesOn && !began:
		return s.lossAnswer(p)
	case goesOn && reserve == nil:
		a.text = "nothing is lost while the client at " + clean(works) + " goes on"
	case goesOn:
		a.text = "nothing is lost while the client at " + clean(works) + " goes on; data is safe for about " + rough(left) + more + " after it stops"
		a.short = "nothing is lost while " + clean(works) + " goes on, nor for " + rough(left) + " after"
	case reserve == nil:
		a.role, a.text = roleUnknown, "nothing is consumed; how long the data can be had is not known"
	case left == 0:
		a.role, a.text = roleCritical, "slots after its cursor are gone from every window"
	default:
		a.role, a.text = roleWarn, "nothing is consumed; data is safe for about "+rough(left)+at+more+", then lost"
		a.short = "nothing is consumed; data is lost in about " + rough(left) + more
	}
	return a, true
}

// answersAt reports whether the client at a cluster is seen to answer.
func (s scene) answersAt(p *model.PipelineState, cluster string) bool {
	yes := s.clientAnswers(p, cluster)
	return yes != nil && *yes
}

// standsDeed is what to do about a run that stands.
func (s scene) standsDeed(r *model.Run) string {
	text := ""
	if press := keyOf(s.keys, actRuns); press != "" {
		text = press + " opens it: "
	}
	if s.looks {
		text = "from a console that may act: "
	}
	return text + standsDeedShort(r)
}

// standsDeedShort is the same without how.
func standsDeedShort(r *model.Run) string {
	on := "go on to " + clean(r.To)
	switch {
	case r.GoingBack():
		on = "go on going back to " + clean(r.From)
	case r.From == r.To:
		on = "go on"
	}
	if r.State == model.RunWaiting {
		on = "answer it"
	}
	if r.CanAbort() {
		return on + ", or give it up: back to " + clean(r.From)
	}
	if !r.GoingBack() {
		on += "; it cannot be given up any more"
	}
	return on
}

// standsFacts are what that rests on, what matters most first.
func (s scene) standsFacts(p *model.PipelineState) []string {
	r := p.Run
	var out []string
	if st := r.Step(r.CurrentStep()); st != nil && st.StartedAt != nil {
		text := "its journal: step " + string(st.Name) + " began " + ago(s.now.Sub(*st.StartedAt), span)
		switch {
		case st.State == model.StepRunning:
			text += ", and has no outcome"
		case st.State != model.StepPending:
			text += ", and is " + string(st.State)
		}
		out = append(out, text)
	}
	for _, name := range ends(r) {
		seat, ok := p.Seat(name)
		if !ok {
			continue
		}
		text := clean(name) + ": subscriber " + word(seat.Subscriber)
		if seat.Cursor != nil {
			text += ", cursor " + slotText(seat.Cursor.Slot) + " " + ago(s.now.Sub(seat.Cursor.UpdatedAt), span)
		} else if seat.Cursor == nil && !seat.CursorAt.IsZero() {
			text += ", no cursor"
		}
		if c, ok := s.snap.Cluster(name); ok {
			text += "; cluster " + word(c.Verdict)
		}
		out = append(out, text)
	}
	if r.Holder.Host != "" {
		out = append(out, "driven until then by "+whoDrives(r))
	}
	return out
}

// ends are the clusters of a run.
func ends(r *model.Run) []string {
	if r.From == r.To {
		return []string{r.To}
	}
	return []string{r.From, r.To}
}
