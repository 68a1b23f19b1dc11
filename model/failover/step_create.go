package failover

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/crash"
)

// deleteOld removes a subscriber of that name at the target. Which one it will
// delete is journaled first, so that one that is gone after a lost answer is
// known to be deleted by this run.
func (d *Drive) deleteOld() (outcome, error) {
	c, err := d.target()
	if err != nil {
		return outcome{}, err
	}
	for try := 1; ; try++ {
		err = d.tryDelete(c)
		if err == nil {
			break
		}
		if try == effectTries || !passing(err) {
			return outcome{}, err
		}
		if err := d.pause(d.engine.settings.Poll); err != nil {
			return outcome{}, err
		}
	}
	if d.run.Step(model.StepDelete).Detail == "" {
		return outcome{detail: fmt.Sprintf("there was no subscriber %s at %s", d.run.Subscriber, d.run.To)}, nil
	}
	detail := "deleted: " + d.run.Step(model.StepDelete).Detail
	return outcome{detail: detail, batch: Batch{Audit: d.audit("delete", detail)}}, nil
}

// tryDelete deletes what is there, once.
func (d *Drive) tryDelete(c Cluster) error {
	sub, err := d.doomed(c)
	if err != nil || sub == nil {
		return err
	}
	victim := d.victim(sub)
	if d.run.Step(model.StepDelete).Detail != victim {
		err := d.commit(Batch{Audit: d.audit("to delete", victim)}, func(r *model.Run) {
			r.Step(model.StepDelete).Detail = victim
		})
		if err != nil {
			return err
		}
	}
	return d.remove(c)
}

// doomed is the subscriber at the target that is to be deleted; nil where there
// is none. Beside it it makes sure that no client works on it.
func (d *Drive) doomed(c Cluster) (*model.Subscriber, error) {
	var idle error
	var wg sync.WaitGroup
	crash.Go(d.wait, &wg, func() { idle = d.targetIsIdle() })
	sub, err := d.subscriber(c)
	wg.Wait()
	if err == nil && sub != nil {
		err = idle
	}
	return sub, err
}

// victim names a subscriber that is to be deleted.
func (d *Drive) victim(sub *model.Subscriber) string {
	return fmt.Sprintf("the subscriber %s at %s, id %s", d.run.Subscriber, d.run.To, model.Clean(sub.ID, 64))
}

// remove deletes the target's subscriber. It is the only place that deletes,
// and guards what must never be deleted: after the intent of start anything, and
// the source's own subscriber, but for a run that makes it again, while its
// client is seen to be stopped.
func (d *Drive) remove(c Cluster) error {
	r := &d.run
	own := r.To == r.From
	proven := r.Step(model.StepVerifyStop).State == model.StepDone
	if startBegun(r) || reverting(r) || !proven || own != (r.Kind == model.Recreate) {
		return errors.New("internal: a subscriber in use must not be deleted")
	}
	if own {
		if err := d.sourceStillStopped(); err != nil {
			return err
		}
	}
	_, err := send(d, func(ctx context.Context) (bool, error) {
		return c.Delete(ctx, d.run.Subscriber)
	})
	if err != nil {
		return fmt.Errorf("delete the subscriber %s at %s: %w", d.run.Subscriber, d.run.To, err)
	}
	return nil
}

// passing reports whether an effect's failure leaves it unknown whether the
// effect was had, or may pass by itself.
func passing(err error) bool {
	var journal *journalError
	if errors.As(err, &journal) {
		return false
	}
	return model.ClassOf(err).Outage() || errors.Is(err, context.DeadlineExceeded)
}

