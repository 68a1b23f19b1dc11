package ui

import (
	"slices"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// answer is a line that answers what a person asks first. The label stands apart.
type answer struct {
	role        role
	label, text string
	short       string // the same in fewer words, where there is no room; may be ""
}

// answers are whether the pipeline can be moved now and what that would cost, and
// how long until data is lost if nobody does anything.
func (s scene) answers(p *model.PipelineState) []answer {
	var out []answer
	if len(p.Readiness) > 0 && underWay(p) == nil {
		out = append(out, s.moveAnswer(p))
	}
	if a, ok := s.lossAnswer(p); ok {
		out = append(out, a)
	}
	return out
}

// answerLines are answers in lines.
func (s scene) answerLines(list []answer, w int) []string {
	var out []string
	for _, a := range list {
		lines := wrapIndent("   "+a.label+": ", a.text, w-1)
		if len(lines) > 1 && a.short != "" {
			lines = wrapIndent("   "+a.label+": ", a.short, w-1)
		}
		for i, l := range lines {
			if i == 0 {
				l = s.theme.paint(roleFaint, "   "+a.label+": ") + s.theme.paint(a.role, strings.TrimPrefix(l, "   "+a.label+": "))
			} else {
				l = s.theme.paint(a.role, l)
			}
			out = append(out, l)
		}
	}
	return out
}

// best is the cluster that a pipeline would rather be moved to: the one that is
// advised, else one to which it can be moved; nil where nothing is said of any.
func best(p *model.PipelineState) *model.Readiness {
	if r := p.ReadinessFor(p.Advice.Target); r != nil {
		return r
	}
	for _, ready := range []model.Ready{model.ReadyYes, model.ReadyAsks, model.ReadyUnknown, model.ReadyNo} {
		for i := range p.Readiness {
			if p.Readiness[i].Ready == ready {
				return &p.Readiness[i]
			}
		}
	}
	return nil
}

// moveAnswer is whether a pipeline can be moved right now, and what that costs.
func (s scene) moveAnswer(p *model.PipelineState) answer {
	r := best(p)
	if r == nil {
		return answer{role: roleUnknown, label: "Fail over now", text: "not known yet"}
	}
	a := answer{role: readyRole(r.Ready), label: moveLabel(r)}
	if p.Advice.Action == model.ActionChainHalted {
		a.text = "no use – every cluster stands at about the same slot"
		return a
	}
	if r.Possible() {
		a.text, a.short = moveText(p, r, false), moveText(p, r, true)
		return a
	}
	word := "no – "
	if r.Ready == model.ReadyUnknown {
		word = "not known – "
	}
	a.text = word + strings.Join(whyNot(p), "; ")
	return a
}

// whyNot is what stands in the way of moving a pipeline to each of its clusters.
func whyNot(p *model.PipelineState) []string {
	var whys []string
	for i := range p.Readiness {
		if why := clean(p.Readiness[i].Why); why != "" && !slices.Contains(whys, why) {
			whys = append(whys, why)
		}
	}
	return whys
}

// moveLabel asks whether the move can be made.
func moveLabel(r *model.Readiness) string {
	if r.Kind == model.Failback {
		return "Fail back now"
	}
	return "Fail over now"
}

// readyRole is how an answer shows.
func readyRole(r model.Ready) role {
	switch r {
	case model.ReadyYes:
		return roleText
	case model.ReadyAsks, model.ReadyNo:
		return roleWarn
	case model.ReadyUnknown:
	}
	return roleUnknown
}

// moveText is a move that can be made, and what it costs.
func moveText(p *model.PipelineState, r *model.Readiness, short bool) string {
	text := "yes, to " + clean(r.Target)
	switch {
	case p.Advice.Action == model.ActionCannotFailOver: // which asks more of a target than that a run could begin
		text = "possible to " + clean(r.Target) + ", but not advised"
		if r.But != "" {
			text += ": " + clean(r.But)
		}
	case r.But != "":
		text += ", but " + clean(r.But)
	case unadvised(p.Advice.Action):
		text += ", though not advised"
	}
	text += " – " + moveCost(r, short)
	if r.Ready == model.ReadyAsks {
		text += "; " + clean(r.Why)
	}
	return text
}

// unadvised reports whether an advice speaks against a failover.
func unadvised(a model.Action) bool {
	switch a.Whose() {
	case model.SideClient, model.SideConfiguration, model.SideConsole, model.SideProvider:
		return true
	}
	return false
}

// moveCost is what a move costs: slots skipped, slots that come again, and time.
func moveCost(r *model.Readiness, short bool) string {
	var parts []string
	switch {
	case r.Gap == nil:
		parts = append(parts, "the gap is not known")
	case *r.Gap > 0:
		parts = append(parts, "a GAP of "+model.Units(*r.Gap, "slot"))
	case short:
		parts = append(parts, "no gap")
	default:
		parts = append(parts, "gap 0 slots")
	}
	if r.Repeat != nil {
		again := " delivered again"
		if short {
			again = " again"
		}
		parts = append(parts, "about "+model.Units(*r.Repeat, "slot")+again)
	}
	switch {
	case r.ToTip == nil && short:
		parts = append(parts, "time unknown")
	case r.ToTip == nil:
		parts = append(parts, "time to the tip not known ("+noTipYet(r)+")")
	case short:
		parts = append(parts, rough(*r.ToTip)+" to the tip")
	default:
		parts = append(parts, "at the tip in about "+rough(*r.ToTip))
	}
	return strings.Join(parts, ", ")
}

// noTipYet says why the time to the tip is not known.
func noTipYet(r *model.Readiness) string {
	if r.Usual == nil || r.Usual.First == nil {
		return "no earlier run"
	}
	return "no earlier run caught up as much"
}

// lossAnswer is how long until data is lost if nobody does anything; ok is false
// where nothing is known that would tell.
func (s scene) lossAnswer(p *model.PipelineState) (a answer, ok bool) {
	a.label = "If you do nothing"
	reserve, where := p.Reserve()
	var left time.Duration
	known := reserve != nil
	if known {
		left = *reserve
	}
	switch r := p.Retention; {
	case r != nil && r.Left <= 0:
		a.role, a.text = roleCritical, "data is being lost now"
	case r != nil:
		a.text = "data is lost in " + span(r.Left) + ", when it leaves the window of " + clean(r.Cluster)
		if r.Urgent {
			a.role = roleCritical
		}
	case underWay(p) != nil:
		return a, false
	case known && left == 0:
		a.role, a.text = roleCritical, "slots after its cursor are gone from every window"
	case progresses(p) && known:
		a.text = "nothing is lost; if it stops, data is safe for about " + rough(left)
	case progresses(p):
		a.text = "nothing is lost"
	case known:
		a.text = "nothing is lost yet; data is safe for about " + rough(left) + " at " + clean(where)
	case hasCursor(p):
		a.role, a.text = roleUnknown, "not known: "+s.noReserve(p)
	default:
		a.role, a.text = roleUnknown, "not known: it has no cursor to count from"
	}
	return a, true
}

// progresses reports whether a pipeline is seen to go on.
func progresses(p *model.PipelineState) bool {
	switch p.Verdict {
	case model.PipelineStreaming, model.PipelineCatchingUp, model.PipelineFallingBehind:
		return true
	}
	return false
}

// hasCursor reports whether there is a cursor at the active cluster.
func hasCursor(p *model.PipelineState) bool {
	seat, ok := p.Seat(p.Active)
	return ok && seat.Cursor != nil
}

// noReserve says why that is not known.
func (s scene) noReserve(p *model.PipelineState) string {
	c, _ := s.snap.Cluster(p.Active)
	if c.Slots == nil {
		return "the window of " + clean(p.Active) + " was not read yet"
	}
	return "the window of " + clean(p.Active) + " stands, and loses nothing while it does"
}

// rough writes a length of time in steps, so that it changes rarely.
func rough(d time.Duration) string {
	var step time.Duration
	switch {
	case d < 10*time.Second:
		step = time.Second
	case d < 2*time.Minute:
		step = 10 * time.Second
	case d < 15*time.Minute:
		step = time.Minute
	case d < time.Hour:
		step = 5 * time.Minute
	case d < 6*time.Hour:
		step = 30 * time.Minute
	case d < 48*time.Hour:
		step = time.Hour
	default:
		step = 24 * time.Hour
	}
	d = max(d.Round(step), time.Second)
	switch {
	case d >= 48*time.Hour:
		return model.Units(int64(d/(24*time.Hour)), "day")
	case d >= time.Hour && d%time.Hour == 0:
		return model.Count(int64(d/time.Hour)) + "h"
	case d >= time.Minute && d%time.Minute == 0 && d < time.Hour:
		return model.Count(int64(d/time.Minute)) + "m"
	}
	return span(d)
}
