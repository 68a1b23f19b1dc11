package change_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/change"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func ptr[T any](v T) *T { return &v }

func picture() model.Snapshot {
	return model.Snapshot{
		Time:     noon,
		Clusters: []model.ClusterState{{Name: "ams", Verdict: model.ClusterHealthy, Reason: "answers"}},
		Pipelines: []model.PipelineState{{
			Name: "trades", Subscriber: "trades-prod", Home: "ams", Active: "ams", Verdict: model.PipelineStreaming, Reason: "it advances",
			Advice: model.Advice{Action: model.ActionNone, Text: "trades: all is well"},
			Seats:  []model.SeatState{{Cluster: "ams", Subscriber: model.SubscriberPresent, Cursor: &model.Cursor{Slot: 5}}},
		}},
	}
}

func run(state model.RunState) *model.Run {
	end := noon.Add(1500 * time.Millisecond)
	return &model.Run{
		ID: "r1", Pipeline: "trades", Kind: model.Cutover, From: "ams", To: "nyc", State: state, StartedAt: noon, Epoch: 3,
		Holder: model.Holder{User: "ada", Host: "bastion", PID: 7},
		Steps: []model.Step{
			{Name: model.StepLease, State: model.StepDone, StartedAt: &noon, EndedAt: &end, Detail: "held"},
			{Name: model.StepPreflight, State: model.StepRunning, StartedAt: &noon},
			{Name: model.StepStop, State: model.StepPending},
		},
	}
}

// TestChanges: from a picture at peace to another one, in lines.
func TestChanges(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(s *model.Snapshot)
		want   string
	}{
		"nothing": {func(*model.Snapshot) {}, ""},
		"what moves all the time": {func(s *model.Snapshot) {
			s.Time = noon.Add(time.Hour)
			s.Pipelines[0].LagOffsets, s.Pipelines[0].Reason, s.Clusters[0].Reason = ptr(int64(9)), "other words", "other words"
		}, ""},
		"a cluster": {func(s *model.Snapshot) {
			s.Clusters[0].Verdict, s.Clusters[0].Reason = model.ClusterRefusingUs, "the token is refused"
		}, "cluster ams: refusing-us: the token is refused"},
		"a verdict": {func(s *model.Snapshot) {
			s.Pipelines[0].Verdict, s.Pipelines[0].Reason = model.PipelineCutOff, "it stands"
		}, "pipeline trades at ams: cut-off: it stands"},
		"an advice": {func(s *model.Snapshot) {
			s.Pipelines[0].Advice = model.Advice{Action: model.ActionFailOver, Target: "nyc", Text: "trades: fail over"}
		}, "advice for trades: fail over: fail over"},
		"data about to be lost": {func(s *model.Snapshot) { s.Pipelines[0].Advice.UrgentSeconds = ptr(90.0) }, "trades: data is lost in 1m30s"},
		"data being lost":       {func(s *model.Snapshot) { s.Pipelines[0].Advice.UrgentSeconds = ptr(0.0) }, "trades: data is being lost"},
		"a subscriber": {
			func(s *model.Snapshot) { s.Pipelines[0].Seats[0].Subscriber = model.SubscriberAbsent },
			"subscriber trades-prod of trades at ams: absent",
		},
		"a subscriber out of sight": {func(s *model.Snapshot) { s.Pipelines[0].Seats[0].Subscriber = model.SubscriberUnknown }, ""},
		"a cursor":                  {func(s *model.Snapshot) { s.Pipelines[0].Seats[0].Cursor = nil }, "cursor of trades at ams: none is known"},
		"a cursor that moves":       {func(s *model.Snapshot) { s.Pipelines[0].Seats[0].Cursor = &model.Cursor{Slot: 6} }, ""},
		"a home":                    {func(s *model.Snapshot) { s.Pipelines[0].Home = "nyc" }, "home of trades: nyc"},
		"a way back": {
			func(s *model.Snapshot) { s.Pipelines[0].WayBack = &model.WayBack{Cluster: "ams", Says: "it stands"} },
			"way back of trades: it stands",
		},
		"a notice": {func(s *model.Snapshot) { s.Notices = []string{"the database is locked"} }, "console: the database is locked"},
		"a canary": {func(s *model.Snapshot) {
			s.Clusters[0].Canary = &model.CanaryState{Failure: model.NewFailure(model.ClassTimeout, "no answer", nil)}
		}, "canary at ams: gets no data: timeout: no answer"},
		"a run": {
			func(s *model.Snapshot) { s.Pipelines[0].Run = run(model.RunRunning) },
			"trades: step lease: done after 1.5s: held|trades: step preflight: running|" +
				"cutover of trades from ams to nyc: running, at step preflight, run r1, driven by ada@bastion (process 7)",
		},
		"a step and its usual time": {
			func(s *model.Snapshot) {
				s.Pipelines[0].Run, s.Pipelines[0].RunUsual = run(model.RunRunning), &model.Usual{Steps: map[model.StepName]time.Duration{model.StepPreflight: 300 * time.Millisecond}}
				at := s.Time.Add(-time.Second)
				s.Pipelines[0].Run.Steps[1].StartedAt = &at
			},
			"trades: step lease: done after 1.5s: held|trades: step preflight: running for 1s, usually 0.3s|" +
				"cutover of trades from ams to nyc: running, at step preflight, run r1, driven by ada@bastion (process 7)",
		},
		"a step that is late": {
			func(s *model.Snapshot) {
				s.Pipelines[0].Run, s.Pipelines[0].RunUsual = run(model.RunRunning), &model.Usual{Steps: map[model.StepName]time.Duration{model.StepPreflight: 300 * time.Millisecond}}
				at := s.Time.Add(-20 * time.Second)
				s.Pipelines[0].Run.Steps[1].StartedAt = &at
			},
			"trades: step lease: done after 1.5s: held|trades: step preflight: running for 20s, longer than usual (0.3s)|" +
				"cutover of trades from ams to nyc: running, at step preflight, run r1, driven by ada@bastion (process 7)",
		},
		"a step that was taken up again": {
			func(s *model.Snapshot) {
				s.Pipelines[0].Run, s.Pipelines[0].RunUsual = run(model.RunRunning), &model.Usual{Steps: map[model.StepName]time.Duration{model.StepPreflight: 300 * time.Millisecond}}
				began, again := s.Time.Add(-20*time.Minute), s.Time.Add(-time.Second)
				s.Pipelines[0].Run.Steps[1].StartedAt, s.Pipelines[0].Run.TakenUpAt = &began, &again
			},
			"trades: step lease: done after 1.5s: held|trades: step preflight: running for 1s, usually 0.3s|" +
				"cutover of trades from ams to nyc: running, at step preflight, run r1, driven by ada@bastion (process 7)",
		},
		"a run that ended before": {func(s *model.Snapshot) { s.Pipelines[0].Run = run(model.RunDone) }, ""},
		"a question": {func(s *model.Snapshot) {
			s.Pipelines[0].Run = run(model.RunWaiting)
			s.Pipelines[0].Run.Question = "is it stopped?"
		}, "trades: step lease: done after 1.5s: held|trades: step preflight: begun|" +
			"cutover of trades from ams to nyc: waiting, at step preflight, run r1|cutover of trades from ams to nyc asks: is it stopped?"},
		"hostile": {func(s *model.Snapshot) {
			s.Clusters[0].Verdict, s.Clusters[0].Reason = model.ClusterDown, "a\x1b[2J\nb\u202ec"
		}, "cluster ams: down: a[2J bc"},
	} {
		t.Run(name, func(t *testing.T) {
			said := change.Said{}
			before, now := picture(), picture()
			said.News(change.Facts(&before))
			tt.change(&now)
			if got := texts(said.News(change.Facts(&now))); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if again := texts(said.News(change.Facts(&now))); again != "" {
				t.Errorf("said again: %s", again)
			}
		})
	}
}

