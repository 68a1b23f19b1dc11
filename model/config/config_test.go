package config

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/model/health"
)

// machine is a System of files, variables and command outputs in memory.
func machine(files, env map[string]string) System {
	return System{
		ReadFile: func(path string) ([]byte, error) {
			if text, ok := files[path]; ok {
				return []byte(text), nil
			}
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
		},
		LookupEnv: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
		HomeDir:   func() (string, error) { return "/home/op", nil },
		Output: func(_ context.Context, argv []string) (string, error) {
			if argv[0] == "pass" {
				return "from-command\n", nil
			}
			return "", errors.New("exit status 1")
		},
	}
}

func load(t *testing.T, text string, files, env map[string]string) (*Config, error) {
	t.Helper()
	all := map[string]string{"/etc/fumtui.yaml": text}
	for path, body := range files {
		all[path] = body
	}
	return Load(context.Background(), machine(all, env), "/etc/fumtui.yaml")
}

func TestExampleIsValidAndShowsTheDefaults(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "fumtui.example.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := load(t, string(text),
		map[string]string{"/home/op/.fumarole/nyc.yaml": "endpoint: https://nyc.fumarole.example\nx-token: t2\nrequest_compression: zstd\n"},
		map[string]string{"FUMAROLE_TOKEN": "t1"})
	if err != nil {
		t.Fatal(err)
	}
	bare, err := load(t, "clusters: {ams: {endpoint: https://ams.fumarole.example}}", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Detection != bare.Detection || cfg.Failover != bare.Failover || cfg.Probe != bare.Probe {
		t.Errorf("the example does not show the defaults:\n%+v\n%+v", cfg, bare)
	}
	for _, path := range everySetting() {
		if cfg.Lines[path] == 0 {
			t.Errorf("the example does not show %s", path)
		}
	}
	if len(cfg.Warnings) > 0 {
		t.Errorf("the example is warned of: %v", cfg.Warnings)
	}
	if cfg.Store != "/etc/fumtui.db" {
		t.Errorf("store = %q", cfg.Store)
	}
	nyc, _ := cfg.Cluster("nyc")
	if nyc.Endpoint != "https://nyc.fumarole.example" || nyc.Token.Reveal() != "t2" {
		t.Errorf("nyc was not read from the fume configuration: %+v", nyc)
	}
	trades, _ := cfg.Pipeline("trades")
	if got := trades.Clients["ams"].Hooks[failover.HookStop]; strings.Join(got, " ") != "ssh trades-eu systemctl stop trades" {
		t.Errorf("stop hook = %q", got)
	}
	if len(trades.Clients["nyc"].Hooks) != 0 {
		t.Errorf("manual hooks = %v", trades.Clients["nyc"].Hooks)
	}
	if ams, _ := cfg.Cluster("ams"); !ams.Canary || nyc.Canary {
		t.Errorf("canary at ams %t, nyc %t", ams.Canary, nyc.Canary)
	}
	if trades.Preset != "cautious" || trades.Detection.SilentAfter != 3*time.Minute || trades.Detection.Block != 30*time.Minute {
		t.Errorf("thresholds of trades = %+v", trades.Detection)
	}
	if strings.Join(trades.Clusters, " ") != "ams nyc" || trades.Guarantee != model.AtLeastOnce {
		t.Errorf("trades = %+v", trades)
	}
}

