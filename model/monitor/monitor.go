package monitor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/crash"
)

// maxQueue bounds the evidence that waits to be folded.
const maxQueue = 4096

// ErrStopped says that the monitor has ended, and no newer snapshot will come.
var ErrStopped = errors.New("the monitor has stopped")

// Monitor turns evidence into snapshots. All methods but Run may be called from
// any goroutine, and before Run.
type Monitor struct {
	cfg     Config
	queue   chan *model.Evidence
	dropped atomic.Uint64
	kick    chan struct{}

	questions chan func()   // each is run by the goroutine of Run
	ended     chan struct{} // closed when Run ends

	mu      sync.Mutex
	latest  model.Snapshot
	changed chan struct{} // closed when latest is replaced
	running bool          // Run began, and may have ended since
	stopped bool

	// The rest belongs to the goroutine of Run.
	chart  *chart
	record *recorder
	ledger *poller
	writer *writer
	loaded string // what went wrong with loading the history
}

// New makes a monitor. It has a first snapshot, of generation 1, in which
// nothing is known yet.
func New(cfg Config) *Monitor {
	cfg = cfg.withDefaults()
	m := &Monitor{
		cfg:     cfg,
		queue:   make(chan *model.Evidence, maxQueue),
		kick:    make(chan struct{}, 1),
		changed: make(chan struct{}),
		chart:   newChart(cfg.ChartSpan, cfg.Interval),

		questions: make(chan func()),
		ended:     make(chan struct{}),
	}
	if cfg.Ledger != nil {
		m.ledger = newPoller(cfg, m.Kick)
	}
	if cfg.History != nil {
		m.writer = newWriter(cfg)
	}
	m.record = newRecorder(m.writer)
	m.publish()
	if b := cfg.Before; b != nil {
		m.record.changes.Take(b.Time, b.Clusters, b.Pipelines)
	}
	return m
}

// Observe hands evidence in. It never waits: while the queue is full, evidence
// is dropped, and the next snapshot says so.
func (m *Monitor) Observe(e model.Evidence) {
	select {
	case m.queue <- &e:
	default:
		m.dropped.Add(1)
	}
}

// Kick asks for a new look at the ledger and a snapshot now rather than at the
// next tick.
func (m *Monitor) Kick() {
	select {
	case m.kick <- struct{}{}:
	default:
	}
}

// Snapshot is the newest snapshot.
func (m *Monitor) Snapshot() model.Snapshot {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.latest
}

// Next waits for a snapshot of a higher generation than after, and gives the
// newest: a slow reader misses those in between. It fails with the error of
// ctx, or with [ErrStopped] once Run has ended.
func (m *Monitor) Next(ctx context.Context, after uint64) (model.Snapshot, error) {
	for {
		m.mu.Lock()
		latest, changed, stopped := m.latest, m.changed, m.stopped
		m.mu.Unlock()
		if latest.Generation > after {
			return latest, nil
		}
		if stopped {
			return latest, ErrStopped
		}
		select {
		case <-ctx.Done():
			return latest, ctx.Err()
		case <-changed:
		}
	}
}

// Run drives the monitor until ctx is done, and returns nil then. It may be
// called once. When it returns, all its goroutines have ended and what was
// observed has been handed to the history, as far as that took it.
func (m *Monitor) Run(ctx context.Context) error {
	var helpers sync.WaitGroup
	m.begin()
	defer m.stop()
	defer helpers.Wait()
	m.load(ctx)
	m.ledger.look(ctx)
	m.publish()
	if m.ledger != nil {
		crash.Go(ctx, &helpers, func() { m.ledger.run(ctx) })
	}
	if m.writer != nil {
		crash.Go(ctx, &helpers, func() { m.writer.run(ctx) })
	}
	tick := newTicker(m.cfg.Interval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			m.drain()
			return nil
		case e := <-m.queue:
			m.fold(*e)
			continue
		case answer := <-m.questions:
			m.drain()
			answer()
			continue
		case <-tick.C:
			m.ledger.ask()
		case <-m.kick:
			m.ledger.ask()
		}
		m.drain()
		m.publish()
	}
}

// begin lets questions be asked.
func (m *Monitor) begin() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.running = true
}

// stop lets all who wait for a snapshot or an answer go.
func (m *Monitor) stop() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stopped = true
	close(m.changed)
	close(m.ended)
}

// load folds what the history knows, so that the fold does not begin from
// nothing. It is not written back.
func (m *Monitor) load(ctx context.Context) {
	if m.cfg.History == nil || m.cfg.Load < 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, m.cfg.CallTimeout)
	defer cancel()
	now := m.cfg.Now()
	evidence, err := m.cfg.History.Evidence(ctx, now.Add(-m.cfg.Load))
	if err != nil {
		m.loaded = fmt.Sprintf("evidence of earlier cannot be read: %v", err)
	}
	slices.SortStableFunc(evidence, func(a, b model.Evidence) int { return a.Answered.Compare(b.Answered) })
	for _, e := range evidence {
		if !e.Answered.After(now) { // later than now: some clock was wrong
			m.cfg.Watch.Observe(e)
		}
	}
	samples, err := m.cfg.History.Samples(ctx, model.MeasureLag, now.Add(-m.cfg.ChartSpan))
	if err != nil {
		m.loaded = fmt.Sprintf("lag of earlier cannot be read: %v", err)
	}
	slices.SortStableFunc(samples, func(a, b model.Sample) int { return a.At.Compare(b.At) })
	for _, s := range samples {
		m.chart.add(model.LagSample{At: s.At, Pipeline: s.Pipeline, Cluster: s.Cluster, Lag: s.Value})
	}
}

// drain folds all that waits in the queue.
func (m *Monitor) drain() {
	for range len(m.queue) {
		m.fold(*<-m.queue)
	}
}

// fold takes one look in.
func (m *Monitor) fold(e model.Evidence) {
	m.cfg.Watch.Observe(e)
	m.writer.evidence(e)
}

// publish assembles a snapshot of now and makes it the newest.
func (m *Monitor) publish() {
	now := m.cfg.Now()
	watch := m.cfg.Watch
	m.ledger.apply(watch)
	clusters, pipelines := watch.Assess(now)
	for _, sample := range watch.Lags(now) {
		if m.chart.add(sample) {
			m.writer.sample(lagOf(sample))
		}
	}
	m.foresee(now, clusters, pipelines)
	m.record.take(now, clusters, pipelines)
	for i := range pipelines {
		pipelines[i].History = m.chart.of(pipelines[i].Name, now)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.latest = model.Snapshot{
		Generation: m.latest.Generation + 1,
		Time:       now,
		Clusters:   clusters,
		Pipelines:  pipelines,
		Notices:    m.notices(),
	}
	close(m.changed)
	m.changed = make(chan struct{})
}

// notices are the troubles of this console, in words fit for a screen.
func (m *Monitor) notices() []string {
	var list []string
	if n := m.dropped.Load(); n > 0 {
		list = append(list, fmt.Sprintf("this machine is too busy: %d looks were dropped", n))
	}
	for _, trouble := range []string{m.ledger.trouble(), m.writer.trouble(), m.loaded} {
		if trouble != "" {
			list = append(list, model.Clean(trouble, model.MaxMessage))
		}
	}
	return list
}
