package probe

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/probe/sim/chain"
	"github.com/fumtui/fumtui/probe/sim/cluster"
)

// canaryPatience bounds every wait of these tests.
const canaryPatience = 30 * time.Second

// canaryOwner is the process that these tests pretend to be.
var canaryOwner = model.Holder{Host: "bastion-1.example", BootID: "boot-1", PID: 4711, StartedAt: "123456", User: "ops"}

// simCluster serves a simulated cluster until the test ends.
func simCluster(t *testing.T, name string, change ...func(*cluster.Options)) *cluster.Cluster {
	t.Helper()
	o := cluster.Options{
		Name: name, Chain: chain.New(7), Clock: cluster.SystemClock{}, Start: time.Now(),
		Rate: 100, Retention: 4000, Tokens: []string{"secret"}, SlowBy: 50 * time.Millisecond,
	}
	for _, f := range change {
		f(&o)
	}
	c, err := cluster.New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return c
}

// watched is a canary under test, and what it published.
type watched struct {
	*Canary
	t    *testing.T
	seen chan model.Evidence
	stop func() // ends Run, and waits for it
}

// watch runs a canary on an address.
func watch(t *testing.T, address string, change ...func(*CanaryConfig)) *watched {
	t.Helper()
	w := &watched{t: t, seen: make(chan model.Evidence, 10_000)}
	config := CanaryConfig{
		Cluster: "ams", Client: dialClient(t, Endpoint{URL: "http://" + address, Token: "secret"}),
		Publish: func(e model.Evidence) { w.seen <- e }, Owner: canaryOwner,
		On: true, Interval: 20 * time.Millisecond, Timeout: 5 * time.Second,
	}
	for _, f := range change {
		f(&config)
	}
	canary, err := NewCanary(config)
	if err != nil {
		t.Fatal(err)
	}
	w.Canary = canary
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); canary.Run(ctx) }()
	w.stop = func() { cancel(); <-done }
	t.Cleanup(w.stop)
	return w
}

// next waits for evidence that fits.
func (w *watched) next(what string, fits func(model.Evidence) bool) model.Evidence {
	w.t.Helper()
	deadline := time.After(canaryPatience)
	var last model.Evidence
	for {
		select {
		case last = <-w.seen:
			if last.Kind != model.KindCanary || last.Cluster != "ams" || last.Pipeline != "" {
				w.t.Fatalf("published %+v", last)
			}
			if (last.Failure == nil) == (last.Canary == nil) {
				w.t.Fatalf("published %+v", last)
			}
			if fits(last) {
				return last
			}
		case <-deadline:
			w.t.Fatalf("waited in vain for %s; the last was %+v %v", what, last, last.Failure)
		}
	}
}

// data waits for a look that brought data.
func (w *watched) data() model.CanaryData {
	w.t.Helper()
	return *w.next("data", func(e model.Evidence) bool { return e.Canary != nil }).Canary
}

// failure waits for a look that failed in a class, with words in its message.
func (w *watched) failure(class model.ErrorClass, words string) {
	w.t.Helper()
	w.next(fmt.Sprintf("%s: %s", class, words), func(e model.Evidence) bool {
		return e.Failure != nil && e.Failure.Class == class && strings.Contains(e.Failure.Message, words)
	})
}

// quick shortens the time of a look.
func quick(c *CanaryConfig) { c.Timeout = 500 * time.Millisecond }

// names lists the subscribers of a simulated cluster.
func names(c *cluster.Cluster) []string {
	var all []string
	for _, s := range c.Subscribers() {
		all = append(all, s.Name)
	}
	return all
}

