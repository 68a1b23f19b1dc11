package failover

import (
	"fmt"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// doneRun is a run of a pipeline that took so long until the first data, the tip
// and its end.
func doneRun(pipeline string, mode model.Mode, replay uint64, first, tip, total time.Duration) model.Run {
	began := time.Unix(1000, 0)
	at := func(d time.Duration) *time.Time { t := began.Add(d); return &t }
	return model.Run{
		ID: "r", Pipeline: pipeline, From: "ams", To: "nyc", Mode: mode, State: model.RunDone, StartedAt: began, EndedAt: at(total),
		ReplaySlots: &replay, FirstSlotAt: at(first), LiveAt: at(tip),
		Steps: []model.Step{{Name: model.StepStop, State: model.StepDone, StartedAt: at(0), EndedAt: at(first / 2)}},
	}
}

func TestWhatEarlierRunsTell(t *testing.T) {
	s := time.Second
	past := NewPast([]model.Run{
		doneRun("trades", model.Reactive, 1000, 4*s, 14*s, 30*s),
		doneRun("trades", model.Planned, 100, 2*s, 3*s, 20*s),
		doneRun("trades", model.Reactive, 3000, 6*s, 26*s, 42*s),
		doneRun("trades", model.Reactive, 2000, 8*s, 28*s, 90*s),
		{ID: "x", Pipeline: "trades", From: "ams", To: "nyc", Mode: model.Reactive, State: model.RunFailed},
		doneRun("blocks", model.Planned, 10, s, s, 9*s),
	})
	u := past.Usual("trades", "ams", "nyc", model.Reactive)
	if u.Runs != 3 || *u.First != 6*s || *u.Tip != 26*s || u.Total != 42*s || u.Steps[model.StepStop] != 3*s || *u.CaughtUp != 100 {
		t.Errorf("%+v first %v tip %v pace %v", u, *u.First, *u.Tip, *u.CaughtUp)
	}
	if u := past.Usual("trades", "ams", "nyc", model.Hybrid); u == nil || u.Runs != 4 {
		t.Errorf("of another mode: %+v", u)
	}
	stood := doneRun("rolls", model.Planned, 100, 2*s, 3*s, 9000*s)
	stood.TakenUpAt = stood.EndedAt
	if u := NewPast([]model.Run{stood, doneRun("rolls", model.Planned, 100, 2*s, 3*s, 20*s)}).Usual("rolls", "ams", "nyc", model.Planned); u.Runs != 1 || u.Total != 20*s {
		t.Errorf("of runs one of which stood still for a time: %+v", u)
	}
	if u := NewPast([]model.Run{stood}).Usual("rolls", "ams", "nyc", model.Planned); u == nil || u.Runs != 1 {
		t.Errorf("of a run that stood still for a time: %+v", u)
	}
	if u := past.Usual("rolls", "ams", "nyc", model.Planned); u == nil || u.Runs != 2 {
		t.Errorf("of other pipelines on the same way: %+v", u)
	}
	if u := past.Usual("trades", "nyc", "ams", model.Planned); u != nil {
		t.Errorf("of a way that nobody took: %+v", u)
	}
	var none *Past
	if none.Usual("trades", "ams", "nyc", model.Planned) != nil || none.UsualOf(&model.Run{}) != nil {
		t.Error("nothing tells, and something is told")
	}
}

func TestTheTimeToTheTipFollowsFromEarlierRuns(t *testing.T) {
	s := time.Second
	for name, c := range map[string]struct {
		past []model.Run
		top  model.Slot // of nyc
		want time.Duration
		none bool
	}{
		"no earlier run":                {none: true},
		"next to nothing to catch up":   {past: []model.Run{doneRun("trades", model.Planned, 20, 5*s, 6*s, 20*s)}, want: 5 * s},
		"a backlog, and no pace":        {past: []model.Run{doneRun("trades", model.Planned, 20, 5*s, 6*s, 20*s)}, top: 21000, none: true},
		"a backlog at the pace of then": {past: []model.Run{doneRun("trades", model.Planned, 1000, 5*s, 15*s, 30*s)}, top: 21064, want: 15 * s},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				p, scene := u.seen()
				scene.Past = NewPast(c.past)
				if c.top > 0 {
					scene.Clusters[1].Slots.Max = c.top + p.Seats[0].Cursor.Slot - 20000
				}
				r := u.foresight().Tell(nil, p, scene)[0]
				switch {
				case c.none && r.ToTip != nil:
					t.Errorf("%s, and nothing tells", *r.ToTip)
				case !c.none && (r.ToTip == nil || *r.ToTip != c.want):
					t.Errorf("%v, want %s (%+v)", r.ToTip, c.want, r)
				}
			})
		})
	}
}

// BenchmarkForesee1000Pipelines4Clusters foresees three moves of each pipeline.
func BenchmarkForesee1000Pipelines4Clusters(b *testing.B) {
	now := time.Unix(1_700_000_000, 0)
	names := []string{"ams", "nyc", "sgp", "fra"}
	scene := Scene{Now: now}
	for _, name := range names {
		scene.Clusters = append(scene.Clusters, model.ClusterState{
			Name: name, Verdict: model.ClusterHealthy, AnsweredAt: now, SlotsAt: now, Slots: &model.SlotRange{Min: 1000, Max: 20000},
		})
	}
	var pipelines []model.Pipeline
	var states []model.PipelineState
	var runs []model.Run
	for i := range 1000 {
		name := fmt.Sprintf("p%03d", i)
		pipelines = append(pipelines, model.Pipeline{Name: name, Guarantee: model.AtLeastOnce, Clusters: names, Home: "ams"})
		state := model.PipelineState{Name: name, Home: "ams", Active: "ams"}
		for _, cluster := range names {
			state.Seats = append(state.Seats, model.SeatState{Cluster: cluster, CursorAt: now, Cursor: &model.Cursor{Slot: 19990}})
		}
		states = append(states, state)
		runs = append(runs, doneRun(name, model.Planned, 100, time.Second, 6*time.Second, time.Minute))
	}
	f := NewForesight(DefaultSettings(), pipelines)
	scene.Past = NewPast(runs)
	b.ReportAllocs()
	for b.Loop() {
		list := make([]model.Readiness, 0, 4000)
		for i := range states {
			list = f.Tell(list, &states[i], &scene)
		}
		if len(list) != 3000 || list[0].Ready != model.ReadyYes {
			b.Fatalf("%d: %+v", len(list), list[0])
		}
	}
}