func TestEveryProblemIsReportedAtItsPlace(t *testing.T) {
	const text = `stroe: x.db
clusters:
  ams:
    endpoint: ams.example
    token: {env: NO_SUCH}
  nyc:
    endpoint: https://nyc.example
    tokn: x
  nyc:
    endpoint: https://other.example
probe: {interval: 2}
pipelines:
  trades:
    home: fra
    overlap: many
    clients:
      ams: {metrics: "http://h/metrics", hooks: {start: [a], stop: []}}
`
	_, err := load(t, text, nil, nil)
	var problems Problems
	if !errors.As(err, &problems) {
		t.Fatalf("err = %v", err)
	}
	want := []struct{ at, says string }{
		{"1:1", `did you mean "store"?`},
		{"4:15", "must begin with https://"},
		{"5:18", "NO_SUCH"},
		{"8:5", `did you mean "token"?`},
		{"9:3", "second time, after line 6"},
		{"11:19", "with its unit"},
		{"14:11", "the clusters are ams, nyc"},
		{"15:14", "whole number"},
		{"17:68", "the hook stop is empty"},
	}
	if len(problems) != len(want) {
		t.Errorf("%d problems, want %d:\n%v", len(problems), len(want), err)
	}
	for i, w := range want {
		if i >= len(problems) {
			break
		}
		line := problems[i].Error()
		if !strings.HasPrefix(line, "/etc/fumtui.yaml:"+w.at+": ") || !strings.Contains(line, w.says) {
			t.Errorf("problem %d = %s\nwant it at %s, saying %s", i, line, w.at, w.says)
		}
	}
}

func TestSingleProblems(t *testing.T) {
	const head = "clusters: {ams: {endpoint: https://ams.example}}\n"
	tests := []struct{ name, text, want string }{
		{"empty", "", "/etc/fumtui.yaml: is empty"},
		{"only a comment", "# nothing\n", "/etc/fumtui.yaml: is empty"},
		{"binary", "a\x00b", "/etc/fumtui.yaml: is not text"},
		{"not utf-8", "a: \xff", "/etc/fumtui.yaml: is not text"},
		{"broken yaml", "clusters: [", "/etc/fumtui.yaml:1:"},
		{"a list", "- a\n", "/etc/fumtui.yaml:1:1: the configuration must be a mapping"},
		{"no cluster", "probe: {interval: 2s}\n", "no cluster is configured"},
		{"no endpoint", "clusters: {ams: {region: eu}}", ":1:12: cluster ams has no endpoint"},
		{"password in the endpoint", "clusters: {ams: {endpoint: 'https://u:p@h'}}", "use token or metadata"},
		{"two token sources", "clusters: {ams: {endpoint: https://h, token: {value: a, env: B}}}", "more than one source"},
		{"token command fails", "clusters: {ams: {endpoint: https://h, token: {command: [nope]}}}", "the token command nope failed"},
		{"token file missing", "clusters: {ams: {endpoint: https://h, token: {file: no.token}}}", "/etc/no.token does not exist"},
		{"bad name", "clusters: {'a b': {endpoint: https://h}}", "cannot be the name of a cluster"},
		{"escape in a name", "clusters: {\"a\\e[31m\": {endpoint: https://h}}", "cannot be the name of a cluster"},
		{"alias without anchor", "store: *x\n" + head, "*x"},
		{"no home", head + "pipelines: {p: {clients: {ams: {hooks: manual}}}}", "has no home"},
		{"one subscriber twice", head + "pipelines: {p: {home: ams, subscriber: s, clients: {ams: {hooks: manual}}}, q: {home: ams, subscriber: s, clients: {ams: {hooks: manual}}}}", "has the subscriber s of pipeline p"},
		{"deep nesting", "store: " + strings.Repeat("[", 100000), "nests brackets too deeply"},
		{"no clients", head + "pipelines: {p: {home: ams}}", "has no clients"},
		{"no hooks", head + "pipelines: {p: {home: ams, clients: {ams: {}}}}", "has no hooks"},
		{"client elsewhere", head + "pipelines: {p: {home: ams, clients: {fra: {hooks: manual}}}}", `"fra" is not a cluster`},
		{"allow needs none", head + "pipelines: {p: {home: ams, bootstrap: allow, clients: {ams: {hooks: manual}}}}", "goes only with guarantee: none"},
		{"exactly once needs idempotent", head + "pipelines: {p: {home: ams, guarantee: exactly_once, clients: {ams: {hooks: manual}}}}", "needs idempotent: true"},
		{"status hook missing", head + "pipelines: {p: {home: ams, clients: {ams: {hooks: {start: [a], stop: [b]}}}}}", "the hook status is missing"},
		{"no value", "store:\n" + head, "store has no value"},
		{"error rate", "detection: {error_rate: 2}\n" + head, "from 0.01 to 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := load(t, tt.text, nil, nil)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "/etc/fumtui.yaml:") {
				t.Errorf("err = %v\nwant %s", err, tt.want)
			}
			if !IsProblem(err) {
				t.Error("not a problem of the configuration")
			}
		})
	}
}

