package config

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

func example(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "fumtui.example.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// loadDraft loads a text as a configuration. All fume files lead to one endpoint.
func loadDraft(text string) (*Config, error) {
	sys := System{
		ReadFile: func(path string) ([]byte, error) {
			if path == "/c/fumtui.yaml" {
				return []byte(text), nil
			}
			return []byte("endpoint: https://x.example\nx-token: hidden\n"), nil
		},
		HomeDir: func() (string, error) { return "/home/me", nil },
	}
	return Load(context.Background(), sys, "/c/fumtui.yaml")
}

func draft() Draft {
	ssh := func(words ...string) []string { return append([]string{"ssh", "eu-1"}, words...) }
	return Draft{
		Clusters: []DraftCluster{{"ams", "~/.fumarole/ams.yaml"}, {"nyc", "/etc/nyc: 1.yaml"}},
		Pipelines: []DraftPipeline{
			{"trades", "trades-prod", "ams", []DraftClient{
				{Cluster: "ams", Metrics: "http://eu-1:9100/metrics", Hooks: map[failover.Hook][]string{
					"start": ssh("systemctl", "start", "t"), "stop": ssh("systemctl", "stop", "t"), "status": ssh("systemctl", "is-active", "t"),
				}},
				{Cluster: "nyc"},
			}},
			{"true", "no", "nyc", []DraftClient{{Cluster: "nyc"}, {Cluster: "ams"}}},
		},
	}
}

func TestDraftLoads(t *testing.T) {
	text := draft().Text(example(t))
	cfg, err := loadDraft(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if len(cfg.Warnings) > 0 {
		t.Errorf("%v", cfg.Warnings)
	}
	p, q := cfg.Pipelines[0], cfg.Pipelines[1]
	if p.Subscriber != "trades-prod" || p.Home != "ams" || p.Clients["ams"].Metrics != "http://eu-1:9100/metrics" ||
		fmt.Sprint(p.Clients["ams"].Hooks["stop"]) != "[ssh eu-1 systemctl stop t]" || len(p.Clients["nyc"].Hooks) != 0 ||
		q.Name != "true" || q.Subscriber != "no" || q.Home != "nyc" {
		t.Errorf("%+v", cfg.Pipelines)
	}
	if strings.Contains(text, "hidden") {
		t.Errorf("the token is in the file:\n%s", text)
	}
}

// TestDraftWithAllSettings takes every # away: what is shown is what can be set.
func TestDraftWithAllSettings(t *testing.T) {
	plain, err := loadDraft(draft().Text(example(t)))
	if err != nil {
		t.Fatal(err)
	}
	text := uncommented(draft().Text(example(t)))
	cfg, err := loadDraft(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if len(cfg.Lines) < 30 || len(plain.Lines) > 2 {
		t.Errorf("%d settings are set, %d where none is", len(cfg.Lines), len(plain.Lines))
	}
	none := Draft{Clusters: []DraftCluster{{"fra", "/f"}}}.Text(example(t))
	if cfg, err := loadDraft(none); err != nil || len(cfg.Pipelines) != 0 {
		t.Fatalf("%v\n%s", err, none)
	}
	once := uncommented(none)
	if cfg, err := loadDraft(once); err != nil || len(cfg.Pipelines) != 1 {
		t.Fatalf("%v\n%s", err, once)
	}
}

// uncommented takes away what keeps settings off. The lines of a value begin
// with the # where its key does.
func uncommented(text string) string {
	lines := strings.Split(text, "\n")
	at := -1 // the column of a value that is off
	for i, line := range lines {
		switch column := strings.IndexByte(line, '#'); {
		case column < 0 || strings.TrimSpace(line[:column]) != "":
			at = -1
		case column == at, column+1 < len(line) && line[column+1] != ' ':
			lines[i], at = line[:column]+line[column+1:], column
		default:
			at = -1
		}
	}
	return strings.Join(lines, "\n")
}

// TestDraftExplainsEveryKey wants a comment, in the words of the example, for every
// key but names.
func TestDraftExplainsEveryKey(t *testing.T) {
	said := example(t)
	setting := regexp.MustCompile(`^ *#?([a-z_]+):`)
	plain := map[string]bool{"clusters": true, "probe": true, "detection": true, "failover": true, "pipelines": true, "cursor": true, "start": true, "stop": true, "console": true}
	above := false
	for _, line := range strings.Split(draft().Text(said), "\n") {
		key := setting.FindStringSubmatch(line)
		_, comment, explained := strings.Cut(strings.TrimLeft(line, " #"), " #")
		switch {
		case key == nil:
			above = strings.HasPrefix(strings.TrimLeft(line, " "), "# ")
			continue
		case explained && !strings.Contains(said, comment):
			t.Errorf("the example does not say %q", comment)
		case !explained && !above && !plain[key[1]] && key[1] != "ams" && key[1] != "nyc" && key[1] != "trades":
			t.Errorf("not explained: %s", line)
		}
		above = false
	}
}

func FuzzDraft(f *testing.F) {
	text := example(f)
	f.Add("ams", "trades", "sub", "/path", "http://h/metrics", "arg")
	f.Add("null", "0x1", "- a", "~", "http://h/#x", "{[:")
	f.Fuzz(func(t *testing.T, cluster, pipeline, subscriber, path, metrics, arg string) {
		d := Draft{Clusters: []DraftCluster{{cluster, path}}, Pipelines: []DraftPipeline{{pipeline, subscriber, cluster, []DraftClient{
			{Cluster: cluster, Metrics: metrics, Hooks: map[failover.Hook][]string{"start": {"x", arg}, "stop": {"x"}, "status": {"x"}}},
		}}}}
		fit := model.ValidName(cluster) && model.ValidName(pipeline) && subscriber != "" && len(subscriber) < 255 &&
			model.Clean(subscriber, 255) == subscriber && !strings.HasPrefix(subscriber, model.CanaryPrefix) && path != "" &&
			checkURL(metrics) == nil && utf8.ValidString(path+metrics+arg) && !bytes.ContainsRune([]byte(path+metrics+arg), 0) &&
			printableText(path+metrics+arg)
		if !fit {
			t.Skip()
		}
		cfg, err := loadDraft(d.Text(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, d.Text(text))
		}
		p := cfg.Pipelines[0]
		if cfg.Clusters[0].Name != cluster || p.Name != pipeline || p.Subscriber != subscriber || p.Clients[cluster].Metrics != metrics ||
			p.Clients[cluster].Hooks["start"][1] != arg {
			t.Errorf("%+v from\n%s", cfg, d.Text(text))
		}
	})
}

func printableText(s string) bool { return model.Clean(s, 1<<20) == s }
