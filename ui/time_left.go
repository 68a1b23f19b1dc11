package ui

import (
	"math"
	"strconv"
	"time"

	"github.com/fumtui/fumtui/model"
)

// about writes an estimate, rounded as sentences have it: "about 4m (3m–6m)".
func about(e *model.Estimate) string {
	round := func(d time.Duration) string { return brief(d.Round(time.Second)) }
	text := "about " + round(e.Likely)
	low, high := round(e.Low), round(e.High)
	switch {
	case e.High <= 0:
		return text + " (" + low + " or more)"
	case low == high:
		return text
	}
	return text + " (" + low + "–" + high + ")"
}

// timeLeft is how a table has the time that matters to a pipeline: until its
// data is lost, else until it is at the tip; "" where neither runs.
func timeLeft(p *model.PipelineState) (string, role) {
	switch r := p.Retention; {
	case r == nil:
	case r.Left <= 0:
		return "losing data", roleCritical
	case r.Urgent:
		return "data lost in " + span(r.Left), roleCritical
	default:
		return "data lost in " + span(r.Left), roleText
	}
	if p.ToGo != nil {
		return "to go " + about(p.ToGo), roleText
	}
	return "", roleFaint
}

// timeLines are the same for a pipeline alone, in full, after what hints that
// its client is unusually silent.
func (s scene) timeLines(p *model.PipelineState, w int) []string {
	var out []string
	if text := suspicionText(p.Suspicion); text != "" {
		out = append(out, "   "+s.theme.paint(roleFaint, cut("its client: "+text+", which is a hint and decides nothing", w-4)))
	}
	if p.ToGo != nil {
		out = append(out, wrap1("at the tip in "+about(p.ToGo)+", as far as its pace and that of the chain tell", w)...)
	}
	r := p.Retention
	if r == nil {
		return out
	}
	window := clean(r.Cluster)
	if r.Left <= 0 {
		return append(out, s.painted(roleCritical, wrapIndent(" "+glyphCritical+" ",
			"data is being lost: the slot after its cursor has left every window, the last that of "+window, w-1))...)
	}
	look, glyph := roleText, glyphPending
	if r.Urgent {
		look, glyph = roleCritical, glyphCritical
	}
	return append(out, s.painted(look, wrapIndent(" "+glyph+" ",
		"data is lost in "+span(r.Left)+" unless it makes progress: then the slot after its cursor leaves the window of "+window, w-1))...)
}

// paceText is how fast a pipeline consumes; "" where that is not known.
func paceText(p *model.PipelineState) string {
	switch {
	case !measured(p.ConsumedPerSecond) && !measured(p.CursorPerSecond):
		return ""
	case !measured(p.CursorPerSecond):
		return paceOr(p.ConsumedPerSecond) + " offsets/s"
	case !measured(p.ConsumedPerSecond):
		return paceOr(p.CursorPerSecond) + " slots/s"
	}
	return paceOr(p.ConsumedPerSecond) + " offsets/s, " + paceOr(p.CursorPerSecond) + " slots/s"
}

// measured reports whether a pace is a number that can be shown.
func measured(v *float64) bool { return v != nil && !math.IsNaN(*v) && !math.IsInf(*v, 0) }

// paceOr writes a pace: tenths where it is slow, thousands apart where it is
// fast.
func paceOr(v *float64) string {
	switch {
	case !measured(v):
		return none
	case math.Abs(*v) < 1000:
		return strconv.FormatFloat(*v, 'f', 1, 64)
	}
	return model.Count(int64(max(-1e15, min(*v, 1e15))))
}
