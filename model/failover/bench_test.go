package failover

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fumtui/fumtui/model"
)

// What things take in these measurements, on the simulated clock: they are exact
// and take no time of their own.
const (
	roundTrip = 80 * time.Millisecond  // one call to a cluster, or one scrape of a client
	hookTime  = 200 * time.Millisecond // one hook, to its end
	diskTime  = 2 * time.Millisecond   // one durable write of the ledger, one after the other
)

// floor is what no run can avoid, in the order in which one part needs the one
// before. What can be looked at side by side counts once, and the journal, which
// is ours, does not count at all.
//
//	look      once more at the world before anything is touched: calls, scrapes
//	          and status hooks side by side
//	stop      the hook that drains or stops
//	proof     the status hook and a scrape side by side, and with them what the
//	          target has: its window, and a subscriber of that name
//	delete    where there is an old subscriber
//	create
//	look      read back what was created; beside it, that the source is still
//	          stopped, by its status hook
//	start     the hook
//	slot      until the chain has the slot after the cursor, if it has it not yet
//	tip       the look that sees the client at the live tip
//	settle    that it stays there
func floor(old bool, slot time.Duration) time.Duration {
	look := max(roundTrip, hookTime)
	sum := look + hookTime + look + roundTrip + look + hookTime + slot + roundTrip + testSettings().Settle
	if old {
		sum += roundTrip
	}
	return sum
}

// untilSlot is for how long the target's client had to wait for its first slot.
func (u *universe) untilSlot(run *model.Run) time.Duration {
	c, cl := u.clusters[run.To], u.clients[run.To]
	if cl.from <= c.top {
		return 0
	}
	due := u.zero.Add(time.Duration(float64(cl.from-c.top) / chainRate * float64(time.Second)))
	return max(due.Sub(cl.since), 0)
}

// measured is one run against its floor.
type measured struct{ took, floor time.Duration }

func (m measured) times() float64 { return float64(m.took) / float64(m.floor) }

// unsettled leaves the settle time out of both.
func (m measured) unsettled() float64 {
	settle := testSettings().Settle
	return float64(m.took-settle) / float64(m.floor-settle)
}

// courses are the runs that are measured.
var courses = []struct {
	name    string
	mode    model.Mode
	prepare func(*universe)
	old     bool
}{
	{name: "planned", mode: model.Planned},
	{name: "planned, over an old subscriber", mode: model.Planned, old: true, prepare: func(u *universe) {
		u.clusters["nyc"].sub = &fakeSub{id: "old", next: 1}
	}},
	{name: "hybrid", mode: model.Hybrid},
	{name: "reactive", mode: model.Reactive, prepare: func(u *universe) { u.fail("ams", model.ClassUnreachable) }},
}

// measure takes the time of a run, from the word of the person to its end.
func measure(t *testing.T, mode model.Mode, prepare func(*universe), old bool) measured {
	t.Helper()
	u := newUniverse(t)
	u.fold()
	if prepare != nil {
		prepare(u)
	}
	p := u.process()
	d := newDistant(p, p)
	e := New(d, d, testSettings(), []model.Pipeline{u.pipes})
	plan, err := e.Plan(t.Context(), request("nyc", mode))
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	drive, err := e.Begin(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	run, err := drive.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantState(t, run, model.RunDone)
	u.sound(t)
	last := began
	for _, s := range run.Steps {
		t.Logf("%-12s began +%s took %s", s.Name, s.StartedAt.Sub(last.UTC().Round(0)), s.EndedAt.Sub(*s.StartedAt))
		last = *s.EndedAt
	}
	return measured{time.Since(began), floor(old, u.untilSlot(&run))}
}

// most is by how much a run may take longer than its floor.
const most = 1.10

// TestRunsAreNearTheirFloor holds runs to it.
func TestRunsAreNearTheirFloor(t *testing.T) {
	for _, c := range courses {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := measure(t, c.mode, c.prepare, c.old)
				t.Logf("%s, floor %s: %.3f times; without settling %.2f times", m.took, m.floor, m.times(), m.unsettled())
				if m.times() > most {
					t.Errorf("%.3f times its floor", m.times())
				}
			})
		})
	}
}

// simulate runs something on a simulated clock within a benchmark, which has
// none of its own.
func simulate(b *testing.B, do func(*testing.T)) {
	b.Helper()
	all := func(string, string) (bool, error) { return true, nil }
	if !testing.RunTests(all, []testing.InternalTest{{Name: b.Name(), F: func(t *testing.T) { synctest.Test(t, do) }}}) {
		b.Fatal("it failed")
	}
}

// BenchmarkRun reports a run's time over its floor as x-floor. Its ns/op is what
// the engine itself costs.
func BenchmarkRun(b *testing.B) {
	for _, c := range courses {
		b.Run(c.name, func(b *testing.B) {
			var m measured
			for b.Loop() {
				simulate(b, func(t *testing.T) { m = measure(t, c.mode, c.prepare, c.old) })
			}
			b.ReportMetric(m.times(), "x-floor")
			b.ReportMetric(m.took.Seconds(), "s-run")
			b.ReportMetric(m.floor.Seconds(), "s-floor")
		})
	}
}

// evacuated is an evacuation against the same runs one after the other.
type evacuated struct{ together, alone time.Duration }

func (e evacuated) times() float64 { return float64(e.alone) / float64(e.together) }

const (
	evacuees = 200
	degree   = 64
	ceiling  = 50 // evacuees in waves of the degree
	fast     = 40
)

// evacuation measures one of so many pipelines, from the plan on.
func evacuation(t *testing.T, pipelines, degree int) time.Duration {
	t.Helper()
	f := newFleet(t, pipelines)
	e := f.engine()
	d := newDistant(e.world, e.ledger)
	var all []model.Pipeline
	for _, p := range e.pipelines {
		all = append(all, p)
	}
	e = New(d, d, testSettings(), all)
	began := time.Now()
	plan, err := e.PlanEvacuation(t.Context(), outOfAms(degree))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range e.Evacuate(t.Context(), plan, EvacuationObserver{}) {
		if r.Err != nil || r.Run.State != model.RunDone {
			t.Errorf("%s: %v, %s", r.Pipeline, r.Err, story(r.Run))
		}
	}
	took := time.Since(began)
	f.sound()
	return took
}

// measureEvacuation measures many at once, and a few one after the other.
func measureEvacuation(t *testing.T) evacuated {
	t.Helper()
	const few = 5
	return evacuated{
		together: evacuation(t, evacuees, degree),
		alone:    evacuation(t, few, 1) * evacuees / few,
	}
}

// TestEvacuationIsFast holds an evacuation to its speed.
func TestEvacuationIsFast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := measureEvacuation(t)
		t.Logf("%d pipelines in %s, one after the other in %s: %.1f times faster, and %d is the ceiling",
			evacuees, m.together, m.alone, m.times(), ceiling)
		if m.times() < fast {
			t.Errorf("only %.1f times faster", m.times())
		}
	})
}

// BenchmarkEvacuate reports how much faster an evacuation is than its runs one
// after the other as x-serial.
func BenchmarkEvacuate(b *testing.B) {
	b.Run(fmt.Sprintf("%d at degree %d", evacuees, degree), func(b *testing.B) {
		var m evacuated
		for b.Loop() {
			simulate(b, func(t *testing.T) { m = measureEvacuation(t) })
		}
		b.ReportMetric(m.times(), "x-serial")
		b.ReportMetric(m.together.Seconds(), "s-evacuation")
	})
}
