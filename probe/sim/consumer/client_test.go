package consumer_test

import (
	"testing"
	"time"

	"github.com/fumtui/fumtui/probe/sim/cluster"
)

// Whatever a cluster does, its client is back after it, and misses nothing.
func TestClientSurvivesFaults(t *testing.T) {
	for _, kind := range cluster.Kinds() {
		fault := kind.Fault
		if fault == cluster.FaultLoseSubscriber || fault == cluster.FaultStaleSubscriber {
			continue // for good
		}
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, 1, 2, subscribeFilters())
			r.start()
			until(t, "the cursor is there", func() bool { return r.cursor() > 0 })
			if err := r.cluster.SetFault(fault); err != nil {
				t.Fatal(err)
			}
			if broken := time.Now(); !kind.Once {
				until(t, "half a second has passed", func() bool { return time.Since(broken) > 500*time.Millisecond })
			}
			if err := r.cluster.Heal(); err != nil {
				t.Fatal(err)
			}
			healed := uint64(r.cluster.SlotRange().Max)
			until(t, "the cursor passes what was missed", func() bool { return r.cursor() > healed })
			if c := r.audit(); len(c.Times) == 0 {
				t.Error("nothing was consumed")
			}
		})
	}
}

// Catching up runs at several hundred slots a second. The bound is low, for
// slow machines; the figure is logged.
func TestClientCatchesUp(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector would be measured")
	}
	r := newRig(t, 1, 2, subscribeFilters())
	first := r.start()
	until(t, "the cursor is there", func() bool { return r.cursor() > 0 })
	_ = first.stop()
	from := r.cursor()
	until(t, "400 slots wait", func() bool { return uint64(r.cluster.SlotRange().Max) > from+400 })
	to, begin := uint64(r.cluster.SlotRange().Max)-3, time.Now()
	r.start()
	until(t, "it has caught up", func() bool { return r.cursor() >= to })
	speed := float64(to-from) / time.Since(begin).Seconds()
	t.Logf("%.0f slots a second", speed)
	if speed < 2*rate {
		t.Errorf("caught up at %.0f slots a second", speed)
	}
	r.audit()
}

// A drained client ends by itself with a published cursor, and the next one
// goes on from there without a gap.
func TestClientDrainsAndGoesOn(t *testing.T) {
	r := newRig(t, 4, 4, blockFilters())
	for range 3 {
		p, before := r.start(), r.cursor()
		until(t, "the cursor moves", func() bool { return r.cursor() > before+rate/5 })
		p.client.Drain()
		p.client.Drain()
		if err := p.wait(); err != nil {
			t.Fatalf("drain: %v", err)
		}
		if own, public := r.cursor(), r.published(); own != public {
			t.Fatalf("cursor %d, published %d", own, public)
		}
	}
	r.audit()
}

// A client that is killed at any moment loses nothing.
func TestClientIsStoppedAgainAndAgain(t *testing.T) {
	r := newRig(t, 1, 2, subscribeFilters())
	for i := range 8 {
		p, before := r.start(), r.cursor()
		until(t, "the cursor moves", func() bool { return r.cursor() > before+uint64(i) })
		_ = p.stop()
	}
	r.audit()
}

// A drain does not wait for a cluster that does not answer.
func TestClientDrainsWhileTheClusterIsSilent(t *testing.T) {
	r := newRig(t, 1, 1, subscribeFilters())
	r.cfg.StallAfter = time.Minute
	if err := r.cluster.SetFault(cluster.FaultBlackhole); err != nil {
		t.Fatal(err)
	}
	p := r.start()
	begin := time.Now()
	p.client.Drain()
	if err := p.wait(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("the drain took %s", took)
	}
}
