package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// afterwards bounds what is read once a command was interrupted or lost its run.
const afterwards = 5 * time.Second

// cutShort reports whether an error is how an interrupt shows, which a database
// and a network word in many ways: it is none that says what was found.
func cutShort(ctx context.Context, err error) bool {
	return ctx.Err() != nil && err != nil && exitOf(runError(err)) == exitFailed
}

// notBegun is how a command ends that could not begin a run of a pipeline. One
// that was interrupted exits 6 where nothing was begun, for then all is as before,
// and 7 where a run of it stands in the journal all the same.
func (c *console) notBegun(ctx context.Context, pipeline string, err error) error {
	if !cutShort(ctx, err) {
		return runError(err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), afterwards)
	defer cancel()
	runs, err := c.store.Runs(ctx, pipeline, true, 1)
	switch {
	case err != nil:
		return &exitError{code: exitUnknown, err: fmt.Errorf("interrupted, and it cannot be read whether a run was begun: %w", err)}
	case len(runs) == 0 || runs[0].Holder != c.holder:
		return &exitError{code: exitAborted, err: errors.New("interrupted: nothing was begun, and all is as before")}
	}
	runs[0].State = c.engine.State(ctx, runs[0])
	return c.runOutcome(runs[0])
}

// notTaken is how a command ends that could not take over a run: interrupted, it
// leaves the run as it was.
func (c *console) notTaken(ctx context.Context, id string, err error) error {
	if !cutShort(ctx, err) {
		return runError(err)
	}
	return &exitError{code: exitUnknown, err: fmt.Errorf("interrupted: run %s stands as it was: fumtui history show %s%s", id, id, c.configArgument())}
}

// latest is how a run stands that was driven here and whose journal could not be
// kept: where another driver has taken it over meanwhile, what that one made of
// it is told, and not what was known before.
func (c *console) latest(run model.Run, err error) (model.Run, error) {
	if err == nil {
		return run, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), afterwards)
	defer cancel()
	now, readErr := c.store.Run(ctx, run.ID)
	if readErr != nil || now.Epoch <= run.Epoch {
		return run, err
	}
	driver, readErr := c.engine.Driver(ctx, now)
	switch {
	case readErr != nil:
		return run, err
	case driver != nil:
		return now, &failover.HeldError{Run: now, Lease: failover.Lease{RunID: now.ID, Pipeline: now.Pipeline, Epoch: now.Epoch, Holder: *driver}}
	}
	now.State = c.engine.State(ctx, now)
	return now, nil
}

// takenOver says who took a run over that was driven here, and how it stands; ""
// where nobody did.
func takenOver(before, now *model.Run) string {
	if now.Epoch <= before.Epoch {
		return ""
	}
	return fmt.Sprintf("run %s was taken over by %s while this console did not drive it: it is %s, at step %s",
		now.ID, holderText(now.Holder), now.State, now.CurrentStep())
}
