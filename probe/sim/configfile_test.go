package sim

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/model/health"
)

// At every speed the configuration is valid, leaves nothing to warn of, looks
// for data everywhere, and keeps the proportions of the real thresholds.
func TestTheConfigurationFitsEverySpeed(t *testing.T) {
	for _, speed := range []float64{minSpeed, 1, 10, 20, maxSpeed} {
		t.Run(fmt.Sprint(speed), func(t *testing.T) {
			h := &Host{opts: Options{Dir: t.TempDir(), Speed: speed, Exe: []string{"/bin/fumtui"}}, state: &state{
				Token: "t", SlotsPerSecond: naturalRate * speed,
				Clusters:  []clusterState{{Name: "ams", Endpoint: "http://127.0.0.1:1"}, {Name: "nyc", Endpoint: "http://127.0.0.1:2"}},
				Pipelines: []pipelineState{{Name: "trades", Subscriber: "trades-prod", Home: "ams", Ports: map[string]int{"ams": 3, "nyc": 4}}},
			}}
			if err := os.MkdirAll(filepath.Join(h.opts.Dir, fumeDir), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := h.writeFiles(); err != nil {
				t.Fatal(err)
			}
			cfg, err := config.Load(context.Background(), config.System{ReadFile: os.ReadFile}, h.Config())
			if err != nil {
				t.Fatal(err)
			}
			if len(cfg.Warnings) > 0 {
				t.Errorf("warnings: %v", cfg.Warnings)
			}
			for _, c := range cfg.Clusters {
				if !c.Canary {
					t.Errorf("the canary is off at %s", c.Name)
				}
			}
			scaled := func(d time.Duration) time.Duration { return faster(d, speed) }
			want := health.DefaultRules()
			if cfg.Detection.DownAfter != scaled(want.DownAfter) || cfg.Detection.UrgentBefore != scaled(want.UrgentBefore) {
				t.Errorf("thresholds: %+v", cfg.Detection)
			}
			if every := max(time.Second, scaled(canaryEvery)); cfg.Probe.CanaryInterval != every {
				t.Errorf("canary every %s, want %s", cfg.Probe.CanaryInterval, every)
			}
		})
	}
}