func TestCanaryGetsData(t *testing.T) {
	for _, shards := range []int{1, 4} {
		ams := simCluster(t, "ams", func(o *cluster.Options) { o.Shards = shards })
		w := watch(t, ams.Addr())
		first := w.data()
		subs := ams.Subscribers()
		for range 3 {
			next := *w.next("a newer block", func(e model.Evidence) bool {
				if e.Canary == nil || e.Canary.Offset < first.Offset || e.Canary.Slot == 0 {
					t.Errorf("after %+v came %+v, %v", first, e.Canary, e.Failure)
				}
				return e.Canary != nil && e.Canary.Offset > first.Offset
			}).Canary
			if behind := ams.Tip() - next.Offset; behind < 0 || behind > 200 {
				t.Errorf("got offset %d, the tip is %d", next.Offset, ams.Tip())
			}
			first = next
		}
		now := ams.Subscribers()
		if len(now) != 1 || now[0].Name != w.Name() || now[0].ID != subs[0].ID || now[0].Committed != subs[0].Committed {
			t.Errorf("subscribers %+v, at first %+v", now, subs)
		}
		w.stop()
		if left := names(ams); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}

// The customer's own subscriber is neither joined nor moved, and the standby is
// looked at as the active cluster is.
func TestCanaryBesideACustomer(t *testing.T) {
	nyc := simCluster(t, "nyc")
	customer := dialClient(t, Endpoint{URL: "http://" + nyc.Addr(), Token: "secret"})
	if _, err := customer.CreateLatest(t.Context(), "trades-prod"); err != nil {
		t.Fatal(err)
	}
	before := nyc.Subscribers()[0]
	w := watch(t, nyc.Addr(), func(c *CanaryConfig) { c.Configured = []string{"trades-prod"} })
	for range 3 {
		w.data()
		for _, s := range nyc.Subscribers() {
			if s.Name == "trades-prod" && s != before {
				t.Errorf("the customer's is %+v and was %+v", s, before)
			}
		}
	}
	w.stop()
	if left := nyc.Subscribers(); len(left) != 1 || left[0] != before {
		t.Errorf("left: %+v", left)
	}
}

func TestCanaryMeetsFaults(t *testing.T) {
	for name, c := range map[string]struct {
		fault cluster.Fault
		rpcs  []string
		class model.ErrorClass
		says  string
	}{
		"withheld":         {cluster.FaultWithhold, nil, model.ClassTimeout, "poll at ams: 127.0.0.1"},
		"no control":       {cluster.FaultHang, []string{"SubscribeV2"}, model.ClassTimeout, "join at ams: "},
		"no data plane":    {cluster.FaultHang, []string{"SubscribeData"}, model.ClassTimeout, "download at ams: "},
		"silent data":      {cluster.FaultSilence, []string{"SubscribeData"}, model.ClassTimeout, "download at ams: "},
		"data unavailable": {cluster.FaultUnavailable, []string{"SubscribeData"}, model.ClassServer, "download at ams: "},
		"no tip":           {cluster.FaultUnavailable, []string{"GetChainTip"}, model.ClassServer, "poll at ams: "},
		"token":            {cluster.FaultRejectToken, nil, model.ClassAuth, "does not accept the token"},
		"down":             {cluster.FaultDown, nil, model.ClassUnreachable, "refuses the connection"},
		"black hole":       {cluster.FaultBlackhole, nil, model.ClassTimeout, " at ams: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ams := simCluster(t, "ams")
			w := watch(t, ams.Addr(), quick)
			w.data()
			if err := ams.SetFault(c.fault, c.rpcs...); err != nil {
				t.Fatal(err)
			}
			w.failure(c.class, c.says)
			if err := ams.Heal(); err != nil {
				t.Fatal(err)
			}
			w.data()
			w.stop()
			if left := names(ams); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// A cluster that stands still still has its newest block: that it is not a new
// one shows in the data.
func TestCanaryAtAFrozenCluster(t *testing.T) {
	ams := simCluster(t, "ams")
	w := watch(t, ams.Addr())
	w.data()
	time.Sleep(500 * time.Millisecond) // so that the subscriber stands well below the tip
	if err := ams.SetFault(cluster.FaultFreeze); err != nil {
		t.Fatal(err)
	}
	last := w.next("the newest there is", func(e model.Evidence) bool { return e.Canary != nil && e.Canary.Slot >= ams.SlotRange().Max }).Canary
	for range 2 { // its last event may still have been on its way
		*last = w.data()
	}
	for range 3 {
		if next := w.data(); next != *last {
			t.Errorf("after %+v came %+v", *last, next)
		}
	}
}

func TestCanaryAtASlowCluster(t *testing.T) {
	ams := simCluster(t, "ams")
	w := watch(t, ams.Addr())
	w.data()
	if err := ams.SetFault(cluster.FaultSlow); err != nil {
		t.Fatal(err)
	}
	e := w.next("a slow answer", func(e model.Evidence) bool { return e.RTT() > 200*time.Millisecond })
	if e.Canary == nil {
		t.Errorf("a slow answer: %+v", e.Failure)
	}
}
