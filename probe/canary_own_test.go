package probe

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
	"github.com/fumtui/fumtui/probe/sim/cluster"
)

// canaryAt is a canary at a cluster, whose looks the test makes.
func canaryAt(t *testing.T, o *oddCluster) *Canary {
	t.Helper()
	canary, err := NewCanary(CanaryConfig{
		Cluster: "ams", Client: dialClient(t, Endpoint{URL: "http://" + o.serve(t)}), Owner: canaryOwner,
	})
	if err != nil {
		t.Fatal(err)
	}
	return canary
}

// glanceAt makes one look.
func glanceAt(t *testing.T, c *Canary) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), canaryPatience)
	defer cancel()
	return c.once(ctx, &model.Evidence{})
}

// vetoed has calls of a method answered with an error, until the test allows it.
func (o *oddCluster) vetoed(method string, err error) {
	o.set(func() {
		o.veto = func(_ context.Context, called string) error {
			if strings.HasSuffix(called, "/"+method) {
				return err
			}
			return nil
		}
	})
}

func TestCanaryNeverTakesASubscriberThatItDidNotCreate(t *testing.T) {
	o := newOdd()
	canary := canaryAt(t, o)
	o.groups[canary.Name()] = &pb.ConsumerGroupInfo{Id: "theirs", ConsumerGroupName: canary.Name()}
	for range 2 {
		err := glanceAt(t, canary)
		if model.ClassOf(err) != model.ClassIncompatible || !errors.Is(err, errForeign) || !strings.Contains(err.Error(), "create at ams: "+canary.Name()) {
			t.Errorf("%v", err)
		}
		if canary.pause(0) != slowFactor*DefaultCanaryInterval {
			t.Errorf("looks again after %s", canary.pause(0))
		}
	}
	canary.cleanUp(t.Context())
	if len(o.groups) != 1 || len(o.commands) > 0 {
		t.Errorf("subscribers %v, commands %v", o.groups, o.commands)
	}
}

func TestCanaryIsRefusedForAConfiguredName(t *testing.T) {
	name := newOwnName(canaryOwner, time.Now())
	if _, err := newCanary(CanaryConfig{Cluster: "ams", Configured: []string{"trades", name}}, name); err == nil || !strings.Contains(err.Error(), name) {
		t.Errorf("%v", err)
	}
}

// A create was had and its answer lost: what is there then is ours.
func TestCanaryAfterALostCreate(t *testing.T) {
	o := newOdd()
	canary := canaryAt(t, o)
	o.set(func() {
		o.veto = func(_ context.Context, method string) error {
			if !strings.HasSuffix(method, "/CreateConsumerGroup") {
				return nil
			}
			o.set(func() {
				o.groups[canary.Name()] = &pb.ConsumerGroupInfo{Id: "had", ConsumerGroupName: canary.Name()}
				o.veto = nil
			})
			return errOdd
		}
	})
	if err := glanceAt(t, canary); model.ClassOf(err) != model.ClassServer || stageOf(err) != stageCreate {
		t.Errorf("the answer was lost: %v", err)
	}
	if err := glanceAt(t, canary); err != nil || canary.sub.id != "had" {
		t.Errorf("the next look: %v", err)
	}
	canary.cleanUp(t.Context())
	if len(o.groups) > 0 {
		t.Errorf("left behind: %v", o.groups)
	}
}

func TestCanaryToleratesLimits(t *testing.T) {
	for _, c := range []struct {
		code  codes.Code
		class model.ErrorClass
		slow  bool
	}{
		{codes.ResourceExhausted, model.ClassThrottled, true},
		{codes.PermissionDenied, model.ClassAuth, true},
		{codes.Unauthenticated, model.ClassAuth, false},
		{codes.Unavailable, model.ClassServer, false},
	} {
		o := newOdd()
		canary := canaryAt(t, o)
		o.vetoed("CreateConsumerGroup", status.Error(c.code, "five subscribers are enough"))
		err := glanceAt(t, canary)
		if model.ClassOf(err) != c.class || !strings.Contains(err.Error(), "create at ams: ") || canary.barred != c.slow {
			t.Errorf("%s: %v, slow is %t", c.code, err, canary.barred)
		}
		o.set(func() { o.veto = nil })
		if err := glanceAt(t, canary); err != nil || canary.pause(0) != DefaultCanaryInterval {
			t.Errorf("%s is over: %v, looks again after %s", c.code, err, canary.pause(0))
		}
		o.vetoed("GetChainTip", status.Error(c.code, "not so often"))
		if err := glanceAt(t, canary); model.ClassOf(err) != c.class || canary.barred {
			t.Errorf("%s of another call: %v", c.code, err)
		}
	}
}

// late has the next create be given up by its caller, and be had a moment later.
func (o *oddCluster) late(name func() string) (asked, had <-chan struct{}) {
	begun, done := make(chan struct{}), make(chan struct{})
	o.set(func() {
		o.veto = func(ctx context.Context, method string) error {
			if !strings.HasSuffix(method, "/CreateConsumerGroup") {
				return nil
			}
			o.set(func() { o.veto = nil })
			close(begun)
			<-ctx.Done()
			time.Sleep(100 * time.Millisecond)
			o.set(func() { o.groups[name()] = &pb.ConsumerGroupInfo{Id: "late", ConsumerGroupName: name()} })
			close(done)
			return ctx.Err()
		}
	})
	return begun, done
}

