package failover

import (
	"fmt"
	"strings"

	"github.com/fumtui/fumtui/model"
)

// stop brings the source's client to rest. A planned run drains it and goes back
// when that does not succeed in time; a hybrid one stops it by force then, as a
// reactive one does at once, and leaves it to the proof of the next step whether
// that worked.
func (d *Drive) stop() (outcome, error) {
	c, env, err := d.client(d.run.From)
	if err != nil {
		return outcome{}, err
	}
	// Seen before the stop, a port that refuses after it is a proof.
	_, scrapeErr := call(d.wait, d.engine.settings.CallTimeout, c.Metrics)
	answered := d.run.SourceAnswered || scrapeErr == nil
	if answered != d.run.SourceAnswered {
		if err := d.commit(Batch{}, func(r *model.Run) { r.SourceAnswered = answered }); err != nil {
			return outcome{}, err
		}
	}
	if err := d.leaving(); err != nil {
		return outcome{}, err
	}
	switch {
	case manual(c):
		return d.stopByHand()
	case d.drained() && has(c, HookDrain):
		return d.drain(c, env)
	}
	return d.stopHook(c, env)
}

// drain drains the client. Where that does not succeed a hybrid run decides to
// stop it by force.
func (d *Drive) drain(c Client, env HookEnv) (outcome, error) {
	limit := d.engine.settings.DrainTimeout
	res, err := d.hook(c, HookDrain, env, limit)
	switch {
	case err == nil:
		return d.stopOutcome(fmt.Sprintf("hook %s of the client at %s succeeded", HookDrain, d.run.From), res), nil
	case d.run.Mode != model.Hybrid || d.base.Err() != nil:
		return outcome{}, err
	}
	why := fmt.Sprintf("%s, as the drain did not succeed within %s (%v)", byForce, limit, err)
	err = d.commit(Batch{Audit: d.audit("force", why)}, func(r *model.Run) {
		r.Step(model.StepStop).Detail = model.Clean(why, model.MaxMessage)
	})
	if err != nil {
		return outcome{}, err
	}
	if err := d.leaving(); err != nil {
		return outcome{}, err
	}
	return d.stopHook(c, env)
}

// byForce begins the detail of the stop step of a hybrid run once it decided not
// to wait for the drain any more. That decision is never taken back.
const byForce = "stopped by force"

// stoppedByForce reports whether a hybrid run decided so.
func stoppedByForce(r *model.Run) bool {
	return r.Mode == model.Hybrid && strings.HasPrefix(r.Step(model.StepStop).Detail, byForce)
}

// stopHook stops the client at once. Only a planned run minds that the hook
// fails.
func (d *Drive) stopHook(c Client, env HookEnv) (outcome, error) {
	s := d.engine.settings
	res, err := d.hook(c, HookStop, env, s.HookTimeout)
	for try := 1; err != nil && d.run.Mode != model.Planned && try < effectTries; try++ {
		if err := d.pause(s.Poll); err != nil {
			return outcome{}, err
		}
		res, err = d.hook(c, HookStop, env, s.HookTimeout)
	}
	if err != nil && (d.run.Mode == model.Planned || d.base.Err() != nil) {
		return outcome{}, err
	}
	detail := fmt.Sprintf("hook %s of the client at %s succeeded", HookStop, d.run.From)
	if err != nil {
		detail = err.Error()
	}
	if stoppedByForce(&d.run) {
		detail = d.run.Step(model.StepStop).Detail + "; " + detail
	}
	return d.stopOutcome(detail, res), nil
}

// stopOutcome journals what a stop said.
func (d *Drive) stopOutcome(detail string, res HookResult) outcome {
	if res.Cursor != nil {
		detail += fmt.Sprintf(", cursor=%d", *res.Cursor)
	}
	return outcome{
		detail: detail,
		batch:  Batch{Audit: d.audit("stop", detail)},
		set:    func(r *model.Run) { r.ReportedCursor = res.Cursor },
	}
}

// stopByHand has a person stop the client.
func (d *Drive) stopByHand() (outcome, error) {
	if !d.takesYes("") {
		verb := "stop"
		if d.run.Mode != model.Reactive {
			verb = "drain and stop"
		}
		return outcome{}, ask("%s the client of %s at %s, then answer yes", verb, d.run.Pipeline, d.run.From)
	}
	d.word = true
	detail := d.person() + " says that the client at " + d.run.From + " is stopped"
	return outcome{detail: detail, batch: Batch{Audit: d.audit("stop", detail)}}, nil
}
