package health

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// shake lets a world run while faults of these classes come and go, and looks at
// it with every second.
func shake(t *testing.T, seed uint64, classes []model.ErrorClass, stops bool, look func(x *world)) {
	t.Helper()
	dice := rand.New(rand.NewPCG(seed, 7))
	x := newWorld(t)
	x.clients["orders@nyc"] = &simClient{pace: 1}
	x.w.SetActive("orders", "nyc")
	for range 40 {
		cluster := x.clusters[[]string{"ams", "nyc"}[dice.IntN(2)]]
		class := classes[dice.IntN(len(classes))]
		switch dice.IntN(3) {
		case 0:
			cluster.fail = class
		case 1:
			cluster.fail = ""
		case 2:
			cluster.failTip = []model.ErrorClass{class, ""}[dice.IntN(2)]
		}
		if dice.IntN(3) == 0 {
			x.sing("ams", class)
		}
		if stops {
			x.clients["trades@ams"].stopped = dice.IntN(2) == 0
			cluster.frozen = dice.IntN(4) == 0
		}
		for range dice.IntN(120) {
			x.run(2 * time.Second)
			look(x)
			if t.Failed() {
				return
			}
		}
	}
}

// Evidence of what is ours to mend, alone, never leads to a failover.
func TestOursToMendNeverFailsOver(t *testing.T) {
	ours := []model.ErrorClass{model.ClassAuth, model.ClassThrottled, model.ClassIncompatible, model.ClassDNS, model.ClassNotFound}
	for seed := range uint64(12) {
		shake(t, seed, ours, false, func(x *world) {
			clusters, pipelines := x.w.Assess(x.now)
			for _, c := range clusters {
				if c.Verdict == model.ClusterDown || c.Verdict == model.ClusterStalled {
					t.Errorf("seed %d, %s: %s is %s: %s", seed, x.now.Sub(epoch), c.Name, c.Verdict, c.Reason)
				}
			}
			for _, p := range pipelines {
				if p.Advice.Action == model.ActionFailOver {
					t.Errorf("seed %d, %s: %s", seed, x.now.Sub(epoch), p.Advice.Text)
				}
			}
		})
	}
}

// A failover is only advised from a cluster that is down or stalled, to one that
// is healthy, or where clients confirm it to a console that sees nothing.
func TestFailOverImpliesAnOutageAndATarget(t *testing.T) {
	all := []model.ErrorClass{
		model.ClassTimeout, model.ClassServer, model.ClassUnreachable, model.ClassAuth, model.ClassDNS,
	}
	advised := 0
	for seed := range uint64(15) {
		shake(t, seed, all, true, func(x *world) {
			clusters, pipelines := x.w.Assess(x.now)
			state := map[string]model.ClusterState{}
			for _, c := range clusters {
				state[c.Name] = c
			}
			for i, p := range pipelines {
				a := p.Advice
				if a.Action != model.ActionFailOver {
					continue
				}
				advised++
				if from := state[p.Active].Verdict; from == model.ClusterDown || from == model.ClusterStalled {
					if to := state[a.Target].Verdict; to != model.ClusterHealthy || a.Target == p.Active {
						t.Errorf("seed %d: to %s, which is %s: %s", seed, a.Target, to, a.Text)
					}
					continue
				}
				if !x.w.offline && x.w.pipelines[i].at.cluster.dns < 2 {
					t.Errorf("seed %d: %s is %s: %s", seed, p.Active, state[p.Active].Verdict, a.Text)
				}
			}
		})
	}
	if advised == 0 {
		t.Error("nothing was ever advised: the test shows nothing")
	}
}

// Old evidence is none, whatever it said.
func TestOldEvidenceNeverLeadsToHealthy(t *testing.T) {
	for seed := range uint64(6) {
		shake(t, seed, []model.ErrorClass{model.ClassTimeout, model.ClassAuth}, true, func(*world) {})
		x := newWorld(t)
		x.run(time.Duration(seed) * 10 * time.Second)
		x.advance(x.r.MaxAge + time.Second)
		clusters, pipelines := x.w.Assess(x.now)
		for _, c := range clusters {
			if c.Verdict != model.ClusterUnknown || c.SlotsPerSecond != nil || c.Suspicion != nil {
				t.Errorf("%s is %s on old evidence", c.Name, c.Verdict)
			}
		}
		if p := pipelines[0]; p.LagOffsets != nil || p.ConsumedPerSecond != nil || p.Advice.Action != model.ActionWait {
			t.Errorf("%+v", p)
		}
	}
}

// One cluster cannot be told from this console's network by itself, but it may be
// down; no answer within the threshold is never down.
func TestClusterThatAnswersMostCallsIsNeverDown(t *testing.T) {
	for seed := range uint64(10) {
		x := newWorld(t)
		x.interval = time.Second
		x.clusters["ams"].slowBy = 700 * time.Millisecond
		x.clusters["ams"].dice = rand.New(rand.NewPCG(seed, 1))
		for range 1200 {
			x.run(time.Second)
			if v := x.cluster("ams").Verdict; v == model.ClusterDown {
				t.Fatalf("seed %d, %s: ams is down, although it answers", seed, x.now.Sub(epoch))
			}
		}
	}
}

// A server that vanishes is first a blip, then down, and never degraded.
func TestVanishedServerIsBlipThenDown(t *testing.T) {
	for _, class := range []model.ErrorClass{model.ClassUnreachable, model.ClassTimeout} {
		x := newWorld(t)
		x.run(2 * time.Minute)
		x.clusters["ams"].fail = class
		seen := []model.ClusterVerdict{}
		for range 300 {
			x.run(time.Second)
			if v := x.cluster("ams").Verdict; len(seen) == 0 || seen[len(seen)-1] != v {
				seen = append(seen, v)
			}
		}
		if len(seen) != 2 || seen[0] != model.ClusterBlip || seen[1] != model.ClusterDown {
			t.Errorf("%s: %v", class, seen)
		}
	}
}
