package main_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCutoverAndFailbackByCommand moves a pipeline with planned and reactive
// runs in both directions, and finds no slot missing.
func TestCutoverAndFailbackByCommand(t *testing.T) {
	sim := startSim(t, "--speed", "20", "--pipelines", "1")

	before := sim.status()
	for _, c := range before.Clusters {
		if c.Verdict != "healthy" {
			t.Errorf("cluster %s is %s at first", c.Name, c.Verdict)
		}
	}
	must(t, 2, sim.with("cutover", "trades", "--to", "nyc")...)
	must(t, 2, sim.with("cutover", "trades", "--to", "nyc", "--confirm", "ams")...)
	sim.activeOn("ams")

	t.Log("planned cutover")
	must(t, 0, sim.with("cutover", "trades", "--to", "nyc", "--confirm", "nyc", "--reason", "drill")...)
	sim.activeOn("nyc")
	sim.audit()

	t.Log("planned failback")
	must(t, 0, sim.with("failback", "trades", "--confirm", "ams", "--force")...)
	sim.activeOn("ams")
	sim.audit()

	t.Log("reactive cutover")
	sim.fault("ams", "down")
	must(t, 0, sim.with("cutover", "trades", "--to", "nyc", "--confirm", "nyc")...)
	sim.activeOn("nyc")
	sim.audit()

	t.Log("reactive failback")
	sim.heal("ams")
	sim.fault("nyc", "blackhole")
	must(t, 0, sim.with("failback", "trades", "--confirm", "ams")...)
	sim.activeOn("ams")
	sim.heal("all")
	sim.audit()

	var history []struct {
		Kind  string `json:"kind"`
		Mode  string `json:"mode"`
		State string `json:"state"`
		Steps []struct{ Name, State string }
	}
	decode(t, must(t, 0, sim.with("history", "--json")...).stdout, &history)
	var got []string
	for _, r := range history {
		got = append(got, r.Kind+" "+r.Mode+" "+r.State)
		if len(r.Steps) != 11 || r.Steps[10].State != "done" {
			t.Errorf("steps of a done run: %+v", r.Steps)
		}
	}
	want := "failback reactive done, cutover reactive done, failback planned done, cutover planned done"
	if strings.Join(got, ", ") != want {
		t.Errorf("history = %s\nwant %s", strings.Join(got, ", "), want)
	}

	t.Log("a run to where the pipeline already is")
	must(t, 0, sim.with("failback", "trades", "--confirm", "ams")...)
}

// TestRefusals shows that nothing is touched when a run must not begin.
func TestRefusals(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	sim.fault("nyc", "down")
	r := must(t, 3, sim.with("cutover", "trades", "--to", "nyc", "--confirm", "nyc")...)
	if !strings.Contains(r.stdout+r.stderr, "nyc") {
		t.Errorf("the refusal does not name the target:\n%s%s", r.stdout, r.stderr)
	}
	sim.heal("nyc")
	sim.fault("ams", "down")
	must(t, 3, sim.with("cutover", "trades", "--to", "nyc", "--confirm", "nyc", "--mode", "planned")...)
	sim.heal("ams")
	sim.activeOn("ams")
	sim.audit()
}

// TestKilledRunIsResumed kills the driver of a run with both clients stopped,
// and has another process finish it.
func TestKilledRunIsResumed(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	driver := exec.Command(path, sim.with("cutover", "trades", "--to", "nyc", "--confirm", "nyc")...)
	stdout, err := driver.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := driver.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "verify-stop  running") {
	}
	if err := driver.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = driver.Wait()

	var history []struct{ ID, State string }
	decode(t, must(t, 0, sim.with("history", "--json")...).stdout, &history)
	if len(history) != 1 || history[0].State != "interrupted" && history[0].State != "unknown" {
		t.Fatalf("history = %+v", history)
	}
	must(t, 3, sim.with("cutover", "trades", "--to", "nyc", "--confirm", "nyc")...)
	must(t, 2, sim.with("resume", history[0].ID)...)
	must(t, 0, sim.with("resume", history[0].ID, "--confirm", "nyc")...)
	sim.activeOn("nyc")
	must(t, 3, sim.with("abort", history[0].ID)...)
	sim.audit()
}

// TestDrainThatTimesOutReverts ends with the source at work as before.
func TestDrainThatTimesOutReverts(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	sim.fault("ams", "slow-drain")
	must(t, 6, sim.with("cutover", "trades", "--to", "nyc", "--confirm", "nyc", "--mode", "planned")...)
	sim.heal("ams")
	sim.activeOn("ams")
	if got := sim.status().Pipelines[0].Verdict; got != "streaming" && got != "catching_up" {
		t.Errorf("the source is %s after the abort", got)
	}
	sim.audit()
}

// TestCommandsThatLook covers the commands that change nothing, and the cursor.
func TestCommandsThatLook(t *testing.T) {
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	if out := must(t, 0, sim.with("doctor")...).stdout; strings.Contains(out, "wrong") || strings.Contains(out, "warning") {
		t.Errorf("doctor on a healthy set-up:\n%s", out)
	}
	if out := must(t, 0, sim.with("status")...).stdout; !strings.Contains(out, "healthy") || !strings.Contains(out, "trades-prod") {
		t.Errorf("status:\n%s", out)
	}

	slot := strings.TrimSpace(must(t, 0, sim.with("cursor", "get", "trades", "ams")...).stdout)
	if r := must(t, 3, sim.with("cursor", "set", "trades", "ams", "5")...); !strings.Contains(r.stderr, "back by") {
		t.Errorf("back from %s: %s", slot, r.stderr)
	}
	must(t, 1, sim.with("cursor", "get", "trades", "nyc")...)
	must(t, 0, sim.with("cursor", "set", "trades", "nyc", "5")...)
	must(t, 0, sim.with("cursor", "set", "trades", "nyc", "4", "--force")...)
	if got := strings.TrimSpace(must(t, 0, sim.with("cursor", "get", "trades", "nyc")...).stdout); got != "4" {
		t.Errorf("cursor = %s", got)
	}
	must(t, 2, sim.with("cursor", "get", "nosuch", "ams")...)

	watch := startWatch(t, sim, "--json")
	lines := bufio.NewScanner(watch.stdout)
	lines.Buffer(nil, 1<<20)
	for range 3 {
		var s status
		if !lines.Scan() {
			t.Fatal("watch ended")
		}
		decode(t, lines.Text(), &s)
		if len(s.Clusters) != 2 {
			t.Fatalf("watch printed %s", lines.Text())
		}
	}
	watch.drop()
	watch.interrupt()

	sim.fault("all", "reject-token")
	if out := must(t, 1, sim.with("doctor")...).stdout; !strings.Contains(out, "check the token") {
		t.Errorf("doctor with a rejected token:\n%s", out)
	}
}

// TestConfigurationErrorsBeginWithTheirPlace is what editors and scripts parse.
func TestConfigurationErrorsBeginWithTheirPlace(t *testing.T) {
	dir := t.TempDir()
	for name, tt := range map[string]struct{ text, want string }{
		"unknown.yaml": {"clustres: {}\n", ":1:1: "},
		"empty.yaml":   {"", ": "},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if r := must(t, 2, "status", "--config", path); !strings.HasPrefix(r.stderr, path+tt.want) {
			t.Errorf("%s: %s", name, r.stderr)
		}
	}
	missing := filepath.Join(dir, "missing.yaml")
	if r := must(t, 2, "doctor", "--config", missing); !strings.HasPrefix(r.stderr, missing+": ") {
		t.Errorf("missing: %s", r.stderr)
	}
}
