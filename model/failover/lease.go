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

// keep renews the lease until ctx is done, three times in a term, and sooner
// again where that failed. Between, it looks at the clocks often, so that what is
// under way in a process that was suspended is cancelled soon after it wakes up.
func (k *keeper) keep(ctx context.Context) {
	e, ttl := k.engine, k.engine.settings.Lease
	slice := ttl / looksInATerm
	due := e.elapsed() + ttl/3
	for e.world.Sleep(ctx, min(slice, max(due-e.elapsed(), time.Millisecond))) == nil {
		if k.check() != nil {
			return
		}
		if e.elapsed() < due {
			continue
		}
		if !k.renew(ctx) {
			return
		}
		if due = k.asked() + ttl/3; due <= e.elapsed() {
			due = e.elapsed() + slice // the last try failed, or took long
		}
	}
}

// renew renews the lease once, and reports whether it is still ours.
func (k *keeper) renew(ctx context.Context) bool {
	ttl := k.engine.settings.Lease
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
		return false
	}
	if k.left() <= ttl/3 {
		k.lose(errLeaseRanOut)
		return false
	}
	return true
}

// asked is when the term that is held was asked for.
func (k *keeper) asked() moment {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.until - k.engine.settings.Lease
}

// Resume takes over a run that has not ended, to drive it on from its journal.
// answer, which may be empty, answers the question of a waiting run; for a run
// that asks nothing it is a [UsageError]. From a holder that left the run, or is
// dead on this host, it takes over at once; from any other after its lease stood
// still for a full term and the longest effect, of which [WithWaiting] tells. It
// fails with [HeldError] as soon as the lease is renewed, with [EndedError] and
// with [ErrNotFound].
func (e *Engine) Resume(ctx context.Context, runID, answer string) (*Drive, error) {
	var asked string
	d, err := e.take(ctx, runID, func(run *model.Run) error {
		if answer != "" && run.Question == "" {
			return &UsageError{Text: fmt.Sprintf("run %s is %s at step %s and asks nothing: resume it without an answer",
				run.ID, run.State, run.CurrentStep())}
		}
		asked = run.Question
		return nil
	})
	if err != nil {
		return nil, err
	}
	d.resumed = true
	d.hearAnswer(answer, asked)
	return d, nil
}

// Abort takes over a run that has not ended as [Engine.Resume] does, and
// journals the decision to go back; the drive then puts the source's client to
// work again. It fails with [ForwardOnlyError] once there is no way back: see
// [model.Run.ForwardOnly].
func (e *Engine) Abort(ctx context.Context, runID string) (*Drive, error) {
	late := func(run *model.Run) error {
		if run.ForwardOnly() {
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
	from := who(run.Holder)
	if run.State == model.RunRunning {
		from += ", which did not leave it: it died, or its lease ran out"
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
	d := e.newDrive(ctx, run, lease, asked)
	d.from = from
	d.late = underWay(&run)
	return d, nil
}

// underWay reports whether the last driver of a run may have died over a call to
// the target that creates or deletes there, and is still to be had.
func underWay(run *model.Run) bool {
	for _, name := range []model.StepName{model.StepDelete, model.StepCreate} {
		if run.Step(name).State == model.StepRunning {
			return true
		}
	}
	return run.Step(model.StepConfirm).State == model.StepRunning && run.SubscriberID == ""
}

// awaitCalls waits until a call that the last driver may have under way cannot
// be had any more: one that lands later would delete what is made now. A hook is
// waited for by [HookWaiter].
func (d *Drive) awaitCalls() error {
	if !d.late {
		return nil
	}
	d.late = false
	e, limit := d.engine, d.engine.settings.CallTimeout
	e.waiting(Waiting{
		Run: d.run.Clone(), Holder: d.run.Holder, For: limit,
		Why: "a call to " + d.run.To + " that its last driver sent may still be under way",
	})
	return d.pause(limit)
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
