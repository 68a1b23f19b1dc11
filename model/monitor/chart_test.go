package monitor

import (
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

func TestChartIsBoundedAndShared(t *testing.T) {
	c := newChart(time.Hour, time.Second)
	at := time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)
	add := func(lag int64) bool {
		return c.add(model.LagSample{At: at, Pipeline: "trades", Cluster: "ams", Lag: lag})
	}
	var kept []model.LagPoint
	for i := range int64(20_000) {
		at = at.Add(time.Second)
		if !add(i) {
			t.Fatal("a point was refused")
		}
		if add(i + 1) {
			t.Fatal("a second point of the same moment was taken")
		}
		if i == 5000 {
			kept = c.of("trades", at)["ams"]
		}
		if n := cap(c.lines["trades"]["ams"]); n > 4*maxChart {
			t.Fatalf("room for %d points", n)
		}
	}
	if len(kept) != maxChart || kept[0].Lag != 5000-maxChart+1 || kept[len(kept)-1].Lag != 5000 {
		t.Errorf("an earlier line changed: %d points, %v to %v", len(kept), kept[0], kept[len(kept)-1])
	}
	line := c.of("trades", at)["ams"]
	if len(line) != maxChart || line[len(line)-1].Lag != 19_999 {
		t.Errorf("%d points, the last %v", len(line), line[len(line)-1])
	}
	if cap(line) != len(line) {
		t.Error("what a snapshot holds can be appended to in place")
	}
	if got := c.of("trades", at.Add(2*time.Hour)); len(got) != 0 {
		t.Errorf("points older than the span: %d", len(got["ams"]))
	}
	at = at.Add(-2 * time.Hour)
	if !add(1) || len(c.of("trades", at)["ams"]) != 1 {
		t.Error("a clock that was set back stops the chart")
	}
}

func BenchmarkPublish100Pipelines(b *testing.B) {
	b.ReportAllocs()
	c := newChart(time.Hour, time.Second)
	now := time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)
	names := make([]string, 100)
	for i := range names {
		names[i] = string(rune('a'+i%26)) + string(rune('a'+i/26))
		for s := range maxChart {
			c.add(model.LagSample{At: now.Add(time.Duration(s) * time.Second), Pipeline: names[i], Cluster: "ams"})
		}
	}
	now = now.Add(time.Hour)
	for b.Loop() {
		for _, name := range names {
			c.of(name, now)
		}
	}
}
