package failover

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
)

// Waiting says that a contender waits until it is clear that the driver of a run
// is no longer at work.
type Waiting struct {
	Run    model.Run
	Holder model.Holder  // of the lease
	For    time.Duration // at most, from now on
	Why    string        // in a sentence, for a person
}

// WithWaiting has fn called when [Engine.Resume], [Engine.Abort], [Engine.Begin]
// or [Engine.Plan] begins to wait for the lease of another driver, and when
// [Drive.Run] waits for what the last driver may have sent: once for each wait,
// from the goroutine that waits. It must not block.
func WithWaiting(fn func(Waiting)) Option {
	return func(e *Engine) { e.waiting = fn }
}

// looksInATerm is how often a contender looks at a lease within a term, which is
// renewed three times in it.
const looksInATerm = 30

// busy fails while a run of the pipeline has not ended: see [Engine.busyWith].
func (e *Engine) busy(ctx context.Context, pipeline string) error {
	run, err := e.unendedRun(ctx, pipeline)
	if err != nil {
		return fmt.Errorf("read the runs of pipeline %s: %w", pipeline, err)
	}
	if run == nil {
		return nil
	}
	return e.busyWith(ctx, *run)
}

// busyWith tells a run that is being driven, [HeldError], from one that waits
// for somebody, [BusyError]. Where the lease has not run out it is watched for a
// term at most: only one that is renewed is being driven. It fails with
// [EndedError] when the run ends meanwhile.
func (e *Engine) busyWith(ctx context.Context, run model.Run) error {
	lease, err := e.driven(ctx, run)
	if err != nil {
		return err
	}
	if lease != nil {
		if err := e.outwait(ctx, run, *lease, 0); err != nil {
			return err
		}
		if run, err = e.unended(ctx, run.ID); err != nil {
			return err
		}
	}
	if run.State == model.RunRunning {
		run.State = undriven(&run)
	}
	return &BusyError{Run: run}
}

// takeOver takes the lease of a run that nobody drives any more, and tells when
// it asked for it.
func (e *Engine) takeOver(ctx context.Context, run model.Run) (Lease, moment, error) {
	seen, err := e.leaseOf(ctx, run.Pipeline)
	if err != nil {
		return Lease{}, 0, err
	}
	if seen == nil {
		seen = &Lease{}
	} else if e.mayAct(&run, seen.Holder) {
		if err := e.outwait(ctx, run, *seen, e.longest()); err != nil {
			return Lease{}, 0, err
		}
	}
	for try := 1; ; try++ {
		asked := e.elapsed()
		lease, err := e.ledger.TakeOver(ctx, run.ID, *seen, e.world.Holder(), e.settings.Lease)
		switch {
		case err == nil:
			return lease, asked, nil
		case try == 1 && errors.Is(err, ErrFenced):
			return Lease{}, 0, e.lostRace(ctx, run)
		case try == writeTries || errors.Is(err, ErrNotFound) || e.world.Sleep(ctx, e.settings.Poll) != nil:
			return Lease{}, 0, fmt.Errorf("take over run %s: %w", run.ID, err)
		}
		// It may be ours already. It is taken again then, so that nobody else of
		// this process can have the same epoch.
		if seen, err = e.mine(ctx, run, seen); err != nil {
			return Lease{}, 0, err
		}
	}
}

// mayAct reports whether something that the last driver of a run began may still
// be had, and cannot be waited for but by time: the driver may live, or left a
// hook on another host.
func (e *Engine) mayAct(run *model.Run, h model.Holder) bool {
	switch run.State {
	case model.RunRunning:
		return !e.dead(h)
	case model.RunUnknown:
		_, here := e.alive(h)
		return !here
	}
	return false
}

// mine looks for the lease after a take-over whose outcome is not known. It
// fails where somebody else has it.
func (e *Engine) mine(ctx context.Context, run model.Run, seen *Lease) (*Lease, error) {
	now, err := e.leaseOf(ctx, run.Pipeline)
	switch {
	case err != nil:
		return nil, err
	case now == nil && seen.Epoch == 0:
		return seen, nil
	case now == nil || now.RunID != run.ID || (now.Epoch != seen.Epoch && now.Holder != e.world.Holder()):
		return nil, e.lostRace(ctx, run)
	}
	return now, nil
}

// lostRace says who took the lease, or that the run ended, while we tried.
func (e *Engine) lostRace(ctx context.Context, run model.Run) error {
	latest, err := e.unended(ctx, run.ID)
	if err != nil {
		return err
	}
	now, err := e.leaseOf(ctx, run.Pipeline)
	switch {
	case err != nil:
		return err
	case now == nil:
		return fmt.Errorf("take over run %s: %w", run.ID, ErrFenced)
	}
	return &HeldError{Run: latest, Lease: *now}
}

// hookEnd is what a hook may take to end once its time is up: it is asked to,
// killed, and its output is waited for.
const hookEnd = 5 * time.Second

// longest is the longest effect that a driver may have under way.
func (e *Engine) longest() time.Duration {
	return max(e.settings.HookTimeout+hookEnd, e.settings.DrainTimeout+hookEnd, 2*e.settings.CallTimeout)
}

// outwait watches the lease of a driver that may live. It returns nil once the
// lease stood still for a full term, and for more, on our own clock (those of
// two hosts do not compare), or once the driver has left the run or is dead on
// this host. It fails with [HeldError] as soon as the lease is renewed or taken,
// which a driver at work does three times in a term, and with [EndedError].
func (e *Engine) outwait(ctx context.Context, run model.Run, seen Lease, more time.Duration) error {
	limit := e.settings.Lease + more
	until := e.elapsed() + limit
	e.waiting(Waiting{Run: run.Clone(), Holder: seen.Holder, For: limit, Why: e.whyWait(seen.Holder, more)})
	pace := min(e.settings.Poll, e.settings.Lease/looksInATerm)
	for e.elapsed() < until {
		if err := e.world.Sleep(ctx, min(pace, until-e.elapsed())); err != nil {
			return err
		}
		now, err := e.leaseOf(ctx, run.Pipeline)
		if err != nil {
			return err
		}
		if now == nil || now.RunID != run.ID || now.Epoch != seen.Epoch || now.Renewals != seen.Renewals {
			return e.lostRace(ctx, run)
		}
		latest, err := e.unended(ctx, run.ID)
		if err != nil {
			return err
		}
		if !e.mayAct(&latest, seen.Holder) {
			return nil
		}
	}
	return nil
}

// whyWait is the reason of a wait, for a person.
func (e *Engine) whyWait(h model.Holder, more time.Duration) string {
	why := fmt.Sprintf("whether %s still drives it shows within the %s of its lease", who(h), e.settings.Lease)
	if more > 0 {
		why += fmt.Sprintf(", and what it began may last %s more", more)
	}
	return why
}

// leaseOf reads the lease of a pipeline.
func (e *Engine) leaseOf(ctx context.Context, pipeline string) (*Lease, error) {
	lease, err := e.ledger.LeaseOf(ctx, pipeline)
	if err != nil {
		return nil, fmt.Errorf("read the lease of pipeline %s: %w", pipeline, err)
	}
	return lease, nil
}
