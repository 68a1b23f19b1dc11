package failover

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fumtui/fumtui/model"
)

// position decides where the target's subscriber begins, and waits until the
// target has come so far. A planned run whose target does not answer goes back
// at once: its source is well, and stopped meanwhile.
func (d *Drive) position() (outcome, error) {
	s := d.engine.settings
	until := d.engine.elapsed() + s.PositionWait
	for {
		window, err := d.window()
		switch {
		case err != nil && (d.run.Mode == model.Planned || !model.ClassOf(err).Outage()):
			return outcome{}, err
		case err == nil:
			pos := place(*d.run.Cursor, d.pipeline.Overlap, window, true)
			if pos.gap > 0 {
				return d.positionWithGap(pos, window)
			}
			// What a cluster does not have yet it refuses to begin from.
			if pos.resume <= window.Max+1 {
				return positionOutcome(pos, window), nil
			}
			err = fmt.Errorf("slot %d is above the newest slot of %s, %d", pos.resume, d.run.To, window.Max)
			d.progress(model.StepPosition, "waiting: "+err.Error())
		}
		if d.engine.elapsed() >= until {
			return outcome{}, fmt.Errorf("waited %s: %w", s.PositionWait, err)
		}
		if err := d.pause(s.Poll); err != nil {
			return outcome{}, err
		}
	}
}

// window asks the target for its retention window.
func (d *Drive) window() (model.SlotRange, error) {
	c, err := d.target()
	if err != nil {
		return model.SlotRange{}, err
	}
	r, err := look(d.wait, d.engine, c.SlotRange)
	if err != nil {
		return r, fmt.Errorf("the slot range of %s: %w", d.run.To, err)
	}
	return r, nil
}

// positionOutcome journals the position.
func positionOutcome(pos position, window model.SlotRange) outcome {
	detail := fmt.Sprintf("resume at slot %d of %s, about %d slots twice", pos.resume, window, pos.duplicates)
	if pos.gap > 0 {
		detail += fmt.Sprintf(", a gap of %s slots", model.Count(pos.gap))
	}
	return outcome{detail: detail, set: func(r *model.Run) {
		r.ResumeSlot, r.GapSlots, r.DuplicateSlots = &pos.resume, &pos.gap, &pos.duplicates
	}}
}

// positionWithGap goes on over a gap only where it is approved by its number,
// in this run or in the plan that began it, or by the policy.
func (d *Drive) positionWithGap(pos position, window model.SlotRange) (outcome, error) {
	p := d.pipeline
	if p.Guarantee == model.NoGuarantee && p.Bootstrap == model.BootstrapAllow {
		return positionOutcome(pos, window), nil
	}
	text := fmt.Sprintf("a gap of %s slots: %s serves from slot %d, the cursor is %d",
		model.Count(pos.gap), d.run.To, window.Min, *d.run.Cursor)
	if p.Guarantee == model.ExactlyOnce || p.Bootstrap == model.BootstrapReject {
		return outcome{}, fmt.Errorf("%s, and the policy allows none", text)
	}
	approved := d.run.ApprovedGap
	if n, ok := d.approval(); ok {
		approved = &n
	}
	if approved != nil && *approved >= pos.gap {
		out := positionOutcome(pos, window)
		place := out.set
		out.set = func(r *model.Run) { place(r); r.ApprovedGap = approved }
		out.batch.Audit = d.audit("approve-gap", fmt.Sprintf("%s; approved up to %s", text, model.Count(*approved)))
		return out, nil
	}
	return outcome{}, ask("%s (if it grows faster than you can answer: abort, and begin again with a gap approved that leaves room). %s",
		text, toApprove(pos.gap))
}

// toApprove ends the question of a gap.
func toApprove(gap uint64) string { return fmt.Sprintf("To approve it type its number, %d", gap) }

// approval is the gap that a person approved by an answer: the very number that
// the run asked for, so that no other number is taken for one.
func (d *Drive) approval() (uint64, bool) {
	asked := d.run.Question
	n, err := strconv.ParseUint(strings.ReplaceAll(d.takeAnswer("a gap of "), ",", ""), 10, 64)
	return n, err == nil && strings.HasSuffix(asked, " "+toApprove(n))
}
