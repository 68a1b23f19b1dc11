package failover

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fumtui/fumtui/model"
)

// outOfAms is what all these tests ask for.
func outOfAms(degree int) Evacuation {
	return Evacuation{From: "ams", To: "nyc", Degree: degree, Reason: "drill", RequestedBy: "ops@bastion", Origin: "203.0.113.9"}
}

// evacuate plans and drives.
func (f *fleet) evacuate(ctx context.Context, e *Engine, ev Evacuation, observe EvacuationObserver) (EvacuationPlan, map[string]EvacuationResult) {
	f.t.Helper()
	plan, err := e.PlanEvacuation(f.t.Context(), ev)
	if err != nil {
		f.t.Fatalf("plan: %v", err)
	}
	results := map[string]EvacuationResult{}
	for _, r := range e.Evacuate(ctx, plan, observe) {
		results[r.Pipeline] = r
	}
	return plan, results
}

func flock(t *testing.T, n int, test func(t *testing.T, f *fleet)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, newFleet(t, n)) })
}

// crowd counts how many are under way at once.
type crowd struct {
	mu        sync.Mutex
	now, most int
}

func (c *crowd) observer() EvacuationObserver {
	count := func(by int) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.now += by
		c.most = max(c.most, c.now)
	}
	return EvacuationObserver{
		Begun: func(string, string, bool) { count(1) },
		Ended: func(EvacuationResult) { count(-1) },
	}
}

func TestEvacuationMovesAllSideBySide(t *testing.T) {
	for _, degree := range []int{1, 4, 100} {
		t.Run(fmt.Sprint(degree), func(t *testing.T) {
			flock(t, 12, func(t *testing.T, f *fleet) {
				var c crowd
				began := time.Now()
				plan, results := f.evacuate(t.Context(), f.engine(), outOfAms(degree), c.observer())
				for name, r := range results {
					if r.Err != nil || r.Run.State != model.RunDone || r.Run.Evacuation != plan.ID || r.Run.Origin != "203.0.113.9" {
						t.Errorf("%s: %v, %s", name, r.Err, story(r.Run))
					}
					if f.of(name).active != "nyc" {
						t.Errorf("%s is active on %s", name, f.of(name).active)
					}
				}
				if want := min(degree, 12); len(results) != 12 || c.most != want {
					t.Errorf("%d results, %d at once, want %d", len(results), c.most, want)
				}
				t.Logf("degree %d: %s", degree, time.Since(began))
				f.sound()
			})
		})
	}
}

// One that fails, one that asks, one that is refused and one that another
// console drives do not keep the others from going on.
func TestEvacuationGoesOnWithoutTheOthers(t *testing.T) {
	flock(t, 6, func(t *testing.T, f *fleet) {
		f.of("p1").clients["nyc"].mute = true
		f.of("p2").clusters["nyc"].sub = nil
		for _, c := range f.of("p2").clients {
			c.hooks = nil // a person does it
		}
		f.of("p3").clients["nyc"].running = true
		held := f.engine()
		plan, err := held.Plan(t.Context(), model.Request{Pipeline: "p4", To: "nyc", RequestedBy: "eve@elsewhere"})
		if err != nil {
			t.Fatal(err)
		}
		other, err := held.Begin(t.Context(), plan)
		if err != nil {
			t.Fatal(err)
		}
		f.of("p4").clients["ams"].drainTakes = 9 * time.Second
		var elsewhere sync.WaitGroup
		elsewhere.Go(func() { _, _ = other.Run(t.Context()) })
		_, results := f.evacuate(t.Context(), f.engine(), outOfAms(3), EvacuationObserver{})
		elsewhere.Wait()

		for name, want := range map[string]model.RunState{"p0": model.RunDone, "p1": model.RunFailed, "p2": model.RunWaiting, "p5": model.RunDone} {
			if r := results[name]; !r.Begun || r.Err != nil || r.Run.State != want {
				t.Errorf("%s: want %s: %v, %s", name, want, r.Err, story(r.Run))
			}
		}
		var refused *RefusedError
		if r := results["p3"]; r.Begun || !errors.As(r.Err, &refused) {
			t.Errorf("p3: %v", r.Err)
		}
		if r := results["p4"]; r.Begun || !isHeld(r.Err) {
			t.Errorf("p4: %v", r.Err)
		}
		f.of("p3").clients["nyc"].running = false

		t.Log("again: what asks is left alone, what was refused and the others' is seen anew")
		again, results := f.evacuate(t.Context(), f.engine(), outOfAms(3), EvacuationObserver{})
		if len(again.Pipelines) != 3 {
			t.Errorf("%d pipelines of p1, p2 and p3: %+v", len(again.Pipelines), again.Pipelines)
		}
		var busy *BusyError
		if r := results["p2"]; !errors.As(r.Err, &busy) || busy.Run.State != model.RunWaiting || busy.Run.Question == "" {
			t.Errorf("p2: %v", r.Err)
		}
		if r := results["p3"]; r.Err != nil || r.Run.State != model.RunDone {
			t.Errorf("p3: %v, %s", r.Err, story(r.Run))
		}
	})
}

