package failover

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/fumtui/fumtui/model"
)

// restFactor is how often longer than a look at the source it is left in peace:
// its host may be gone, and every look may last its full time.
const restFactor = 4

// answerDouble has a run that saw two clients go on only after a person's word,
// which is journaled. The question stays open until then, whoever drives.
func (d *Drive) answerDouble() error {
	open := d.run.Question
	if !strings.HasPrefix(open, doubleActive) {
		return nil
	}
	if !d.takesYes(doubleActive) {
		return ask("%s", bare(open))
	}
	d.word = true
	word := fmt.Sprintf("%s says that the client at %s is stopped, asked: %s", d.person(), d.run.From, bare(open))
	return d.commit(Batch{Audit: d.audit("double-active", word)}, func(r *model.Run) { r.Question = "" })
}

// sourceLives asks when the source's client comes to life again. What cannot be
// seen now says nothing.
func (c *confirmation) sourceLives(seen sight, err error) error {
	d := c.drive
	if err != nil {
		return err
	}
	sign := c.source.moved
	if sign == "" && seen.status == ClientRunning {
		sign = "its status hook says that it is running"
	}
	if sign == "" {
		return nil
	}
	return ask(doubleActive+"the client of %s at %s lives (%s) while that at %s runs. Stop the client at %s, then answer yes",
		d.run.Pipeline, d.run.From, sign, d.run.To, d.run.From)
}

// keepSubscriber sees that the target's subscriber is there. One that is lost
// is made again; nothing is ever deleted here. An empty id in the journal is
// the intent of making it again.
func (c *confirmation) keepSubscriber(cluster Cluster, g *glance) error {
	d, sub := c.drive, g.sub
	switch {
	case g.subErr != nil:
		return d.leaving() // it cannot be seen now: that says nothing
	case sub == nil && g.windowErr != nil:
		return d.leaving() // from where it could go on is not known now
	case sub == nil:
		return c.createAgain(cluster, g.cursor.cursor, g.window)
	case sub.Stale:
		return &notedError{
			err:  fmt.Errorf("the subscriber %s at %s is stale", d.run.Subscriber, d.run.To),
			note: d.staleNote(),
		}
	case sub.ID == d.run.SubscriberID:
		return nil
	case d.run.SubscriberID == "":
		return c.adopt(sub.ID)
	}
	return c.foreign(sub.ID)
}

// foreign fails because of a subscriber that this run did not make.
func (c *confirmation) foreign(id string) error {
	d := c.drive
	return &notedError{
		err: fmt.Errorf("the subscriber %s at %s is not the one that this run created (id %s, expected %s): somebody else is at work there",
			d.run.Subscriber, d.run.To, model.Clean(id, 64), model.Clean(d.run.SubscriberID, 64)),
		note: d.foreignNote(),
	}
}

// overtaken fails because somebody else made the subscriber before this run made
// it again: no call of this run was under way that could have.
func (c *confirmation) overtaken() error {
	d := c.drive
	return &notedError{
		err: fmt.Errorf("the subscriber %s at %s was gone, and before this run made it again somebody else did: somebody else is at work there",
			d.run.Subscriber, d.run.To),
		note: d.foreignNote(),
	}
}

// mostAgain is how often a driver makes a subscriber again: what goes on after
// that is somebody else's doing.
const mostAgain = 3

// createAgain makes the subscriber again from the slot after the target's
// cursor. Where its answer is lost the next look finds out.
func (c *confirmation) createAgain(cluster Cluster, row *model.Cursor, window model.SlotRange) error {
	d := c.drive
	doubt := d.run.SubscriberID == "" // a call of this run may be under way, or was had
	if err := d.refuseSecond(); err != nil {
		return err // with its subscriber it would go to work
	}
	if c.again++; c.again > mostAgain {
		return &notedError{
			err:  fmt.Errorf("the subscriber %s at %s was made again %d times and is gone once more: somebody deletes it", d.run.Subscriber, d.run.To, mostAgain),
			note: d.goneNote(),
		}
	}
	from := *d.run.ResumeSlot
	if row != nil && row.Slot >= from {
		from = max(from, d.after(row.Slot))
	}
	if window.Min > from {
		return &notedError{
			err: fmt.Errorf("the subscriber %s at %s is gone and cannot go on from slot %d: %s serves from slot %d",
				d.run.Subscriber, d.run.To, from, d.run.To, window.Min),
			note: d.goneNote(),
		}
	}
	if d.run.SubscriberID != "" || from != *d.run.ResumeSlot {
		intent := fmt.Sprintf("the subscriber %s at %s is gone (id %s): creating it again from slot %d",
			d.run.Subscriber, d.run.To, model.Clean(d.run.SubscriberID, 64), from)
		err := d.commit(Batch{Audit: d.audit("create again", intent)}, func(r *model.Run) {
			r.SubscriberID, r.ResumeSlot = "", &from
			r.Step(model.StepConfirm).Detail = intent
		})
		if err != nil {
			return err
		}
		c.restart()
	}
	id, err := send(d, func(ctx context.Context) (string, error) {
		return cluster.CreateFromSlot(ctx, d.run.Subscriber, from)
	})
	switch {
	case err == nil && id != "":
		if err := c.stillServed(from); err != nil {
			return err
		}
		return c.adopt(id)
	case errors.Is(err, ErrAlreadyExists) && !doubt:
		return c.overtaken()
	case err == nil || passing(err) || errors.Is(err, ErrAlreadyExists):
		return d.leaving()
	}
	return &notedError{
		err:  fmt.Errorf("the subscriber %s at %s is gone and cannot be created again from slot %d: %w", d.run.Subscriber, d.run.To, from, err),
		note: d.goneNote(),
	}
}

// stillServed fails where the window of the target has moved past the slot from
// which a subscriber was just made: it begins later then, and a cluster may not
// say so.
func (c *confirmation) stillServed(from model.Slot) error {
	d := c.drive
	window, err := d.window()
	if err != nil || window.Min <= from {
		return d.leaving()
	}
	return &notedError{
		err: fmt.Errorf("the subscriber %s at %s was made again from slot %d, and the window of %s moved past that: it serves from slot %d",
			d.run.Subscriber, d.run.To, from, d.run.To, window.Min),
		note: d.foreignNote(),
	}
}

// after is the slot from which a subscriber goes on after a cursor at the target:
// where that is only the highest slot seen, some below it may be missing.
func (d *Drive) after(cursor model.Slot) model.Slot {
	if d.pipeline.Highest {
		return back(cursor+1, d.pipeline.Overlap)
	}
	return cursor + 1
}

// adopt starts the target's client, if its loss has stopped it, and journals
// the id of the subscriber that was made again.
func (c *confirmation) adopt(id string) error {
	d := c.drive
	client, env, err := d.client(d.run.To)
	if err != nil {
		return err
	}
	detail := fmt.Sprintf("created the subscriber %s at %s again from slot %d, id %s",
		d.run.Subscriber, d.run.To, *d.run.ResumeSlot, model.Clean(id, 64))
	if status, _ := d.engine.status(d.wait, client, env); status == ClientStopped {
		if err := d.refuseSecond(); err != nil {
			return err
		}
		said, err := d.startTarget(client, env)
		if err != nil {
			return err
		}
		detail += "; " + said
	}
	err = d.commit(Batch{Audit: d.audit("created again", detail)}, func(r *model.Run) {
		r.SubscriberID = id
		r.Step(model.StepConfirm).Detail = model.Clean(detail, model.MaxMessage)
	})
	c.restart()
	return err
}
