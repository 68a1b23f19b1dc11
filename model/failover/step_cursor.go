package failover

import (
	"fmt"

	"github.com/fumtui/fumtui/model"
)

// readCursor finds the last fully consumed slot. Where the client that was
// drained told its own and the durable one differs a person decides; the higher
// one is never taken silently. A run whose position was chosen may do without.
func (d *Drive) readCursor() (outcome, error) {
	reported := d.run.ReportedCursor
	var r reading
	var err error
	switch {
	case !d.drained():
		r, err = d.cursorSurely(d.run.From)
	case reported != nil:
		r, err = d.awaitCursor(*reported)
	default:
		r, err = d.settledCursor()
	}
	switch {
	case err != nil:
		return outcome{}, err
	case r.cursor == nil:
		return d.withoutCursor(r)
	}
	durable := *r.slot()
	switch {
	case d.pipeline.Guarantee == model.ExactlyOnce && d.disputed(r):
		return d.certainCursor(r)
	case d.placed():
		return d.lowerCursor(r), nil
	case reported != nil && *reported != durable && (d.drained() || *reported < durable):
		return d.chooseCursor(*reported, r)
	case reported == nil && r.err != nil && d.drained():
		return d.acceptCursor(r)
	}
	return d.cursorOutcome(durable, d.durableText(r)), nil
}

// disputed reports whether what the stopped client said of its cursor is not what
// its source says, or neither says anything now.
func (d *Drive) disputed(r reading) bool {
	if said := d.run.ReportedCursor; said != nil {
		return *said != *r.slot()
	}
	return r.err != nil
}

// certainCursor asks for a cursor that is certain: of two slots the lower one
// repeats some and the higher one may lose some, and exactly_once takes neither.
func (d *Drive) certainCursor(r reading) (outcome, error) {
	if d.takeAnswer("") != "" {
		d.notTaken("it is not certain still")
	}
	saw := "its durable cursor is " + d.durableText(r)
	if said := d.run.ReportedCursor; said != nil {
		saw = fmt.Sprintf("the stopped client says slot %d, and %s", *said, saw)
	}
	return outcome{}, ask("exactly_once, and the cursor of %s at %s is not certain: %s. Have its source say how far it came, then answer yes; or abort the run",
		d.run.Pipeline, d.run.From, model.Clean(saw, model.MaxMessage))
}

// drained reports whether the client was drained, as far as its hook says, so
// that what it says of itself is certain.
func (d *Drive) drained() bool { return d.run.Mode != model.Reactive && !stoppedByForce(&d.run) }

// placed reports whether the position does not follow from the cursor.
func (d *Drive) placed() bool { return d.run.FromSlot != nil || d.run.Latest }

// cursorOutcome journals the cursor.
func (d *Drive) cursorOutcome(slot model.Slot, detail string) outcome {
	return outcome{detail: detail, set: func(r *model.Run) { r.Cursor = &slot }}
}

// durableText tells of a durable cursor.
func (d *Drive) durableText(r reading) string {
	text := fmt.Sprintf("slot %d, durable, %s", *r.slot(), r.age(d.engine.now()))
	if r.err != nil {
		text += ", as last recorded, for its source cannot be read: " + r.err.Error()
	}
	return text
}

// lowerCursor takes the lower one of two slots, where it only serves to count
// what is skipped.
func (d *Drive) lowerCursor(r reading) outcome {
	slot, text := *r.slot(), d.durableText(r)
	if said := d.run.ReportedCursor; said != nil && *said < slot {
		slot, text = *said, fmt.Sprintf("slot %d, as the client said; %s", *said, text)
	}
	return d.cursorOutcome(slot, text)
}

// withoutCursor goes on without a durable cursor: by what the client said of
// itself, or where a person, or the policy, said where to resume.
func (d *Drive) withoutCursor(r reading) (outcome, error) {
	if said := d.run.ReportedCursor; said != nil {
		return d.cursorOutcome(*said, fmt.Sprintf("slot %d, as the client said; there is no durable one", *said)), nil
	}
	why := ""
	if r.err != nil {
		why = " (its source cannot be read: " + r.err.Error() + ")"
	}
	if d.placed() || allowsGaps(d.pipeline) {
		return outcome{detail: "there is none for " + d.run.From + why}, nil
	}
	return outcome{}, fmt.Errorf("there is no cursor for %s at %s%s: begin again with --from-slot SLOT",
		d.run.Pipeline, d.run.From, why)
}

