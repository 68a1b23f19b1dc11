package scenario

import (
	"flag"
	"testing"

	"github.com/fumtui/fumtui/model"
)

var traced = flag.Bool("changes", false, "log every change of a verdict or an advice")

// tracer logs every change of a verdict or an advice.
func tracer(t *testing.T) func(*Tick) {
	last := map[string]string{}
	note := func(tick *Tick, name, key string, s seen) {
		if last[name] != key {
			last[name] = key
			t.Logf("%-10s %-8s %s", tick.At, name, s)
		}
	}
	return func(tick *Tick) {
		if !*traced {
			return
		}
		for i := range tick.Clusters {
			c := &tick.Clusters[i]
			note(tick, c.Name, string(c.Verdict), seenCluster(c))
		}
		for i := range tick.Pipelines {
			p := &tick.Pipelines[i]
			note(tick, p.Name, string(p.Verdict)+string(p.Advice.Action)+p.Advice.Target, seenPipeline(p))
		}
	}
}

// BenchmarkHour plays an hour of two clusters and one pipeline.
func BenchmarkHour(b *testing.B) {
	s, err := Parse("hour", []byte("{name: hour, shows: speed, length: 1h, noise: {lost: 0.02, gc_every: 1m, gc_pause: 300ms}}"))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		Play(s, Watch)
	}
	b.ReportMetric(float64(b.N)*60/b.Elapsed().Seconds(), "simulated-hours/min")
}

// BenchmarkWorldHour plays the same before a judge that does nothing.
func BenchmarkWorldHour(b *testing.B) {
	s, err := Parse("hour", []byte("{name: hour, shows: speed, length: 1h, noise: {lost: 0.02, gc_every: 1m, gc_pause: 300ms}}"))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		w := NewWorld(s, func(model.Evidence) {}, idle{})
		w.Advance(s.Length)
	}
}
