package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
	"github.com/fumtui/fumtui/model/recording"
)

// fakeReplay is a replay of an outage, with a down_after of 1m beside that of 3m.
func fakeReplay() *replayed {
	at := func(s int) time.Time { return noon.UTC().Add(time.Duration(s) * time.Second) }
	rules := health.DefaultRules()
	sooner := rules
	sooner.DownAfter = time.Minute
	own := rules
	own.SilentAfter = 30 * time.Second
	h := recording.Header{
		Made: at(600), By: "v1.0.0", Clusters: []model.Cluster{{Name: "ams"}},
		Pipelines: []model.Pipeline{{Name: "trades", Home: "ams", Clusters: []string{"ams"}}},
	}
	timeline := func(down int) recording.Timeline {
		return recording.Timeline{
			Began: at(0), Ended: at(600), Gaps: []recording.Span{{From: at(10), To: at(70)}},
			Changes: []recording.Change{
				{At: at(100), Of: recording.OfCluster, Subject: "ams", From: "healthy", To: "blip", Text: "2 calls failed"},
				{At: at(down), Of: recording.OfCluster, Subject: "ams", From: "blip", To: "down", Text: "all calls failed"},
				{At: at(down), Of: recording.OfAdvice, Subject: "trades", From: "wait", To: "fail_over", Target: "nyc", Text: "fail over"},
				{At: at(400), Of: recording.OfAdvice, Subject: "trades", From: "fail_over", To: "none", Text: "streams"},
			},
		}
	}
	side := func(r health.Rules, own map[string]health.Rules, down int) *playback {
		p := &playback{thresholds: thresholdSet{r, own}, timeline: timeline(down)}
		p.summary = recording.Summarize(h, p.timeline)
		return p
	}
	return &replayed{
		header:   h,
		recorded: side(rules, nil, 280), other: side(sooner, map[string]health.Rules{"trades": own}, 160),
	}
}

