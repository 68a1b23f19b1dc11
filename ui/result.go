package ui

import (
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// resultLines is how an ended run went: what became of it, what to do next, its
// times and its slots.
func (s scene) resultLines(r *model.Run, w int) []string {
	out := append(s.whatNext(r, w), s.runTimes(r, w)...)
	return append(out, s.runNumbers(r, w)...)
}

// whatNext sums an ended run up, and says what to do now.
func (s scene) whatNext(r *model.Run, w int) []string {
	look, glyph := runLook(r.State)
	text, next := runResult(r, s.now)
	out := append([]string{s.rule("Result", "", w)}, s.painted(look, wrapIndent(" "+glyph+" ", text, w-1))...)
	out = append(out, s.afterLines(r, w)...)
	return append(out, wrapIndent(" "+fit("next", 13), next, w-1)...)
}

// runResult is what became of an ended run, and what to do next.
func runResult(r *model.Run, now time.Time) (text, next string) {
	took := precise(elapsed(r.StartedAt, r.EndedAt, now))
	switch r.State {
	case model.RunDone:
		text = clean(r.Pipeline) + " is active on " + clean(r.To) + recoveryText(r)
		next = "Watch the lag on the overview. The subscriber at " + clean(r.From) + " was not touched: it is the way back."
		if r.From == r.To {
			next = "Watch the lag on the overview. What its old subscriber there still held is gone: it was made again."
		}
	case model.RunAborted:
		text = "aborted after " + took + failedAt(r) + "; " + clean(r.From) + " runs as before"
		next = "Mend what the failed step names, then plan again."
	default:
		text = "failed after " + took + failedAt(r)
		next = "Read the failed step: it says what to do. Then plan again."
	}
	if r.Note != "" {
		next = clean(r.Note)
	}
	return text, next
}

// failedAt names the step that failed, and says why; "" where none did.
func failedAt(r *model.Run) string {
	failed := r.Failed()
	switch {
	case failed == nil && r.State != model.RunFailed:
		return ""
	case failed == nil || failed.Error == "":
		return " at step " + string(r.FailedAt())
	}
	return " at step " + string(failed.Name) + ": " + strings.TrimRight(clean(failed.Error), ".")
}

// recoveryText is how long recovery took, which is from the decision to the live
// tip, and the first data; how long the run took where that was not measured.
func recoveryText(r *model.Run) string {
	text := "; the run took " + precise(elapsed(r.StartedAt, r.EndedAt, r.StartedAt))
	if r.LiveAt != nil {
		text = "; recovery took " + precise(r.LiveAt.Sub(r.StartedAt))
		if r.DetectedAt != nil {
			text += ", and " + span(r.LiveAt.Sub(*r.DetectedAt)) + " since the outage was seen"
		}
	}
	if r.FirstSlotAt != nil {
		text += "; first data after " + precise(r.FirstSlotAt.Sub(r.StartedAt))
	}
	return text
}

// runTimes are the moments of a run, as far as they are known: when the outage
// was detected, when it was decided to act, when data came, when it was at the
// tip.
func (s scene) runTimes(r *model.Run, w int) []string {
	line := func(label string, at time.Time, what string) string {
		text := at.UTC().Format("15:04:05") + " UTC"
		if what != "" {
			text += s.theme.paint(roleFaint, ", ") + what
		}
		return cut(" "+s.field(label, text, 13), w)
	}
	after := func(at time.Time) string { return precise(at.Sub(r.StartedAt)) + " after the decision" }
	var out []string
	if r.DetectedAt != nil {
		out = append(out, line("detected", *r.DetectedAt, span(r.StartedAt.Sub(*r.DetectedAt))+" before the decision"))
	}
	if r.FirstSlotAt == nil && r.LiveAt == nil && r.DetectedAt == nil {
		return nil
	}
	out = append(out, line("decided", r.StartedAt, ""))
	if r.FirstSlotAt != nil {
		what := after(*r.FirstSlotAt)
		if r.FirstSlot != nil {
			what += ", slot " + slotText(*r.FirstSlot)
		}
		out = append(out, line("first data", *r.FirstSlotAt, what))
	}
	if r.LiveAt != nil {
		out = append(out, line("at the tip", *r.LiveAt, after(*r.LiveAt)+", and stayed"))
	}
	return out
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
