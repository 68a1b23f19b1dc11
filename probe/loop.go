package probe

import (
	"context"
	"errors"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

// The pace of a [Loop].
const (
	// DefaultInterval is the time from one look to the next.
	DefaultInterval = 2 * time.Second
	// jitterShare is by how much, up or down, a pause differs from the
	// interval, so that many looks do not keep in step.
	jitterShare = 0.1
)

// Loop looks at one thing again and again and publishes what it sees. Looks
// never overlap. Each begins an interval, give or take a tenth and what Together
// makes of that, after the one before it began, or at once when that one took longer.
//
// A failure that may be an outage makes the next look come sooner, as
// [health.Pause] has it. The other failures are not mended by looking more
// often.
type Loop struct {
	// Evidence is what every look has in common: its kind, cluster, pipeline.
	Evidence model.Evidence
	// Look fills in what it saw, or fails. It must end with its context.
	Look func(context.Context, *model.Evidence) error
	// Publish receives the evidence, in order, from the loop's goroutine.
	Publish func(model.Evidence)
	// Pause is the time from a look's beginning to the next one's after so many
	// failures in a row that may be an outage; nil: as [health.Pause] has it.
	Pause func(failures int) time.Duration

	// Done is called when the loop has ended; may be nil.
	Done func()

	// Together, where it is not 0, makes looks begin at its multiples, as those of
	// other loops do: to wake the processor for many looks costs little more than
	// for one. A pause is then off by up to half of it, and it takes the jitter away
	// where that is less. It must be no longer than a quarter of the interval.
	Together time.Duration
	// Phase moves those multiples. One console has the same for all loops, and
	// consoles differ in it.
	Phase time.Duration

	Interval time.Duration    // 0: [DefaultInterval]
	Timeout  time.Duration    // of one look; 0: [DefaultTimeout]
	Random   func() float64   // in [0, 1), for the jitter; nil: no jitter
	Now      func() time.Time // nil: time.Now
}

// Run looks until ctx is done, and returns when the last look has ended. A look
// that ctx cut short is not published: it tells nothing of the world.
func (l Loop) Run(ctx context.Context) {
	if l.Interval <= 0 {
		l.Interval = DefaultInterval
	}
	if l.Timeout <= 0 {
		l.Timeout = DefaultTimeout
	}
	if l.Now == nil {
		l.Now = time.Now
	}
	if l.Pause == nil {
		l.Pause = func(failures int) time.Duration { return health.Pause(l.Interval, failures) }
	}
	if l.Done != nil {
		defer l.Done()
	}
	failures := 0
	for {
		// The pause is measured on the monotonic clock, not on l.Now, which
		// need not run with the timer.
		began := time.Now()
		seen, ok := l.look(ctx)
		if !ok {
			return
		}
		l.Publish(seen)
		if seen.Failure != nil && seen.Failure.Class.Outage() {
			failures++
		} else {
			failures = 0
		}
		next := together(began.Add(l.jittered(l.Pause(failures))), l.Together, l.Phase)
		if !sleep(ctx, time.Until(next)) {
			return
		}
	}
}

// look makes one look; ok is false when ctx ended meanwhile.
func (l Loop) look(ctx context.Context) (seen model.Evidence, ok bool) {
	lookCtx, cancel := context.WithTimeout(ctx, l.Timeout)
	defer cancel()
	seen = l.Evidence
	seen.Asked = l.Now()
	err := l.Look(lookCtx, &seen)
	seen.Answered = l.Now()
	seen.Failure = asFailure(err)
	return seen, ctx.Err() == nil
}

// jittered spreads a pause.
func (l Loop) jittered(pause time.Duration) time.Duration {
	if l.Random == nil {
		return pause
	}
	return pause + time.Duration((2*l.Random()-1)*jitterShare*float64(pause))
}

// together is the multiple of step, moved by phase, that is nearest to a moment; the
// moment itself without a step.
func together(at time.Time, step, phase time.Duration) time.Time {
	if step <= 0 {
		return at
	}
	moved := at.Add(-phase)
	return at.Add(moved.Round(step).Sub(moved.Round(0)))
}

// sleep waits for d; it is false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// asFailure gives the failure in an error's chain. Where there is none the look
// was not at the network (a cursor in a database, say) and the class says no
// more than that what was asked could not answer.
func asFailure(err error) *model.Failure {
	var failure *model.Failure
	switch {
	case err == nil:
		return nil
	case errors.As(err, &failure):
		return failure
	case errors.Is(err, context.DeadlineExceeded):
		return model.NewFailure(model.ClassTimeout, err.Error(), err)
	default:
		return model.NewFailure(model.ClassServer, err.Error(), err)
	}
}
