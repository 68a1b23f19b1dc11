package failover

import (
	"context"
	"time"

	"github.com/fumtui/fumtui/model"
)

// Judge is the state of a run as it is to be told, from what is stored of it.
// A run that is stored as running is so only while its driver lives: lease is
// the one of its pipeline now (nil: nobody holds it), alive and known tell of
// the lease's holder as [Liveness] does, and grace is for how long a lease may
// have run out by the clock of another host. Without a driver the run is
// unknown where a step had begun, for its effect may be under way, and else
// interrupted.
func Judge(run model.Run, lease *Lease, alive, known bool, now time.Time, grace time.Duration) model.RunState {
	switch {
	case run.State != model.RunRunning:
		return run.State
	case lease == nil || lease.RunID != run.ID || (known && !alive):
		return undriven(&run)
	case known:
		grace = 0 // its clock is ours
	}
	if !now.Before(lease.ExpiresAt.Add(grace)) {
		return undriven(&run)
	}
	return model.RunRunning
}

// undriven is the state of an unended run that its driver lost.
func undriven(run *model.Run) model.RunState {
	for i := range run.Steps {
		if run.Steps[i].State == model.StepRunning {
			return model.RunUnknown
		}
	}
	return model.RunInterrupted
}

// State is the state of a run as it is to be told: see [Judge]. A run that ended
// or went on since it was read is told as it is now. Where the ledger cannot
// tell, a running run is unknown.
func (e *Engine) State(ctx context.Context, run model.Run) model.RunState {
	if run.State != model.RunRunning {
		return run.State
	}
	state, _, err := e.judge(ctx, run)
	if err == nil && state != model.RunRunning {
		// It may have ended between the two reads.
		if run, err = e.ledger.Run(ctx, run.ID); err == nil && run.State != model.RunRunning {
			return run.State
		}
	}
	if err != nil {
		return model.RunUnknown
	}
	return state
}

// Driver is the process that drives a run, as far as one look can tell; nil when
// nobody does, and the run is to be resumed or aborted.
func (e *Engine) Driver(ctx context.Context, run model.Run) (*model.Holder, error) {
	lease, err := e.driven(ctx, run)
	if err != nil || lease == nil {
		return nil, err
	}
	return &lease.Holder, nil
}

// judge judges a run by its lease now, which may be nil.
func (e *Engine) judge(ctx context.Context, run model.Run) (model.RunState, *Lease, error) {
	lease, err := e.ledger.LeaseOf(ctx, run.Pipeline)
	if err != nil {
		return model.RunUnknown, nil, err
	}
	alive, known := false, false
	if lease != nil {
		alive, known = e.alive(lease.Holder)
	}
	return Judge(run, lease, alive, known, e.now(), e.settings.Lease), lease, nil
}
