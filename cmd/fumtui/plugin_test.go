package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/model/health"
	"github.com/fumtui/fumtui/store"
)

// checked is a snapshot with two pipelines on ams.
func checked() model.Snapshot {
	pipeline := func(name string) model.PipelineState {
		return model.PipelineState{
			Name: name, Home: "ams", Active: "ams", Verdict: model.PipelineStreaming, Reason: "lag from tip at ams is 24 offsets",
			Advice:   model.Advice{Action: model.ActionNone, Text: name + ": lag from tip at ams is 24 offsets"},
			LagSlots: ptr(int64(8)), LagOffsets: ptr(int64(24)),
			Seats: []model.SeatState{{Cluster: "ams", Cursor: &model.Cursor{Slot: 7, UpdatedAt: noon.Add(-1500 * time.Millisecond)}}},
		}
	}
	return model.Snapshot{
		Time: noon,
		Clusters: []model.ClusterState{
			{Name: "ams", Verdict: model.ClusterHealthy, Reason: "ams answers", RTT: ptr(12500 * time.Microsecond), Behind: ptr(uint64(0))},
			{Name: "nyc", Verdict: model.ClusterHealthy, Reason: "nyc answers"},
		},
		Pipelines: []model.PipelineState{pipeline("trades"), pipeline("orders")},
	}
}

func TestPluginLines(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*model.Snapshot)
		of     examined
		alert  model.Alert
		want   string
	}{
		"one pipeline": {
			nil,
			examined{pipeline: "trades"},
			model.AlertOK,
			"FUMTUI OK - trades streaming at ams: lag from tip at ams is 24 offsets | lag_slots=8;;;0 lag_offsets=24;;;0 cursor_age=1.5s;;;0",
		},
		"one cluster": {
			nil,
			examined{cluster: "ams"},
			model.AlertOK,
			"FUMTUI OK - ams healthy: ams answers | rtt=0.0125s;;;0 slots_behind=0;;;0",
		},
		"everything": {
			nil,
			examined{},
			model.AlertOK,
			"FUMTUI OK - trades streaming at ams; orders streaming at ams; nyc healthy | " +
				"trades_lag_slots=8;;;0 trades_lag_offsets=24;;;0 trades_cursor_age=1.5s;;;0 " +
				"orders_lag_slots=8;;;0 orders_lag_offsets=24;;;0 orders_cursor_age=1.5s;;;0 " +
				"ams_rtt=0.0125s;;;0 ams_slots_behind=0;;;0 nyc_rtt=U nyc_slots_behind=U",
		},
		"an outage": {
			func(s *model.Snapshot) {
				s.Clusters[0].Verdict = model.ClusterDown
				s.Pipelines[1].Verdict, s.Pipelines[1].LagOffsets = model.PipelineCutOff, nil
				s.Pipelines[1].Advice = model.Advice{Action: model.ActionFailOver, Target: "nyc", Text: "ams has been down for 3m: fail orders over to nyc"}
				s.Pipelines[1].Retention = &model.Retention{Cluster: "nyc", Left: 90 * time.Second}
				s.Pipelines = s.Pipelines[1:]
			},
			examined{pipeline: "orders"},
			model.AlertCritical,
			"FUMTUI CRITICAL - orders cut off at ams, fail over: ams has been down for 3m: fail orders over to nyc | " +
				"lag_slots=8;;;0 lag_offsets=U cursor_age=1.5s;;;0 retention_left=90s;;;0",
		},
	} {
		s := checked()
		if tt.change != nil {
			tt.change(&s)
		}
		line, alert := pluginReport(&s, tt.of)
		if line != tt.want || alert != tt.alert {
			t.Errorf("%s:\ngot  %s (%s)\nwant %s (%s)", name, line, alert, tt.want, tt.alert)
		}
	}
}

