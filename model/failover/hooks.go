package failover

import (
	"context"
	"errors"

	"github.com/fumtui/fumtui/model"
)

// awaitHooks waits, before the first step of a run that was taken over, for the
// hooks that its driver before left behind: what they do must not meet what this
// one does. left says that the run was left at this durable point instead.
func (d *Drive) awaitHooks() (left bool, err error) {
	waiter, able := d.engine.world.(HookWaiter)
	if !able || d.checked != nil {
		return false, nil
	}
	err = d.awaitBriefly(waiter)
	if errors.Is(err, context.DeadlineExceeded) && d.wait.Err() == nil {
		if err := d.tellWait("waiting for a hook that the driver before left running"); err != nil {
			return true, err
		}
		err = waiter.AwaitHooks(d.wait, d.run.Pipeline)
	}
	switch {
	case d.base.Err() != nil:
		return true, context.Cause(d.base)
	case d.wait.Err() != nil:
		return true, d.leaveHook("its driver left while it waited for a hook of the driver before: resume it")
	case err != nil:
		why := model.Clean("whether a hook of its driver before still runs is not known: "+err.Error(), model.MaxMessage)
		return true, d.leaveHook(why + ": mend that, and resume it")
	}
	return false, d.tellWait("")
}

// leaveHook leaves the run while a hook may be under way, so that whoever resumes
// it elsewhere knows.
func (d *Drive) leaveHook(note string) error {
	return d.commit(Batch{}, func(r *model.Run) { r.State, r.Note = model.RunUnknown, note })
}

// awaitBriefly waits for a moment, for mostly there is nothing to wait for.
func (d *Drive) awaitBriefly(waiter HookWaiter) error {
	ctx, cancel := context.WithTimeout(d.wait, d.engine.settings.Poll)
	defer cancel()
	return waiter.AwaitHooks(ctx, d.run.Pipeline)
}

// tellWait writes what the run waits for beside its steps; "" takes back how its
// driver before left it. The note of a run that goes back says why, and stays.
func (d *Drive) tellWait(text string) error {
	if reverting(&d.run) {
		if text != "" {
			d.progress(d.run.CurrentStep(), text)
		}
		return nil
	}
	if d.run.Note == text {
		return nil
	}
	return d.commit(Batch{}, func(r *model.Run) { r.Note = text })
}
