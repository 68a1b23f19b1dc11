package health

import (
	"fmt"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// crowd is a watch on n pipelines on two clusters with full windows, and a
// function that folds one tick's new evidence of all of them.
func crowd(n int) (w *Watch, now time.Time, tick func(time.Time)) {
	var pipelines []model.Pipeline
	var subs []model.Subscriber
	for i := range n {
		name := fmt.Sprintf("p%03d", i)
		pipelines = append(pipelines, model.Pipeline{Name: name, Subscriber: name, Home: "ams", Clusters: []string{"ams", "nyc"}})
		subs = append(subs, model.Subscriber{ID: name, Name: name})
	}
	w = New(DefaultRules(), []model.Cluster{{Name: "ams"}, {Name: "nyc"}}, pipelines)
	tick = func(at time.Time) {
		slot := model.Slot(1e6 + 2.5*at.Sub(epoch).Seconds())
		tip := model.Offset(slot * 3)
		for _, cluster := range []string{"ams", "nyc"} {
			slots := model.SlotRange{Min: slot - 18000, Max: slot}
			base := model.Evidence{Cluster: cluster, Asked: at.Add(-20 * time.Millisecond), Answered: at}
			version, tips, ranges, list := base, base, base, base
			version.Kind, version.Version = model.KindVersion, "0.40.0"
			tips.Kind, tips.Tip = model.KindTip, &tip
			ranges.Kind, ranges.Slots = model.KindSlotRange, &slots
			list.Kind, list.Subscribers = model.KindSubscribers, subs
			for _, e := range []model.Evidence{version, tips, ranges, list} {
				w.Observe(e)
			}
		}
		committed := tip - 30
		for _, p := range pipelines {
			e := model.Evidence{Cluster: "ams", Pipeline: p.Name, Asked: at, Answered: at}
			scrape, cursor := e, e
			scrape.Kind, scrape.Metrics = model.KindMetrics, &model.ClientMetrics{Tip: &tip, Committed: &committed}
			cursor.Kind, cursor.Cursor = model.KindCursor, &model.Cursor{Slot: slot - 10}
			w.Observe(scrape)
			w.Observe(cursor)
		}
	}
	now = epoch
	for range 200 {
		now = now.Add(2 * time.Second)
		tick(now)
	}
	return w, now, tick
}

func BenchmarkAssess100Pipelines(b *testing.B) {
	w, now, _ := crowd(100)
	b.ReportAllocs()
	for b.Loop() {
		w.Assess(now)
	}
}

func BenchmarkTick100Pipelines(b *testing.B) {
	w, now, tick := crowd(100)
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(2 * time.Second)
		tick(now)
		w.Assess(now)
	}
}

// TestMemoryIsBounded lets a day pass and looks at what the watch has kept.
func TestMemoryIsBounded(t *testing.T) {
	w, now, tick := crowd(2)
	for range 3_000 {
		now = now.Add(4 * time.Second)
		tick(now)
	}
	for _, c := range w.clusters {
		if len(c.calls.list) > maxCalls || cap(c.calls.list) > 2*maxCalls || len(c.pace.points) > maxPoints {
			t.Errorf("%s keeps %d calls and %d points", c.cfg.Name, cap(c.calls.list), len(c.pace.points))
		}
	}
	for _, p := range w.pipelines {
		for _, s := range p.order {
			if len(s.lags.buckets) > maxLags {
				t.Errorf("%s keeps %d buckets", p.cfg.Name, len(s.lags.buckets))
			}
		}
	}
}

// TestStatesShareNothing checks that later evidence leaves an earlier picture
// as it was.
func TestStatesShareNothing(t *testing.T) {
	w, now, tick := crowd(1)
	clusters, pipelines := w.Assess(now)
	tip, slots, lag, cursor := *clusters[0].Tip, *clusters[0].Slots, *pipelines[0].LagOffsets, *pipelines[0].Seats[0].Cursor
	tick(now.Add(2 * time.Second))
	w.Assess(now.Add(2 * time.Second))
	if *clusters[0].Tip != tip || *clusters[0].Slots != slots || *pipelines[0].LagOffsets != lag || *pipelines[0].Seats[0].Cursor != cursor {
		t.Error("an earlier picture changed")
	}
}

// FuzzObserve folds arbitrary series of looks: nothing may panic, and a rate is
// never negative.
func FuzzObserve(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 250, 7, 9, 1, 4})
	f.Fuzz(func(t *testing.T, data []byte) {
		w := New(DefaultRules(), []model.Cluster{{Name: "ams"}, {Name: "nyc"}}, []model.Pipeline{{Name: "p", Subscriber: "s", Home: "ams"}})
		kinds := []model.EvidenceKind{
			model.KindVersion, model.KindTip, model.KindSlotRange, model.KindSubscribers, model.KindMetrics, model.KindCursor, "other",
		}
		classes := []model.ErrorClass{
			"", "", model.ClassTimeout, model.ClassDNS, model.ClassAuth, model.ClassServer, model.ClassUnreachable, model.ClassNotFound,
		}
		now := epoch
		for len(data) >= 4 {
			kind, class, step, value := data[0], data[1], data[2], data[3]
			data = data[4:]
			now = now.Add(time.Duration(int8(step)) * time.Second)
			offset := model.Offset(value)
			e := model.Evidence{
				Kind: kinds[int(kind)%len(kinds)], Cluster: []string{"ams", "nyc"}[int(kind>>7)], Pipeline: "p",
				Asked: now.Add(-time.Second), Answered: now,
				Tip: &offset, Slots: &model.SlotRange{Min: model.Slot(value / 2), Max: model.Slot(value)},
				Metrics: &model.ClientMetrics{Committed: &offset, Tip: &offset}, Cursor: &model.Cursor{Slot: model.Slot(value)},
			}
			if c := classes[int(class)%len(classes)]; c != "" {
				e = model.Evidence{Kind: e.Kind, Cluster: e.Cluster, Pipeline: "p", Asked: e.Asked, Answered: now, Failure: model.NewFailure(c, "x", nil)}
			}
			w.Observe(e)
			clusters, pipelines := w.Assess(now)
			for _, c := range clusters {
				if c.SlotsPerSecond != nil && *c.SlotsPerSecond < 0 {
					t.Fatal("negative rate")
				}
				if c.Verdict == "" || c.Reason == "" {
					t.Fatalf("empty verdict: %+v", c)
				}
			}
			if a := pipelines[0].Advice; a.Action == "" || a.Text == "" {
				t.Fatalf("empty advice: %+v", a)
			}
		}
	})
}
