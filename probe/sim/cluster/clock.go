package cluster

import (
	"context"
	"time"
)

// SystemClock is the time of this machine.
type SystemClock struct{}

// Now is the present time.
func (SystemClock) Now() time.Time { return time.Now() }

// After delivers a value once d has passed.
func (SystemClock) After(d time.Duration) <-chan time.Time {
	return time.After(d)
}

// wait lets d pass, or less where the context ends.
func wait(ctx context.Context, clock Clock, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	select {
	case <-clock.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