// create makes the target's subscriber at the resume slot. Where it is not
// certain who made the one that is there, and from which slot, it is deleted
// and made again: no client has started on it, so that is harmless.
func (d *Drive) create() (outcome, error) {
	c, err := d.target()
	if err != nil {
		return outcome{}, err
	}
	if d.run.From == d.run.To {
		if err := d.sourceStillStopped(); err != nil {
			return outcome{}, err // it would go to work on what is made
		}
	}
	var sub *model.Subscriber
	for try := 1; ; try++ {
		sub, err = d.tryCreate(c)
		if err == nil {
			break
		}
		if try == effectTries || !(passing(err) || errors.Is(err, ErrAlreadyExists) || errors.Is(err, errNotOurs)) {
			return outcome{}, err
		}
		if err := d.pause(d.engine.settings.Poll); err != nil {
			return outcome{}, err
		}
		if err := d.clear(c); err != nil && !passing(err) {
			return outcome{}, err
		}
	}
	return d.createOutcome(sub.ID), nil
}

// createOutcome journals the subscriber's id and sets the target's cursor in
// the same transaction: a higher row of an earlier stay would make the next
// failover skip slots.
func (d *Drive) createOutcome(id string) outcome {
	resume := *d.run.ResumeSlot
	seed := CursorSeed{Cluster: d.run.To, Slot: below(resume), Remove: resume == 0}
	seed.Stale, seed.StaleUnknown = d.staleCursor()
	detail := fmt.Sprintf("created the subscriber %s at %s from slot %d, id %s", d.run.Subscriber, d.run.To, resume, model.Clean(id, 64))
	return outcome{
		detail: detail,
		batch:  Batch{SetCursor: &seed, Audit: d.audit("create", detail)},
		set:    func(r *model.Run) { r.SubscriberID = id },
	}
}

// staleCursor is what the cursor source at the target says before its client is
// started there: the value of an earlier stay; nil where it says nothing, or is
// the ledger. It is unknown where it cannot be read: what was recorded of it may
// be older than what it says.
func (d *Drive) staleCursor() (said *model.Slot, unknown bool) {
	r, slot := d.engine.askSource(d.wait, d.run.Pipeline, d.run.To)
	return slot, r.own && r.err != nil
}

// errNotOurs says that the subscriber read back is not the one just made.
var errNotOurs = errors.New("the subscriber there is not the one just created")

// tryCreate creates once and reads back.
func (d *Drive) tryCreate(c Cluster) (*model.Subscriber, error) {
	id, err := send(d, func(ctx context.Context) (string, error) {
		return c.CreateFromSlot(ctx, d.run.Subscriber, *d.run.ResumeSlot)
	})
	if err != nil {
		return nil, fmt.Errorf("create the subscriber %s at %s from slot %d: %w", d.run.Subscriber, d.run.To, *d.run.ResumeSlot, err)
	}
	sub, err := d.readBack(c)
	if err != nil {
		return nil, err
	}
	if sub == nil || sub.Stale || (id != "" && sub.ID != id) {
		return nil, fmt.Errorf("read back the subscriber %s at %s: %w", d.run.Subscriber, d.run.To, errNotOurs)
	}
	return sub, nil
}

// readBack looks at the subscriber just created, and whether the target still
// has the slot that it begins at: the window moves on, and a cluster may not say.
func (d *Drive) readBack(c Cluster) (*model.Subscriber, error) {
	var window model.SlotRange
	var windowErr error
	var wg sync.WaitGroup
	crash.Go(d.wait, &wg, func() { window, windowErr = call(d.wait, d.engine.settings.CallTimeout, c.SlotRange) })
	sub, err := d.subscriber(c)
	wg.Wait()
	if err == nil && windowErr == nil && window.Min > *d.run.ResumeSlot {
		err = fmt.Errorf("the window of %s moved past the resume slot %d: it serves from slot %d, so %s are gone",
			d.run.To, *d.run.ResumeSlot, window.Min, model.Units(model.SlotsBetween(*d.run.ResumeSlot, window.Min), "slot"))
	}
	return sub, err
}

// clear removes what an attempt to create may have left behind.
func (d *Drive) clear(c Cluster) error {
	sub, err := d.doomed(c)
	if err != nil || sub == nil {
		return err
	}
	victim := d.victim(sub)
	if err := d.commit(Batch{Audit: d.audit("to delete", victim+", to create it again")}, nil); err != nil {
		return err
	}
	if err := d.remove(c); err != nil {
		return err
	}
	d.notes = append(d.notes, d.audit("delete", "deleted: "+victim)...)
	return nil
}
