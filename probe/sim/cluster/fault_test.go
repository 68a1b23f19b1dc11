package cluster

import (
	"context"
	"errors"
	"net"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

// set breaks a cluster.
func set(t *testing.T, c *Cluster, f Fault, rpcs ...string) {
	t.Helper()
	if err := c.SetFault(f, rpcs...); err != nil {
		t.Fatal(err)
	}
}

// heal mends a cluster.
func heal(t *testing.T, c *Cluster) {
	t.Helper()
	if err := c.Heal(); err != nil {
		t.Fatal(err)
	}
	if f := c.Faults(); len(f) > 0 {
		t.Errorf("faults %v are left", f)
	}
}

// version makes a call with a deadline.
func version(t *testing.T, client pb.FumaroleClient, deadline time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(known(t), deadline)
	defer cancel()
	_, err := client.Version(ctx, &pb.VersionRequest{})
	return err
}

// works waits until a cluster answers again.
func works(t *testing.T, c *Cluster) {
	t.Helper()
	client := dial(t, c)
	eventually(t, "the healed cluster answers", func() bool { return version(t, client, time.Second) == nil })
}

func TestFaultDown(t *testing.T) {
	c := serve(t)
	client := dial(t, c)
	create(t, client, "trades")
	s := join(t, client.SubscribeV2, "trades")
	addr := c.Addr()
	set(t, c, FaultDown)
	set(t, c, FaultDown) // again
	if err := s.ended(); err == nil {
		t.Error("a session survived")
	}
	var d net.Dialer
	if conn, err := d.DialContext(known(t), "tcp", addr); err == nil {
		conn.Close()
		t.Error("a connection was accepted")
	} else if !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("connections fail with %v, want them refused", err)
	}
	tip := c.Tip()
	eventually(t, "the cluster lives on unseen", func() bool { return c.Tip() > tip })
	heal(t, c)
	if c.Addr() != addr {
		t.Errorf("healed on %s, was on %s", c.Addr(), addr)
	}
	works(t, c)
	join(t, dial(t, c).SubscribeV2, "trades") // nothing was lost
}

func TestFaultDownWhoseAddressIsTaken(t *testing.T) {
	c := serve(t)
	set(t, c, FaultDown)
	var config net.ListenConfig
	thief := must[net.Listener](t)(config.Listen(known(t), "tcp", c.Addr()))
	if err := c.Heal(); err == nil {
		t.Error("healed without its address")
	}
	thief.Close()
	heal(t, c)
	works(t, c)
}

func TestFaultSlow(t *testing.T) {
	const late = 400 * time.Millisecond
	c := serve(t, func(o *Options) { o.SlowBy = late })
	client := dial(t, c)
	events := living(c, history(t, c, client, 100, 50))
	create(t, client, "trades")
	s := join(t, client.SubscribeV2, "trades")
	from := s.init.GetLastCommittedOffsets()[0]
	d := openData(t, client, allFilters())
	set(t, c, FaultSlow)
	for what, act := range map[string]func(){
		"call":   func() { must[*pb.VersionResponse](t)(client.Version(known(t), &pb.VersionRequest{})) },
		"commit": func() { s.commit(from); s.committed() },
		"downloads side by side": func() {
			d.ask(events[0], 0)
			d.ask(events[1], 0)
			block(t, d.stream)
			block(t, d.stream)
		},
	} {
		if took := quickest(act); took < late || took >= 2*late+late/2 {
			t.Errorf("%s took %v, want a delay of %v to %v, once", what, took, late, 2*late)
		}
	}
	shortest, longest := 2*late, time.Duration(0)
	for range 100 {
		d := c.slowness("Version", c.luck())
		shortest, longest = min(shortest, d), max(longest, d)
	}
	if shortest < late || shortest > late*5/4 || longest < late*7/4 || longest > 2*late {
		t.Errorf("delays between %v and %v, want all of %v to %v", shortest, longest, late, 2*late)
	}
	heal(t, c)
}

func TestFaultErrors(t *testing.T) {
	c := serve(t)
	client := dial(t, c)
	set(t, c, FaultErrors)
	seen := map[codes.Code]int{}
	for range 200 {
		seen[status.Code(version(t, client, patience))]++
	}
	if seen[codes.OK] < 60 || seen[codes.Unavailable] < 20 || seen[codes.Internal] < 20 || len(seen) != 3 {
		t.Errorf("200 calls ended %v, want half of them OK, the others UNAVAILABLE and INTERNAL", seen)
	}
	heal(t, c)
	for range 20 {
		if err := version(t, client, patience); err != nil {
			t.Fatal(err)
		}
	}
}

