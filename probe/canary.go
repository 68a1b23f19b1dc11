package probe

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/crash"
)

// The pace of a [Canary].
const (
	// DefaultCanaryInterval is the time from one look to the next.
	DefaultCanaryInterval = 30 * time.Second
	// DefaultCanaryTimeout bounds a look, which takes some seven round trips.
	DefaultCanaryTimeout = 10 * time.Second
)

// CanaryConfig says how a [Canary] looks.
type CanaryConfig struct {
	Cluster string  // its name
	Client  *Client // is used beside others, and not closed
	// Publish receives the evidence, in order. It must not block, nor call the
	// canary.
	Publish func(model.Evidence)
	// Owner is this process; it is part of the subscriber's name.
	Owner model.Holder
	// Alive tells whether another process still lives, so that what it left
	// behind can be removed; nil: nobody is ever certain to be dead.
	Alive func(model.Holder) (alive, known bool)
	// Configured names the subscribers of the customer, which are never touched.
	Configured []string

	On       bool             // from the start; see [Canary.Enable]
	Interval time.Duration    // 0: [DefaultCanaryInterval]
	Timeout  time.Duration    // of one look as a whole; 0: [DefaultCanaryTimeout]
	Random   func() float64   // as in [Loop]; nil: no jitter
	Now      func() time.Time // nil: time.Now
}

// Canary finds out whether data really comes from a cluster. It keeps a small
// subscriber of its own there, joins as that, polls once and downloads the meta
// of one block, again and again. It never commits, and never joins as any other
// subscriber.
//
// It may be used from any goroutine.
type Canary struct {
	config CanaryConfig
	dead   func(name string) bool

	// These belong to Run.
	sub      own
	created  time.Time    // when sub was
	advanced bool         // the last look brought an event that the one before did not
	last     model.Offset // of the newest event that came
	aged     bool         // the subscriber is to be replaced, for what it gets is old
	barred   bool         // the cluster does not let us create a subscriber

	mu      sync.Mutex
	on      bool
	changed chan struct{} // closed and replaced when on changes
	owed    []own         // of proofs, still to be removed
}

// NewCanary makes a canary, which looks at nothing before [Canary.Run].
func NewCanary(config CanaryConfig) (*Canary, error) {
	if config.Interval <= 0 {
		config.Interval = DefaultCanaryInterval
	}
	if config.Timeout <= 0 {
		config.Timeout = DefaultCanaryTimeout
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	name := newOwnName(config.Owner, config.Now())
	return newCanary(config, name)
}

// newCanary makes a canary of a given name.
func newCanary(config CanaryConfig, name string) (*Canary, error) {
	if slices.Contains(config.Configured, name) {
		return nil, fmt.Errorf("canary at %s: the configuration has a subscriber %s: give it a name that does not begin with %s", config.Cluster, name, model.CanaryPrefix)
	}
	return &Canary{
		config:  config,
		dead:    deadOwner(config.Owner, config.Alive),
		sub:     own{client: config.Client, cluster: config.Cluster, name: name},
		on:      config.On,
		changed: make(chan struct{}),
	}, nil
}

// Name is that of the canary's subscriber.
func (c *Canary) Name() string { return c.sub.name }

// Enable switches the canary on or off. Off, it publishes at once that there is
// nothing to be known of data any more, evidence with neither data nor failure,
// and then nothing; [Canary.Run] removes its subscriber.
func (c *Canary) Enable(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.on == on {
		return
	}
	c.on = on
	close(c.changed)
	c.changed = make(chan struct{})
	if !on {
		now := c.config.Now()
		c.config.Publish(model.Evidence{Kind: model.KindCanary, Cluster: c.config.Cluster, Asked: now, Answered: now})
	}
}

// Enabled reports whether the canary is on.
func (c *Canary) Enabled() bool {
	on, _ := c.state()
	return on
}

// state reports whether the canary is on, and a channel that closes when that
// changes.
func (c *Canary) state() (on bool, changed <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.on, c.changed
}

// Run looks while the canary is on, until ctx is done. It then removes the
// subscriber, for which it takes a few seconds at most. It must run only once
// at a time.
func (c *Canary) Run(ctx context.Context) {
	for ctx.Err() == nil {
		on, changed := c.state()
		if on {
			c.look(ctx, changed)
		} else {
			c.wait(ctx, changed, c.cleanUp) // what could not be removed at once
		}
	}
	c.cleanUp(ctx)
}

// wait waits until the canary is switched or ctx is done, and meanwhile does
// something again at the canary's pace.
func (c *Canary) wait(ctx context.Context, switched <-chan struct{}, again func(context.Context)) {
	retry := time.NewTicker(c.config.Interval)
	defer retry.Stop()
	for {
		select {
		case <-switched:
			return
		case <-ctx.Done():
			return
		case <-retry.C:
			again(ctx)
		}
	}
}

// look looks until the canary is switched off or ctx is done, and cleans up.
func (c *Canary) look(parent context.Context, off <-chan struct{}) {
	ctx, cancel := context.WithCancel(parent)
	var wg sync.WaitGroup
	crash.Go(parent, &wg, func() {
		c.wait(ctx, off, c.settle)
		cancel()
	})
	defer wg.Wait()
	defer cancel()
	sweeper{c.config.Client, c.config.Configured, c.dead, c.config.Now}.sweep(ctx)
	Loop{
		Evidence: model.Evidence{Kind: model.KindCanary, Cluster: c.config.Cluster},
		Look:     c.once,
		Publish:  func(e model.Evidence) { c.publish(off, e) },
		Pause:    c.pause,
		Interval: c.config.Interval, Timeout: c.config.Timeout, Random: c.config.Random, Now: c.config.Now,
	}.Run(ctx)
	if parent.Err() == nil {
		c.cleanUp(parent) // at the end of all Run does it
	}
}

// cleanUp removes the subscriber, and those of proofs that could not be removed
// at once. What can never be removed the next console on this host removes.
func (c *Canary) cleanUp(ctx context.Context) {
	ctx, cancel := parting(ctx)
	defer cancel()
	_ = c.sub.removeSurely(ctx)
	c.settle(ctx)
}

// settle removes the subscribers that proofs left, as far as it can.
func (c *Canary) settle(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, removeTimeout)
	defer cancel()
	c.mu.Lock()
	owed := c.owed
	c.owed = nil
	c.mu.Unlock()
	for _, sub := range owed {
		if sub.removeSurely(ctx) != nil {
			c.owe(sub)
		}
	}
}

// owe keeps in mind that a subscriber is still to be removed.
func (c *Canary) owe(sub own) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.owed = append(c.owed, sub)
}

// publish publishes evidence unless the canary was switched off meanwhile.
func (c *Canary) publish(off <-chan struct{}, e model.Evidence) {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-off:
	default:
		c.config.Publish(e)
	}
}
