package failover

import (
	"fmt"

	"github.com/fumtui/fumtui/model"
)

// markFirst journals when the target's cursor was first seen to advance, and the
// first slot that its client consumed as soon as it says so: recovery is measured
// by them, so a crash must not lose them.
func (c *confirmation) markFirst(row *model.Cursor) error {
	d := c.drive
	advanced := d.run.FirstSlotAt == nil && c.cursor > c.seed
	said := d.run.FirstSlot == nil && row.FirstSlot != nil
	if !advanced && !said {
		return nil
	}
	now := d.engine.now()
	var batch Batch
	var loss uint64
	if said {
		loss = model.SlotsBetween(*d.run.ResumeSlot, *row.FirstSlot)
	}
	if loss > 0 {
		batch.Audit = d.audit("possible loss", fmt.Sprintf("the client at %s began at slot %d, %s after its resume slot: the chain skipped them, or they are lost",
			d.run.To, *row.FirstSlot, model.Units(loss, "slot")))
	}
	return d.commit(batch, func(r *model.Run) {
		if advanced {
			r.FirstSlotAt = &now
		}
		if said {
			first := *row.FirstSlot
			r.FirstSlot, r.PossibleLoss = &first, r.PossibleLoss+loss
		}
	})
}

// firstSlotFits fails when the client's first slot shows that slots between
// the cursor and it were skipped. A client that starts again later begins
// higher; only its first start tells.
func (c *confirmation) firstSlotFits(row *model.Cursor) error {
	d, resume := c.drive, *c.drive.run.ResumeSlot
	if row.FirstSlot == nil || c.fits {
		return nil
	}
	first := *row.FirstSlot
	if after := model.SlotsBetween(resume, first); after <= tolerance {
		err := c.approveFirst(first, after)
		c.fits = err == nil
		return err
	}
	return &notedError{
		err: fmt.Errorf("the client at %s began at slot %d, and its subscriber was made from slot %d: %s slots are missing",
			d.run.To, first, resume, model.Count(model.SlotsBetween(resume, first))),
		note: d.holeNote(first),
	}
}

// approveFirst has a person approve, where the promise is exactly_once, that the
// client began some slots after its resume slot: nobody can tell whether the chain
// skipped those between.
func (c *confirmation) approveFirst(first model.Slot, after uint64) error {
	d := c.drive
	if after == 0 || d.pipeline.Guarantee != model.ExactlyOnce || approves(d.run.ApprovedGap, after) {
		return nil
	}
	text := fmt.Sprintf(aGap+"%s, perhaps: the client at %s began at slot %d, and its subscriber was made from slot %d; the chain skipped those between, or they are lost",
		model.Units(after, "slot"), d.run.To, first, *d.run.ResumeSlot)
	n, ok := d.approval()
	if !ok || n < after {
		return askGap(text, after)
	}
	return d.commit(Batch{Audit: d.audit("approve-gap", approvedText(text, n))}, func(r *model.Run) {
		r.ApprovedGap, r.Question = &n, ""
	})
}

// outcome journals what was proven, and since when the client is at the tip.
func (c *confirmation) outcome() outcome {
	e := c.drive.engine
	live := e.now().Add(c.liveSince - e.elapsed())
	return outcome{detail: c.result(), set: func(r *model.Run) { r.LiveAt = &live }}
}

// latest is how far the durable cursor of the source may still catch up without
// being a sign of life; nil where nothing is known.
func (d *Drive) latest() *model.Slot {
	said, cursor := d.run.ReportedCursor, d.run.Cursor
	if said == nil || (cursor != nil && *cursor > *said) {
		return cursor
	}
	return said
}