// chooseCursor has a person choose between two slots.
func (d *Drive) chooseCursor(reported model.Slot, r reading) (outcome, error) {
	durable := *r.slot()
	if answer := d.takeAnswer(""); answer != "" {
		d.notTaken("it is neither %d nor %d", reported, durable)
		if n, err := number(answer); err == nil && (model.Slot(n) == reported || model.Slot(n) == durable) {
			slot := model.Slot(n)
			return d.chosenOutcome(slot, model.SlotsBetween(min(reported, durable), slot),
				fmt.Sprintf("slot %d, chosen by %s (the client said %d, the durable cursor is %d)",
					slot, d.person(), reported, durable)), nil
		}
	}
	unread := ""
	if r.err != nil {
		unread = fmt.Sprintf(", %s, as last recorded: its source cannot be read (%s)", r.age(d.engine.now()), model.Clean(r.err.Error(), 200))
	}
	return outcome{}, ask("the stopped client of %s at %s says that it consumed up to slot %d, its durable cursor is %d%s: "+
		"answer with one of the two (the lower one may repeat slots, the higher one may lose up to %s)",
		d.run.Pipeline, d.run.From, reported, durable, unread, model.Count(max(reported, durable)-min(reported, durable)))
}

// acceptCursor has a person accept the last recorded cursor of a drained client
// that nobody can ask any more.
func (d *Drive) acceptCursor(r reading) (outcome, error) {
	slot := *r.slot()
	answer := d.takeAnswer("")
	if n, err := number(answer); err == nil && model.Slot(n) == slot {
		return d.chosenOutcome(slot, 0, fmt.Sprintf("slot %d, as last recorded, accepted by %s", slot, d.person())), nil
	}
	if answer != "" {
		d.notTaken("it is not %d", slot)
	}
	return outcome{}, ask("the client of %s at %s is drained and did not say how far it came, and its cursor source cannot be read (%s). "+
		"The last value recorded is slot %d, %s: to resume after it, answer with that slot (what was consumed since comes twice)",
		d.run.Pipeline, d.run.From, model.Clean(r.err.Error(), 200), slot, r.age(d.engine.now()))
}

// chosenOutcome journals a cursor that a person decided on, and how many slots
// that may lose.
func (d *Drive) chosenOutcome(slot model.Slot, loss uint64, detail string) outcome {
	if loss > 0 {
		detail += ", up to " + model.Units(loss, "slot") + " may be lost"
	}
	out := d.cursorOutcome(slot, detail)
	place := out.set
	out.set = func(r *model.Run) { place(r); r.PossibleLoss = loss }
	out.batch.Audit = d.audit("cursor", detail)
	return out
}

// awaitCursor waits up to the settle time for the durable cursor to be what
// the drained client said.
func (d *Drive) awaitCursor(reported model.Slot) (reading, error) {
	until := d.engine.elapsed() + d.engine.settings.Settle
	for {
		r, err := d.cursorSurely(d.run.From)
		if err != nil || r.err != nil || (r.cursor != nil && r.cursor.Slot >= reported) || d.engine.elapsed() >= until {
			return r, err
		}
		if err := d.pause(d.engine.settings.Poll); err != nil {
			return reading{}, err
		}
	}
}

// restless is how many settle times a cursor may take to stand still.
const restless = 4

// settledCursor reads the durable cursor once it stood still for the settle
// time. A source that cannot be read shows nothing by waiting.
func (d *Drive) settledCursor() (reading, error) {
	settle, since := d.engine.settings.Settle, d.engine.elapsed()
	until := since + restless*settle
	r, err := d.cursorSurely(d.run.From)
	for err == nil && r.err == nil && d.engine.elapsed()-since < settle {
		if d.engine.elapsed() >= until {
			return r, &sourceRunsError{fmt.Sprintf("the client of %s at %s was stopped, and its cursor does not stand still", d.run.Pipeline, d.run.From)}
		}
		if err := d.pause(d.engine.settings.Poll); err != nil {
			return reading{}, err
		}
		var next reading
		next, err = d.cursorSurely(d.run.From)
		if err == nil && next.err != nil && next.same(r) {
			return r, nil // it was read after the drain, and its client has left since
		}
		if !next.same(r) {
			since = d.engine.elapsed()
		}
		r = next
	}
	return r, err
}
