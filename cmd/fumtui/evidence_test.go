package main_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestOutageIsExplainedCheckedRecordedAndReplayed breaks a cluster beside a
// running watch, asks why and how bad, and plays what was seen through other
// thresholds.
func TestOutageIsExplainedCheckedRecordedAndReplayed(t *testing.T) {
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	watch := startWatch(t, sim) // keeps evidence, as a console beside does
	watch.drop()
	defer watch.interrupt()

	r := must(t, 0, sim.with("check", "--pipeline", "trades")...)
	if !strings.HasPrefix(r.stdout, "FUMTUI OK - trades ") || strings.Count(r.stdout, "\n") != 1 || !strings.Contains(r.stdout, " | lag_slots=") {
		t.Errorf("check: %q", r.stdout)
	}
	if out := must(t, 0, sim.with("explain", "--for", "1s")...).stdout; !strings.Contains(out, "cluster ams") || !strings.Contains(out, "pipeline trades") || !strings.Contains(out, "E1 version") {
		t.Errorf("explain:\n%s", out)
	}

	sim.fault("ams", "down")
	r = sim.checkUntil(2)
	if !strings.HasPrefix(r.stdout, "FUMTUI CRITICAL - trades cut off at ams, fail over: ") {
		t.Errorf("check in the outage: %q", r.stdout)
	}
	if r := must(t, 2, sim.with("check", "--cluster", "ams")...); !strings.HasPrefix(r.stdout, "FUMTUI CRITICAL - ams down: ") {
		t.Errorf("check of the cluster: %q", r.stdout)
	}
	sim.explained()
	sim.heal("ams")

	file := filepath.Join(t.TempDir(), "outage.jsonl")
	sim.exported(file)
	replayed(t, file)
}

// checkUntil checks until that gives the code.
func (s *simulator) checkUntil(code int) result {
	s.t.Helper()
	for until := time.Now().Add(patience); ; {
		r := fumtui(s.t, s.with("check", "--pipeline", "trades")...)
		switch {
		case r.code == code:
			return r
		case r.code < 0 || r.code > 3 || time.Now().After(until):
			s.t.Fatalf("check: exit code %d, want %d: %s%s", r.code, code, r.stdout, r.stderr)
		}
	}
}

