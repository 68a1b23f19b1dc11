package config

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// ownText is a file with a pipeline that has these thresholds of its own.
func ownText(own string) string {
	return twoClusters + "pipelines: {p: {home: ams, clients: {ams: {hooks: manual}}, detection: {" + own + "}}}\n"
}

func TestWhatIsOutOfRangeIsRefusedAtItsPlace(t *testing.T) {
	tests := []struct{ text, at, says string }{
		{"detection: {preset: bold}", "2:21", "must be cautious or default or aggressive"},
		{"detection: {preset: [cautious]}", "2:21", "must be cautious or default or aggressive"},
		{"detection: {down_afer: 3m}", "2:13", `did you mean "down_after"?`},
		{"detection: {down_after: 500ms}", "2:25", "must be from 1s to 24h"},
		{"detection: {down_after: 25h}", "2:25", "must be from 1s to 24h, but is 25h"},
		{"detection: {down_after: 3}", "2:25", "with its unit"},
		{"detection: {window: 2h}", "2:21", "must be from 100ms to 1h"},
		{"detection: {error_rate: 0}", "2:25", "from 0.01 to 1"},
		{"detection: {first_samples: 0}", "2:28", "whole number from 1 to 100"},
		{"detection: {first_samples: 2.5}", "2:28", "whole number from 1 to 100"},
		{"detection: {stall_slots: 32s}", "2:26", "whole number from 1 to 100000"},
		{"detection: {lag_noise: -1}", "2:24", "whole number"},
		{"detection: {urgent_before: 200h}", "2:28", "must be from 1s to 168h"},
		{"probe: {canary: 1}", "2:17", "must be true or false"},
		{"probe: {canary_interval: 900ms}", "2:26", "must be from 1s to 24h"},
		{"probe: {keep: 721h}", "2:15", "must be from 1m to 720h"},
		{"probe: {interval: 11m}", "2:19", "must be from 10ms to 10m"},
		// Together.
		{"detection: {down_after: 10s}", "2:25", "below 3 × probe.interval + probe.timeout (11s)"},
		{"probe: {timeout: 2m, interval: 1m}\ndetection: {window: 5m, silent_after: 3m, down_after: 4m}", "3:55", "down_after (4m)"},
		{"probe: {timeout: 4m}", "2:18", "down_after (3m) is below"},
		{"detection: {window: 9s}", "2:21", "below 5 × probe.interval (10s)"},
		{"probe: {interval: 13s}", "2:19", "window (1m) is below 5 × probe.interval (1m5s)"},
		{"detection: {silent_after: 5s}", "2:27", "below 3 × probe.interval (6s)"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) { refused(t, twoClusters+tt.text+"\n", tt.at, tt.says) })
	}
	for own, says := range map[string]string{
		"silent_after: 5s":  "below 3 × probe.interval (6s)",
		"block: 0s":         "must be a length of time above 0",
		"preset: loud":      "must be cautious",
		"lag_niose: 3":      `did you mean "lag_noise"?`,
		"overlap: 3":        "the keys here are block, lag_noise, preset, silent_after, stability, urgent_before",
		"window: 5m":        "window is of clusters",
		"stability: [30m]":  "must be a length of time",
		"urgent_before: 8d": "must be a length of time",
	} {
		t.Run("own "+own, func(t *testing.T) { refused(t, ownText(own), "2:", says) })
	}
}

// refused holds a file to one problem, at this place.
func refused(t *testing.T, text, at, says string) {
	t.Helper()
	_, err := load(t, text, nil, nil)
	var problems Problems
	if !errors.As(err, &problems) || len(problems) != 1 {
		t.Fatalf("err = %v\nwant one problem", err)
	}
	if line := err.Error(); !strings.HasPrefix(line, "/etc/fumtui.yaml:"+at) || !strings.Contains(line, says) {
		t.Errorf("err = %s\nwant it at %s, saying %s", line, at, says)
	}
}

func TestWhatIsHardlyMeantIsWarnedOf(t *testing.T) {
	tests := []struct{ text, at, says string }{
		{"detection: {degraded_after: 4m}", "2:29", "called down sooner than degraded"},
		{"detection: {latency: 6s}", "2:22", "is above probe.timeout (5s)"},
		{"probe: {timeout: 900ms}", "2:18", "latency (1s) is above probe.timeout"},
		{"detection: {stall_slots: 31}", "2:26", "by which newest slots differ"},
		{"detection: {stall_slots: 500}", "2:26", "the chain takes 3m20s"},
		{"detection: {slots_per_second: 0.1}", "2:31", "the chain takes 5m20s"},
		{"detection: {block: 2m}", "2:20", "holds nothing back"},
		{"detection: {stability: 2m}", "2:24", "sooner than it would be called down"},
		{"detection: {stability: 3h}", "2:24", "probe.keep (2h) is below the 3h1m"},
		{"probe: {keep: 10m}", "2:15", "probe.keep (10m) is below the 31m"},
		{"probe: {canary: true, canary_interval: 5m}", "2:40", "is noticed late"},
		{"pipelines: {p: {home: ams, clients: {ams: {hooks: manual}}, detection: {block: 1m}}}", "2:80", "block (1m) is below down_after (3m)"},
		{"pipelines: {p: {home: ams, clients: {ams: {hooks: manual}}, detection: {stability: 4h}}}", "2:84", "below the 4h1m"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			cfg := sound(t, twoClusters+tt.text+"\n")
			if len(cfg.Warnings) != 1 {
				t.Fatalf("warnings = %v\nwant one", cfg.Warnings)
			}
			if line := cfg.Warnings[0].Error(); !strings.HasPrefix(line, "/etc/fumtui.yaml:"+tt.at+": ") || !strings.Contains(line, tt.says) {
				t.Errorf("warning = %s\nwant it at %s, saying %s", line, tt.at, tt.says)
			}
		})
	}
}

// At its bound each of these is allowed, without a word.
func TestTheBoundsThemselvesAreAllowed(t *testing.T) {
	for _, text := range []string{
		"detection: {down_after: 11s, degraded_after: 11s, slots_per_second: 4}",
		"detection: {window: 10s}",
		"detection: {silent_after: 6s}",
		"detection: {degraded_after: 3m, latency: 5s, stall_slots: 450, block: 3m, stability: 6m, error_rate: 1}",
		"probe: {keep: 31m, canary: true, canary_interval: 3m}",
		"probe: {canary_interval: 5m}", // off
	} {
		if cfg := sound(t, twoClusters+text+"\n"); len(cfg.Warnings) > 0 {
			t.Errorf("%s: %v", text, cfg.Warnings)
		}
	}
}

func TestNoSubscriberIsNamedLikeACanary(t *testing.T) {
	const client = "home: ams, clients: {ams: {hooks: manual}}"
	refused(t, twoClusters+"pipelines: {p: {subscriber: fumtui-canary-x, "+client+"}}\n", "2:29: ", "fumtui's own subscribers")
	refused(t, twoClusters+"pipelines: {fumtui-canary-x: {"+client+"}}\n", "2:13: ", "fumtui's own subscribers")
	sound(t, twoClusters+fmt.Sprintf("pipelines: {fumtui-canary-x: {subscriber: fumtui-canary, %s}}\n", client))
}
