package failover

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/fumtui/fumtui/model"
)

// beforeStart makes sure, while there is still a way back, that the subscriber
// at the target is ours, that no client works there yet, and that the source's
// client is still stopped.
func (d *Drive) beforeStart() error {
	var ours, idle, still error
	var wg sync.WaitGroup
	wg.Go(func() { ours = d.subscriberIsOurs() })
	wg.Go(func() { idle = d.targetIsIdle() })
	still = d.sourceStillStopped()
	wg.Wait()
	if err := d.leaving(); err != nil {
		return err
	}
	for _, err := range []error{still, ours, idle} {
		if err != nil {
			return err
		}
	}
	return nil
}

// subscriberIsOurs fails where the target's subscriber is not the one that this
// run made.
func (d *Drive) subscriberIsOurs() error {
	c, err := d.target()
	if err != nil {
		return err
	}
	sub, err := d.subscriberSurely(c)
	if err != nil {
		return err
	}
	if sub == nil {
		return fmt.Errorf("the subscriber %s just created at %s is gone: begin again", d.run.Subscriber, d.run.To)
	}
	if sub.ID != d.run.SubscriberID || sub.Stale {
		return fmt.Errorf("the subscriber %s at %s is not the one that this run created (id %s, expected %s): somebody else is at work there; begin again",
			d.run.Subscriber, d.run.To, model.Clean(sub.ID, 64), model.Clean(d.run.SubscriberID, 64))
	}
	return nil
}

// targetIsIdle fails where a client works at the target already. What cannot be
// seen now was seen in preflight.
func (d *Drive) targetIsIdle() error {
	if d.run.From == d.run.To {
		return nil
	}
	w, err := d.watch(d.run.To)
	if err != nil {
		return err
	}
	var sign string
	switch s := w.see(); {
	case s.status == ClientRunning:
		sign = "its status hook says so"
	case s.scrapeErr == nil:
		sign = "its metrics port answers"
	case s.cursor != nil && *s.cursor > below(*d.run.ResumeSlot):
		sign = fmt.Sprintf("its cursor moved to %d from its seed", *s.cursor)
	default:
		return nil
	}
	return fmt.Errorf("a client of %s runs at %s, and this run has not started it: %s; stop it, and begin again", d.run.Pipeline, d.run.To, sign)
}

// start starts the target's client. A hook whose outcome is unknown is left to
// the confirmation.
func (d *Drive) start() (outcome, error) {
	if err := d.refuseSecond(); err != nil {
		return outcome{}, err
	}
	c, env, err := d.client(d.run.To)
	if err != nil {
		return outcome{}, err
	}
	if manual(c) {
		return d.startByHand()
	}
	detail, err := d.startHook(c, env)
	if err != nil {
		return outcome{}, err
	}
	return outcome{detail: detail, batch: Batch{Audit: d.audit("start", detail)}}, nil
}

// startHook starts the target's client by its hook.
func (d *Drive) startHook(c Client, env HookEnv) (string, error) {
	for try := 1; ; try++ {
		_, err := d.hook(c, HookStart, env, d.engine.settings.HookTimeout)
		if err == nil {
			return "hook start of the client at " + d.run.To + " succeeded", nil
		}
		if d.base.Err() != nil {
			return "", err
		}
		status, _ := d.engine.status(d.wait, c, env)
		if status == ClientRunning {
			return "the client at " + d.run.To + " runs, though " + err.Error(), nil
		}
		if status == ClientUnknown && timedOut(err) {
			return err.Error() + "; whether it started is seen next", nil
		}
		if try == effectTries {
			return "", err
		}
		if err := d.pause(d.engine.settings.Poll); err != nil {
			return "", err
		}
	}
}

// doubleActive begins the question of a run that sees two clients.
const doubleActive = "double-active: "

// refuseSecond asks when the source's client runs, or has run since its stop
// was proven: a second one must not be started beside it.
func (d *Drive) refuseSecond() error {
	if d.run.From == d.run.To {
		return nil // it is the client that is started, perhaps already
	}
	err := d.sourceStillStopped()
	var runs *sourceRunsError
	if !errors.As(err, &runs) {
		return err
	}
	c, env, err := d.client(d.run.From)
	if err != nil {
		return err
	}
	status, _ := d.engine.status(d.wait, c, env)
	if status == ClientRunning || !saysYes(d.takeAnswer(doubleActive)) {
		return ask(doubleActive+"%s. Stop it, then answer yes", runs.text)
	}
	d.notes = append(d.notes, d.audit("double-active", d.person()+" says that it is stopped: "+runs.text)...)
	return d.leaving()
}

// startByHand has a person start the client.
func (d *Drive) startByHand() (outcome, error) {
	if !saysYes(d.takeAnswer("start the client")) {
		return outcome{}, ask("start the client of %s at %s, then answer yes", d.run.Pipeline, d.run.To)
	}
	detail := d.person() + " says that the client at " + d.run.To + " is started"
	return outcome{detail: detail, batch: Batch{Audit: d.audit("start", detail)}}, nil
}

// activate makes the target the active cluster and ends the run.
func (d *Drive) activate() (outcome, error) {
	now := d.engine.now()
	took := now.Sub(d.run.StartedAt).Round(time.Second)
	detail := fmt.Sprintf("%s is active on %s, %s after the run began", d.run.Pipeline, d.run.To, took)
	note := d.doneNote()
	return outcome{
		detail: detail,
		batch:  Batch{Activate: true, Release: true, Audit: d.audit("done", detail)},
		set: func(r *model.Run) {
			r.State, r.EndedAt, r.Note = model.RunDone, &now, note
		},
	}, nil
}
