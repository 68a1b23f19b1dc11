package consumer_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.uber.org/goleak"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
	"github.com/fumtui/fumtui/probe/sim/chain"
	"github.com/fumtui/fumtui/probe/sim/cluster"
	"github.com/fumtui/fumtui/probe/sim/consumer"
)

const (
	subscriber = "trades-prod"
	patience   = 30 * time.Second
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is a cluster and what a client of it writes.
type rig struct {
	t       *testing.T
	cluster *cluster.Cluster
	chain   chain.Chain
	record  string
	fumtui  string
	cfg     consumer.Config
}

// newRig serves a cluster with a subscriber at LATEST.
func newRig(t *testing.T, shards, streams int, filters *pb.BlockFilters) *rig {
	t.Helper()
	r := &rig{t: t, chain: chain.New(7)}
	var err error
	r.cluster, err = cluster.New(cluster.Options{
		Name: "ams", Chain: r.chain, Clock: cluster.SystemClock{}, Start: time.Now(),
		Rate: rate, Shards: shards, Tokens: []string{"secret"},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- r.cluster.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		_ = r.cluster.SetFault(cluster.FaultDown) // a handshake in a black hole would hold the end up
		if err := ended(t, "the cluster", served); err != nil {
			t.Errorf("cluster: %v", err)
		}
	})
	dir := t.TempDir()
	r.record, r.fumtui = filepath.Join(dir, "trades.db"), filepath.Join(dir, "fumtui.db")
	r.cfg = consumer.Config{
		Subscriber: subscriber, Endpoint: "http://" + r.cluster.Addr(), Token: "secret", Streams: streams, Filters: filters,
		CommitEvery: 25 * time.Millisecond, TipEvery: 125 * time.Millisecond, StallAfter: stall,
		Log: func(text string) { t.Log(text) },
	}
	short, done := context.WithTimeout(ctx, patience)
	defer done()
	if err := consumer.CreateLatest(short, r.cfg); err != nil {
		t.Fatal(err)
	}
	return r
}

// process is a client and its metrics page.
type process struct {
	client *consumer.Client
	page   *httptest.Server
	cancel context.CancelFunc
	wait   func() error
}

// start runs a client until it is stopped or drained.
func (r *rig) start() *process {
	return r.launch(func(ctx context.Context, client *consumer.Client) error { return client.Run(ctx) })
}

// once runs one session of a client, which is in no hurry to give up.
func (r *rig) once() *process {
	r.cfg.StallAfter = patience
	return r.launch(runOnce)
}

// runOnce runs one session, in which no pause takes seconds.
func runOnce(ctx context.Context, client *consumer.Client) error {
	client.Hurry(time.Second, 20*time.Millisecond)
	return client.RunOnce(ctx)
}

// launch runs a client in some way, and serves its metrics.
func (r *rig) launch(run func(context.Context, *consumer.Client) error) *process {
	r.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	rec, err := consumer.OpenRecord(ctx, r.record, "ams", uuid.NewString())
	if err != nil {
		r.t.Fatal(err)
	}
	pub, err := consumer.OpenPublisher(ctx, r.fumtui, "trades", "ams", r.cfg.Log)
	if err != nil {
		r.t.Fatal(err)
	}
	client, err := consumer.New(r.cfg, rec, pub)
	if err != nil {
		r.t.Fatal(err)
	}
	p := &process{client: client, page: httptest.NewServer(client.Metrics()), cancel: cancel}
	ran := make(chan error, 1)
	go func() { ran <- run(ctx, client) }()
	p.wait = sync.OnceValue(func() error {
		err := ended(r.t, "the client", ran)
		cancel()
		p.page.Close()
		_, _ = rec.Close(), pub.Close()
		return err
	})
	r.t.Cleanup(func() { _ = p.stop() })
	return p
}

// ended waits for the end of something that was told to end. Where that does
// not come, the test fails with what all goroutines do.
func ended(t *testing.T, what string, end <-chan error) error {
	t.Helper()
	select {
	case err := <-end:
		return err
	case <-time.After(patience):
		stacks := make([]byte, 1<<20)
		t.Fatalf("%s did not end in %s:\n%s", what, patience, stacks[:runtime.Stack(stacks, true)])
		return nil
	}
}

// stop ends the client at once.
func (p *process) stop() error {
	p.cancel()
	return p.wait()
}

// metric reads one value of the metrics page.
func (p *process) metric(t *testing.T, name string) float64 {
	t.Helper()
	resp, err := (&http.Client{Timeout: patience}).Post(p.page.URL+"/any/path", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if _, ok := resp.Header["Content-Type"]; ok || resp.StatusCode != http.StatusOK {
		t.Fatalf("status %s, Content-Type %q", resp.Status, resp.Header.Get("Content-Type"))
	}
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		if text, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			v, err := strconv.ParseFloat(text, 64)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
	}
	t.Fatalf("no metric %s", name)
	return 0
}

// cursor is the client's own cursor, 0 without one.
func (r *rig) cursor() uint64 {
	slot, err := consumer.ReadCursor(context.Background(), r.record, "ams")
	if err != nil {
		r.t.Fatal(err)
	}
	if slot == nil {
		return 0
	}
	return *slot
}

// until waits for something that must become true.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("in %s it did not come to this: %s", patience, what)
		}
	}
}

