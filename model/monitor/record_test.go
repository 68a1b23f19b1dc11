package monitor

import (
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

func TestRecorder(t *testing.T) {
	kept := &memory{}
	out := newWriter(Config{History: kept, Interval: time.Second, Watch: health.New(health.DefaultRules(), nil, nil)})
	r := newRecorder(out)
	at := time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)
	behind, lag, rtt, failed := uint64(9), int64(40), 12*time.Millisecond, 0.25
	cluster := model.ClusterState{Name: "ams", Verdict: model.ClusterUnknown}
	pipeline := model.PipelineState{Name: "trades", Active: "ams", Verdict: model.PipelineUnknown}
	answered := at
	step := func(n int) {
		for range n {
			at = at.Add(time.Second)
			r.take(at, []model.ClusterState{cluster}, []model.PipelineState{pipeline})
		}
	}
	step(3) // nothing is known: nothing is recorded
	cluster = model.ClusterState{Name: "ams", Verdict: model.ClusterHealthy, RTT: &rtt, Behind: &behind, ErrorRate: &failed}
	pipeline.Verdict, pipeline.LagSlots = model.PipelineStreaming, &lag
	for range 10 {
		answered = at
		cluster.AnsweredAt = answered
		step(1)
	}
	cluster.Verdict = model.ClusterDown
	step(10) // nothing answers any more
	out.flush(t.Context())
	for measure, want := range map[model.Measure]struct {
		n     int
		value int64
	}{
		model.MeasureRTT: {5, 12_000}, model.MeasureBehind: {10, 9}, model.MeasureErrors: {10, 250_000}, model.MeasureLagSlots: {10, 40},
	} {
		got := kept.of(measure)
		if len(got) != want.n || got[0].Value != want.value {
			t.Errorf("%s: %d samples, want %d of %d: %+v", measure, len(got), want.n, want.value, got)
			continue
		}
		for i := 1; i < len(got); i++ {
			if got[i].At.Sub(got[i-1].At) < recordEvery {
				t.Errorf("%s: %s after the one before", measure, got[i].At.Sub(got[i-1].At))
			}
		}
	}
	if last := kept.of(model.MeasureRTT); last[len(last)-1].At.After(answered) {
		t.Error("a round trip of no answer")
	}
	text := ""
	for _, m := range kept.events {
		text += string(m.Kind) + " " + m.Pipeline + "/" + m.Cluster + " " + m.Before + ">" + m.Word + "; "
	}
	if text != "verdict /ams >healthy; verdict trades/ >streaming; verdict /ams healthy>down; " {
		t.Errorf("events: %s", text)
	}
}

// TestTakingOverTellsNothingAgain has a monitor take over from another one: what
// stands as it did is no event.
func TestTakingOverTellsNothingAgain(t *testing.T) {
	now := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	clusters := []model.ClusterState{{Name: "ams", Verdict: model.ClusterHealthy}}
	for before, want := range map[*model.Snapshot]int{nil: 1, {Time: now, Clusters: clusters}: 0} {
		m := New(Config{
			Watch: health.New(health.DefaultRules(), []model.Cluster{{Name: "ams"}}, nil), Now: func() time.Time { return now },
			Before: before,
		})
		if got := m.record.changes.Take(now, clusters, nil); len(got) != want {
			t.Errorf("%d events, want %d: %+v", len(got), want, got)
		}
	}
}