func TestPluginTellsTheGravestFirst(t *testing.T) {
	s := checked()
	s.Pipelines[1].Verdict, s.Pipelines[1].Advice = model.PipelineFallingBehind, model.Advice{Action: model.ActionCheckYourSide, Text: "its lag grows"}
	line, alert := pluginReport(&s, examined{})
	if alert != model.AlertWarning || !strings.HasPrefix(line, "FUMTUI WARNING - orders falling behind at ams, check your side: its lag grows; trades streaming at ams; ") {
		t.Errorf("%s: %s", alert, line)
	}

	s = checked()
	s.Clusters[1].Verdict, s.Clusters[1].Reason = model.ClusterDown, "every call failed"
	if line, alert := pluginReport(&s, examined{}); alert != model.AlertWarning || !strings.Contains(line, "nyc down: every call failed") {
		t.Errorf("the way out is shut: %s: %s", alert, line)
	}
	if line, alert := pluginReport(&s, examined{cluster: "nyc"}); alert != model.AlertCritical {
		t.Errorf("the cluster itself: %s: %s", alert, line)
	}
	if line, alert := pluginReport(&s, examined{pipeline: "trades"}); alert != model.AlertOK {
		t.Errorf("the pipeline itself: %s: %s", alert, line)
	}

	if line, alert := pluginReport(&model.Snapshot{Time: noon}, examined{}); alert != model.AlertUnknown || !strings.HasPrefix(line, "FUMTUI UNKNOWN - ") {
		t.Errorf("nothing configured: %s: %s", alert, line)
	}
}

// TestCheckSaysWhatItCannotKnow: neither a database that cannot be read nor the
// lack of a console beside may pass for all is well.
func TestCheckSaysWhatItCannotKnow(t *testing.T) {
	c := newConsole(&config.Config{Detection: health.DefaultRules()})
	c.storeErr = errors.New("x.db is locked")
	s := checked()
	line, alert := pluginReport(&s, examined{}, c.doubts(t.Context(), examined{})...)
	if alert != model.AlertUnknown || !strings.HasPrefix(line, "FUMTUI UNKNOWN - where pipelines are active is not known: x.db is locked; trades streaming") {
		t.Errorf("without a database: %s: %s", alert, line)
	}
	s.Pipelines[0].Verdict = model.PipelineClientDown
	if line, alert = pluginReport(&s, examined{}, c.doubts(t.Context(), examined{})...); alert != model.AlertCritical || !strings.Contains(line, "not known: x.db is locked") {
		t.Errorf("critical without a database: %s: %s", alert, line)
	}
	ams := examined{cluster: "ams"} // is what it is, wherever pipelines are
	if line, alert = pluginReport(&s, ams, c.doubts(t.Context(), ams)...); alert != model.AlertOK || !strings.Contains(line, "cannot be read: x.db is locked | ") {
		t.Errorf("a cluster without a database: %s: %s", alert, line)
	}

	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "fumtui.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	c.store, c.storeErr = db, nil
	s = checked()
	if line, alert = pluginReport(&s, examined{}, c.doubts(t.Context(), examined{})...); alert != model.AlertOK || !strings.Contains(line, "nobody looks beside this check") {
		t.Errorf("alone: %s: %s", alert, line)
	}
	look := model.Evidence{Kind: model.KindVersion, Cluster: "ams", Asked: time.Now(), Answered: time.Now(), Version: "1"}
	if err := db.AppendEvidence(t.Context(), []model.Evidence{look}); err != nil {
		t.Fatal(err)
	}
	if doubts := c.doubts(t.Context(), examined{}); len(doubts) != 0 {
		t.Errorf("beside a console: %+v", doubts)
	}
}

// TestCheckThatCannotPrintIsNotOK: nobody was told.
func TestCheckThatCannotPrintIsNotOK(t *testing.T) {
	for alert, code := range map[model.Alert]int{model.AlertOK: 3, model.AlertUnknown: 3, model.AlertWarning: 1, model.AlertCritical: 2} {
		if err := endCheck(fullDisk{}, "x", alert); exitOf(err) != code || !strings.Contains(err.Error(), "disk full") {
			t.Errorf("%s: exit code %d: %v", alert, exitOf(err), err)
		}
	}
}

// fullDisk is an output that takes nothing.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("disk full") }

// TestPluginLineIsOneLineWhateverComes holds the format against text from
// outside and against many pipelines.
func TestPluginLineIsOneLineWhateverComes(t *testing.T) {
	perf := regexp.MustCompile(`^[A-Za-z0-9._-]+=(U|[0-9]+(\.[0-9]+)?s?;;;0)$`)
	s := checked()
	for i := range 500 {
		p := s.Pipelines[0]
		p.Name = fmt.Sprintf("pipeline-%d", i)
		p.Verdict, p.Advice.Action = model.PipelineSilent, model.ActionAskSupport
		p.Advice.Text = "a | b\nFUMTUI OK - \x1b[2J" + strings.Repeat("x", 5000)
		s.Pipelines = append(s.Pipelines, p)
	}
	for _, of := range []examined{{}, {pipeline: "pipeline-7"}, {cluster: "ams"}, {pipeline: "nosuch"}} {
		line, _ := pluginReport(&s, of)
		if len(line) > maxPluginLine || strings.ContainsAny(line, "\n\r\x1b") || strings.Count(line, "|") > 1 {
			t.Errorf("%d bytes: %q", len(line), line)
		}
		if _, data, ok := strings.Cut(line, " | "); ok {
			for _, value := range strings.Fields(data) {
				if !perf.MatchString(value) {
					t.Errorf("performance data %q", value)
				}
			}
		}
	}
}