func TestReplayText(t *testing.T) {
	var b bytes.Buffer
	if err := printReplay(&b, fakeReplay()); err != nil {
		t.Fatal(err)
	}
	const want = `recording of 10m, from 2026-03-04 11:00:00Z to 2026-03-04 11:10:00Z: 1 cluster, 1 pipeline
nobody looked for 1m from 2026-03-04 11:00:10Z on

thresholds tried, where they differ from those recorded:
  down_after: 1m instead of 3m
  trades.silent_after: 30s instead of 1m

TIME                  ABOUT              AS RECORDED       WITH THESE THRESHOLDS
2026-03-04 11:01:40Z  cluster ams        blip              the same
2026-03-04 11:02:40Z  cluster ams                          down
2026-03-04 11:02:40Z  advice for trades                    fail over to nyc
2026-03-04 11:04:40Z  cluster ams        down
2026-03-04 11:04:40Z  advice for trades  fail over to nyc
2026-03-04 11:06:40Z  advice for trades  none              the same

cluster ams: 1 outage, 0 blips; with these thresholds the same
  called an outage at 2026-03-04 11:04:40Z, with these thresholds at 2026-03-04 11:02:40Z: 2m sooner
pipeline trades: advised to fail over once; with these thresholds the same
  advised to fail over at 2026-03-04 11:04:40Z, with these thresholds at 2026-03-04 11:02:40Z: 2m sooner
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s", got)
	}

	b.Reset()
	alone := fakeReplay()
	alone.other = nil
	if err := printReplay(&b, alone); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"2026-03-04 11:04:40Z  advice for trades  fail over to nyc  fail over\n",
		"pipeline trades: advised to fail over once\n  to nyc at 2026-03-04 11:04:40Z, for 2m\n",
	} {
		if !strings.Contains(b.String(), line) {
			t.Errorf("%q is missing in\n%s", line, b.String())
		}
	}
}

func TestEpisodesThatAreOnlyOnOneSide(t *testing.T) {
	at := func(m int) *time.Time { return ptr(noon.UTC().Add(time.Duration(m) * time.Minute)) }
	a := []recording.Episode{{From: *at(1), To: at(2)}, {From: *at(10), To: at(20)}, {From: *at(30)}}
	b := []recording.Episode{{From: *at(4), To: at(5)}, {From: *at(12), To: at(20)}, {From: *at(30)}}
	var out bytes.Buffer
	printEpisodes(&printTo{out: &out}, "called", a, b)
	const want = "  called at 2026-03-04 11:01:00Z, never with these thresholds\n" +
		"  called at 2026-03-04 11:10:00Z, with these thresholds at 2026-03-04 11:12:00Z: 2m later\n" +
		"  called at 2026-03-04 11:04:00Z only with these thresholds\n"
	if got := out.String(); got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestReplayJSONIsTheContract(t *testing.T) {
	r := fakeReplay()
	r.header.Made, r.other = noon, nil
	rules := `{"block":"10m0s","degraded_after":"1m0s","down_after":"3m0s","error_rate":"0.2","first_samples":"3","lag_noise":"192",` +
		`"latency":"1s","max_age":"18s","silent_after":"1m0s","slots_per_second":"2.5","stability":"30m0s","stall_slots":"32","urgent_before":"30m0s","window":"1m0s"}`
	want := `{"recording":{"made":"2026-03-04T11:00:00.005Z","by":"v1.0.0","began":"2026-03-04T11:00:00.005Z","ended":"2026-03-04T11:10:00.005Z",` +
		`"clusters":["ams"],"pipelines":["trades"],"gaps":[{"from":"2026-03-04T11:00:10.005Z","to":"2026-03-04T11:01:10.005Z"}]},` +
		`"recorded":{"thresholds":` + rules + `,"pipeline_thresholds":{},"changes":[` +
		`{"at":"2026-03-04T11:01:40.005Z","of":"cluster","subject":"ams","from":"healthy","to":"blip","target":null,"text":"2 calls failed"},` +
		`{"at":"2026-03-04T11:04:40.005Z","of":"cluster","subject":"ams","from":"blip","to":"down","target":null,"text":"all calls failed"},` +
		`{"at":"2026-03-04T11:04:40.005Z","of":"advice","subject":"trades","from":"wait","to":"fail_over","target":"nyc","text":"fail over"},` +
		`{"at":"2026-03-04T11:06:40.005Z","of":"advice","subject":"trades","from":"fail_over","to":"none","target":null,"text":"streams"}],"changes_left_out":0,` +
		`"clusters":[{"name":"ams","blips":0,"degraded":0,"outages":[{"what":"down","target":null,"from":"2026-03-04T11:04:40.005Z","to":null}]}],` +
		`"pipelines":[{"name":"trades","fail_overs":[{"what":"fail_over","target":"nyc","from":"2026-03-04T11:04:40.005Z","to":"2026-03-04T11:06:40.005Z"}],` +
		`"advised":{"fail_over":1,"none":1}}]},"other":null}`
	if got := asJSON(t, newReplayJSON(r)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestThresholdsOfAReplay(t *testing.T) {
	base := health.DefaultRules()
	base.MaxAge, base.SlotsPerSecond = 7*time.Second, 50
	own := base
	own.LagNoise = 999
	h := &recording.Header{
		Rules: base, PipelineRules: map[string]health.Rules{"orders": own},
		Pipelines: []model.Pipeline{{Name: "trades"}, {Name: "orders"}, {Name: "a.b"}},
	}
	tried, err := otherThresholds(t.Context(), h, &replayOptions{set: []string{"trades.block=1m", "detection.block=2m", "a.b.block=3m"}})
	if err != nil {
		t.Fatal(err)
	}
	if tried.rules.Block != 2*time.Minute || tried.own["trades"].Block != time.Minute || tried.own["a.b"].Block != 3*time.Minute ||
		tried.own["orders"].Block != 2*time.Minute || tried.own["orders"].LagNoise != 999 {
		t.Errorf("%+v", tried)
	}
	if h.PipelineRules["orders"] != own {
		t.Error("the recorded thresholds were changed")
	}
	tried, err = otherThresholds(t.Context(), h, &replayOptions{preset: "aggressive", set: []string{"latency=2s"}})
	if err != nil || tried.rules.DownAfter != time.Minute || tried.rules.Latency != 2*time.Second || tried.rules.MaxAge != base.MaxAge ||
		tried.rules.SlotsPerSecond != 50 || len(tried.own) != 0 {
		t.Errorf("%+v, %v", tried, err)
	}
	for _, o := range []replayOptions{
		{preset: "bold"},
		{set: []string{"down_after"}},
		{set: []string{"nosuch=1"}},
		{set: []string{"down_after=x"}},
		{set: []string{"gone.block=1m"}},
		{set: []string{".block=1m"}},
		{set: []string{"trades.down_after=1m"}},
		{config: "/nosuch/fumtui.yaml"},
	} {
		if _, err := otherThresholds(t.Context(), h, &o); err == nil {
			t.Errorf("%+v: it is taken", o)
		}
	}
}

// TestThresholdsAreToldOnce: a pipeline's own only where they are not those of
// all.
func TestThresholdsAreToldOnce(t *testing.T) {
	r := fakeReplay()
	own := r.other.thresholds.rules // with its down_after
	own.SilentAfter = 2 * time.Minute
	r.other.thresholds.own = map[string]health.Rules{"trades": own}
	var b bytes.Buffer
	printThresholds(&printTo{out: &b}, r)
	const want = "\nthresholds tried, where they differ from those recorded:\n" +
		"  down_after: 1m instead of 3m\n  trades.silent_after: 2m instead of 1m\n"
	if got := b.String(); got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestFilesAreNeverOverwritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jsonl")
	write := func(text string, fail error) error {
		return writeTo(path, nil, func(out io.Writer) error {
			_, _ = io.WriteString(out, text)
			return fail
		})
	}
	if err := write("half", errors.New("disk full")); err == nil {
		t.Error("a failure is not told")
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("half a file is left")
	}
	if err := write("whole", nil); err != nil {
		t.Fatal(err)
	}
	if err := write("other", nil); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("a file that exists: %v", err)
	}
	data, err := os.ReadFile(path)
	info, statErr := os.Stat(path)
	if err != nil || statErr != nil || string(data) != "whole" || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%q, %v, %v, %v", data, info, err, statErr)
	}
	var out bytes.Buffer
	if err := writeTo("-", &out, func(w io.Writer) error { _, err := io.WriteString(w, "x"); return err }); err != nil || out.String() != "x" {
		t.Errorf("standard output: %q, %v", out.String(), err)
	}
	err = writeTo("", fullDisk{}, func(w io.Writer) error { _, err := w.Write(make([]byte, 1<<20)); return err })
	if err == nil || err.Error() != "disk full" {
		t.Errorf("a full disk: %v", err)
	}
}

func TestReplayRefusesWhatIsNoRecording(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, []byte("clusters: {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		args []string
		code int
		want string
	}{
		"another file": {[]string{path}, exitFailed, path + ": line 1: "},
		"no file":      {[]string{path + "y"}, exitUsage, "no such file"},
		"both":         {[]string{path, "--preset", "cautious", "--config", path}, exitUsage, "exclude each other"},
		"no argument":  {nil, exitUsage, "accepts 1 arg"},
	} {
		err := runCommand(t.Context(), append([]string{"replay"}, tt.args...))
		var coded *exitError
		code := exitUsage // what main makes of an error without a code
		if errors.As(err, &coded) {
			code = coded.code
		}
		if err == nil || code != tt.code || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: exit code %d: %v", name, code, err)
		}
	}
}
