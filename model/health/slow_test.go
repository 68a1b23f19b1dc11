package health

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// A call that timed out took at least that long; one that was refused says
// nothing of the time that an answer takes.
func TestLatencyCountsWhatTimedOut(t *testing.T) {
	var c calls
	at := epoch
	c.add(call{at: at, took: 100 * time.Millisecond}, time.Minute)
	c.add(call{at: at, took: 1100 * time.Millisecond, failed: true, late: true}, time.Minute)
	c.add(call{at: at, took: 50 * time.Millisecond, failed: true}, time.Minute)
	if got := c.latency(); got != 600*time.Millisecond {
		t.Errorf("mean %s, want 600ms", got)
	}
}

// A cluster so slow that some calls find their deadline and others do not is
// degraded, and its clients are not to blame, also where times are short.
func TestSlowAcrossTheDeadline(t *testing.T) {
	for name, fast := range map[string]float64{"real": 1, "ten times faster": 10} {
		t.Run(name, func(t *testing.T) {
			shorter := func(d time.Duration) time.Duration { return time.Duration(float64(d) / fast) }
			x := newWorld(t, func(r *Rules) {
				for _, d := range []*time.Duration{&r.DownAfter, &r.DegradedAfter, &r.Window, &r.SilentAfter} {
					*d = shorter(*d)
				}
				r.SlotsPerSecond *= fast
				r.MaxAge = max(r.MaxAge/time.Duration(fast), 5*time.Second)
			})
			x.interval = time.Second
			x.run(shorter(2 * time.Minute))
			x.clusters["ams"].slowBy = 700 * time.Millisecond
			x.clusters["ams"].dice = rand.New(rand.NewPCG(1, 2))
			x.clients["trades@ams"].pace = 0.4
			x.run(shorter(4 * time.Minute))
			degraded := 0
			const looks = 300
			for range looks {
				x.run(time.Second)
				switch x.cluster("ams").Verdict {
				case model.ClusterDegraded:
					degraded++
				case model.ClusterHealthy, model.ClusterDown:
					t.Fatalf("ams is %s", x.cluster("ams").Verdict)
				}
			}
			if degraded < looks*98/100 {
				t.Errorf("degraded at %d of %d looks", degraded, looks)
			}
			if a := x.pipeline("trades").Advice; a.Action != model.ActionAskSupport {
				t.Errorf("advice %s: %s", a.Action, a.Text)
			}
		})
	}
}

// Where no pipeline of a cluster that answers late does well, it is hardly the
// clients.
func TestAllFallBehindNearTheBound(t *testing.T) {
	for name, test := range map[string]struct {
		rtt    time.Duration
		others float64 // pace of the other client; 0: there is none
		want   model.Action
	}{
		"near the bound":               {600 * time.Millisecond, 0, model.ActionAskSupport},
		"near the bound, both":         {600 * time.Millisecond, 0.4, model.ActionAskSupport},
		"near the bound, one streams":  {600 * time.Millisecond, 1, model.ActionCheckYourSide},
		"far from the bound, both":     {400 * time.Millisecond, 0.4, model.ActionCheckYourSide},
		"above the bound, one streams": {1200 * time.Millisecond, 1, model.ActionAskSupport},
	} {
		t.Run(name, func(t *testing.T) {
			x := newWorld(t)
			if test.others > 0 {
				x.clients["orders@ams"] = &simClient{pace: 1}
			}
			x.run(2 * time.Minute)
			x.clusters["ams"].rtt = test.rtt
			x.clients["trades@ams"].pace = 0.4
			if test.others > 0 {
				x.clients["orders@ams"].pace = test.others
			}
			x.run(3 * time.Minute)
			x.wantPipeline(model.PipelineFallingBehind, test.want)
		})
	}
}
