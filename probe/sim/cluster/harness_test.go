package cluster

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
	"github.com/fumtui/fumtui/probe/sim/chain"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds every wait of these tests.
const patience = 30 * time.Second

// testToken is what test clusters accept.
const testToken = "secret"

// manualClock stands still until it is moved.
type manualClock struct {
	mu     sync.Mutex
	now    time.Time
	timers map[chan time.Time]time.Time
}

func newManualClock() *manualClock {
	return &manualClock{now: time.Unix(1_700_000_000, 0), timers: map[chan time.Time]time.Time{}}
}

func (c *manualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *manualClock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	timer := make(chan time.Time, 1)
	c.timers[timer] = c.now.Add(d)
	return timer
}

// advance moves the clock and fires what is due.
func (c *manualClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	for timer, at := range c.timers {
		if !at.After(c.now) {
			timer <- c.now
			delete(c.timers, timer)
		}
	}
}

// serve runs a cluster for the length of a test. The options are those of a
// fast chain in real time; change alters them.
func serve(t *testing.T, change ...func(*Options)) *Cluster {
	t.Helper()
	o := Options{
		Name: "ams", Chain: chain.New(1), Clock: SystemClock{}, Start: time.Now(),
		Rate: 200, Retention: 2000, Tokens: []string{testToken},
	}
	for _, f := range change {
		f(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		endsWell(t, ended)
	})
	return c
}

// endsWell waits for the end of a cluster whose context has ended.
func endsWell(t testing.TB, ended <-chan error) {
	t.Helper()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("Serve: %v", err)
		}
	case <-time.After(patience):
		stacks := make([]byte, 1<<20)
		t.Errorf("Serve did not end with its context in %s:\n%s", patience, stacks[:runtime.Stack(stacks, true)])
	}
}

// still gives a cluster a clock that only the test moves.
func still(clock *manualClock) func(*Options) {
	return func(o *Options) { o.Clock, o.Start, o.Rate = clock, clock.Now(), DefaultRate }
}

// shards sets the number of data shards.
func shards(n int) func(*Options) { return func(o *Options) { o.Shards = n } }

// dial connects a client that sends the right token, over h2c.
func dial(t *testing.T, c *Cluster, options ...grpc.DialOption) pb.FumaroleClient {
	t.Helper()
	options = append([]grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())}, options...)
	conn, err := grpc.NewClient("passthrough:///"+c.Addr(), options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return pb.NewFumaroleClient(conn)
}

// as is a context that carries headers and the patience of a test.
func as(t *testing.T, headers ...string) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return metadata.AppendToOutgoingContext(ctx, headers...)
}

// known is the context of a caller with the right token.
func known(t *testing.T) context.Context {
	t.Helper()
	return as(t, tokenHeader, testToken)
}

// wantCode fails the test where err does not have the code.
func wantCode(t *testing.T, err error, want codes.Code) {
	t.Helper()
	if got := status.Code(err); got != want {
		t.Fatalf("got %v (%v), want %v", got, err, want)
	}
}

// must fails the test on an error.
func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// eventually waits for something to become true.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(patience)
	for !ok() {
		select {
		case <-time.After(2 * time.Millisecond):
		case <-deadline:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// create makes a subscriber at the tip, or at a slot.
func create(t *testing.T, client pb.FumaroleClient, name string, from ...model.Slot) string {
	t.Helper()
	r := &pb.CreateConsumerGroupRequest{ConsumerGroupName: name}
	if len(from) > 0 {
		slot := uint64(from[0])
		r.InitialOffsetPolicy, r.FromSlot = pb.InitialOffsetPolicy_FROM_SLOT, &slot
	}
	return must[*pb.CreateConsumerGroupResponse](t)(client.CreateConsumerGroup(known(t), r)).GetConsumerGroupId()
}
