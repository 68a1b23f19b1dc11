package health

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

func TestPresetsAreComplete(t *testing.T) {
	for _, name := range Presets() {
		r, ok := Preset(name)
		if !ok {
			t.Fatalf("there is no preset %s", name)
		}
		if r != r.withDefaults() {
			t.Errorf("%s leaves a threshold out: %+v", name, r)
		}
	}
	if r, _ := Preset(PresetDefault); r != DefaultRules() {
		t.Errorf("the default preset is not the default: %+v", r)
	}
	for _, name := range []string{"", "Default", "bold"} {
		if r, ok := Preset(name); ok || r != (Rules{}) {
			t.Errorf("there is a preset %q", name)
		}
	}
}

// From cautious to aggressive every call is made sooner and on less, but for
// the one that warns of loss; and none is made on a blip.
func TestPresetsAreInOrder(t *testing.T) {
	all := make([]Rules, 0, len(Presets()))
	for _, name := range Presets() {
		r, _ := Preset(name)
		all = append(all, r)
		if r.DownAfter < time.Minute {
			t.Errorf("%s calls an outage after %s", name, r.DownAfter)
		}
		if r.progressAge() < r.MaxAge || r.Block <= r.DownAfter || r.Stability <= r.DownAfter {
			t.Errorf("%s contradicts itself: %+v", name, r)
		}
		if r.SlotsPerSecond != 2.5 || r.MaxAge != DefaultRules().MaxAge {
			t.Errorf("%s changes what depends on the chain or the probes", name)
		}
	}
	for i := 1; i < len(all); i++ {
		a, b := all[i-1], all[i]
		if a.DownAfter <= b.DownAfter || a.DegradedAfter <= b.DegradedAfter || a.Window <= b.Window || a.SilentAfter <= b.SilentAfter ||
			a.Stability <= b.Stability || a.Block <= b.Block || a.Latency <= b.Latency || a.ErrorRate <= b.ErrorRate {
			t.Errorf("%s does not wait longer than %s", Presets()[i-1], Presets()[i])
		}
		if a.FirstSamples < b.FirstSamples || a.StallSlots < b.StallSlots || a.LagNoise < b.LagNoise || a.UrgentBefore < b.UrgentBefore {
			t.Errorf("%s needs less than %s", Presets()[i-1], Presets()[i])
		}
	}
}

// The table of the README is true, and leaves out nothing that differs.
func TestTheReadmeShowsThePresets(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	values := map[string][]string{}
	for _, name := range Presets() {
		r, _ := Preset(name)
		for _, threshold := range r.settable() {
			values[threshold.Key] = append(values[threshold.Key], threshold.Value)
		}
	}
	for key, row := range values {
		line := "| `" + key + "` | " + strings.Join(row, " | ") + " |\n"
		if key != "slots_per_second" && !strings.Contains(string(text), line) {
			t.Errorf("the README lacks %s", line)
		}
	}
}

func TestThresholdsSayWhatIsInForce(t *testing.T) {
	r := DefaultRules().ForProbing(time.Second, 3*time.Second)
	r.DownAfter, r.LagNoise, r.SlotsPerSecond = 90*time.Second, 500, 25
	want := map[string]string{
		"down_after": "1m30s", "degraded_after": "1m", "window": "1m", "latency": "1s", "error_rate": "0.2",
		"first_samples": "3", "stall_slots": "32", "slots_per_second": "25", "silent_after": "1m", "lag_noise": "500",
		"stability": "30m", "block": "10m", "urgent_before": "30m",
		// Derived, each by its formula.
		"evidence age": "10s", "recovery": "15s", "quiet time": "5s", "standing": "5s", "flicker": "10s", "call settles": "30s", "side by side": "5s", "progress age": "30s",
	}
	derived := false
	for _, threshold := range r.Thresholds() {
		if value, ok := want[threshold.Key]; !ok || value != threshold.Value {
			t.Errorf("%s = %s, want %s", threshold.Key, threshold.Value, value)
		}
		delete(want, threshold.Key)
		if threshold.Means == "" || strings.HasSuffix(threshold.Means, ".") {
			t.Errorf("%s means %q", threshold.Key, threshold.Means)
		}
		if threshold.Of != OfClusters && threshold.Of != OfPipelines {
			t.Errorf("%s is of %q", threshold.Key, threshold.Of)
		}
		if derived && threshold.Derived == "" {
			t.Errorf("%s stands among the derived ones", threshold.Key)
		}
		derived = threshold.Derived != ""
	}
	if len(want) > 0 {
		t.Errorf("not told: %v", want)
	}
}

// What is told of a pipeline's thresholds is what [Watch.SetRules] takes.
func TestThresholdsOfPipelines(t *testing.T) {
	var have []string
	for _, threshold := range DefaultRules().Thresholds() {
		if threshold.Of == OfPipelines && threshold.Derived == "" {
			have = append(have, threshold.Key)
		}
	}
	if got := strings.Join(have, " "); got != "silent_after lag_noise stability block urgent_before" {
		t.Errorf("thresholds of pipelines: %s", got)
	}
}

func TestLookback(t *testing.T) {
	r := Rules{Stability: time.Minute, DownAfter: 40 * time.Second, Window: 10 * time.Second}
	if got := r.Lookback(); got != 90*time.Second {
		t.Errorf("lookback = %s", got)
	}
	r.Stability = time.Hour
	if got := r.Lookback(); got != time.Hour+10*time.Second {
		t.Errorf("lookback = %s", got)
	}
}

func TestZeroThresholdsAreFilledIn(t *testing.T) {
	if got := (Rules{}).withDefaults(); got != DefaultRules() {
		t.Errorf("zero rules become %+v", got)
	}
	if got := (Rules{}).Thresholds()[0]; got.Value != model.Length(DefaultRules().DownAfter) {
		t.Errorf("zero rules are told as %+v", got)
	}
}