// TestRunIsToldToItsEnd: also the steps that are first seen when it has ended.
func TestRunIsToldToItsEnd(t *testing.T) {
	said := change.Said{}
	snap := picture()
	said.News(change.Facts(&snap))
	snap.Pipelines[0].Run = run(model.RunRunning)
	said.News(change.Facts(&snap))
	taken := run(model.RunRunning)
	taken.Epoch, taken.Holder.PID = 4, 8
	taken.Steps[1].Detail = "it goes on" // of which there is a line already
	snap.Pipelines[0].Run = taken
	if got := texts(said.News(change.Facts(&snap))); got != "cutover of trades from ams to nyc: driven by ada@bastion (process 8) now" {
		t.Errorf("taken over: %s", got)
	}
	end := run(model.RunFailed)
	end.Steps[1].State, end.Steps[1].Error = model.StepDone, ""
	end.Steps[2].State, end.Steps[2].Error = model.StepFailed, "the hook failed"
	snap.Pipelines[0].Run = end
	want := "trades: step preflight: done|trades: step stop: failed: the hook failed|cutover of trades from ams to nyc: failed"
	if got := texts(said.News(change.Facts(&snap))); got != want {
		t.Errorf("got %s", got)
	}
}

// TestWhatPassesIsOver: a notice that goes is told, and told again when it comes
// again; data that is near to be lost is told again when it is nearer.
func TestWhatPassesIsOver(t *testing.T) {
	said := change.Said{}
	snap := picture()
	snap.Notices = []string{"the database is locked"}
	said.News(change.Facts(&snap))
	calm := picture()
	for range 2 {
		if got := texts(said.News(change.Facts(&calm))); got != "no longer: console: the database is locked" {
			t.Errorf("gone: %s", got)
		}
		if got := texts(said.News(change.Facts(&snap))); got != "console: the database is locked" {
			t.Errorf("back: %s", got)
		}
	}
	var all []string
	for left := 4000.0; left > -10; left -= 10 {
		snap.Pipelines[0].Advice.UrgentSeconds = &left
		all = append(all, texts(said.News(change.Facts(&snap))))
	}
	if got := strings.Join(strings.Fields(strings.Join(all, " ")), " "); strings.Count(got, "trades:") != 7 {
		t.Errorf("a countdown is told as %s", got)
	}
}

func texts(facts []change.Fact) string {
	var out []string
	for _, f := range facts {
		out = append(out, f.Text)
	}
	return strings.Join(out, "|")
}
