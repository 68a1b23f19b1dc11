package monitor

import (
	"context"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/model/health"
)

// History keeps what was only watched: evidence, what was measured of it, and
// what changed.
type History interface {
	AppendEvidence(ctx context.Context, list []model.Evidence) error
	Evidence(ctx context.Context, since time.Time) ([]model.Evidence, error)
	AppendSamples(ctx context.Context, list []model.Sample) error
	Samples(ctx context.Context, measure model.Measure, since time.Time) ([]model.Sample, error)
	AppendEvents(ctx context.Context, list []model.Event) error
}

// Ledger is what the monitor reads of a [failover.Ledger].
type Ledger interface {
	Runs(ctx context.Context, pipeline string, unended bool, limit int) ([]model.Run, error)
	Active(ctx context.Context, pipeline string) (string, error)
	Home(ctx context.Context, pipeline, configured string) (string, error)
	LeaseOf(ctx context.Context, pipeline string) (*failover.Lease, error)
}

// Config says what a monitor works with. Watch and Pipelines are required.
type Config struct {
	Watch     *health.Watch    // owned by the monitor from now on
	Pipelines []model.Pipeline // those that the ledger is asked about

	Interval time.Duration    // between two snapshots; default 1 s
	Now      func() time.Time // default time.Now
	// Began is when this console began: runs that ended since are its own. Default:
	// when the monitor is made.
	Began time.Time
	// Before is the last picture of a monitor that this one takes over from: what is
	// as it was there is no event. Nil: none.
	Before *model.Snapshot

	History History // nil: nothing is loaded or kept
	Ledger  Ledger  // nil: every pipeline is at home, and there are no runs

	// Foresight tells what moving each pipeline would be like; nil: snapshots do
	// not say so.
	Foresight *failover.Foresight

	// Load is how far back evidence is loaded at the start; default: what the
	// rules look back on, so that a command that runs once knows what a running
	// console knows. Negative: none.
	Load time.Duration
	// ChartSpan is how far back lag is kept for the chart; default 60 minutes.
	ChartSpan time.Duration
	// CallTimeout bounds one call of the ledger or the history; default 5 s.
	CallTimeout time.Duration
	// LeaseGrace is how long after its lease ran out a running run still counts
	// as driven; default 15 s, because clocks of two hosts differ.
	LeaseGrace time.Duration
	// Alive tells whether the holder of a lease lives; known is false for one on
	// another host. Nil: nothing is known of any.
	Alive func(model.Holder) (alive, known bool)
}

// withDefaults fills in what is zero.
func (c Config) withDefaults() Config {
	if c.Interval <= 0 {
		c.Interval = time.Second
	}
	if c.Now == nil {
		c.Now = systemNow
	}
	if c.Began.IsZero() {
		c.Began = c.Now()
	}
	if c.Load == 0 {
		c.Load = c.Watch.Rules().Lookback()
	}
	if c.ChartSpan <= 0 {
		c.ChartSpan = time.Hour
	}
	if c.CallTimeout <= 0 {
		c.CallTimeout = 5 * time.Second
	}
	if c.LeaseGrace <= 0 {
		c.LeaseGrace = 15 * time.Second
	}
	if c.Alive == nil {
		c.Alive = func(model.Holder) (alive, known bool) { return false, false }
	}
	return c
}
