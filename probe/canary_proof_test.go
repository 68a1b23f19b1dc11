package probe

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/probe/sim/cluster"
)

// provingCanary is a canary that does not look, and only proves.
func provingCanary(t *testing.T, c *cluster.Cluster, on bool) *Canary {
	t.Helper()
	canary, err := NewCanary(CanaryConfig{
		Publish: func(model.Evidence) {},
		Cluster: "nyc", Client: dialClient(t, Endpoint{URL: "http://" + c.Addr(), Token: "secret"}), Owner: canaryOwner, On: on,
	})
	if err != nil {
		t.Fatal(err)
	}
	return canary
}

func TestProofFromASlot(t *testing.T) {
	nyc := simCluster(t, "nyc", func(o *cluster.Options) { o.Rate = 2.5; o.Shards = 4 })
	canary := provingCanary(t, nyc, true)
	window := nyc.SlotRange()
	for _, from := range []model.Slot{window.Min + 50, (window.Min + window.Max) / 2, window.Max - 5, window.Max} {
		data, err := canary.ProveData(t.Context(), from)
		if err != nil || data.Slot+32 < from || data.Slot > from+10 {
			t.Errorf("from slot %d: %+v, %v", from, data, err)
		}
		if left := names(nyc); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
	_, err := canary.ProveData(t.Context(), window.Max+1000)
	if model.ClassOf(err) != model.ClassIncompatible || stageOf(err) != stageCreate {
		t.Errorf("from a slot that is not there: %v", err)
	}
}

func TestProofOfNoData(t *testing.T) {
	nyc := simCluster(t, "nyc")
	canary := provingCanary(t, nyc, true)
	for fault, stage := range map[cluster.Fault]string{cluster.FaultWithhold: stagePoll, cluster.FaultMissBlock: ""} {
		if err := nyc.SetFault(fault); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		_, err := canary.ProveData(ctx, nyc.SlotRange().Max-20)
		if stageOf(err) != stage || stage != "" && model.ClassOf(err) != model.ClassTimeout {
			t.Errorf("%s: %v", fault, err)
		}
		cancel()
		if left := names(nyc); len(left) > 0 {
			t.Errorf("%s left behind: %v", fault, left)
		}
		if err := nyc.Heal(); err != nil {
			t.Fatal(err)
		}
	}
}

// A person leaves while a proof is under way: nothing is left of it.
func TestProofGivenUp(t *testing.T) {
	nyc := simCluster(t, "nyc")
	canary := provingCanary(t, nyc, true)
	if err := nyc.SetFault(cluster.FaultWithhold); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() {
		_, err := canary.ProveData(ctx, nyc.SlotRange().Max-20)
		done <- err
	}()
	eventually(t, "it has joined", func() bool {
		all := nyc.Subscribers()
		return len(all) == 1 && all[0].Sessions == 1
	})
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) || model.ClassOf(err) != "" {
		t.Errorf("given up: %v", err)
	}
	if left := names(nyc); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// What a proof could not remove the canary does at its end.
func TestProofThatCannotBeRemoved(t *testing.T) {
	nyc := simCluster(t, "nyc")
	canary := provingCanary(t, nyc, true)
	canary.config.Publish = func(model.Evidence) {}
	if err := nyc.SetFault(cluster.FaultUnavailable, "DeleteConsumerGroup"); err != nil {
		t.Fatal(err)
	}
	if _, err := canary.ProveData(t.Context(), nyc.SlotRange().Max); err != nil {
		t.Fatal(err)
	}
	if left := names(nyc); len(left) != 1 {
		t.Fatalf("left behind: %v", left)
	}
	if err := nyc.Heal(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	canary.Run(ctx)
	if left := names(nyc); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// So does it while it goes on looking.
func TestProofIsRemovedLater(t *testing.T) {
	nyc := simCluster(t, "nyc")
	w := watch(t, nyc.Addr(), func(c *CanaryConfig) { c.Interval = 100 * time.Millisecond })
	w.data()
	if err := nyc.SetFault(cluster.FaultUnavailable, "DeleteConsumerGroup"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ProveData(t.Context(), nyc.SlotRange().Max); err != nil {
		t.Fatal(err)
	}
	if left := names(nyc); len(left) != 2 {
		t.Fatalf("left behind: %v", left)
	}
	if err := nyc.Heal(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is removed", func() bool { return len(names(nyc)) == 1 })
	w.data()
}

func TestPortProvesWhileTheCanaryIsOn(t *testing.T) {
	canary := provingCanary(t, simCluster(t, "nyc"), false)
	for _, on := range []bool{false, true, false} {
		canary.Enable(on)
		if _, can := canary.Port().(failover.DataProver); can != on {
			t.Errorf("on is %t, and it proves is %t", on, can)
		}
	}
}
