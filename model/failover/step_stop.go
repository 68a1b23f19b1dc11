package failover

import (
	"fmt"

	"github.com/fumtui/fumtui/model"
)

// stop brings the source's client to rest: a planned run drains it and goes
// back when that does not succeed in time; a reactive one stops it, and
// leaves it to the proof of the next step whether that worked.
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
	if manual(c) {
		return d.stopByHand()
	}
	hook, timeout := HookStop, d.engine.settings.HookTimeout
	if d.run.Mode == model.Planned && has(c, HookDrain) {
		hook, timeout = HookDrain, d.engine.settings.DrainTimeout
	}
	res, err := d.hook(c, hook, env, timeout)
	for try := 1; err != nil && d.run.Mode != model.Planned && try < effectTries; try++ {
		if err := d.pause(d.engine.settings.Poll); err != nil {
			return outcome{}, err
		}
		res, err = d.hook(c, hook, env, timeout)
	}
	if err != nil && (d.run.Mode == model.Planned || d.base.Err() != nil) {
		return outcome{}, err
	}
	out := outcome{
		detail: fmt.Sprintf("hook %s of the client at %s succeeded", hook, d.run.From),
		set:    func(r *model.Run) { r.ReportedCursor = res.Cursor },
	}
	if err != nil {
		out.detail = err.Error()
	}
	if res.Cursor != nil {
		out.detail += fmt.Sprintf(", cursor=%d", *res.Cursor)
	}
	out.batch.Audit = d.audit("stop", out.detail)
	return out, nil
}

// stopByHand has a person stop the client.
func (d *Drive) stopByHand() (outcome, error) {
	if !saysYes(d.takeAnswer("")) {
		verb := "stop"
		if d.run.Mode == model.Planned {
			verb = "drain and stop"
		}
		return outcome{}, ask("%s the client of %s at %s, then answer yes", verb, d.run.Pipeline, d.run.From)
	}
	detail := d.person() + " says that the client at " + d.run.From + " is stopped"
	return outcome{detail: detail, batch: Batch{Audit: d.audit("stop", detail)}}, nil
}
