package failover

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/crash"
)

// beforeStart makes sure, while there is still a way back, that the subscriber
// at the target is ours, that no client works there yet, and that the source's
// client is still stopped.
func (d *Drive) beforeStart() error {
	if err := d.assure(); err != nil {
		return err
	}
	var ours, idle, still error
	var wg sync.WaitGroup
	crash.Go(d.wait, &wg, func() { ours = d.subscriberIsOurs() })
	crash.Go(d.wait, &wg, func() { idle = d.targetIsIdle() })
	still = d.lookOnce()
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

// start starts the target's client. A hook whose outcome is unknown is left to
// the confirmation.
func (d *Drive) start() (outcome, error) {
	c, env, err := d.client(d.run.To)
	if err != nil {
		return outcome{}, err
	}
	if manual(c) {
		return d.byHand()
	}
	if err := d.refuseSecond(); err != nil {
		return outcome{}, err
	}
	detail, err := d.startTarget(c, env)
	if err != nil {
		return outcome{}, err
	}
	return outcome{detail: detail, batch: Batch{Audit: d.audit("start", detail)}}, nil
}

// startTarget starts the target's client by its hook. Where that fails the run
// waits until somebody has mended it: from here there is no way back.
func (d *Drive) startTarget(c Client, env HookEnv) (string, error) {
	if open := d.run.Question; strings.HasPrefix(open, startFailed) {
		answer := d.takeAnswer(startFailed)
		switch status, _ := d.engine.status(d.wait, c, env); {
		case status == ClientRunning:
			return "the client at " + d.run.To + " runs: it was started meanwhile", nil
		case !saysYes(answer):
			d.notTaken("it is neither yes nor fail")
			return "", ask("%s", bare(open))
		}
	}
	detail, err := d.startHook(c, env)
	if err == nil || d.wait.Err() != nil {
		return detail, err
	}
	d.notTaken("it failed again")
	return "", ask(startFailed+"%s at %s failed: %s; mend it, then answer yes to try again, or fail to end the run with no client at work",
		d.run.Pipeline, d.run.To, model.Clean(err.Error(), model.MaxMessage/2))
}

// startHook starts the target's client by its hook, which may be run again: to
// start what runs is harmless.
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
		if try == effectTries && status == ClientUnknown && timedOut(err) {
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

// byHand has a person start the client. Once that person did, what the source's
// client is at is seen next.
func (d *Drive) byHand() (outcome, error) {
	var runs *sourceRunsError
	if d.takesYes(startByHand) {
		_, err := d.guardLook()
		if err == nil {
			detail := d.person() + " says that the client at " + d.run.To + " is started"
			return outcome{detail: detail, batch: Batch{Audit: d.audit("start", detail)}}, nil
		}
		if !errors.As(err, &runs) {
			return outcome{}, err
		}
		return outcome{}, ask(doubleActive+"%s. Stop it, then answer yes", runs.text)
	}
	if err := d.refuseSecond(); err != nil {
		return outcome{}, err
	}
	return outcome{}, ask(startByHand+"%s at %s, then answer yes", d.run.Pipeline, d.run.To)
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
