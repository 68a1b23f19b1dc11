package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/fumtui/fumtui/model/config"
)

// explained is what doctor says of the settings of a file.
func explained(t *testing.T, text string) (string, *config.Config) {
	t.Helper()
	cfg, err := config.Load(context.Background(), config.System{
		ReadFile: func(path string) ([]byte, error) {
			if path == "x.yaml" {
				return []byte(text), nil
			}
			return nil, os.ErrNotExist
		},
	}, "x.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	printSettings(&out, cfg)
	return out.String(), cfg
}

const explainedText = `clusters:
  ams: {endpoint: https://a}
  nyc: {endpoint: https://n, canary: true}
probe: {interval: 1s}
detection:
  down_after: 4m
  preset: aggressive
pipelines:
  trades:
    home: ams
    clients: {ams: {hooks: manual}, nyc: {hooks: manual}}
    detection:
      preset: cautious
      silent_after: 10s
  plain:
    home: ams
    clients: {ams: {hooks: manual}}
`

func TestDoctorExplainsWhatIsInForce(t *testing.T) {
	out, _ := explained(t, explainedText)
	lines := map[string]bool{}
	for line := range strings.Lines(out) {
		line = strings.TrimRight(line, "\n")
		if wide := ansi.StringWidth(line); wide > columns {
			t.Errorf("%d columns: %s", wide, line)
		}
		if strings.HasSuffix(line, " ") {
			t.Errorf("ends in a space: %q", line)
		}
		lines[strings.Join(strings.Fields(line), " ")] = true
	}
	for _, want := range []string{
		`in force (preset aggressive, line 7; "line" is one of x.yaml):`,
		"interval 1s line 4",
		"timeout 5s default",
		"while it fails 250ms = interval / 4, at least 250ms, at most interval",
		"canary off default",
		"canary_interval 30s default",
		"keep 2h default",
		"ams canary off (as probe.canary)",
		"nyc canary on (line 3)",
		"down_after 4m line 6",
		"silent_after 30s aggressive",
		"stall_slots 32 aggressive",
		"recovery 40s = down_after / 6",
		"evidence age 14s = 4 × probe.interval + 2 × probe.timeout, at least",
		"drain_timeout 10s default",
		"trades: subscriber trades, home ams, guarantee at_least_once, bootstrap",
		"preset cautious line 13",
		"silent_after 10s line 14, where others have 30s",
		"block 30m cautious, where others have 5m",
		"progress age 10s = the lesser of silent_after and down_after /",
	} {
		if !lines[want] {
			t.Errorf("doctor does not say %q", want)
		}
	}
	if t.Failed() {
		t.Logf("\n%s", out)
	}
	_, plain, _ := strings.Cut(out, "plain: subscriber")
	if strings.Contains(plain, "where others have") {
		t.Errorf("a pipeline that differs in nothing is said to differ:\n%s", plain)
	}
}

// Every threshold is told with what it does.
func TestDoctorLeavesNoThresholdOut(t *testing.T) {
	out, cfg := explained(t, explainedText)
	for _, threshold := range cfg.Detection.Thresholds() {
		first, _, _ := strings.Cut(threshold.Means, " ")
		if !strings.Contains(out, "\n  "+threshold.Key+" ") || !strings.Contains(out, "\n      "+first) {
			t.Errorf("doctor does not explain %s:\n%s", threshold.Key, out)
		}
	}
}

func TestDoctorTellsWhatIsHardlyMeant(t *testing.T) {
	_, cfg := explained(t, "clusters: {ams: {endpoint: https://a}}\ndetection: {block: 1m}\n")
	checks := checkConfig(cfg)
	if len(checks) != 1 || !strings.HasPrefix(checks[0].Saw, "x.yaml:2:20: block (1m)") {
		t.Fatalf("checks = %+v", checks)
	}
	var out bytes.Buffer
	printCheck(&out, checks[0])
	if !strings.HasPrefix(out.String(), "warning  configuration: x.yaml:2:20: block (1m) is below down_after (3m): it") {
		t.Errorf("printed %s", out.String())
	}
}
