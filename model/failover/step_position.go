package failover

import (
	"fmt"

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
			w := wishOf(d.pipeline, d.request(), d.run.Cursor)
			pos, ok := w.place(window, true)
			if !ok {
				return outcome{}, fmt.Errorf("there is no cursor for %s at %s: begin again, with a slot to resume at", d.run.Pipeline, d.run.From)
			}
			if err := d.keepsOnce(w, pos); err != nil {
				return outcome{}, err
			}
			if pos.gap > 0 {
				return d.positionWithGap(w, pos, window)
			}
			// What a cluster does not have yet it refuses to begin from.
			if pos.resume <= window.Max+1 {
				return positionOutcome(w, pos, d.run.To, window), nil
			}
			err = fmt.Errorf("slot %d is above the newest slot of %s, %d", pos.resume, d.run.To, window.Max)
			d.progress(model.StepPosition, "waiting: "+err.Error())
		}
		if d.engine.elapsed() >= until {
			return outcome{}, fmt.Errorf("waited %s: %w", s.PositionWait, err)
		}
		if _, err := d.guardLook(); err != nil {
			return outcome{}, err
		}
		if err := d.pause(s.Poll); err != nil {
			return outcome{}, err
		}
	}
}

// keepsOnce fails where a position breaks the promise of exactly_once: the cursor
// may have moved on since preflight.
func (d *Drive) keepsOnce(w wish, pos position) error {
	if d.pipeline.Guarantee != model.ExactlyOnce {
		return nil
	}
	if saw, mend := breaksOnce(w, pos.resume, pos.gap); saw != "" {
		return fmt.Errorf("%s: %s", saw, mend)
	}
	return nil
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
func positionOutcome(w wish, pos position, to string, window model.SlotRange) outcome {
	detail := fmt.Sprintf("resume at slot %d of %s, %s, about %s twice", pos.resume, window, w.how(to, pos.resume), model.Units(pos.duplicates, "slot"))
	switch {
	case pos.gap > 0:
		detail += ", a gap of " + model.Units(pos.gap, "slot")
	case pos.uncounted:
		detail += ", and nobody can say how many are skipped"
	}
	replay := model.SlotsBetween(pos.resume, window.Max+1)
	gone := w.unserved(window)
	if gone > 0 {
		detail += fmt.Sprintf("; %s from the chosen slot %d on are not served any more", model.Units(gone, "slot"), *w.from)
	}
	return outcome{detail: detail, set: func(r *model.Run) {
		r.PossibleLoss += gone
		r.ResumeSlot, r.GapSlots, r.DuplicateSlots, r.ReplaySlots = &pos.resume, &pos.gap, &pos.duplicates, &replay
		if pos.uncounted && pos.gap == 0 {
			r.GapSlots = nil
		}
	}}
}

// positionWithGap goes on over a gap only where it is approved by its number,
// in this run or in the plan that began it, or by the policy.
func (d *Drive) positionWithGap(w wish, pos position, window model.SlotRange) (outcome, error) {
	p := d.pipeline
	out := positionOutcome(w, pos, d.run.To, window)
	if allowsGaps(p) {
		return out, nil
	}
	text := w.gapText(pos, d.run.To, window)
	if p.Bootstrap == model.BootstrapReject && w.left(window) {
		return outcome{}, fmt.Errorf("%s, and the policy allows none", text)
	}
	approved := d.run.ApprovedGap
	if n, ok := d.approval(); ok {
		approved = &n
	}
	if !approves(approved, pos.gap) {
		return outcome{}, askGap(text, pos.gap)
	}
	place := out.set
	out.set = func(r *model.Run) { place(r); r.ApprovedGap = approved }
	out.batch.Audit = d.audit("approve-gap", approvedText(text, *approved))
	return out, nil
}
