package probe

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/probe/sim/cluster"
)

// A subscriber that is lost or stale is our own trouble: it is replaced within
// the look, which no one sees fail.
func TestCanaryReplacesItsSubscriber(t *testing.T) {
	t.Parallel()
	for _, fault := range []cluster.Fault{cluster.FaultLoseSubscriber, cluster.FaultStaleSubscriber} {
		t.Run(string(fault), func(t *testing.T) {
			ams := simCluster(t, "ams")
			w := watch(t, ams.Addr(), func(c *CanaryConfig) { c.Interval = time.Second })
			w.data()
			before := ams.Subscribers()[0]
			for range 2 { // between two looks, surely
				for len(w.seen) > 0 {
					<-w.seen // of before
				}
				if err := ams.SetFault(fault); err != nil {
					t.Fatal(err)
				}
				if e := <-w.seen; e.Failure != nil && stageOf(e.Failure) != stagePoll {
					t.Errorf("a look failed: %v", e.Failure)
				}
			}
			now := ams.Subscribers()
			if len(now) != 1 || now[0].Name != before.Name || now[0].ID == before.ID || now[0].Stale {
				t.Errorf("before %+v, now %+v", before, now)
			}
		})
	}
}

func TestCanaryIsSwitched(t *testing.T) {
	ams := simCluster(t, "ams")
	w := watch(t, ams.Addr(), func(c *CanaryConfig) { c.On = false })
	if w.Enabled() {
		t.Error("on from the start")
	}
	for range 3 {
		w.Enable(true)
		w.Enable(true)
		w.data()
		w.Enable(false)
		var last model.Evidence
		for len(w.seen) > 0 {
			last = <-w.seen
		}
		if last.Canary != nil || last.Failure != nil || last.Cluster != "ams" {
			t.Errorf("the last evidence is %+v, and does not say that it is off", last)
		}
		eventually(t, "it is removed", func() bool { return len(names(ams)) == 0 })
		if len(w.seen) > 0 {
			t.Errorf("published while off: %+v", <-w.seen)
		}
	}
}

// eventually waits for something to become true.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(canaryPatience)
	for !ok() {
		select {
		case <-time.After(2 * time.Millisecond):
		case <-deadline:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// A cluster that does not answer holds up the end of a console for a short time
// only.
func TestCanaryEndsAtADeadCluster(t *testing.T) {
	t.Parallel()
	ams := simCluster(t, "ams")
	w := watch(t, ams.Addr())
	w.data()
	if err := ams.SetFault(cluster.FaultBlackhole); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	w.stop()
	if took := time.Since(began); took > removeTimeout+2*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestCanaryIsRenewed(t *testing.T) {
	ams := simCluster(t, "ams")
	var ahead atomic.Int64
	w := watch(t, ams.Addr(), func(c *CanaryConfig) {
		c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})
	w.data()
	before := ams.Subscribers()[0]
	w.data()
	if now := ams.Subscribers()[0]; now.ID != before.ID {
		t.Errorf("before %+v, now %+v", before, now)
	}
	ahead.Store(int64(renewAfter))
	eventually(t, "another is made", func() bool {
		now := ams.Subscribers()
		return len(now) == 1 && now[0].ID != before.ID
	})
	w.data()
}

// The cluster does not answer when the canary is switched off: the subscriber is
// removed once it does.
func TestCanaryIsRemovedLater(t *testing.T) {
	ams := simCluster(t, "ams")
	w := watch(t, ams.Addr())
	w.data()
	if err := ams.SetFault(cluster.FaultUnavailable, "GetConsumerGroupInfo", "DeleteConsumerGroup"); err != nil {
		t.Fatal(err)
	}
	w.Enable(false)
	time.Sleep(100 * time.Millisecond)
	if len(names(ams)) != 1 {
		t.Error("it was removed from a cluster that does not answer")
	}
	if err := ams.Heal(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is removed", func() bool { return len(names(ams)) == 0 })
}
