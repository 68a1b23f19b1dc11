package failover

import (
	"fmt"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// turnBack journals the decision to go back: from this write on only the steps
// back are taken. cause, which may be nil, is what the run met at step s.
func (d *Drive) turnBack(s step, why string, cause error) error {
	now := d.engine.now()
	d.answer = ""
	batch := Batch{Audit: d.audit("revert", why)}
	return d.commit(batch, func(r *model.Run) {
		if st := r.Step(s.name); cause != nil && st != nil {
			endStep(st, now, cause.Error())
		}
		giveUp(r, now, why)
		r.Note, r.Question = model.Clean(why, model.MaxMessage), ""
		r.Steps = append(r.Steps,
			model.Step{Name: model.StepRevert, State: model.StepRunning, StartedAt: &now},
			model.Step{Name: model.StepRestart, State: model.StepPending})
	})
}

// revert brings the source's client to a certain state. One that was told to
// drain may still be running and stop later, so running is not enough: it is
// waited for, then stopped, and only then started again.
func (d *Drive) revert() (outcome, error) {
	if !d.stopped() {
		return outcome{detail: "the client at " + d.run.From + " was not touched"}, nil
	}
	w, err := d.watch(d.run.From)
	if err != nil {
		return outcome{}, err
	}
	if manual(w.client) {
		return outcome{detail: "the client at " + d.run.From + " is controlled by a person"}, nil
	}
	if d.takesYes(uncertain) {
		return outcome{detail: d.person() + sworn + d.run.From + " runs as before"}, nil
	}
	s := d.engine.settings
	proven := d.run.Step(model.StepVerifyStop).State == model.StepDone
	rest, err := d.awaitRest(w, s.DrainTimeout, proven)
	if err != nil || rest != "" {
		return outcome{detail: rest}, err
	}
	if _, err := d.hook(w.client, HookStop, w.env, s.HookTimeout); err != nil && d.base.Err() != nil {
		return outcome{}, err
	}
	w.forget() // what moved before the stop says nothing of it
	rest, err = d.awaitRest(w, s.DrainTimeout+s.Settle, false)
	if err != nil || rest != "" {
		return outcome{detail: rest}, err
	}
	if w.last.status == ClientRunning && w.moved != "" && w.quiet() < s.Settle {
		return outcome{detail: "the client at " + d.run.From + " ignores its stop and runs on"}, nil
	}
	return outcome{}, ask(uncertain+" what the client of %s at %s is at, it may stop yet: %s. See that it runs as before, then answer yes",
		d.run.Pipeline, d.run.From, against(w))
}

// sworn is in the detail of a revert whose outcome is a person's word.
const sworn = " says that the client at "

// awaitRest waits for the status hook to say stopped, while what is seen of the
// client does not say otherwise. A client that was proven to be stopped and runs
// was started since, and needs nothing.
func (d *Drive) awaitRest(w *watch, limit time.Duration, proven bool) (string, error) {
	until := d.engine.elapsed() + limit
	for {
		seen, err := w.look()
		switch {
		case err != nil:
			return "", err
		case seen.status == ClientStopped && d.rests(w, seen):
			return "the client at " + d.run.From + " is stopped", nil
		case seen.status == ClientRunning && proven:
			return "the client at " + d.run.From + " runs again", nil
		case d.engine.elapsed() >= until:
			return "", nil
		}
		if err := d.pause(d.engine.settings.Poll); err != nil {
			return "", err
		}
	}
}

// rests reports whether nothing speaks against a client's being stopped. One that
// was seen to move, or whose port answers, is believed once it stood still for
// long.
func (d *Drive) rests(w *watch, s sight) bool {
	long := d.engine.settings.Poll
	if s.scrapeErr == nil || w.moved != "" {
		long = d.engine.settings.Settle
	}
	return w.looks > 1 && w.quiet() >= long
}

// restart puts the source's client to work again and ends the run as aborted.
func (d *Drive) restart() (outcome, error) {
	if !d.stopped() {
		return d.abortedOutcome("nothing had to be done"), nil
	}
	c, env, err := d.client(d.run.From)
	if err != nil {
		return outcome{}, err
	}
	if manual(c) {
		if !d.takesYes("") {
			return outcome{}, ask(startByHand+"%s at %s again, then answer yes", d.run.Pipeline, d.run.From)
		}
		return d.abortedOutcome(d.person() + " says that the client at " + d.run.From + " runs"), nil
	}
	if strings.Contains(d.run.Step(model.StepRevert).Detail, sworn) {
		// What a person says of it stands, unless it is surely stopped.
		w, err := d.watch(d.run.From)
		if err != nil {
			return outcome{}, err
		}
		if rest, err := d.awaitRest(w, 2*d.engine.settings.Poll, true); err != nil {
			return outcome{}, err
		} else if rest == "" {
			return d.abortedOutcome(d.run.Step(model.StepRevert).Detail), nil
		}
	}
	return d.restartByHook(c, env)
}

// restartByHook puts it to work again by its hook.
func (d *Drive) restartByHook(c Client, env HookEnv) (out outcome, err error) {
	for try := 1; ; try++ {
		if status, _ := d.engine.status(d.wait, c, env); status == ClientRunning {
			return d.abortedOutcome("the client at " + d.run.From + " runs as before"), nil
		}
		if try > effectTries && d.run.Kind == model.Recreate {
			return d.abortedOutcome("the client at " + d.run.From + " was started and does not run: its subscriber is as it was before, lost or stale"), nil
		}
		if try > effectTries {
			return outcome{}, fmt.Errorf("the client of %s at %s does not run after its start: %w", d.run.Pipeline, d.run.From, err)
		}
		if try > 1 {
			if err := d.pause(d.engine.settings.Poll); err != nil {
				return outcome{}, err
			}
		}
		_, err = d.hook(c, HookStart, env, d.engine.settings.HookTimeout)
		if d.base.Err() != nil {
			return outcome{}, err
		}
		if err == nil {
			err = fmt.Errorf("its status hook does not say that it runs")
		}
	}
}

// abortedOutcome ends the run as aborted.
func (d *Drive) abortedOutcome(detail string) outcome {
	now := d.engine.now()
	return outcome{
		detail: detail,
		batch:  Batch{Release: true, Audit: d.audit("aborted", detail)},
		set: func(r *model.Run) {
			r.State, r.EndedAt = model.RunAborted, &now
		},
	}
}