func TestConformance18IngestStall(t *testing.T) {
	clock := newManualClock()
	c := serve(t, still(clock))
	client := dial(t, c)
	create(t, client, "trades")
	s := join(t, client.SubscribeV2, "trades")
	set(t, c, FaultFreeze)
	tip, window := c.Tip(), c.SlotRange()
	s.poll(nil, nil)
	s.commit(0)
	s.committed() // the poll is held by now
	clock.advance(100 * time.Second)
	if got := s.history(); len(got) > 0 { // held, then empty
		t.Errorf("%d events while nothing is taken in", len(got))
	}
	if c.Tip() != tip || c.SlotRange() != window {
		t.Errorf("tip %d and slots %s moved from %d and %s", c.Tip(), c.SlotRange(), tip, window)
	}
	heal(t, c)
	next := int64(tip) + 1
	for slots := map[uint64]bool{}; len(slots) < 200; {
		s.poll(nil, nil)
		for _, e := range s.history() {
			if e.GetOffset() != next {
				t.Fatalf("offset %d, want %d", e.GetOffset(), next)
			}
			next++
			slots[e.GetSlot()] = true
		}
	}
}

func TestFaultWithhold(t *testing.T) {
	c := serve(t)
	client := dial(t, c)
	e := living(c, history(t, c, client, 100, 50))[0]
	create(t, client, "trades", c.SlotRange().Max-500)
	d := openData(t, client, allFilters())
	set(t, c, FaultWithhold)
	s := join(t, client.SubscribeV2, "trades")
	from := s.init.GetLastCommittedOffsets()[0]
	d.ask(e, 0)
	s.poll(&from, nil)
	s.commit(from + 1)
	if got := s.committed(); got != from+1 {
		t.Errorf("commit echoes %d", got)
	}
	tip := c.Tip()
	type answer struct {
		r   *pb.DataResponse
		err error
	}
	first := make(chan answer, 1)
	go func() {
		r, err := d.stream.Recv()
		first <- answer{r, err}
	}()
	if events := s.history(); len(events) > 0 { // half a second later
		t.Errorf("%d events came through", len(events))
	}
	if len(first) > 0 {
		t.Error("a download came through")
	}
	eventually(t, "the tip moves", func() bool { return c.Tip() > tip })
	if err := version(t, client, patience); err != nil {
		t.Errorf("calls answer, but: %v", err)
	}
	heal(t, c)
	if a := <-first; a.r.GetUpdate() == nil {
		t.Errorf("the download that waited begins with %v, %v", a.r, a.err)
	}
	if events := s.events(1); events[0].GetOffset() != from+1 {
		t.Errorf("healed, it goes on with %d, want %d", events[0].GetOffset(), from+1)
	}
}

func TestShutdownTellsTheSessions(t *testing.T) {
	c, err := New(Options{Name: "ams", Clock: SystemClock{}, Start: time.Now(), Rate: 200})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Serve(ctx) }()
	client := dial(t, c)
	create(t, client, "trades")
	s := join(t, client.SubscribeV2, "trades")
	d := openData(t, client, nil)
	begin := time.Now()
	cancel()
	_, err = d.stream.Recv()
	for _, err := range []error{s.ended(), err} {
		wantCode(t, err, codes.Unavailable)
		if status.Convert(err).Message() != status.Convert(errShutdown).Message() {
			t.Errorf("%v does not say why: the connection was cut first", err)
		}
	}
	endsWell(t, ended)
	if took := time.Since(begin); took > 3*time.Second {
		t.Errorf("the end took %v", took)
	}
}

func TestOnlyKnownFaultsAreTaken(t *testing.T) {
	for _, f := range AllFaults() {
		if err := CheckScope(f, nil); err != nil {
			t.Errorf("CheckScope(%q): %v", f, err)
		}
		if got, err := kindOf(f); err != nil || got.Fault != f {
			t.Errorf("kindOf(%q) = %q, %v", f, got.Fault, err)
		}
	}
	if CheckScope("rain", nil) == nil {
		t.Error("there is no fault rain")
	}
	c := serve(t)
	for fault, rpcs := range map[Fault][]string{"rain": nil, FaultDown: {"Version"}, FaultSlow: {"Version", "version"}} {
		if err := c.SetFault(fault, rpcs...); err == nil || len(c.Faults()) > 0 {
			t.Errorf("a cluster took the fault %s of %v: %v", fault, rpcs, err)
		}
	}
	set(t, c, FaultSlow)
	set(t, c, FaultFreeze)
	if got := c.Faults(); len(got) != 2 || got[0].String() != "freeze" || got[1].String() != "slow" {
		t.Errorf("faults are %v", got)
	}
	if w := c.SlotRange(); w.Max < testStart {
		t.Errorf("slots are %s", w)
	}
}
