package health

import (
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// FuzzObserve folds arbitrary series of looks: nothing may panic, and a rate is
// never negative.
func FuzzObserve(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 250, 7, 9, 1, 4})
	f.Fuzz(func(t *testing.T, data []byte) {
		w := New(DefaultRules(), []model.Cluster{{Name: "ams"}, {Name: "nyc"}}, []model.Pipeline{{Name: "p", Subscriber: "s", Home: "ams"}})
		kinds := []model.EvidenceKind{
			model.KindVersion, model.KindTip, model.KindSlotRange, model.KindSubscribers, model.KindMetrics, model.KindCursor, model.KindCanary, "other",
		}
		classes := []model.ErrorClass{
			"", "", model.ClassTimeout, model.ClassDNS, model.ClassAuth, model.ClassServer, model.ClassUnreachable, model.ClassNotFound,
		}
		now := epoch
		for len(data) >= 4 {
			kind, class, step, value := data[0], data[1], data[2], data[3]
			data = data[4:]
			now = now.Add(time.Duration(int8(step)) * time.Second)
			if step == 127 || step == 128 {
				now = now.Add(time.Duration(int8(step)) * time.Hour) // the clock was set
			}
			offset := model.Offset(value)
			e := model.Evidence{
				Kind: kinds[int(kind)%len(kinds)], Cluster: []string{"ams", "nyc"}[int(kind>>7)], Pipeline: "p",
				Asked: now.Add(-time.Second), Answered: now,
				Tip: &offset, Slots: &model.SlotRange{Min: model.Slot(value / 2), Max: model.Slot(value)},
				Canary:  &model.CanaryData{Slot: model.Slot(value), Offset: offset},
				Metrics: &model.ClientMetrics{Committed: &offset, Tip: &offset}, Cursor: &model.Cursor{Slot: model.Slot(value)},
			}
			if c := classes[int(class)%len(classes)]; c != "" {
				e = model.Evidence{Kind: e.Kind, Cluster: e.Cluster, Pipeline: "p", Asked: e.Asked, Answered: now, Failure: model.NewFailure(c, "x", nil)}
			}
			w.Observe(e)
			clusters, pipelines := w.Assess(now)
			if x, ok := w.Explain("p", now); !ok || len(firedOf(x.Rules)) < 2 || len(x.Clusters) != 2 {
				t.Fatalf("explanation: %+v", x)
			}
			for _, c := range clusters {
				if c.SlotsPerSecond != nil && *c.SlotsPerSecond < 0 {
					t.Fatal("negative rate")
				}
				if c.TipPerSecond != nil && *c.TipPerSecond < 0 {
					t.Fatal("negative pace of the tip")
				}
				if c.Verdict == "" || c.Reason == "" {
					t.Fatalf("empty verdict: %+v", c)
				}
			}
			p := pipelines[0]
			if p.ConsumedPerSecond != nil && *p.ConsumedPerSecond < 0 || p.CursorPerSecond != nil && *p.CursorPerSecond < 0 {
				t.Fatal("negative pace of a client")
			}
			if e := p.ToGo; e != nil && (e.Likely <= 0 || e.Low > e.Likely || e.High != 0 && e.High < e.Likely) {
				t.Fatalf("to go: %+v", e)
			}
			if a := p.Advice; a.Action == "" || a.Text == "" {
				t.Fatalf("empty advice: %+v", a)
			}
		}
	})
}
