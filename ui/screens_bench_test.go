package ui

import (
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// recorded gives the first pipelines as much history as snapshots can have.
func recorded(s model.Snapshot) model.Snapshot {
	for i := range min(3, len(s.Pipelines)) {
		s.Pipelines[i].History = fakePipeline("x", i, 24*time.Hour).History
	}
	return s
}

// BenchmarkFrame draws whole frames of 200x60, each of a new snapshot, with
// another row selected where there is a list: nothing is to be had from a cache.
func BenchmarkFrame(b *testing.B) {
	past := func(d *driver) { d.m.opts.History = &fakeHistory{} }
	for _, s := range []state{
		{name: "500 pipelines", snap: recorded(many(1, 500))},
		{name: "500 pipelines cut off", snap: recorded(outage(1, 500))},
		{name: "500 pipelines grouped", snap: recorded(many(1, 500)), keys: []string{"t", "t"}},
		{name: "500 pipelines and 24 h", snap: recorded(many(1, 500)), with: past, keys: []string{"z", "z", "z", "z"}},
		{name: "5 pipelines", snap: recorded(fakeSnapshot(1, 5, 0))},
		{name: "chart of 24 h", snap: recorded(fakeSnapshot(1, 5, 0)), with: past, keys: []string{"w", "z", "z", "z", "z"}},
		{name: "chart of 30 days", snap: recorded(fakeSnapshot(1, 5, 0)), with: past, keys: []string{"w", "z", "z", "z", "z", "z", "z"}},
		{name: "run", snap: withRuns(1, waitingRun(9)), keys: []string{"enter"}},
	} {
		b.Run(s.name, func(b *testing.B) {
			d := s.console(b, 200, 60)
			d.m.theme = newTheme(false, true)
			for b.Loop() {
				d.m.screen = ""
				d.m.snap.Generation++
				if d.m.page == pageOverview {
					d.m.selectBy(1)
				}
				d.m.View()
			}
		})
	}
}
