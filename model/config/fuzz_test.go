package config

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model/health"
)

func FuzzLoad(f *testing.F) {
	f.Add("clusters: {ams: {endpoint: https://ams.example}}")
	f.Add("a: &x [*x]")
	f.Add("clusters: &c {ams: *c}")
	f.Add("pipelines: {p: {home: a, clients: {a: {hooks: {start: [1, true, {}]}}}}}")
	f.Add("detection: &d {preset: cautious, block: 5m, <<: *d}\nprobe: {canary: true, keep: 1s, canary_interval: 0s}")
	f.Add("clusters: {a: {endpoint: https://a, canary: no}}\ndetection: {preset: [a], stall_slots: 1e3, lag_noise: -1}")
	f.Add("clusters: {a: {endpoint: https://a}}\npipelines: {p: {home: a, detection: {preset: aggressive, down_after: 1s, block: *x}, clients: {a: {hooks: manual}}}}")
	f.Add("clusters: {a: {endpoint: https://a}}\npipelines: {p: {home: a, cursor: {source: metrics, metric: 'm{a=\"b\"}', kind: highest}, failback: {quiet: [23:00-01:00]}, clients: {a: {metrics: http://a, hooks: manual}}}}")
	f.Add("clusters: {a: {endpoint: https://a}}\npipelines: {p: {home: a, cursor: &c {source: file, path: {a: x, <<: *c}}, clients: {a: {hooks: manual}}}}")
	f.Fuzz(func(t *testing.T, text string) {
		cfg, err := Load(context.Background(), machine(map[string]string{"f": text}, nil), "f")
		if (cfg == nil) == (err == nil) {
			t.Fatalf("cfg = %v, err = %v", cfg, err)
		}
		if cfg != nil {
			inRange(t, &cfg.Detection)
			for i := range cfg.Pipelines {
				inRange(t, &cfg.Pipelines[i].Detection)
			}
		}
		if err != nil && !strings.HasPrefix(err.Error(), "f:") {
			t.Fatalf("err = %v", err)
		}
	})
}

// inRange holds what no file may break, or a rule would fire by accident.
func inRange(t *testing.T, r *health.Rules) {
	t.Helper()
	for _, d := range []time.Duration{
		r.DownAfter, r.DegradedAfter, r.Window, r.SilentAfter, r.Stability, r.Block, r.Latency, r.UrgentBefore, r.MaxAge,
	} {
		if d <= 0 || d > 365*24*time.Hour {
			t.Fatalf("a time out of range: %+v", r)
		}
	}
	if r.ErrorRate <= 0 || r.SlotsPerSecond <= 0 || r.FirstSamples <= 0 || r.StallSlots == 0 || r.LagNoise <= 0 {
		t.Fatalf("a number out of range: %+v", r)
	}
}
