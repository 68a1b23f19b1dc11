package failover

import "github.com/fumtui/fumtui/model"

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
	return d.commit(Batch{}, func(r *model.Run) {
		if advanced {
			r.FirstSlotAt = &now
		}
		if said {
			first := *row.FirstSlot
			r.FirstSlot = &first
		}
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
