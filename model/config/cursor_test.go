package config

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// withPipeline is a configuration of two clusters with one pipeline, whose other
// settings are given as lines of a flow mapping.
func withPipeline(settings string) string {
	return `clusters: {ams: {endpoint: https://ams.example}, nyc: {endpoint: https://nyc.example}}
pipelines:
  trades:
    home: ams
    clients: {ams: {metrics: "http://a/metrics", hooks: manual}, nyc: {hooks: manual}}
` + settings
}

func TestCursorSources(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       Cursor
		highest    bool
	}{
		{"none", "", Cursor{Source: CursorStore, At: map[string]CursorAt{}}, false},
		{"store", "    cursor: {source: store}\n", Cursor{Source: CursorStore, At: map[string]CursorAt{}}, false},
		{
			"metrics", "    overlap: 32\n    cursor:\n      source: metrics\n      metric: 'app_slot{stage=\"sink\", shard=\"1\"}'\n" +
				"      kind: highest\n      url: {ams: http://a:1/m, nyc: http://b:2/m}\n",
			Cursor{
				Source: CursorMetrics, Metric: "app_slot", Labels: map[string]string{"stage": "sink", "shard": "1"},
				At: map[string]CursorAt{"ams": {URL: "http://a:1/m"}, "nyc": {URL: "http://b:2/m"}},
			},
			true,
		},
		{
			"file", "    cursor: {source: file, kind: contiguous, path: {ams: /var/a.slot, nyc: ~/b.slot}}\n",
			Cursor{Source: CursorFile, At: map[string]CursorAt{"ams": {Path: "/var/a.slot"}, "nyc": {Path: "/home/op/b.slot"}}},
			false,
		},
		{
			"one command", "    cursor: {source: exec, command: [trades-ctl, cursor]}\n",
			Cursor{Source: CursorExec, At: map[string]CursorAt{
				"ams": {Command: []string{"trades-ctl", "cursor"}}, "nyc": {Command: []string{"trades-ctl", "cursor"}},
			}},
			false,
		},
		{
			"a command per cluster", "    cursor: {source: exec, command: {ams: [ssh, a, cat, s], nyc: [ssh, b, cat, s]}}\n",
			Cursor{Source: CursorExec, At: map[string]CursorAt{
				"ams": {Command: []string{"ssh", "a", "cat", "s"}}, "nyc": {Command: []string{"ssh", "b", "cat", "s"}},
			}},
			false,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg, err := load(t, withPipeline(tt.text), nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			p := cfg.Pipelines[0]
			if !reflect.DeepEqual(p.Cursor, tt.want) || p.Highest != tt.highest {
				t.Errorf("cursor = %+v, highest %t\nwant %+v", p.Cursor, p.Highest, tt.want)
			}
			if len(cfg.Warnings) != 0 {
				t.Error(cfg.Warnings)
			}
		})
	}
}

func TestMetricsCursorIsOnTheClientsPageByDefault(t *testing.T) {
	cfg, err := load(t, `
clusters: {ams: {endpoint: https://ams.example}}
pipelines:
  p:
    cursor: {source: metrics, metric: app_slot} # before the clients, which is no matter
    home: ams
    clients: {ams: {metrics: http://a/metrics, hooks: manual}}
`, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := cfg.Pipelines[0].Cursor.At["ams"].URL; got != "http://a/metrics" {
		t.Error(got)
	}
	if cfg.Lines["pipelines.p.cursor"] != 5 {
		t.Error(cfg.Lines)
	}
}

func TestCursorProblems(t *testing.T) {
	for _, tt := range []struct{ name, text, at, want string }{
		{"no such source", "{source: kafka}", "6:22", "must be store or metrics or file or exec"},
		{"no metric", "{source: metrics, url: {ams: http://a, nyc: http://b}}", "6:13", "needs metric"},
		{"no address", "{source: metrics, metric: app_slot}", "6:13", "the client at nyc has no metrics address"},
		{"foreign metric", "{source: metrics, metric: fumarole_max_slot_detected, url: {ams: http://a, nyc: http://b}}", "6:39", "no fumarole_* metric holds a slot that was consumed"},
		{"bad metric", "{source: metrics, metric: 'a b', url: {ams: http://a, nyc: http://b}}", "6:39", "must be a name, such as"},
		{"bad URL", "{source: metrics, metric: a, url: {ams: 'ftp://a', nyc: http://b}}", "6:53", "must begin with https://"},
		{"one path for two", "{source: file, path: /a}", "6:34", "write path: {ams: …, nyc: …}"},
		{"no path", "{source: file}", "6:13", "needs path: {ams: …, nyc: …}"},
		{"path elsewhere", "{source: file, path: {ams: a, nyc: b, fra: c}}", "6:51", `no client at "fra"`},
		{"path missing", "{source: file, path: {ams: a}}", "6:34", "the client at nyc has no cursor here"},
		{"empty path", "{source: file, path: {ams: '', nyc: b}}", "6:40", "the path is empty"},
		{"no command", "{source: exec}", "6:13", "needs command"},
		{"empty command", "{source: exec, command: []}", "6:37", "the command is empty"},
		{"a shell line", "{source: exec, command: 'cat x'}", "6:37", "write command: {ams: …, nyc: …}"},
		{"key of another", "{source: file, metric: a, path: {ams: a, nyc: b}}", "6:36", "metric is of the cursor source metrics, but the source is file"},
		{"key without source", "{path: {ams: a, nyc: b}}", "6:20", "write source: file"},
		{"kind", "{kind: lowest}", "6:20", "must be contiguous or highest"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := load(t, withPipeline("    cursor: "+tt.text+"\n"), nil, nil)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "/etc/fumtui.yaml:"+tt.at+": ") {
				t.Errorf("err = %v\nwant %s at %s", err, tt.want, tt.at)
			}
		})
	}
}

