package failover

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/fumtui/fumtui/model"
)

// errLeaseRanOut says that the lease could not be renewed in time.
var errLeaseRanOut = errors.New("the lease ran out before it could be renewed")

// keeper holds the lease of a run while it is driven. It cancels the drive as
// soon as the lease is lost, or would run out.
type keeper struct {
	engine *Engine
	lose   context.CancelCauseFunc

	mu    sync.Mutex
	lease Lease
	until moment // when its term ends, counted from before it was asked for
}

// newKeeper keeps a lease that was asked for at asked. Nothing is cancelled by
// it until lose is set.
func newKeeper(e *Engine, lease Lease, asked moment) *keeper {
	return &keeper{engine: e, lose: func(error) {}, lease: lease, until: asked + e.settings.Lease}
}

// current is the lease as last renewed.
func (k *keeper) current() Lease {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.lease
}

// hold takes a renewed lease that was asked for at asked.
func (k *keeper) hold(lease Lease, asked moment) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.lease, k.until = lease, asked+k.engine.settings.Lease
}

// left is what is left of the term, by the clock that has less of it: the wall
// clock counts a suspension of the machine, the monotonic one cannot be set
// back.
func (k *keeper) left() time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	return min(k.lease.ExpiresAt.Sub(k.engine.now()), k.until-k.engine.elapsed())
}

// check fails when the lease has run out: a console that slept through its term
// must not send anything more.
func (k *keeper) check() error {
	if k.left() <= 0 {
		k.lose(errLeaseRanOut)
		return errLeaseRanOut
	}
	return nil
}

// keep renews the lease until ctx is done.
func (k *keeper) keep(ctx context.Context) {
	ttl := k.engine.settings.Lease
	for k.engine.world.Sleep(ctx, ttl/3) == nil {
		if k.check() != nil {
			return
		}
		asked := k.engine.elapsed()
		// A try may not outlive the lease that it is to renew.
		next, err := call(ctx, ttl/3, func(ctx context.Context) (Lease, error) {
			return k.engine.ledger.Renew(ctx, k.current(), ttl)
		})
		switch {
		case err == nil:
			k.hold(next, asked)
		case errors.Is(err, ErrFenced):
			if k.check() == nil { // it did not run out while we asked: it was taken
				k.lose(ErrFenced)
			}
			return
		}
		if k.left() <= ttl/3 {
			k.lose(errLeaseRanOut)
			return
		}
	}
}

