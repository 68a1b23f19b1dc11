package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// The tests in this package run the real binary: real gRPC, real SQLite, real
// HTTP, real hooks as processes. Nothing is mocked.

// patience bounds every wait for something that must happen.
const patience = 90 * time.Second

// binary builds fumtui once for all tests and gives its path.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "fumtui-e2e-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "fumtui")
	build := exec.Command("go", "build", "-o", path, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as it is released
	out, err := build.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue && runtime.GOMAXPROCS(0) < 3 {
		_ = f.Value.Set("3") // they wait for processes more than they compute
	}
	code := m.Run()
	if path, err := binary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// result is what a command printed and its exit code.
type result struct {
	stdout, stderr string
	code           int
}

// fumtui runs one command to its end.
func fumtui(t testing.TB, args ...string) result {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("fumtui %s: %v", strings.Join(args, " "), err)
	}
	if ctx.Err() != nil {
		t.Fatalf("fumtui %s did not end in %s\n%s%s", strings.Join(args, " "), patience, stdout.String(), stderr.String())
	}
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// must runs a command that has to exit with the given code.
func must(t testing.TB, code int, args ...string) result {
	t.Helper()
	r := fumtui(t, args...)
	if r.code != code {
		t.Fatalf("fumtui %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), r.code, code, r.stdout, r.stderr)
	}
	return r
}

// simulator is a running `fumtui sim`.
type simulator struct {
	t      testing.TB
	dir    string
	config string
}

// startSim starts a simulator and waits until it is ready. It ends with the test.
func startSim(t testing.TB, flags ...string) *simulator {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	s := &simulator{t: t, dir: t.TempDir()}
	s.config = filepath.Join(s.dir, "fumtui.yaml")
	cmd := exec.Command(path, append([]string{"sim", "--dir", s.dir}, flags...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			t.Logf("the simulator: %v\n%s", err, stderr.String())
		}
	})
	ready := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(stdout).ReadString('\n')
		ready <- line
	}()
	select {
	case line := <-ready:
		if !strings.HasPrefix(line, "ready") {
			t.Fatalf("the simulator said %q\n%s", line, stderr.String())
		}
	case <-time.After(patience):
		t.Fatalf("the simulator was not ready in %s", patience)
	}
	return s
}

// watcher is a running `fumtui watch`.
type watcher struct {
	t       testing.TB
	process *os.Process
	stdout  io.ReadCloser // is read by the test, or dropped
	dropped sync.WaitGroup
	ended   func() error // waits for it, and gives how it ended
}

// startWatch starts a watch. The test ends it; a test that breaks off kills it.
func startWatch(t testing.TB, s *simulator, flags ...string) *watcher {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, s.with(append([]string{"watch"}, flags...)...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	w := &watcher{t: t}
	if w.stdout, err = cmd.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.process = cmd.Process
	w.ended = sync.OnceValue(func() error {
		if err := cmd.Wait(); err != nil {
			return fmt.Errorf("watch: %w\n%s", err, stderr.String())
		}
		return nil
	})
	t.Cleanup(func() {
		_ = w.process.Kill()
		_ = w.ended()
	})
	return w
}

// drop reads all that it prints from now on and lets it go.
func (w *watcher) drop() {
	w.dropped.Go(func() { _, _ = io.Copy(io.Discard, w.stdout) })
}

// interrupt ends it as a person does.
func (w *watcher) interrupt() {
	w.t.Helper()
	if err := w.process.Signal(os.Interrupt); err != nil {
		w.t.Error(err)
	}
	w.endsWell()
}

// endsWell waits for its end, and fails the test where that is late or bad.
func (w *watcher) endsWell() {
	w.t.Helper()
	late := time.AfterFunc(patience, func() { _ = w.process.Kill() })
	w.dropped.Wait()
	err := w.ended()
	if !late.Stop() {
		w.t.Fatalf("watch did not end in %s", patience)
	}
	if err != nil {
		w.t.Error(err)
	}
}

func (s *simulator) fault(cluster, kind string) {
	s.t.Helper()
	must(s.t, 0, "sim", "fault", "--dir", s.dir, cluster, kind)
}

func (s *simulator) heal(cluster string) {
	s.t.Helper()
	must(s.t, 0, "sim", "heal", "--dir", s.dir, cluster)
}

// with appends the flag that names this simulator's configuration.
func (s *simulator) with(args ...string) []string {
	return append(args, "--config", s.config)
}

// audit fails the test when any slot is missing.
func (s *simulator) audit() {
	s.t.Helper()
	r := must(s.t, 0, "sim", "audit", "--dir", s.dir, "--json")
	var audit struct {
		Pipelines []struct {
			Name    string `json:"name"`
			Owed    int    `json:"owed"`
			Missing int    `json:"missing"`
		} `json:"pipelines"`
	}
	decode(s.t, r.stdout, &audit)
	if len(audit.Pipelines) == 0 {
		s.t.Fatalf("nothing was audited: %s", r.stdout)
	}
	for _, p := range audit.Pipelines {
		if p.Owed == 0 || p.Missing != 0 {
			s.t.Errorf("pipeline %s: %d slots owed, %d missing", p.Name, p.Owed, p.Missing)
		}
	}
}

// status is what the tests read of `status --json`.
type status struct {
	Clusters []struct {
		Name    string `json:"name"`
		Verdict string `json:"verdict"`
	} `json:"clusters"`
	Pipelines []struct {
		Name    string `json:"name"`
		Active  string `json:"active"`
		Verdict string `json:"verdict"`
		Advice  struct {
			Action string `json:"action"`
			Target string `json:"target"`
		} `json:"advice"`
		Cursors map[string]struct {
			Slot uint64 `json:"slot"`
		} `json:"cursors"`
	} `json:"pipelines"`
}

func (s *simulator) status() status {
	s.t.Helper()
	var out status
	decode(s.t, must(s.t, 0, s.with("status", "--json", "--for", "2s")...).stdout, &out)
	return out
}

// activeOn fails the test unless the first pipeline is active on the cluster.
func (s *simulator) activeOn(cluster string) {
	s.t.Helper()
	if got := s.status().Pipelines[0].Active; got != cluster {
		s.t.Fatalf("active cluster = %s, want %s", got, cluster)
	}
}

func decode(t testing.TB, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
}