// An evacuation that is left half-way is one that goes on: every run where it
// stood, every pipeline that was not begun from its beginning.
func TestEvacuationIsResumedAsAWhole(t *testing.T) {
	flock(t, 8, func(t *testing.T, f *fleet) {
		f.of("p2").clients["ams"].drainTakes = 4 * time.Second // it is the last of the three
		ctx, cancel := context.WithCancel(t.Context())
		var ended atomic.Int64
		first, results := f.evacuate(ctx, f.engine(), outOfAms(3), EvacuationObserver{Ended: func(EvacuationResult) {
			if ended.Add(1) == 2 { // of three that began together
				cancel()
			}
		}})
		count := map[string]int{}
		for name, r := range results {
			var notBegun *NotBegunError
			switch {
			case errors.As(r.Err, &notBegun):
				count["not begun"]++
				if len(f.of(name).runs) != 0 {
					t.Errorf("%s has runs: %+v", name, f.of(name).runs)
				}
			case r.Err != nil:
				t.Errorf("%s: %v", name, r.Err)
			default:
				count[string(r.Run.State)]++
			}
		}
		if count["not begun"] == 0 || count["interrupted"] == 0 || count["done"] < 2 {
			t.Fatalf("nothing was left half-way: %v", count)
		}
		f.sound()

		time.Sleep(time.Hour)
		again, results := f.evacuate(t.Context(), f.engine(), outOfAms(3), EvacuationObserver{})
		if again.ID != first.ID || !again.Resumes() || first.Resumes() {
			t.Errorf("evacuation %s after %s", again.ID, first.ID)
		}
		if want := count["not begun"] + count["interrupted"]; len(results) != want {
			t.Errorf("%d results, want %d", len(results), want)
		}
		for name, r := range results {
			if r.Err != nil || r.Run.State != model.RunDone {
				t.Errorf("%s: %v, %s", name, r.Err, story(r.Run))
			}
		}
		for _, u := range f.all {
			if len(u.runs) != 1 || u.runs[0].Evacuation != first.ID {
				t.Errorf("%s has %d runs", u.pipes.Name, len(u.runs))
			}
		}
		f.sound()

		t.Log("a third time there is nothing left")
		if last, results := f.evacuate(t.Context(), f.engine(), outOfAms(3), EvacuationObserver{}); len(results) != 0 {
			t.Errorf("%+v", last.Pipelines)
		}
	})
}

// A console that dies leaves runs that nobody drives: the same as above.
func TestEvacuationOfADeadConsole(t *testing.T) {
	flock(t, 4, func(t *testing.T, f *fleet) {
		e := f.engine()
		pid := f.pids
		first, results := f.evacuate(t.Context(), e, outOfAms(4), EvacuationObserver{Begun: func(pipeline, _ string, _ bool) {
			u := f.of(pipeline)
			u.mu.Lock()
			defer u.mu.Unlock()
			if pipeline != "p0" { // whose sight is that of the process's clock
				u.faults = []fault{{at: u.events + 5, kind: crashAfter}}
			}
		}})
		dead := 0
		for _, u := range f.all {
			u.faults = nil
			if u.dead[pid] {
				dead++
			}
		}
		if dead != 3 {
			t.Fatalf("%d universes lost their driver: %+v", dead, results)
		}
		again, results := f.evacuate(t.Context(), f.engine(), outOfAms(4), EvacuationObserver{})
		if again.ID != first.ID || len(results) != 3 {
			t.Errorf("evacuation %s after %s, %d results", again.ID, first.ID, len(results))
		}
		for name, r := range results {
			if r.Err != nil || r.Run.State != model.RunDone {
				t.Errorf("%s: %v, %s", name, r.Err, story(r.Run))
			}
		}
		f.sound()
	})
}

// leaveAtOnce begins a run of a pipeline to nyc and leaves it at the first durable
// point.
func leaveAtOnce(t *testing.T, e *Engine, pipeline string) model.Run {
	t.Helper()
	plan, err := e.Plan(t.Context(), model.Request{Pipeline: pipeline, To: "nyc"})
	if err != nil {
		t.Fatal(err)
	}
	d, err := e.Begin(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	run, err := d.Run(ctx)
	if err != nil || run.State != model.RunInterrupted {
		t.Fatalf("%v, %s", err, story(run))
	}
	return run
}

// A run that is no part of the evacuation is not taken over.
func TestEvacuationLeavesOthersRunsAlone(t *testing.T) {
	flock(t, 2, func(t *testing.T, f *fleet) {
		e := f.engine()
		leaveAtOnce(t, e, "p0")
		_, results := f.evacuate(t.Context(), e, outOfAms(2), EvacuationObserver{})
		var busy *BusyError
		if r := results["p0"]; r.Begun || !errors.As(r.Err, &busy) || !strings.Contains(r.Err.Error(), "fumtui resume") {
			t.Errorf("p0: %v", r.Err)
		}
		if r := results["p1"]; r.Err != nil || r.Run.State != model.RunDone {
			t.Errorf("p1: %v, %s", r.Err, story(r.Run))
		}
	})
}

func TestEvacuationOfWhatIsNot(t *testing.T) {
	flock(t, 1, func(t *testing.T, f *fleet) {
		e := f.engine()
		for _, ev := range []Evacuation{{From: "ams", To: "ams"}, {From: "ams", To: "fra"}, {From: "fra", To: "nyc"}} {
			var usage *UsageError
			if _, err := e.PlanEvacuation(t.Context(), ev); !errors.As(err, &usage) {
				t.Errorf("%s to %s: %v", ev.From, ev.To, err)
			}
		}
		plan, results := f.evacuate(t.Context(), e, Evacuation{From: "nyc", To: "ams"}, EvacuationObserver{})
		if len(plan.Pipelines)+len(results) != 0 {
			t.Errorf("nothing is on nyc: %+v", plan.Pipelines)
		}
	})
}
