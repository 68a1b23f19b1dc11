package consumer

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

const (
	firstBackoff = 100 * time.Millisecond
	maxBackoff   = 2 * time.Second
	flushTimeout = 10 * time.Second // for a drained client's last cursor
)

// Config is what a client is told at its start.
type Config struct {
	Subscriber string
	Endpoint   string // URL with scheme http or https
	Token      string
	CAFile     string           // trusted besides nothing else; "" means the system's roots
	Streams    int              // data streams, 1 to 20 (default 1)
	Filters    *pb.BlockFilters // what to download of each block

	CommitEvery time.Duration // default 1 s
	TipEvery    time.Duration // default 5 s
	StallAfter  time.Duration // silence after which it connects again; default 10 s
	AnyVersion  bool          // take a service of any version

	ResumeSlot *uint64          // first slot to consume, where there is no cursor yet
	Log        func(string)     // told about troubles, one line each; may be nil
	Now        func() time.Time // the time of day; default time.Now
}

// Client is one client process's consumer. Make it with [New], then [Client.Run].
type Client struct {
	cfg     Config
	rec     *Record
	pub     *Publisher
	dialer  *dialer
	metrics *metrics
	pace    pace

	drain     chan struct{}
	drainOnce sync.Once

	// The rest belongs to the goroutine of Run.
	track  *tracker
	hand   *handover
	batch  batch
	joined bool // the first join of this process is done
}

// New makes a client that records to rec and publishes its cursor by pub.
func New(cfg Config, rec *Record, pub *Publisher) (*Client, error) {
	setDefault(&cfg.Streams, 1)
	setDefault(&cfg.CommitEvery, time.Second)
	setDefault(&cfg.TipEvery, 5*time.Second)
	setDefault(&cfg.StallAfter, 10*time.Second)
	if cfg.Log == nil {
		cfg.Log = func(string) {}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	m := newMetrics()
	d, err := newDialer(cfg, m)
	if err != nil {
		return nil, err
	}
	return &Client{cfg: cfg, rec: rec, pub: pub, dialer: d, metrics: m, pace: referencePace(), drain: make(chan struct{}), hand: newHandover()}, nil
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Metrics serves the client's metrics, whatever is asked.
func (c *Client) Metrics() http.Handler { return c.metrics }

// Drain asks the client to end: it takes in no more events, finishes what is in
// flight, commits, publishes its cursor, and Run returns nil.
func (c *Client) Drain() { c.drainOnce.Do(func() { close(c.drain) }) }

// Run consumes until ctx ends, whose error it then returns, or until it is
// drained. However a session ends, it begins another one.
func (c *Client) Run(ctx context.Context) error { return c.publishing(ctx, c.supervise) }

// publishing finds where the cursor stands and works from there, while the
// cursor is published beside.
func (c *Client) publishing(ctx context.Context, work func(context.Context) error) error {
	if err := c.begin(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() { c.pub.run(ctx) })
	return work(ctx)
}

// supervise runs session after session, until ctx ends or the client is
// drained.
func (c *Client) supervise(ctx context.Context) error {
	pause, last := firstBackoff, ""
	for {
		started := c.cfg.Now()
		err := c.runSession(ctx)
		if errors.Is(err, errDrained) || c.draining() {
			return c.finish(ctx)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if c.cfg.Now().Sub(started) > 2*maxBackoff {
			pause, last = firstBackoff, ""
		}
		if text := err.Error(); text != last {
			c.cfg.Log("connect again: " + text)
			last = text
		}
		c.backoff(ctx, pause)
		pause = min(2*pause, maxBackoff)
	}
}

// backoff waits about d, or until the client is to end.
func (c *Client) backoff(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d/2 + rand.N(d/2+1))
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-c.drain:
	case <-t.C:
	}
}

func (c *Client) draining() bool {
	select {
	case <-c.drain:
		return true
	default:
		return false
	}
}

// begin finds where the cursor stands.
func (c *Client) begin(ctx context.Context) error {
	initial, err := c.pub.row(ctx)
	if err != nil {
		return err
	}
	if initial == nil && c.cfg.ResumeSlot != nil && *c.cfg.ResumeSlot > 0 {
		at := *c.cfg.ResumeSlot - 1
		initial = &at
		c.pub.set(at, nil)
	}
	facts, err := c.rec.begin(ctx, initial, c.cfg.Now())
	if err != nil {
		return err
	}
	c.track = newTracker(initial, facts)
	if initial != nil {
		c.metrics.consumed.Set(float64(*initial))
	}
	return nil
}

// finish writes what is left and waits until the cursor is published.
func (c *Client) finish(ctx context.Context) error {
	if err := c.flush(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, flushTimeout)
	defer cancel()
	return c.pub.flush(ctx)
}

// learn takes in what an event tells about the chain.
func (c *Client) learn(ev *pb.BlockchainEvent) {
	wasKnown := c.track.known
	if c.track.saw(ev) {
		c.note(ev.GetSlot())
	}
	if !wasKnown && c.track.known {
		at := c.track.initial
		c.batch.initial, c.batch.cursor = &at, &at
	}
}

// deliver takes in a slot whose data is complete.
func (c *Client) deliver(slot uint64, w *work) error {
	if w.dead {
		c.hand.recorded(slot) // it held nothing
		return nil
	}
	if err := w.sum.check(slot, c.cfg.Filters); err != nil {
		delete(c.hand.slots, slot) // its event comes again with the next session
		return fmt.Errorf("download slot %d: %w", slot, err)
	}
	c.batch.consumed = append(c.batch.consumed, slot)
	c.track.consume(slot)
	c.note(slot)
	return nil
}

// note has what is known of a slot written with the next batch.
func (c *Client) note(slot uint64) {
	f, ok := c.track.facts[slot]
	if !ok {
		return
	}
	if c.batch.facts == nil {
		c.batch.facts = map[uint64]fact{}
	}
	c.batch.facts[slot] = f
}

// flush moves the cursor as far as it may go, writes the batch in one
// transaction and then publishes the cursor.
func (c *Client) flush(ctx context.Context) error {
	if c.batch.empty() {
		return nil
	}
	if c.track.advance() {
		at := c.track.cursor
		c.batch.cursor = &at
	}
	b := c.batch
	if b.cursor != nil {
		_, published, _ := c.pub.state()
		b.forget = min(published, *b.cursor) // the next start begins at what was published
		c.hand.prune(*b.cursor)
	}
	if err := c.rec.write(ctx, b, c.cfg.Now()); err != nil {
		return err
	}
	c.batch = batch{}
	for _, slot := range b.consumed {
		c.hand.recorded(slot)
	}
	if b.cursor != nil {
		c.metrics.consumed.Set(float64(*b.cursor))
		c.pub.set(*b.cursor, c.track.firstSlot())
	}
	return nil
}

// settle moves the committable offset over what is durable.
func (c *Client) settle() {
	c.metrics.statuses.Add(float64(c.hand.settle()))
	c.metrics.heldStatuses.Set(float64(c.hand.held()))
}
