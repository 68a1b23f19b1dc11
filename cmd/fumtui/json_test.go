package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/store"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 5e6, time.FixedZone("CET", 3600))

func ptr[T any](v T) *T { return &v }

// asJSON prints without indentation.
func asJSON(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	if err := printJSON(&b, v, false); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

func TestStatusJSONIsTheContract(t *testing.T) {
	full := model.Snapshot{
		Time: noon,
		Clusters: []model.ClusterState{{
			Name: "ams", Region: "eu", Endpoint: "https://ams.example", Verdict: model.ClusterRefusingUs, Reason: "no token",
			ServiceVersion: "0.41.0", RTT: ptr(1500 * time.Microsecond), Tip: ptr(model.Offset(9)), Slots: &model.SlotRange{Min: 1, Max: 2},
			SlotsPerSecond: ptr(2.5), Failure: model.NewFailure(model.ClassAuth, "the token is refused", nil),
			Since: noon.Add(-time.Minute), Outlook: "until it is mended", TipPerSecond: ptr(8.5), MeanRTT: ptr(2 * time.Millisecond),
			ErrorRate: ptr(0.25), Behind: ptr(uint64(3)), Suspicion: ptr(1.5), AnsweredAt: noon.Add(-2 * time.Second),
			Canary: &model.CanaryState{
				Data: &model.CanaryData{Slot: 6}, DataAt: noon.Add(-30 * time.Second), Failure: model.NewFailure(model.ClassTimeout, "no data", nil),
			},
		}},
		Pipelines: []model.PipelineState{{
			Name: "trades", Subscriber: "trades-prod", Home: "ams", Active: "nyc", Verdict: model.PipelineMoving, Reason: "a run is on",
			Advice:     model.Advice{Action: model.ActionFailOver, Target: "nyc", Text: "fail over", UrgentSeconds: ptr(60.5), Change: "nothing if ams answers"},
			LagOffsets: ptr(int64(3)), LagSlots: ptr(int64(1)),
			Seats: []model.SeatState{
				{Cluster: "ams", Subscriber: model.SubscriberPresent, Cursor: &model.Cursor{Slot: 7, UpdatedAt: noon.Add(-90 * time.Second), Source: "store"}},
				{Cluster: "nyc", Subscriber: model.SubscriberUnknown, Cursor: &model.Cursor{Slot: 8, Source: "store"}},
			},
			Since: noon.Add(-time.Hour), ConsumedPerSecond: ptr(9.0), CursorPerSecond: ptr(3.5), Suspicion: ptr(0.5),
			ToGo:      &model.Estimate{Likely: time.Minute, Low: 50 * time.Second, High: 2 * time.Minute},
			Retention: &model.Retention{Cluster: "nyc", Left: time.Hour, Urgent: true},
			WayBack: &model.WayBack{
				Cluster: "ams", Subscriber: model.SubscriberPresent, Slot: ptr(model.Slot(8)), Left: ptr(time.Hour), Urgent: true, Says: "it stands",
			},
			Readiness: []model.Readiness{{
				Target: "nyc", Kind: model.Cutover, Mode: model.Planned, Ready: model.ReadyAsks, Why: "the run asks", But: "it was moved",
				Resume: ptr(model.Slot(8)), Gap: ptr(uint64(2)), Repeat: ptr(uint64(32)), Replay: ptr(uint64(5)),
				ToTip: ptr(9 * time.Second), Usual: &model.Usual{Runs: 3}, Left: ptr(time.Minute), At: noon.Add(-2 * time.Second),
			}},
			Run: &model.Run{ID: "r1", Kind: model.Cutover, State: model.RunRunning, Steps: []model.Step{{Name: model.StepLease, State: model.StepDone}}},
		}},
	}
	const want = `{"time":"2026-03-04T11:00:00.005Z",` +
		`"clusters":[{"name":"ams","region":"eu","verdict":"refusing_us","reason":"no token","endpoint":"https://ams.example","service_version":"0.41.0","rtt_ms":1.5,` +
		`"tip_offset":9,"slot_min":1,"slot_max":2,"slots_per_second":2.5,"error":"the token is refused","error_class":"auth",` +
		`"since":"2026-03-04T10:59:00.005Z","change":"until it is mended","tip_offsets_per_second":8.5,"mean_rtt_ms":2,"error_rate":0.25,"slots_behind":3,` +
		`"suspicion_hint":1.5,"canary":{"data_age_seconds":30,"slot":6,"error":"no data","error_class":"timeout"},"answered_seconds":2}],` +
		`"pipelines":[{"name":"trades","subscriber":"trades-prod","home":"ams","active":"nyc","verdict":"moving","reason":"a run is on",` +
		`"advice":{"action":"fail_over","target":"nyc","text":"fail over","urgent_seconds":60.5,"change":"nothing if ams answers"},"lag_offsets":3,"lag_slots":1,` +
		`"subscribers":{"ams":"present","nyc":"unknown"},` +
		`"cursors":{"ams":{"slot":7,"age_seconds":90,"source":"store"},"nyc":{"slot":8,"age_seconds":null,"source":"store"}},` +
		`"run":{"id":"r1","kind":"cutover","step":"lease","state":"running"},` +
		`"since":"2026-03-04T10:00:00.005Z","consumed_offsets_per_second":9,"cursor_slots_per_second":3.5,` +
		`"to_go":{"likely_seconds":60,"low_seconds":50,"high_seconds":120},"retention":{"cluster":"nyc","left_seconds":3600,"urgent":true},"suspicion_hint":0.5,` +
		`"way_back":{"cluster":"ams","subscriber":"present","slot":8,"left_seconds":3600,"urgent":true,"text":"it stands"},` +
		`"moves":[{"target":"nyc","kind":"cutover","mode":"planned","ready":"asks","why":"the run asks","but":"it was moved","resume_slot":8,"gap_slots":2,` +
		`"repeated_slots":32,"replay_slots":5,"to_tip_seconds":9,"earlier_runs":3,"left_seconds":60,"seen_seconds":2}],` +
		`"if_nothing_is_done":{"losing":true,"cluster":"nyc","left_seconds":3600}}],"notices":[]}`
	if got := asJSON(t, newStatusJSON(full)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}

	empty := model.Snapshot{Time: noon, Clusters: []model.ClusterState{{Name: "ams", Verdict: model.ClusterUnknown}}, Pipelines: []model.PipelineState{{Name: "p"}}}
	const unknown = `{"time":"2026-03-04T11:00:00.005Z",` +
		`"clusters":[{"name":"ams","region":"","verdict":"unknown","reason":"","endpoint":"","service_version":null,"rtt_ms":null,` +
		`"tip_offset":null,"slot_min":null,"slot_max":null,"slots_per_second":null,"error":null,"error_class":null,` +
		`"since":null,"change":null,"tip_offsets_per_second":null,"mean_rtt_ms":null,"error_rate":null,"slots_behind":null,` +
		`"suspicion_hint":null,"canary":null,"answered_seconds":null}],` +
		`"pipelines":[{"name":"p","subscriber":"","home":"","active":"","verdict":"","reason":"",` +
		`"advice":{"action":"","target":null,"text":"","urgent_seconds":null,"change":null},"lag_offsets":null,"lag_slots":null,` +
		`"subscribers":{},"cursors":{},"run":null,"since":null,"consumed_offsets_per_second":null,"cursor_slots_per_second":null,` +
		`"to_go":null,"retention":null,"suspicion_hint":null,"way_back":null,"moves":[],"if_nothing_is_done":null}],"notices":[]}`
	if got := asJSON(t, newStatusJSON(empty)); got != unknown {
		t.Errorf("got  %s\nwant %s", got, unknown)
	}
}

func TestHistoryJSONIsTheContract(t *testing.T) {
	if got := asJSON(t, newRunsJSON(nil)); got != "[]" {
		t.Errorf("no runs: %s", got)
	}
	runs := []model.Run{{
		ID: "r1", Pipeline: "trades", Kind: model.Failback, Mode: model.Planned, From: "nyc", To: "ams", State: model.RunDone,
		RequestedBy: "op@host", Reason: "drill", StartedAt: noon, EndedAt: ptr(noon.Add(time.Second)),
		Cursor: ptr(model.Slot(7)), ResumeSlot: ptr(model.Slot(8)), GapSlots: ptr(uint64(0)), DuplicateSlots: ptr(uint64(32)),
		Steps: []model.Step{
			{Name: model.StepVerifyStop, State: model.StepFailed, StartedAt: &noon, EndedAt: &noon, Error: "it moves"},
			{Name: model.StepStart, State: model.StepPending},
		},
	}}
	const want = `[{"id":"r1","pipeline":"trades","kind":"failback","mode":"planned","from":"nyc","to":"ams","state":"done",` +
		`"requested_by":"op@host","reason":"drill","forced":false,"started_at":"2026-03-04T11:00:00.005Z","ended_at":"2026-03-04T11:00:01.005Z",` +
		`"cursor":7,"resume_slot":8,"gap_slots":0,"duplicate_slots":32,"question":null,"note":null,"steps":[` +
		`{"name":"verify-stop","state":"failed","started_at":"2026-03-04T11:00:00.005Z","ended_at":"2026-03-04T11:00:00.005Z","detail":null,"error":"it moves"},` +
		`{"name":"start","state":"pending","started_at":null,"ended_at":null,"detail":null,"error":null}],` +
		`"origin":null,"evacuation":null,"evidence":[],"detected_at":null,"from_slot":null,"latest":false,"first_slot":null,"first_slot_at":null,"live_at":null,"possible_loss_slots":0,"taken_up_at":null}]`
	if got := asJSON(t, newRunsJSON(runs)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	r := &runs[0]
	r.Steps, r.Origin, r.Evacuation, r.Evidence, r.Latest = nil, "203.0.113.9", "e1", []string{"nyc is down"}, true
	r.DetectedAt, r.FirstSlotAt, r.LiveAt, r.TakenUpAt, r.FromSlot, r.FirstSlot = &noon, &noon, &noon, &noon, ptr(model.Slot(9)), ptr(model.Slot(10))
	const more = `"steps":[],"origin":"203.0.113.9","evacuation":"e1","evidence":["nyc is down"],"detected_at":"2026-03-04T11:00:00.005Z",` +
		`"from_slot":9,"latest":true,"first_slot":10,"first_slot_at":"2026-03-04T11:00:00.005Z","live_at":"2026-03-04T11:00:00.005Z","possible_loss_slots":0,"taken_up_at":"2026-03-04T11:00:00.005Z"}]`
	if got := asJSON(t, newRunsJSON(runs)); !strings.HasSuffix(got, more) {
		t.Errorf("got  %s\nwant %s at its end", got, more)
	}
}

func TestRunsJSONIsTheContract(t *testing.T) {
	c := &console{cfg: &config.Config{Path: "/x.yaml"}}
	if got := asJSON(t, c.newOpenRunsJSON(nil)); got != "[]" {
		t.Errorf("no runs: %s", got)
	}
	run := model.Run{ID: "r1", To: "nyc", State: model.RunWaiting, Question: "how many?", StartedAt: noon, Steps: []model.Step{{Name: model.StepStart, State: model.StepPending}}}
	late := run
	late.State, late.Question = model.RunInterrupted, ""
	late.Steps = []model.Step{{Name: model.StepStart, State: model.StepDone, StartedAt: &noon, EndedAt: &noon}}
	for name, tt := range map[string]struct {
		run  openRun
		want string
	}{
		"waiting": {openRun{Run: run}, `"driven_by":null,"resume":"fumtui resume r1 --confirm nyc --answer VALUE --config \"/x.yaml\"","abort":"fumtui abort r1 --config \"/x.yaml\""}]`},
		"late":    {openRun{Run: late}, `"driven_by":null,"resume":"fumtui resume r1 --confirm nyc --config \"/x.yaml\"","abort":null}]`},
		"driven":  {openRun{late, &model.Holder{User: "ada", Host: "b\x1b", PID: 7}}, `"driven_by":"ada@b (process 7)","resume":null,"abort":null}]`},
	} {
		got := asJSON(t, c.newOpenRunsJSON([]openRun{tt.run}))
		if !strings.HasPrefix(got, `[{"id":"r1",`) || !strings.HasSuffix(got, tt.want) {
			t.Errorf("%s: got  %s\nwant %s at its end", name, got, tt.want)
		}
	}
}

func TestPlanJSONIsTheContract(t *testing.T) {
	full := model.Plan{
		Request: model.Request{Pipeline: "trades", To: "nyc", Force: true, FromSlot: ptr(model.Slot(9)), ApproveGap: ptr(uint64(5))},
		Kind:    model.Cutover, Mode: model.Hybrid, From: "ams", To: "nyc", Subscriber: "trades-prod", Guarantee: model.AtLeastOnce,
		Cursor: ptr(model.Slot(7)), CursorAge: 1500 * time.Millisecond, ResumeSlot: ptr(model.Slot(9)), GapSlots: 1, DuplicateSlots: 32,
		ReplaySlots: ptr(uint64(4)), Actions: []string{"drain"}, MadeAt: noon,
		Checks: []model.Check{{Name: "lease", Level: model.CheckOK, Saw: "free"}, {Name: "gap", Level: model.CheckAsk, Saw: "1 slot", Mend: "approve it"}},
	}
	const want = `{"time":"2026-03-04T11:00:00.005Z","outcome":"would_ask","no_op":null,"pipeline":"trades","subscriber":"trades-prod","kind":"cutover","mode":"hybrid",` +
		`"from":"ams","to":"nyc","guarantee":"at_least_once","forced":true,"from_slot":9,"latest":false,"approved_gap_slots":5,"cursor":7,"cursor_age_seconds":1.5,` +
		`"resume_slot":9,"gap_slots":1,"duplicate_slots":32,"replay_slots":4,"actions":["drain"],` +
		`"checks":[{"name":"lease","level":"ok","saw":"free","mend":null},{"name":"gap","level":"ask","saw":"1 slot","mend":"approve it"}]}`
	if got := asJSON(t, newPlanJSON(full)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	const unknown = `{"time":"2026-03-04T11:00:00.005Z","outcome":"nothing_to_do","no_op":"it is there","pipeline":"","subscriber":"","kind":"","mode":"",` +
		`"from":"","to":"","guarantee":"","forced":false,"from_slot":null,"latest":false,"approved_gap_slots":null,"cursor":null,"cursor_age_seconds":null,` +
		`"resume_slot":null,"gap_slots":null,"duplicate_slots":null,"replay_slots":null,"actions":[],"checks":[]}`
	if got := asJSON(t, newPlanJSON(model.Plan{NoOp: "it is there", MadeAt: noon})); got != unknown {
		t.Errorf("got  %s\nwant %s", got, unknown)
	}
	for level, want := range map[model.CheckLevel]int{model.CheckOK: 0, model.CheckWarn: 0, model.CheckAsk: 4, model.CheckRefuse: 3} {
		if _, code := outcomeOf(&model.Plan{Checks: []model.Check{{Level: level}}}); code != want {
			t.Errorf("%s: exit code %d, want %d", level, code, want)
		}
	}
}

func TestExitCodes(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want int
	}{
		{&failover.NoOpError{}, 0},
		{errors.New("anything else"), 1},
		{&failover.UsageError{Text: "no such pipeline"}, 2},
		{fmt.Errorf("run x: %w", failover.ErrNotFound), 2},
		{&failover.RefusedError{}, 3},
		{&failover.BusyError{}, 3},
		{&failover.MovedError{}, 3},
		{&failover.PlanMovedError{}, 3},
		{&failover.EndedError{}, 3},
		{&failover.ForwardOnlyError{}, 3},
		{&failover.HeldError{}, 5},
		{fmt.Errorf("step x: %w", failover.ErrFenced), 5},
	} {
		if got := exitOf(runError(tt.err)); got != tt.want {
			t.Errorf("%T: exit code %d, want %d", tt.err, got, tt.want)
		}
	}
	c := &console{cfg: &config.Config{Path: "/x.yaml"}}
	for state, want := range map[model.RunState]int{
		model.RunDone: 0, model.RunFailed: 1, model.RunWaiting: 4, model.RunAborted: 6,
		model.RunInterrupted: 7, model.RunUnknown: 7, model.RunRunning: 7,
	} {
		if got := exitOf(c.driveOutcome(model.Run{State: state}, nil)); got != want {
			t.Errorf("%s: exit code %d, want %d", state, got, want)
		}
	}
	if got := exitOf(c.driveOutcome(model.Run{State: model.RunUnknown}, errors.New("no journal"))); got != 7 {
		t.Errorf("a lost journal: exit code %d", got)
	}
}

func TestVersionOfABuild(t *testing.T) {
	commit := []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef"}}
	for version, want := range map[string]string{
		"v1.2.3":                             "v1.2.3",
		"v1.2.3+dirty":                       "development 0123456789ab",
		"v0.0.0-20260304110000-0123456789ab": "development 0123456789ab",
		"(devel)":                            "development 0123456789ab",
	} {
		if got := versionOf(&debug.BuildInfo{Main: debug.Module{Version: version}, Settings: commit}); got != want {
			t.Errorf("%s: %q, want %q", version, got, want)
		}
	}
	if got := versionOf(&debug.BuildInfo{}); got != "development" {
		t.Errorf("nothing known: %q", got)
	}
}

// TestReadmeShowsTheCursorContract holds the statement that customers copy
// against the one that the store is tested with.
func TestReadmeShowsTheCursorContract(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```sql\n(.*?);\n```").FindSubmatch(readme)
	if block == nil {
		t.Fatal("no SQL in the README")
	}
	words := func(s string) string {
		s = regexp.MustCompile(`(?m)^--.*$`).ReplaceAllString(s, "")
		return strings.Join(strings.Fields(s), " ")
	}
	if got, want := words(string(block[1])), words(store.CursorUpsert); got != want {
		t.Errorf("README: %s\nstore:  %s", got, want)
	}
}

func TestJSONIsNotEscapedForHTML(t *testing.T) {
	var text map[string]string
	out := asJSON(t, map[string]string{"a": "<b> & c"})
	if err := json.Unmarshal([]byte(out), &text); err != nil || !strings.Contains(out, "<b> & c") {
		t.Errorf("%s, %v", out, err)
	}
}