// audit fails the test when a finalized block up to the cursor is missing.
func (r *rig) audit() consumer.Consumption {
	r.t.Helper()
	c, err := consumer.ReadConsumption(context.Background(), r.record)
	if err != nil {
		r.t.Fatal(err)
	}
	if c.First == nil || c.Cursor == nil {
		r.t.Fatal("no first slot or no cursor")
	}
	owed := 0
	for slot := range r.chain.Finalized(model.Slot(*c.First), model.Slot(*c.Cursor)) {
		owed++
		if c.Times[uint64(slot)] == 0 {
			r.t.Errorf("slot %d is missing", slot)
		}
	}
	if owed == 0 {
		r.t.Errorf("nothing was owed between %d and %d", *c.First, *c.Cursor)
	}
	return c
}

// subscribeFilters are those of `fume subscribe`, blockFilters those of
// `fume block`.
func subscribeFilters() *pb.BlockFilters {
	return &pb.BlockFilters{
		Transactions: map[string]*pb.SubscribeRequestFilterTransactions{"f": {}},
		BlocksMeta:   map[string]*pb.SubscribeRequestFilterBlocksMeta{"f": {}},
	}
}

func blockFilters() *pb.BlockFilters {
	f := subscribeFilters()
	f.Accounts = map[string]*pb.SubscribeRequestFilterAccounts{"f": {}}
	f.Entries = map[string]*pb.SubscribeRequestFilterEntry{"f": {}}
	return f
}

func TestConformance20StreamsAndCommits(t *testing.T) {
	for name, filters := range map[string]func() *pb.BlockFilters{"subscribe": subscribeFilters, "block": blockFilters} {
		for _, streams := range []int{1, 4} {
			for _, shards := range []int{1, 4} {
				t.Run(fmt.Sprintf("%s, %d streams, %d shards", name, streams, shards), func(t *testing.T) {
					t.Parallel()
					r := newRig(t, shards, streams, filters())
					p := r.start()
					until(t, "the tip is known", func() bool { return p.metric(t, "fumarole_blockchain_offset_tip") > 0 })
					for range 3 {
						before, slot := p.metric(t, "fumarole_max_offset_committed"), r.cursor()
						until(t, "commits and the cursor advance", func() bool {
							return p.metric(t, "fumarole_max_offset_committed") > before && r.cursor() > slot
						})
						until(t, "the lag is below 100", func() bool { return p.metric(t, "fumarole_offset_lag_from_tip") < 100 })
					}
					until(t, "a second's slots were consumed", func() bool { return p.metric(t, "fumarole_slot_download_count") >= 2*rate })
					if err := p.stop(); !errors.Is(err, context.Canceled) {
						t.Errorf("the client ended with %v", err)
					}
					r.audit()
				})
			}
		}
	}
}

// published is the cursor in fumtui's database, 0 without one.
func (r *rig) published() uint64 {
	r.t.Helper()
	db, err := sql.Open("sqlite", r.fumtui)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var slot uint64
	err = db.QueryRowContext(context.Background(), `SELECT slot FROM cursor WHERE pipeline = 'trades' AND cluster = 'ams'`).Scan(&slot)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		r.t.Fatal(err)
	}
	return slot
}
