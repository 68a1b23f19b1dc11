package monitor

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/model/health"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is a history that can fail or hang.
type memory struct {
	mu      sync.Mutex
	looks   []model.Evidence
	samples []model.Sample
	events  []model.Event
	fail    error
	hang    bool
}

func (h *memory) do(ctx context.Context, f func()) error {
	h.mu.Lock()
	fail, hang := h.fail, h.hang
	h.mu.Unlock()
	if hang {
		<-ctx.Done()
		return ctx.Err()
	}
	if fail != nil {
		return fail
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	f()
	return nil
}

func (h *memory) AppendEvidence(ctx context.Context, list []model.Evidence) error {
	return h.do(ctx, func() { h.looks = append(h.looks, list...) })
}

func (h *memory) Evidence(ctx context.Context, since time.Time) (list []model.Evidence, err error) {
	err = h.do(ctx, func() {
		for _, e := range h.looks {
			if !e.Answered.Before(since) {
				list = append(list, e)
			}
		}
	})
	return list, err
}

func (h *memory) AppendSamples(ctx context.Context, list []model.Sample) error {
	return h.do(ctx, func() { h.samples = append(h.samples, list...) })
}

func (h *memory) Samples(ctx context.Context, measure model.Measure, since time.Time) (list []model.Sample, err error) {
	err = h.do(ctx, func() {
		for _, s := range h.samples {
			if s.Measure == measure && !s.At.Before(since) {
				list = append(list, s)
			}
		}
	})
	return list, err
}

func (h *memory) AppendEvents(ctx context.Context, list []model.Event) error {
	return h.do(ctx, func() { h.events = append(h.events, list...) })
}

// of are the samples of a measure.
func (h *memory) of(measure model.Measure) (list []model.Sample) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.samples {
		if s.Measure == measure {
			list = append(list, s)
		}
	}
	return list
}

func (h *memory) set(fail error, hang bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fail, h.hang = fail, hang
}

func (h *memory) counts() (looks, lags int) {
	lags = len(h.of(model.MeasureLag))
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.looks), lags
}

// book is a ledger whose content a test sets.
type book struct {
	mu     sync.Mutex
	runs   []model.Run
	active map[string]string
	home   map[string]string
	lease  *failover.Lease

	onLease func() // before a lease is read
	fail    error
	hang    bool
}

func (b *book) edit(f func(*book)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f(b)
}

func (b *book) Runs(ctx context.Context, pipeline string, unended bool, limit int) ([]model.Run, error) {
	b.mu.Lock()
	hang := b.hang
	b.mu.Unlock()
	if hang {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	var list []model.Run
	for _, r := range b.runs {
		if (pipeline == "" || pipeline == r.Pipeline) && (!unended || !r.State.Ended()) && (limit == 0 || len(list) < limit) {
			list = append(list, r.Clone())
		}
	}
	return list, b.fail
}

func (b *book) Active(_ context.Context, pipeline string) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.active[pipeline], b.fail
}

func (b *book) Home(_ context.Context, pipeline, _ string) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.home[pipeline], b.fail
}

func (b *book) LeaseOf(context.Context, string) (*failover.Lease, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.onLease != nil {
		b.onLease()
	}
	if b.lease == nil {
		return nil, b.fail
	}
	lease := *b.lease
	return &lease, b.fail
}

var errLocked = errors.New("database is locked")

var tradesOnly = []model.Pipeline{{Name: "trades", Subscriber: "trades-prod", Home: "ams", Clusters: []string{"ams", "nyc"}}}

// start runs a monitor until the returned function is called, which checks that
// it ended well.
func start(t *testing.T, change func(*Config)) (*Monitor, func()) {
	t.Helper()
	cfg := Config{
		Watch:     health.New(health.DefaultRules(), []model.Cluster{{Name: "ams"}, {Name: "nyc"}}, tradesOnly),
		Pipelines: tradesOnly,
	}
	if change != nil {
		change(&cfg)
	}
	m := New(cfg)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- m.Run(ctx) }()
	return m, func() {
		t.Helper()
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
	}
}

// probe is a round of looks at both clusters and the client.
func probe(at time.Time) []model.Evidence {
	slot := model.Slot(1_000_000 + at.Unix()%1_000_000*5/2)
	tip := model.Offset(slot * 3)
	committed := tip - 30
	var list []model.Evidence
	for _, cluster := range []string{"ams", "nyc"} {
		for _, kind := range []model.EvidenceKind{model.KindVersion, model.KindTip, model.KindSlotRange, model.KindSubscribers} {
			list = append(list, model.Evidence{
				Kind: kind, Cluster: cluster, Asked: at, Answered: at, Version: "0.40.0", Tip: &tip,
				Slots:       &model.SlotRange{Min: slot - 1000, Max: slot},
				Subscribers: []model.Subscriber{{Name: "trades-prod"}},
			})
		}
	}
	return append(list, model.Evidence{
		Kind: model.KindMetrics, Cluster: "ams", Pipeline: "trades", Asked: at, Answered: at,
		Metrics: &model.ClientMetrics{Tip: &tip, Committed: &committed},
	})
}

// feed probes every 2 s for d.
func feed(m *Monitor, d time.Duration) {
	for range int(d / (2 * time.Second)) {
		for _, e := range probe(time.Now()) {
			m.Observe(e)
		}
		time.Sleep(2 * time.Second)
	}
}
