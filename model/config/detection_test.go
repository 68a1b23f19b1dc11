package config

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model/health"
)

const twoClusters = "clusters: {ams: {endpoint: https://ams.example}, nyc: {endpoint: https://nyc.example}}\n"

// sound loads a file that must be valid.
func sound(t *testing.T, text string) *Config {
	t.Helper()
	cfg, err := load(t, text, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestEveryThresholdIsInTheConfiguration(t *testing.T) {
	keys := (&loader{tree: &tree{}}).thresholds(&health.Rules{})
	for _, threshold := range health.DefaultRules().Thresholds() {
		if threshold.Derived != "" {
			continue
		}
		if keys[threshold.Key] == nil {
			t.Errorf("%s cannot be set", threshold.Key)
		}
		delete(keys, threshold.Key)
	}
	for key := range keys {
		t.Errorf("%s can be set, but is not explained", key)
	}
}

func TestEveryKeySetsItsThreshold(t *testing.T) {
	for key, tt := range map[string]struct {
		value string
		set   func(*health.Rules)
	}{
		"down_after":       {"4m", func(r *health.Rules) { r.DownAfter = 4 * time.Minute }},
		"degraded_after":   {"90s", func(r *health.Rules) { r.DegradedAfter = 90 * time.Second }},
		"window":           {"30s", func(r *health.Rules) { r.Window = 30 * time.Second }},
		"latency":          {"700ms", func(r *health.Rules) { r.Latency = 700 * time.Millisecond }},
		"error_rate":       {"0.35", func(r *health.Rules) { r.ErrorRate = 0.35 }},
		"first_samples":    {"4", func(r *health.Rules) { r.FirstSamples = 4 }},
		"stall_slots":      {"50", func(r *health.Rules) { r.StallSlots = 50 }},
		"slots_per_second": {"3", func(r *health.Rules) { r.SlotsPerSecond = 3 }},
		"silent_after":     {"45s", func(r *health.Rules) { r.SilentAfter = 45 * time.Second }},
		"lag_noise":        {"1000", func(r *health.Rules) { r.LagNoise = 1000 }},
		"stability":        {"20m", func(r *health.Rules) { r.Stability = 20 * time.Minute }},
		"block":            {"7m", func(r *health.Rules) { r.Block = 7 * time.Minute }},
		"urgent_before":    {"2h", func(r *health.Rules) { r.UrgentBefore = 2 * time.Hour }},
	} {
		t.Run(key, func(t *testing.T) {
			want := health.DefaultRules()
			tt.set(&want)
			cfg := sound(t, twoClusters+"detection: {"+key+": "+tt.value+"}\n")
			if cfg.Detection != want {
				t.Errorf("have %+v\nwant %+v", cfg.Detection, want)
			}
			if cfg.Lines["detection."+key] != 2 {
				t.Errorf("lines = %v", cfg.Lines)
			}
			if cfg.Failover.Stability != want.Stability || cfg.Failover.Block != want.Block {
				t.Errorf("the engine has other times: %+v", cfg.Failover)
			}
		})
	}
}

func TestPresets(t *testing.T) {
	for _, name := range health.Presets() {
		want, _ := health.Preset(name)
		cfg := sound(t, twoClusters+"detection: {preset: "+name+"}")
		if cfg.Detection != want || cfg.Preset != name {
			t.Errorf("%s: have %+v\nwant %+v", name, cfg.Detection, want)
		}
		if len(cfg.Warnings) > 0 {
			t.Errorf("%s is warned of: %v", name, cfg.Warnings)
		}
		if cfg.Failover.Stability != want.Stability || cfg.Failover.Block != want.Block {
			t.Errorf("%s: the engine has other times: %+v", name, cfg.Failover)
		}
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	const pipelines = "pipelines: {p: {detection: {silent_after: 50s, preset: aggressive}, home: ams, clients: {ams: {hooks: manual}}}}\n"
	const probe = "probe: {interval: 1s, timeout: 3s, canary: true}\n"
	a := sound(t, twoClusters+probe+"detection: {preset: cautious, block: 20m}\n"+pipelines)
	b := sound(t, pipelines+"detection: {block: 20m, preset: cautious}\n"+probe+twoClusters)
	for _, c := range []*Config{a, b} {
		c.Lines = nil
	}
	if !reflect.DeepEqual(a, b) {
		t.Errorf("the order of keys matters:\n%+v\n%+v", a, b)
	}
	want, _ := health.Preset(health.PresetCautious)
	want.Block, want.MaxAge = 20*time.Minute, 10*time.Second
	if a.Detection != want {
		t.Errorf("have %+v\nwant %+v", a.Detection, want)
	}
}

func TestAPipelineInheritsAndOverrides(t *testing.T) {
	aggressive, _ := health.Preset(health.PresetAggressive)
	general := sound(t, twoClusters+"detection: {preset: cautious, silent_after: 70s}").Detection
	for _, tt := range []struct {
		name, own string
		set       func(*health.Rules)
	}{
		{"nothing", "", func(*health.Rules) {}},
		{"single keys", "silent_after: 40s, lag_noise: 9, stability: 11m, block: 12m, urgent_before: 13m", func(r *health.Rules) {
			r.SilentAfter, r.LagNoise = 40*time.Second, 9
			r.Stability, r.Block, r.UrgentBefore = 11*time.Minute, 12*time.Minute, 13*time.Minute
		}},
		{"a preset, of what is of pipelines", "preset: aggressive", func(r *health.Rules) {
			r.SilentAfter, r.LagNoise, r.UrgentBefore = aggressive.SilentAfter, aggressive.LagNoise, aggressive.UrgentBefore
			r.Stability, r.Block = aggressive.Stability, aggressive.Block
		}},
		{"a key over its own preset", "block: 6m, preset: aggressive", func(r *health.Rules) {
			r.SilentAfter, r.LagNoise, r.UrgentBefore = aggressive.SilentAfter, aggressive.LagNoise, aggressive.UrgentBefore
			r.Stability, r.Block = aggressive.Stability, 6*time.Minute
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := sound(t, twoClusters+"detection: {preset: cautious, silent_after: 70s}\n"+
				"pipelines: {p: {home: ams, detection: {"+tt.own+"}, clients: {ams: {hooks: manual}}}}")
			want := general
			tt.set(&want)
			if have := cfg.Pipelines[0].Detection; have != want {
				t.Errorf("have %+v\nwant %+v", have, want)
			}
			if cfg.Detection != general {
				t.Errorf("a pipeline changed the general thresholds: %+v", cfg.Detection)
			}
		})
	}
}

func TestThresholdsOfClustersAreRefusedAtAPipeline(t *testing.T) {
	for _, threshold := range health.DefaultRules().Thresholds() {
		if threshold.Derived != "" {
			continue
		}
		text := twoClusters + "pipelines:\n  p:\n    home: ams\n    clients: {ams: {hooks: manual}}\n    detection:\n      " +
			threshold.Key + ": " + threshold.Value + "\n"
		_, err := load(t, text, nil, nil)
		if threshold.Of == health.OfPipelines {
			if err != nil {
				t.Errorf("%s: %v", threshold.Key, err)
			}
			continue
		}
		want := "/etc/fumtui.yaml:7:7: " + threshold.Key + " is of clusters"
		if err == nil || !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), "under detection, at the top level") {
			t.Errorf("%s: err = %v\nwant %s", threshold.Key, err, want)
		}
	}
}

func TestMaxAgeFollowsTheProbes(t *testing.T) {
	cfg := sound(t, twoClusters+"probe: {interval: 3s, timeout: 2s}\n"+
		"pipelines: {p: {home: ams, detection: {preset: cautious}, clients: {ams: {hooks: manual}}}}")
	if want := 16 * time.Second; cfg.Detection.MaxAge != want || cfg.Pipelines[0].Detection.MaxAge != want {
		t.Errorf("MaxAge = %s, %s, want %s", cfg.Detection.MaxAge, cfg.Pipelines[0].Detection.MaxAge, want)
	}
}

func TestProbeAndCanary(t *testing.T) {
	cfg := sound(t, `
clusters:
  ams: {endpoint: https://a, canary: false}
  nyc: {endpoint: https://n}
  fra: {endpoint: https://f, canary: true}
probe: {canary: true, canary_interval: 20s, keep: 24h, interval: 1s, timeout: 4s}
`)
	want := Probe{Interval: time.Second, Timeout: 4 * time.Second, Canary: true, CanaryInterval: 20 * time.Second, Keep: 24 * time.Hour}
	if cfg.Probe != want {
		t.Errorf("probe = %+v", cfg.Probe)
	}
	for name, on := range map[string]bool{"ams": false, "nyc": true, "fra": true} {
		if c, _ := cfg.Cluster(name); c.Canary != on {
			t.Errorf("canary at %s = %t", name, c.Canary)
		}
	}
	if cfg.Lines["clusters.ams.canary"] != 3 || cfg.Lines["clusters.nyc.canary"] != 0 || cfg.Lines["probe.keep"] != 6 {
		t.Errorf("lines = %v", cfg.Lines)
	}
	if cfg := sound(t, twoClusters); cfg.Probe != defaultProbe() || cfg.Clusters[0].Canary {
		t.Errorf("without a word the canary is on: %+v", cfg)
	}
}