// Resume takes over a run that has not ended, to drive it on from its journal.
// answer, which may be empty, answers the question of a waiting run; for a run
// that asks nothing it is a [UsageError]. From a holder that left the run, or is
// dead on this host, it takes over at once; from any other after its lease stood
// still for a full term and the longest effect. It fails with [HeldError] when
// the lease is being renewed, with [EndedError] and with [ErrNotFound].
func (e *Engine) Resume(ctx context.Context, runID, answer string) (*Drive, error) {
	d, err := e.take(ctx, runID, func(run *model.Run) error {
		if answer != "" && run.Question == "" {
			return &UsageError{Text: fmt.Sprintf("run %s is %s at step %s and asks nothing: resume it without an answer",
				run.ID, run.State, run.CurrentStep())}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	d.answer, d.resumed = answer, true
	return d, nil
}

// Abort takes over a run that has not ended as [Engine.Resume] does, and
// journals the decision to go back; the drive then puts the source's client to
// work again. It fails with [ForwardOnlyError] once the intent of the start step
// is journaled.
func (e *Engine) Abort(ctx context.Context, runID string) (*Drive, error) {
	late := func(run *model.Run) error {
		if forwardOnly(run) {
			return &ForwardOnlyError{Run: run.Clone()}
		}
		return nil
	}
	d, err := e.take(ctx, runID, late)
	if err != nil {
		return nil, err
	}
	if err := late(&d.run); err != nil { // its driver came so far before it was fenced
		return nil, errors.Join(err, d.interrupt())
	}
	if reverting(&d.run) {
		d.resumed = true
		return d, nil
	}
	if err := d.turnBack(step{}, "aborted by request", nil); err != nil {
		return nil, fmt.Errorf("abort run %s: %w", runID, err)
	}
	return d, nil
}

// take takes over a run that has not ended, if may has nothing against it.
func (e *Engine) take(ctx context.Context, runID string, may func(*model.Run) error) (*Drive, error) {
	run, err := e.unended(ctx, runID)
	if err != nil {
		return nil, err
	}
	if err := may(&run); err != nil {
		return nil, err
	}
	if _, err := e.pipeline(run.Pipeline); err != nil {
		return nil, err
	}
	lease, asked, err := e.takeOver(ctx, run)
	if err != nil {
		return nil, err
	}
	// The old driver may have written until it was fenced.
	if run, err = e.unended(ctx, runID); err != nil {
		return nil, err
	}
	run.State, run.Epoch, run.Holder = model.RunRunning, lease.Epoch, e.world.Holder()
	return e.newDrive(ctx, run, lease, asked), nil
}

// unended reads a run, and fails with [EndedError] when it is over.
func (e *Engine) unended(ctx context.Context, runID string) (model.Run, error) {
	run, err := e.ledger.Run(ctx, runID)
	if err != nil {
		return run, fmt.Errorf("read run %s: %w", runID, err)
	}
	if run.State.Ended() {
		return run, &EndedError{Run: run}
	}
	return run, nil
}

// takeOver takes the lease of a run that nobody drives any more, and tells when
// it asked for it.
func (e *Engine) takeOver(ctx context.Context, run model.Run) (Lease, moment, error) {
	seen, err := e.ledger.LeaseOf(ctx, run.Pipeline)
	if err != nil {
		return Lease{}, 0, fmt.Errorf("read the lease of pipeline %s: %w", run.Pipeline, err)
	}
	if seen == nil {
		seen = &Lease{}
	} else if run.State == model.RunRunning && !e.dead(seen.Holder) {
		if err := e.outwait(ctx, run, *seen); err != nil {
			return Lease{}, 0, err
		}
	}
	asked := e.elapsed()
	lease, err := e.ledger.TakeOver(ctx, run.ID, *seen, e.world.Holder(), e.settings.Lease)
	if errors.Is(err, ErrFenced) {
		return Lease{}, 0, e.lostRace(ctx, run)
	}
	if err != nil {
		return Lease{}, 0, fmt.Errorf("take over run %s: %w", run.ID, err)
	}
	return lease, asked, nil
}

// lostRace says who took the lease while we tried.
func (e *Engine) lostRace(ctx context.Context, run model.Run) error {
	if latest, err := e.ledger.Run(ctx, run.ID); err == nil && latest.State.Ended() {
		return &EndedError{Run: latest}
	}
	now, err := e.ledger.LeaseOf(ctx, run.Pipeline)
	if err != nil || now == nil {
		return fmt.Errorf("take over run %s: %w", run.ID, ErrFenced)
	}
	return &HeldError{Run: run, Lease: *now}
}

// outwait watches a lease of a holder that may live until it stood still for a
// full term and the longest effect, on our own clock; clocks of two hosts do
// not compare.
func (e *Engine) outwait(ctx context.Context, run model.Run, seen Lease) error {
	longest := max(e.settings.HookTimeout, e.settings.DrainTimeout, e.settings.CallTimeout)
	until := e.elapsed() + e.settings.Lease + longest
	for e.elapsed() < until {
		if err := e.world.Sleep(ctx, e.settings.Poll); err != nil {
			return err
		}
		now, err := e.ledger.LeaseOf(ctx, run.Pipeline)
		if err != nil {
			return fmt.Errorf("read the lease of pipeline %s: %w", run.Pipeline, err)
		}
		if now == nil || now.RunID != run.ID || now.Epoch != seen.Epoch || now.Renewals != seen.Renewals {
			return e.lostRace(ctx, run)
		}
		if e.dead(seen.Holder) {
			return nil
		}
	}
	return nil
}
