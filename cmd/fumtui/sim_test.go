package main_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSimUsage shows what is refused before anything is simulated.
func TestSimUsage(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{
		{"--speed", "0"},
		{"--speed", "1000"},
		{"--pipelines", "0"},
		{"--pipelines", "-1"},
		{"--shards", "0"},
		{"--shards", "3"},
		{"--seed", "0"},
		{"--clusters", ""},
		{"--clusters", "ams"},
		{"stray"},
	} {
		r := must(t, 2, append([]string{"sim", "--dir", dir}, args...)...)
		if lines := strings.Count(r.stderr, "\n"); lines != 1 || r.stdout != "" {
			t.Errorf("sim %v says %q and %q", args, r.stdout, r.stderr)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("something was left: %v, %v", left, err)
	}
	for _, command := range []string{"fault", "heal"} {
		if r := must(t, 0, "sim", command, "--help"); !strings.Contains(r.stdout, "does not bring a lost or") {
			t.Errorf("help of %s: %s", command, r.stdout)
		}
	}
	if r := must(t, 0, "sim", "--help"); !strings.Contains(r.stdout, "starts afresh") {
		t.Errorf("help: %s", r.stdout)
	}
}

// TestSimCommands shows the commands that talk to a simulator, one whose
// version no real client would take.
func TestSimCommands(t *testing.T) {
	sim := startSim(t, "--speed", "20", "--pipelines", "2", "--service-version", "garbage")
	for _, args := range [][]string{{"fault", "ams", "tired"}, {"fault", "xyz", "down"}, {"heal", "xyz"}} {
		must(t, 2, append([]string{"sim", args[0], "--dir", sim.dir}, args[1:]...)...)
	}
	if got := sim.status().Clusters[0].Verdict; got != "refusing_us" {
		t.Errorf("a cluster with a garbage version is %s", got)
	}

	t.Log("a drain hook that is told to end")
	sim.fault("ams", "slow-drain")
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	hook := exec.Command(path, "sim", "hook", "drain", "--dir", sim.dir, "trades", "ams")
	var out bytes.Buffer
	hook.Stdout, hook.Stderr = &out, &out
	if err := hook.Start(); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(500*time.Millisecond, func() { _ = hook.Process.Signal(syscall.SIGTERM) })
	kill := time.AfterFunc(20*time.Second, func() { _ = hook.Process.Kill() })
	defer kill.Stop()
	if err := hook.Wait(); err == nil || out.Len() > 0 {
		t.Errorf("a hook that was stopped: %v, %q", err, out.String())
	}
	sim.heal("all")

	t.Log("an audit of what cannot be audited")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		_ = os.Remove(filepath.Join(sim.dir, "clients", "accounts.db"+suffix))
	}
	var audit struct {
		Pipelines []struct {
			Error *string `json:"error"`
		} `json:"pipelines"`
	}
	r := must(t, 1, "sim", "audit", "--dir", sim.dir, "--json")
	if err := json.Unmarshal([]byte(r.stdout), &audit); err != nil {
		t.Fatal(err)
	}
	if p := audit.Pipelines; len(p) != 2 || p[0].Error != nil || p[1].Error == nil {
		t.Errorf("audit: %s", r.stdout)
	}
	if r := must(t, 1, "sim", "audit", "--dir", sim.dir); !strings.Contains(r.stdout, "trades ") || !strings.Contains(r.stderr, "accounts cannot be audited") {
		t.Errorf("audit: %s%s", r.stdout, r.stderr)
	}
}
