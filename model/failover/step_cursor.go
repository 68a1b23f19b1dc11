package failover

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fumtui/fumtui/model"
)

// readCursor finds the last fully consumed slot. Where the stopped client told
// its own and the durable one differs a person decides; the higher one is
// never taken silently.
func (d *Drive) readCursor() (outcome, error) {
	reported := d.run.ReportedCursor
	var row *model.Cursor
	var err error
	switch {
	case d.run.Mode != model.Planned:
		row, err = d.cursorSurely(d.run.From)
	case reported != nil:
		row, err = d.awaitCursor(*reported)
	default:
		row, err = d.settledCursor()
	}
	if err != nil {
		return outcome{}, err
	}
	if row == nil {
		return outcome{}, fmt.Errorf("there is no cursor for %s at %s: set one with fumtui cursor set, and begin again",
			d.run.Pipeline, d.run.From)
	}
	if reported == nil || *reported == row.Slot || (d.run.Mode != model.Planned && *reported > row.Slot) {
		return cursorOutcome(row.Slot, fmt.Sprintf("slot %d, durable, %s old",
			row.Slot, d.engine.now().Sub(row.UpdatedAt).Round(1e9))), nil
	}
	return d.chooseCursor(*reported, row.Slot)
}

// cursorOutcome journals the cursor.
func cursorOutcome(slot model.Slot, detail string) outcome {
	return outcome{detail: detail, set: func(r *model.Run) { r.Cursor = &slot }}
}

// chooseCursor has a person choose between two slots.
func (d *Drive) chooseCursor(reported, durable model.Slot) (outcome, error) {
	answer := strings.ReplaceAll(d.takeAnswer(""), ",", "")
	if n, err := strconv.ParseUint(answer, 10, 64); err == nil {
		if slot := model.Slot(n); slot == reported || slot == durable {
			return cursorOutcome(slot, fmt.Sprintf("slot %d, chosen by %s (the client said %d, the durable cursor is %d)",
				slot, d.person(), reported, durable)), nil
		}
	}
	return outcome{}, ask("the stopped client of %s at %s says that it consumed up to slot %d, its durable cursor is %d: "+
		"answer with one of the two (the lower one may repeat slots, the higher one may lose some)",
		d.run.Pipeline, d.run.From, reported, durable)
}

// awaitCursor waits up to the settle time for the durable cursor to be what
// the drained client said.
func (d *Drive) awaitCursor(reported model.Slot) (*model.Cursor, error) {
	until := d.engine.elapsed() + d.engine.settings.Settle
	for {
		row, err := d.cursorSurely(d.run.From)
		if err != nil || (row != nil && row.Slot >= reported) || d.engine.elapsed() >= until {
			return row, err
		}
		if err := d.pause(d.engine.settings.Poll); err != nil {
			return nil, err
		}
	}
}

// settledCursor reads the durable cursor once it stood still for the settle
// time.
func (d *Drive) settledCursor() (*model.Cursor, error) {
	since := d.engine.elapsed()
	row, err := d.cursorSurely(d.run.From)
	for err == nil && d.engine.elapsed()-since < d.engine.settings.Settle {
		if err := d.pause(min(d.engine.settings.Poll, d.engine.settings.Settle)); err != nil {
			return nil, err
		}
		var next *model.Cursor
		next, err = d.cursorSurely(d.run.From)
		if next != nil && (row == nil || next.Slot != row.Slot) {
			since = d.engine.elapsed()
		}
		row = next
	}
	return row, err
}
