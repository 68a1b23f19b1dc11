package failover

import (
	"context"
	"errors"
	"fmt"
	"sync"

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
}

// current is the lease as last renewed.
func (k *keeper) current() Lease {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.lease
}

// check fails when the lease has run out on the clock that counts suspension:
// a console that slept through its term must not send anything more.
func (k *keeper) check() error {
	if !k.engine.now().Before(k.current().ExpiresAt) {
		k.lose(errLeaseRanOut)
		return errLeaseRanOut
	}
	return nil
}

// keep renews the lease until ctx is done.
func (k *keeper) keep(ctx context.Context) {
	ttl := k.engine.settings.Lease
	for k.engine.world.Sleep(ctx, ttl/3) == nil {
		// A try may not outlive the lease that it is to renew.
		next, err := call(ctx, ttl/3, func(ctx context.Context) (Lease, error) {
			return k.engine.ledger.Renew(ctx, k.current(), ttl)
		})
		switch {
		case err == nil:
			k.mu.Lock()
			k.lease = next
			k.mu.Unlock()
		case errors.Is(err, ErrFenced):
			k.lose(ErrFenced)
			return
		}
		if !k.engine.now().Add(ttl / 3).Before(k.current().ExpiresAt) {
			k.lose(errLeaseRanOut)
			return
		}
	}
}

// Resume takes over a run that has not ended, to drive it on from its journal.
// answer, which may be empty, answers the question of a waiting run. From a
// holder that left the run, or is dead on this host, it takes over at once;
// from any other after its lease stood still for a full term and the longest
// effect. It fails with [HeldError] when the lease is being renewed, with
// [EndedError] and with [ErrNotFound].
func (e *Engine) Resume(ctx context.Context, runID, answer string) (*Drive, error) {
	run, err := e.ledger.Run(ctx, runID)
	if err != nil {
		return nil, fmt.Errorf("read run %s: %w", runID, err)
	}
	if run.State.Ended() {
		return nil, &EndedError{Run: run}
	}
	p, err := e.pipeline(run.Pipeline)
	if err != nil {
		return nil, err
	}
	lease, err := e.takeOver(ctx, run)
	if err != nil {
		return nil, err
	}
	// The old driver may have written until it was fenced.
	run, err = e.ledger.Run(ctx, runID)
	if err != nil {
		return nil, fmt.Errorf("read run %s: %w", runID, err)
	}
	if run.State.Ended() {
		return nil, &EndedError{Run: run}
	}
	run.State, run.Epoch, run.Holder, run.Question = model.RunRunning, lease.Epoch, e.world.Holder(), ""
	return &Drive{engine: e, id: run.ID, run: run, lease: lease, pipeline: p, answer: answer, resumed: true}, nil
}

// Abort takes over a run that has not ended as [Engine.Resume] does, to drive
// it back: the source's client is put to work again. It fails with
// [ForwardOnlyError] once the intent of the start step is journaled.
func (e *Engine) Abort(ctx context.Context, runID string) (*Drive, error) {
	run, err := e.ledger.Run(ctx, runID)
	if err != nil {
		return nil, fmt.Errorf("read run %s: %w", runID, err)
	}
	if forwardOnly(&run) {
		return nil, &ForwardOnlyError{Run: run}
	}
	d, err := e.Resume(ctx, runID, "")
	if err != nil {
		return nil, err
	}
	d.Abort()
	return d, nil
}

// takeOver takes the lease of a run that nobody drives any more.
func (e *Engine) takeOver(ctx context.Context, run model.Run) (Lease, error) {
	seen, err := e.ledger.LeaseOf(ctx, run.Pipeline)
	if err != nil {
		return Lease{}, fmt.Errorf("read the lease of pipeline %s: %w", run.Pipeline, err)
	}
	if seen == nil {
		seen = &Lease{}
	} else if run.State == model.RunRunning && !e.dead(seen.Holder) {
		if err := e.outwait(ctx, run, *seen); err != nil {
			return Lease{}, err
		}
	}
	lease, err := e.ledger.TakeOver(ctx, run.ID, *seen, e.world.Holder(), e.settings.Lease)
	if errors.Is(err, ErrFenced) {
		return Lease{}, e.lostRace(ctx, run)
	}
	if err != nil {
		return Lease{}, fmt.Errorf("take over run %s: %w", run.ID, err)
	}
	return lease, nil
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
	until := e.now().Add(e.settings.Lease + longest)
	for e.now().Before(until) {
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
