package ui

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// evacuationSum is what became of an evacuation, all runs together.
type evacuationSum struct {
	moved, ended int
	first, last  time.Time
	slowest      *model.Run
	skipped      uint64
	repeated     uint64
	lost         uint64
	recovery     time.Duration // the longest from the decision to the live tip
	failed       []string
}

// sumUp adds the runs up.
func sumUp(rows []evacuationRow) evacuationSum {
	var out evacuationSum
	for i := range rows {
		r := rows[i].run
		if r == nil || !r.State.Ended() || r.EndedAt == nil {
			continue
		}
		out.ended++
		if out.first.IsZero() || r.StartedAt.Before(out.first) {
			out.first = r.StartedAt
		}
		if r.EndedAt.After(out.last) {
			out.last = *r.EndedAt
		}
		if r.State != model.RunDone {
			out.failed = append(out.failed, r.Pipeline)
			continue
		}
		out.moved++
		if out.slowest == nil || r.EndedAt.Sub(r.StartedAt) > out.slowest.EndedAt.Sub(out.slowest.StartedAt) {
			out.slowest = r
		}
		out.lost += r.PossibleLoss
		if r.GapSlots != nil {
			out.skipped += *r.GapSlots
		}
		if r.DuplicateSlots != nil {
			out.repeated += *r.DuplicateSlots
		}
		if r.LiveAt != nil {
			out.recovery = max(out.recovery, r.LiveAt.Sub(r.StartedAt))
		}
	}
	return out
}

// resultLines are the result of an evacuation that is over, and what to do next.
func (m *root) resultLines(s scene, rows []evacuationRow, w int) []string {
	e, sum := &m.evacuation, sumUp(rows)
	if sum.ended == 0 {
		return nil
	}
	text := model.Count(int64(sum.moved)) + " of " + model.Units(len(rows), "pipeline") + " moved to " + clean(e.plan.To) + " in " + precise(sum.last.Sub(sum.first))
	if sum.slowest != nil && sum.moved > 1 {
		text += "; the slowest was " + clean(sum.slowest.Pipeline) + " with " + precise(sum.slowest.EndedAt.Sub(sum.slowest.StartedAt))
	}
	if sum.recovery > 0 {
		text += "; at the live tip after " + precise(sum.recovery) + " at the latest"
	}
	r, glyph := roleOK, glyphOK
	if sum.moved < len(rows) {
		r, glyph = roleWarn, glyphWarn
	}
	out := s.painted(r, clip(wrapIndent(" "+glyph+" ", text, w-1), 2, w-1))
	slots := "skipped " + model.Units(sum.skipped, "slot") + ", repeated " + model.Count(sum.repeated)
	if sum.lost > 0 {
		slots += ", and " + model.Count(sum.lost) + " more may be lost"
	}
	out = append(out, wrap1(slots, w)...)
	own, more := e.remaining(s)
	switch {
	case own > 0:
		next := "next: " + model.Units(own, "pipeline") + " on " + clean(e.plan.From) + " still: " + m.keyFor(actEvacuate) + " plans for what is left"
		if more > 0 {
			next += "; " + e.moreText(more)
		}
		out = append(out, s.painted(roleWarn, clip(wrapIndent(" "+glyphWarn+" ", next, w-1), 3, w-1))...)
	case more > 0:
		out = append(out, s.painted(roleWarn, clip(wrapIndent(" "+glyphWarn+" ", "next: "+e.moreText(more), w-1), 2, w-1))...)
	case !e.anyAway(s):
		out = append(out, s.painted(roleFaint, clip(wrap1("next: watch the lag on the overview", w), 2, w-1))...)
	default:
		out = append(out, s.painted(roleFaint, clip(wrap1("next: once "+clean(e.plan.From)+" has done well for long enough, fail each back with "+m.keyFor(actFailback), w), 2, w-1))...)
	}
	return out
}

// anyAway reports whether any of its pipelines is not at its home.
func (e *evacuationPage) anyAway(s scene) bool {
	for i := range e.plan.Pipelines {
		if p, ok := s.snap.Pipeline(e.plan.Pipelines[i].Pipeline); ok && p.Active != p.Home {
			return true
		}
	}
	return false
}