// The canary is switched off while its create is under way, which the cluster has
// after all: it is removed, and not taken for another's when it is on again.
func TestCanaryIsSwitchedOffInMidCreate(t *testing.T) {
	for name, again := range map[string]bool{"and stays off": false, "and on again": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOdd()
			var canary *Canary
			asked, had := o.late(func() string { return canary.Name() })
			w := watch(t, o.serve(t), func(c *CanaryConfig) {
				c.On = false
				if again {
					c.Interval = time.Hour
				}
			})
			canary = w.Canary
			w.Enable(true)
			<-asked
			w.Enable(false)
			if off := <-w.seen; off.Canary != nil || off.Failure != nil {
				t.Errorf("published %+v", off)
			}
			<-had
			if again {
				w.Enable(true)
				if e := <-w.seen; e.Canary == nil {
					t.Errorf("on again: %v", e.Failure)
				}
				w.Enable(false)
			}
			eventually(t, "it is removed", func() (gone bool) {
				o.set(func() { gone = len(o.groups) == 0 })
				return gone
			})
		})
	}
}

// Somebody deleted our subscriber and made one of the same name: it is theirs.
func TestCanaryRemovesByID(t *testing.T) {
	o := newOdd()
	canary := canaryAt(t, o)
	if err := glanceAt(t, canary); err != nil {
		t.Fatal(err)
	}
	o.set(func() { o.groups[canary.Name()].Id = "theirs" })
	canary.cleanUp(t.Context())
	if len(o.groups) != 1 {
		t.Error("it was deleted")
	}
}

func TestSweepOnlyTakesLeftOvers(t *testing.T) {
	now := time.Now()
	elsewhere := model.Holder{Host: "other", BootID: "boot-9", PID: 9, StartedAt: "9"}
	gone, living := canaryOwner, canaryOwner
	gone.PID, living.PID = 2, 3
	name := func(owner model.Holder, age time.Duration) string {
		return newOwnName(owner, now.Add(-age))
	}
	configured := name(gone, time.Hour)
	removed := []string{
		name(gone, time.Minute), name(gone, time.Minute), name(gone, 100*time.Hour),
		name(elsewhere, 25*time.Hour) + " stale", name(elsewhere, 1000*time.Hour) + " stale",
	}
	kept := []string{
		"trades-prod", "trades-prod-old stale", "fumtui-canary-mine", "fumtui stale", configured,
		name(living, 100*time.Hour), name(elsewhere, 100*time.Hour), name(elsewhere, 23*time.Hour) + " stale",
	}
	o := newOdd()
	for _, text := range slices.Concat(removed, kept) {
		n, stale := strings.CutSuffix(text, " stale")
		o.groups[n] = &pb.ConsumerGroupInfo{Id: "id-" + n, ConsumerGroupName: n, IsStale: stale}
	}
	canary := canaryAt(t, o)
	alive := func(h model.Holder) (bool, bool) { return h.PID != gone.PID, true }
	sweeper{canary.config.Client, []string{"trades-prod", configured}, deadOwner(canaryOwner, alive), time.Now}.sweep(t.Context())
	left := slices.Sorted(maps.Keys(o.groups))
	var want []string
	for _, text := range kept {
		n, _ := strings.CutSuffix(text, " stale")
		want = append(want, n)
	}
	slices.Sort(want)
	if !slices.Equal(left, want) {
		t.Errorf("left  %v\nwant %v", left, want)
	}
}

// A console was killed; the next one on its host begins by cleaning up.
func TestLeftOverIsRemovedAtTheStart(t *testing.T) {
	ams := simCluster(t, "ams")
	gone := canaryOwner
	gone.PID = 2
	killed := newOwnName(gone, time.Now())
	client := dialClient(t, Endpoint{URL: "http://" + ams.Addr(), Token: "secret"})
	for _, name := range []string{killed, "trades-prod"} {
		if _, err := client.CreateLatest(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	w := watch(t, ams.Addr(), func(c *CanaryConfig) {
		c.Alive = func(h model.Holder) (bool, bool) { return h.PID != gone.PID, true }
	})
	w.data()
	if got := names(ams); !slices.Equal(got, []string{w.Name(), "trades-prod"}) {
		t.Errorf("subscribers %v", got)
	}
}

// A list that hangs holds up the first look for a short time only.
func TestSweepIsBounded(t *testing.T) {
	t.Parallel()
	ams := simCluster(t, "ams")
	if err := ams.SetFault(cluster.FaultHang, "ListConsumerGroups"); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	watch(t, ams.Addr()).data()
	if took := time.Since(began); took > sweepTimeout+5*time.Second {
		t.Errorf("the first data came after %s", took)
	}
}

func TestLoopKeepsThePauseItIsGiven(t *testing.T) {
	var failures []int
	n := 0
	ctx, cancel := context.WithCancel(t.Context())
	Loop{
		Look: func(context.Context, *model.Evidence) error {
			if n++; n == 4 {
				cancel()
			}
			return model.NewFailure(model.ClassTimeout, "no", nil)
		},
		Publish: func(model.Evidence) {},
		Pause:   func(n int) time.Duration { failures = append(failures, n); return time.Microsecond },
	}.Run(ctx)
	if !slices.Equal(failures, []int{1, 2, 3}) {
		t.Errorf("asked after %v failures", failures)
	}
}