// explained asks why the pipeline is to be moved.
func (s *simulator) explained() {
	s.t.Helper()
	var why struct {
		Clusters []struct {
			Name, Verdict string
			Rules         []struct{ Rule, State, Setting string }
			Evidence      []struct{ ID, Vantage string }
		}
		Pipelines []struct {
			Name, Verdict string
			Advice        struct{ Action, Target string }
			Rules         []struct{ Rule, State string }
		}
	}
	decode(s.t, must(s.t, 0, s.with("explain", "trades", "--json", "--for", "500ms")...).stdout, &why)
	if len(why.Pipelines) != 1 || why.Pipelines[0].Verdict != "cut_off" || why.Pipelines[0].Advice.Action != "fail_over" || why.Pipelines[0].Advice.Target != "nyc" {
		s.t.Errorf("explained %+v", why.Pipelines)
	}
	fired := map[string]bool{}
	for _, c := range why.Clusters {
		for _, r := range c.Rules {
			fired[c.Name+" "+c.Verdict+" "+r.State] = true
		}
		if len(c.Evidence) < 3 {
			s.t.Errorf("cluster %s has %d pieces of evidence", c.Name, len(c.Evidence))
		}
	}
	if !fired["ams down fired"] || !fired["nyc healthy quiet"] {
		s.t.Errorf("rules of the clusters: %+v", why.Clusters)
	}
	text := must(s.t, 0, s.with("explain", "trades", "--for", "500ms")...).stdout
	for _, want := range []string{"fail trades over to nyc", "detection.down_after", "fired", "quiet", "E5 metrics", "seen by the client"} {
		if !strings.Contains(text, want) {
			s.t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if r := must(s.t, 2, s.with("explain", "nosuch")...); !strings.Contains(r.stderr, "it has trades") {
		s.t.Errorf("an unknown pipeline: %s", r.stderr)
	}
}

// exported writes what was seen to a file.
func (s *simulator) exported(file string) {
	s.t.Helper()
	must(s.t, 0, s.with("evidence", "export", "--since", "10m", "--output", file)...)
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		s.t.Errorf("%v, %v", info, err)
	}
	if r := must(s.t, 1, s.with("evidence", "export", "--output", file)...); !strings.Contains(r.stderr, "exists already") {
		s.t.Errorf("a file that exists: %s", r.stderr)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		s.t.Fatal(err)
	}
	config, err := os.ReadFile(s.config)
	if err != nil {
		s.t.Fatal(err)
	}
	_, token, _ := strings.Cut(string(config), "token: {value: ")
	token, _, _ = strings.Cut(token, "}")
	if token = strings.Trim(token, `"`); token == "" || bytes.Contains(data, []byte(token)) {
		s.t.Errorf("the token %q is in the recording", token)
	}
	if r := must(s.t, 0, s.with("evidence", "export", "--since", "10m")...); !strings.HasPrefix(r.stdout, `{"format":"fumtui-recording"`) {
		s.t.Errorf("to standard output: %.200s", r.stdout)
	}
}

// replayed plays a recorded outage with other thresholds: a shorter down_after
// fires sooner, a longer one never.
func replayed(t *testing.T, file string) {
	t.Helper()
	type side struct {
		Pipelines []struct {
			FailOvers []struct{ From time.Time } `json:"fail_overs"`
		}
	}
	play := func(args ...string) (recorded, other side) {
		var out struct {
			Recorded side
			Other    side
		}
		decode(t, must(t, 0, append([]string{"replay", file, "--json"}, args...)...).stdout, &out)
		return out.Recorded, out.Other
	}
	recorded, sooner := play("--set", "down_after=4s")
	if len(recorded.Pipelines) != 1 || len(recorded.Pipelines[0].FailOvers) == 0 || len(sooner.Pipelines[0].FailOvers) == 0 {
		t.Fatalf("recorded %+v, sooner %+v", recorded, sooner)
	}
	d := recorded.Pipelines[0].FailOvers[0].From.Sub(sooner.Pipelines[0].FailOvers[0].From)
	if d < 3*time.Second || d > 7*time.Second { // 9 s and 4 s
		t.Errorf("it fires %s sooner", d)
	}
	if _, never := play("--preset", "cautious"); len(never.Pipelines[0].FailOvers) != 0 {
		t.Errorf("a cautious preset fires in an outage of seconds: %+v", never)
	}
	text := must(t, 0, "replay", file, "--set", "down_after=4s").stdout
	for _, want := range []string{"down_after: 4s instead of 9s", "fail over to nyc", "sooner"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cut := file + ".cut"
	if err := os.WriteFile(cut, data[:len(data)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if r := must(t, 1, "replay", cut); !strings.Contains(r.stderr, cut+": line ") {
		t.Errorf("a recording that breaks off: %s", r.stderr)
	}
}

// TestCheckOfWhatIsNotThere: a plugin's exit code is never another command's.
func TestCheckOfWhatIsNotThere(t *testing.T) {
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	for name, args := range map[string][]string{
		"no such pipeline":      sim.with("check", "--pipeline", "nosuch"),
		"no such cluster":       sim.with("check", "--cluster", "nosuch"),
		"both":                  sim.with("check", "--pipeline", "trades", "--cluster", "ams"),
		"no configuration":      {"check", "--config", filepath.Join(t.TempDir(), "missing.yaml")},
		"no such flag":          {"check", "--nosuch"},
		"an unexpected word":    {"check", "trades"},
		"too short a time":      sim.with("check", "--timeout", "1ms"),
		"not even a timeout":    sim.with("check", "--timeout", "x"),
		"no time for a cluster": sim.with("check", "--timeout", "1s"),
	} {
		r := must(t, 3, args...)
		if !strings.HasPrefix(r.stdout, "FUMTUI UNKNOWN - ") || strings.Count(r.stdout, "\n") != 1 {
			t.Errorf("%s: %q %q", name, r.stdout, r.stderr)
		}
	}
}
