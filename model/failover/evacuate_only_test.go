package failover

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fumtui/fumtui/model"
)

// Only those that were asked for are moved, each driven as the caller wants it.
func TestEvacuationOfSome(t *testing.T) {
	flock(t, 4, func(t *testing.T, f *fleet) {
		ev := outOfAms(4)
		ev.Only = []string{"p1", "p3", "elsewhere"}
		var driven atomic.Int64
		_, results := f.evacuate(t.Context(), f.engine(), ev, EvacuationObserver{
			Drive: func(ctx context.Context, drive *Drive) (model.Run, error) {
				driven.Add(1)
				return drive.Run(ctx)
			},
		})
		if len(results) != 2 || driven.Load() != 2 {
			t.Fatalf("%d results, %d driven by the caller", len(results), driven.Load())
		}
		for name, want := range map[string]string{"p0": "", "p1": "nyc", "p2": "", "p3": "nyc"} {
			if got := f.of(name).active; got != want && (want != "" || got == "nyc") {
				t.Errorf("%s is active on %q", name, got)
			}
		}
		f.sound()
	})
}

// Planning alone changes nothing, however many are planned at once.
func TestPlanningAnEvacuationChangesNothing(t *testing.T) {
	flock(t, 5, func(t *testing.T, f *fleet) {
		plan, err := f.engine().PlanEvacuation(t.Context(), outOfAms(5))
		if err != nil || len(plan.Pipelines) != 5 {
			t.Fatalf("%v, %+v", err, plan)
		}
		for i, u := range f.all {
			p := plan.Pipelines[i].Plan
			if p == nil || p.Request.Pipeline != u.pipes.Name || p.Worst() == model.CheckRefuse || p.ResumeSlot == nil {
				t.Errorf("%s: %+v", u.pipes.Name, p)
			}
			if len(u.runs)+len(u.log)+len(u.audit) != 0 {
				t.Errorf("%s: runs %v, effects %v, audit %v", u.pipes.Name, u.runs, u.log, u.audit)
			}
		}
	})
}

func TestSideDoesEachOnceAndNoMoreThanTheDegreeAtOnce(t *testing.T) {
	for _, c := range []struct{ n, degree, most int }{{0, 4, 0}, {1, 4, 1}, {10, 1, 1}, {10, 0, 1}, {10, -3, 1}, {10, 4, 4}, {3, 100, 3}} {
		synctest.Test(t, func(t *testing.T) {
			var crowd crowd
			observe := crowd.observer()
			done := make([]int, c.n)
			side(c.n, c.degree, func(i int) {
				observe.Begun("", "", false)
				time.Sleep(time.Second)
				done[i]++
				observe.Ended(EvacuationResult{})
			})
			for i, times := range done {
				if times != 1 {
					t.Errorf("%+v: number %d was done %d times", c, i, times)
				}
			}
			if crowd.most != c.most {
				t.Errorf("%+v: %d at once", c, crowd.most)
			}
		})
	}
}