func TestHighestNeedsAnOverlap(t *testing.T) {
	cfg, err := load(t, withPipeline("    cursor: {kind: highest}\n"), nil, nil)
	if err != nil || len(cfg.Warnings) != 1 || !strings.Contains(cfg.Warnings.Error(), ":6:20: kind: highest without an overlap") {
		t.Errorf("%v, %v", cfg, err)
	}
	_, err = load(t, withPipeline("    cursor: {kind: highest}\n    guarantee: exactly_once\n    idempotent: true\n"), nil, nil)
	if err == nil || !strings.Contains(err.Error(), "goes not with guarantee: exactly_once") {
		t.Error(err)
	}
}

func TestQuietWindows(t *testing.T) {
	const h = time.Hour
	for text, want := range map[string][]model.DailyWindow{
		`"02:00-05:00"`:                  {{From: 2 * h, To: 5 * h}},
		`02:00-05:30`:                    {{From: 2 * h, To: 5*h + 30*time.Minute}},
		`["23:00-01:00", "12:00-12:01"]`: {{From: 23 * h, To: h}, {From: 12 * h, To: 12*h + time.Minute}},
		`"22:00-24:00"`:                  {{From: 22 * h, To: 0}},
		`"02:00"`:                        nil,
		`"2:00-5:00"`:                    nil,
		`"02:00-24:01"`:                  nil,
		`"02:60-05:00"`:                  nil,
		`"02:00-02:00"`:                  nil,
		`"00:00-24:00"`:                  nil,
		`[]`:                             nil,
		`{from: 1}`:                      nil,
	} {
		cfg, err := load(t, withPipeline("    failback: {quiet: "+text+"}\n"), nil, nil)
		if want == nil {
			if err == nil || !strings.HasPrefix(err.Error(), "/etc/fumtui.yaml:6:") {
				t.Errorf("%s: %v", text, err)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(cfg.Pipelines[0].Quiet, want) || cfg.Lines["pipelines.trades.failback.quiet"] != 6 {
			t.Errorf("%s: %v, %v", text, cfg, err)
		}
	}
}

func TestSelector(t *testing.T) {
	for text, want := range map[string]map[string]string{
		`a`:                    nil,
		` a:b_9 `:              nil,
		`a{x="1"}`:             {"x": "1"},
		`a { x = "1" , y="" }`: {"x": "1", "y": ""},
		`a{x="q\"}{,"}`:        {"x": `q"}{,`},
	} {
		_, labels, err := parseSelector(text)
		if err != nil || !reflect.DeepEqual(labels, want) {
			t.Errorf("%s: %v, %v", text, labels, err)
		}
	}
	for _, text := range []string{
		"", "9a", "a b", "a{}", "a{x}", "a{x=1}", "a{x='1'}", `a{x="1"`, `a{x="1"}}`, `a{x="1",}`, `a{x="1" y="2"}`,
		`a{x="1",x="2"}`, `a{x="\x1b"}`, `{x="1"}`, "a\x00", strings.Repeat("a", 2000),
	} {
		if name, labels, err := parseSelector(text); err == nil {
			t.Errorf("%q is %s %v", text, name, labels)
		}
	}
}

func FuzzSelector(f *testing.F) {
	f.Add(`a{x="1", y="\n"}`)
	f.Add(`a_b:c {`)
	f.Fuzz(func(t *testing.T, text string) {
		name, labels, err := parseSelector(text)
		if err != nil {
			return
		}
		if !metricRule.MatchString(name) || len(name) > maxSelector {
			t.Fatalf("name %q of %q", name, text)
		}
		for key, value := range labels {
			if key == "" || model.Clean(value, maxSelector) != value {
				t.Fatalf("label %q=%q of %q", key, value, text)
			}
		}
	})
}
