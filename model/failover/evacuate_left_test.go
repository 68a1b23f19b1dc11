package failover

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// A pipeline that was brought away and consumes nowhere is not done with: it is
// told again with its run until a client gets on there.
func TestEvacuationTellsWhatItLeftBehind(t *testing.T) {
	flock(t, 2, func(t *testing.T, f *fleet) {
		p1 := f.of("p1")
		p1.clients["nyc"].mute = true
		_, results := f.evacuate(t.Context(), f.engine(), outOfAms(2), EvacuationObserver{})
		run := results["p1"].Run
		if run.State != model.RunFailed || p1.active != "nyc" || results["p0"].Run.State != model.RunDone {
			t.Fatalf("p1: %s, active on %s", story(run), p1.active)
		}
		for range 2 {
			again, results := f.evacuate(t.Context(), f.engine(), outOfAms(2), EvacuationObserver{})
			var left *LeftError
			r := results["p1"]
			if len(again.Pipelines) != 1 || r.Begun || !errors.As(r.Err, &left) || left.Run.ID != run.ID {
				t.Fatalf("again: %+v, %+v", again.Pipelines, r)
			}
			for _, want := range []string{run.ID, "failed at step " + string(run.FailedAt()), "fumtui cutover p1 --to ams --confirm ams"} {
				if !strings.Contains(left.Error(), want) {
					t.Errorf("%q lacks %q", left, want)
				}
			}
		}
		p1.clients["nyc"].mute = false
		time.Sleep(time.Minute)
		if again, _ := f.evacuate(t.Context(), f.engine(), outOfAms(2), EvacuationObserver{}); len(again.Pipelines) != 0 {
			t.Errorf("its client works: %+v, cursor %+v", again.Pipelines, p1.rows["nyc"])
		}
	})
}

// The approval of the evacuation answers the runs of it that ask for one, as far
// as it goes.
func TestEvacuationApprovesWhatItsRunsAsk(t *testing.T) {
	flock(t, 2, func(t *testing.T, f *fleet) {
		for _, u := range f.all {
			sourceDown(u)
			u.clusters["nyc"].top += 2000
			u.clusters["nyc"].min = u.newest(u.clusters["ams"]) + 1000
		}
		ev := outOfAms(2)
		_, results := f.evacuate(t.Context(), f.engine(), ev, EvacuationObserver{})
		for name, r := range results {
			if r.Run.State != model.RunWaiting || !strings.HasPrefix(r.Run.Question, aGap) {
				t.Fatalf("%s: %v, %s", name, r.Err, story(r.Run))
			}
		}
		few, enough := uint64(3), uint64(5000)
		ev.ApproveGap = &few
		_, results = f.evacuate(t.Context(), f.engine(), ev, EvacuationObserver{})
		for name, r := range results {
			if r.Begun || !isBusy(r.Err) {
				t.Errorf("%s with too few: %v, %s", name, r.Err, story(r.Run))
			}
		}
		ev.ApproveGap = &enough
		_, results = f.evacuate(t.Context(), f.engine(), ev, EvacuationObserver{})
		for name, r := range results {
			if !r.Begun || r.Err != nil || r.Run.State != model.RunDone || r.Run.ApprovedGap == nil {
				t.Errorf("%s: %v, %s", name, r.Err, story(r.Run))
			}
		}
	})
}

func TestApprovalOfAGap(t *testing.T) {
	n := func(n uint64) *uint64 { return &n }
	for _, c := range []struct {
		question string
		approve  *uint64
		want     string
	}{
		{"a gap of 1,204 slots: nyc serves from slot 9", n(1204), "1204"},
		{"a gap of 1,204 slots: nyc serves from slot 9", n(1203), ""},
		{"a gap of 1,204 slots: nyc serves from slot 9", nil, ""},
		{"a gap of 4 slots: nyc serves from slot 9", n(1 << 40), "9008"},
		{"no cursor for ams: answer with the slot", n(9), ""},
		{"is a gap of 4 slots fine?", n(9), ""},
		{"", n(9), ""},
	} {
		p := EvacuationPlan{Evacuation: Evacuation{ApproveGap: c.approve}}
		if got := p.approves(&model.Run{Question: c.question}); got != c.want {
			t.Errorf("%q: %q, want %q", c.question, got, c.want)
		}
	}
}