func TestMissingFile(t *testing.T) {
	_, err := Load(context.Background(), machine(nil, nil), "/no/such.yaml")
	if err == nil || !strings.HasPrefix(err.Error(), "/no/such.yaml: does not exist") {
		t.Errorf("err = %v", err)
	}
}

func TestTokensFromEverySource(t *testing.T) {
	cfg, err := load(t, `
clusters:
  a: {endpoint: https://a, token: {value: 0123}}
  b: {endpoint: https://b, token: {env: TOK}}
  c: {endpoint: https://c, token: {file: ~/tok}}
  d: {endpoint: https://d, token: {command: [pass, show, fumarole]}}
  e: {endpoint: https://e}
`, map[string]string{"/home/op/tok": " from-file\n"}, map[string]string{"TOK": "from-env"})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"a": "0123", "b": "from-env", "c": "from-file", "d": "from-command", "e": ""} {
		if c, _ := cfg.Cluster(name); c.Token.Reveal() != want {
			t.Errorf("token of %s = %q, want %q", name, c.Token.Reveal(), want)
		}
	}
}

func TestWithoutTokens(t *testing.T) {
	sys := machine(map[string]string{"f": "clusters: {a: {endpoint: https://a, token: {env: NO_SUCH}}}"}, nil)
	sys.NoTokens = true
	if _, err := Load(context.Background(), sys, "f"); err != nil {
		t.Error(err)
	}
}

func TestByteOrderMark(t *testing.T) {
	if _, err := load(t, "\xef\xbb\xbfclusters: {ams: {endpoint: https://a}}", nil, nil); err != nil {
		t.Error(err)
	}
}

func TestAnchorsAndOrder(t *testing.T) {
	cfg, err := load(t, `
clusters:
  zrh: {endpoint: https://z}
  ams: {endpoint: https://a}
detection: {down_after: 18s, slots_per_second: 25}
pipelines:
  b: {home: ams, clients: &c {ams: {hooks: manual}, zrh: {hooks: manual}}}
  a: {home: ams, clients: *c}
`, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Clusters[0].Name != "zrh" || cfg.Pipelines[0].Name != "b" {
		t.Error("the order of the file is lost")
	}
	if len(cfg.Pipelines[1].Clients) != 2 || cfg.Detection.DownAfter != 18*time.Second {
		t.Errorf("cfg = %+v", cfg)
	}
}

// everySetting are the paths of all settings that [Config.Lines] may hold, but
// for those of single clusters and pipelines.
func everySetting() []string {
	l := &loader{tree: &tree{}}
	var all []string
	for key := range l.thresholds(&health.Rules{}) {
		all = append(all, "detection."+key)
	}
	for _, key := range []string{"interval", "timeout", "canary", "canary_interval", "keep"} {
		all = append(all, "probe."+key)
	}
	for _, key := range []string{"drain_timeout", "hook_timeout", "settle", "position_wait", "confirm_timeout", "live_slots", "lease"} {
		all = append(all, "failover."+key)
	}
	for _, key := range []string{"theme", "ascii", "mouse", "read_only", "keys"} {
		all = append(all, "console."+key)
	}
	return append(all, "detection.preset")
}