// TestSupervisedCheckNeverEndsOtherwise runs stand-ins for checks that go wrong.
func TestSupervisedCheckNeverEndsOtherwise(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-ins are shell scripts")
	}
	for name, tt := range map[string]struct {
		script string
		alert  model.Alert
		want   string
	}{
		"well":           {`echo "FUMTUI WARNING - x | a=1"; exit 1`, model.AlertWarning, "FUMTUI WARNING - x | a=1"},
		"unknown":        {`echo "FUMTUI UNKNOWN - x"; exit 3`, model.AlertUnknown, "FUMTUI UNKNOWN - x"},
		"a panic":        {`echo "panic: nil map | boom" >&2; echo "goroutine 1" >&2; exit 2`, model.AlertUnknown, "broke off with exit code 2: panic: nil map / boom"},
		"another code":   {`echo "FUMTUI OK - x"; exit 7`, model.AlertUnknown, "exit code 7"},
		"no line":        {`exit 0`, model.AlertUnknown, "exit code 0: it said nothing"},
		"wrong line":     {`echo "FUMTUI OK - x"; exit 2`, model.AlertUnknown, "exit code 2"},
		"two lines":      {`echo "FUMTUI OK - x"; echo y; exit 0`, model.AlertUnknown, "exit code 0"},
		"killed":         {`kill -9 $$`, model.AlertUnknown, "exit code -1"},
		"hangs":          {`exec sleep 60`, model.AlertUnknown, "no result within 300ms"},
		"prints forever": {`exec yes`, model.AlertUnknown, "FUMTUI UNKNOWN - "},
	} {
		timeout := 20 * time.Second
		if name == "hangs" {
			timeout = 300 * time.Millisecond
		}
		line, alert := superviseCheck(t.Context(), []string{"/bin/sh", "-c", tt.script}, timeout)
		if alert != tt.alert || !strings.Contains(line, tt.want) || !strings.HasPrefix(line, "FUMTUI "+alert.String()+" - ") {
			t.Errorf("%s: %s: %s", name, alert, line)
		}
	}
	if line, alert := superviseCheck(t.Context(), []string{"/nosuch/program"}, time.Minute); alert != model.AlertUnknown {
		t.Errorf("a program that is not there: %s", line)
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	if line, alert := superviseCheck(done, []string{"/bin/sh", "-c", "exit 0"}, time.Minute); alert != model.AlertUnknown {
		t.Errorf("told to end: %s", line)
	}
}

// TestCheckEndsAsPluginsDo covers what goes wrong before it looks at anything.
func TestCheckEndsAsPluginsDo(t *testing.T) {
	broken := t.TempDir() + "/fumtui.yaml"
	if err := os.WriteFile(broken, []byte("clustres: {}\nmore: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"a wrong flag":          {"check", "--nosuch"},
		"a wrong flag before":   {"--nosuch", "check"},
		"with a value, before":  {"--nosuch=1", "check"},
		"a wrong letter before": {"-x", "check", "--pipeline", "trades"},
		"a flag without value":  {"check", "--pipeline"},
		"a wrong duration":      {"check", "--timeout", "soon"},
		"no time":               {"check", "--timeout", "0s"},
		"an argument":           {"check", "trades"},
		"no configuration":      {"check", "--alone", "--config", "/nosuch/fumtui.yaml"},
		"a wrong configuration": {"check", "--alone", "--config", broken},
	} {
		err := runCommand(t.Context(), args)
		if got := exitOf(err); got != int(model.AlertUnknown) {
			t.Errorf("%s: exit code %d: %v", name, got, err)
			continue
		}
		if line := err.Error(); !strings.HasPrefix(line, "FUMTUI UNKNOWN - ") || strings.ContainsAny(line, "\n|") {
			t.Errorf("%s: %q", name, line)
		}
	}
	for _, args := range [][]string{{"--nosuch"}, {"--nosuch", "status"}, {"explain", "check", "--nosuch"}} {
		var plugin *pluginError
		if err := runCommand(t.Context(), args); err == nil || errors.As(err, &plugin) {
			t.Errorf("%q is no check, and ended with: %v", args, err)
		}
	}
}
