package failover

import (
	"errors"
	"fmt"

	"github.com/fumtui/fumtui/model"
)

// failNote says what to do after a run that failed at a step.
func (d *Drive) failNote(at model.StepName, err error) string {
	r := &d.run
	var noted *notedError
	switch {
	case errors.As(err, &noted):
		return noted.note
	case startBegun(r) && at == model.StepStart:
		return d.startNote()
	case startBegun(r):
		return fmt.Sprintf("%s is now the active cluster of %s, and its cursor there stands, so nothing is lost. "+
			"Look at the client at %s, start it if it is stopped, and see by fumtui status that it streams. Or go back: stop it, then %s",
			r.To, r.Pipeline, r.To, d.wayBack(nil))
	case r.Kind == model.Recreate && r.ForwardOnly():
		return fmt.Sprintf("the client of %s at %s is stopped, and its subscriber there may be gone: do not start that client by hand, it could begin anywhere. "+
			"When the cause is mended: fumtui recreate %s --confirm %s; or move it to another cluster. The cursor stands, so nothing is lost",
			r.Pipeline, r.To, r.Pipeline, r.To)
	case reverting(r):
		return fmt.Sprintf("the client of %s at %s could not be put to work again: start it by hand. Its subscriber is untouched.", r.Pipeline, r.From)
	}
	return fmt.Sprintf("the client of %s at %s was told to stop and may be stopped, its subscriber is untouched: "+
		"begin the %s again when the cause is mended, or start that client by hand.", r.Pipeline, r.From, r.Kind)
}

// startNote says what to do when the target's client was not started.
func (d *Drive) startNote() string {
	r := &d.run
	return fmt.Sprintf("no client of %s runs, as far as is known. %s is now its active cluster, and its subscriber there waits at slot %d, "+
		"so nothing is lost: mend what the hook says, start the client at %s by hand, and see by fumtui status that it streams. "+
		"Or go back: make sure that it is stopped, then %s", r.Pipeline, r.To, *r.ResumeSlot, r.To, d.wayBack(nil))
}

// holeNote says how to consume slots that the target's cursor has passed.
func (d *Drive) holeNote(first model.Slot) string {
	r := &d.run
	return fmt.Sprintf("slots %d to %d were not consumed, and the cursor at %s has passed them. To consume them: %s",
		*r.ResumeSlot, first-1, r.To, d.fromResume())
}

// fromResume says how to consume all that comes after the resume slot again.
// exactly_once takes no slot below the cursor, nor does a subscriber that is made
// again where it was: there a person sets the cursor itself.
func (d *Drive) fromResume() string {
	r := &d.run
	text := "stop the client at " + r.To + "; then "
	if r.From == r.To || d.pipeline.Guarantee == model.ExactlyOnce {
		return text + fmt.Sprintf("fumtui cursor set %s %s %d --force; then %s", r.Pipeline, r.To, below(*r.ResumeSlot), d.wayBack(nil))
	}
	return text + d.wayBack(r.ResumeSlot)
}

// foreignNote says what to do about a subscriber of which it is not known where
// it began.
func (d *Drive) foreignNote() string {
	r := &d.run
	return fmt.Sprintf("from which slot that subscriber began is not known, and slots from %d on may be missing. To consume them: %s",
		*r.ResumeSlot, d.fromResume())
}

// staleNote says what to do about a subscriber that serves no more.
func (d *Drive) staleNote() string {
	r := &d.run
	return fmt.Sprintf("%s is now the active cluster of %s, and its cursor there stands. A stale subscriber cannot go on, and after the start "+
		"this run may not delete it: %s", r.To, r.Pipeline, d.makeAgain())
}

// goneNote says what to do where the target has no subscriber, and can have
// none that goes on from its cursor.
func (d *Drive) goneNote() string {
	r := &d.run
	return fmt.Sprintf("%s is now the active cluster of %s, and its cursor there stands, but its subscriber there is gone: %s",
		r.To, r.Pipeline, d.makeAgain())
}

// makeAgain says how to go on where the target's subscriber serves no more.
func (d *Drive) makeAgain() string {
	r := &d.run
	again := fmt.Sprintf("fumtui recreate %s --confirm %s makes it again from the slot after the cursor, and asks where that is not served any more", r.Pipeline, r.To)
	if r.From == r.To {
		return again + ". Or move to another cluster"
	}
	return again + fmt.Sprintf(". Or go back: stop the client at %s, then %s", r.To, d.wayBack(nil))
}

// doneNote says of a run that is done what it may have lost, and what became of
// the place that it left.
func (d *Drive) doneNote() string {
	r := &d.run
	if r.PossibleLoss == 0 {
		return d.leftNote()
	}
	text := fmt.Sprintf("up to %s may be lost, and nobody can tell: see steps cursor and confirm", model.Units(r.PossibleLoss, "slot"))
	if left := d.leftNote(); left != "" {
		text += "; " + left
	}
	return text
}

// leftNote says what became of the place that a run left.
func (d *Drive) leftNote() string {
	r := &d.run
	if r.Kind == model.Recreate {
		return ""
	}
	back, stay := fmt.Sprintf("fumtui cutover %s --to %s --confirm %s", r.Pipeline, r.From, r.From), ""
	if d.home() == r.From {
		back = fmt.Sprintf("fumtui failback %s --confirm %s", r.Pipeline, r.From)
		stay = fmt.Sprintf(". To stay: fumtui home %s %s", r.Pipeline, r.To)
	}
	return fmt.Sprintf("the subscriber %s at %s is left alone: it is the way back, by %s, as long as %s still has the slot after the cursor%s",
		r.Subscriber, r.From, back, r.From, stay)
}

// home is the pipeline's home in force, as far as it can be read.
func (d *Drive) home() string {
	home, err := d.engine.homeOf(d.wait, d.pipeline)
	if err != nil {
		return d.pipeline.Home
	}
	return home
}

// wayBack is the command that moves the pipeline to where it came from, at a slot
// where one is given; where a subscriber was made again, the one that does so once
// more.
func (d *Drive) wayBack(from *model.Slot) string {
	r := &d.run
	if r.From == r.To {
		return fmt.Sprintf("fumtui recreate %s --confirm %s --force, or a cutover to another cluster", r.Pipeline, r.To)
	}
	text := fmt.Sprintf("fumtui cutover %s --to %s --confirm %s --mode reactive", r.Pipeline, r.From, r.From)
	if from != nil {
		text += fmt.Sprintf(" --from-slot %d", *from)
	}
	if r.From == d.home() {
		text += " (with --force if home was not healthy for long enough)"
	}
	return text
}
