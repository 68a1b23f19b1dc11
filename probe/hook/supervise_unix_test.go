//go:build unix

package hook

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestFolderThatCannotBeUsed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db.hooks")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	dirs := []string{file, filepath.Join(file, "deeper")}
	closed := filepath.Join(t.TempDir(), "closed")
	if err := os.Mkdir(closed, 0o500); err != nil {
		t.Fatal(err)
	}
	if unix.Access(closed, unix.W_OK) != nil { // it is open to root
		dirs = append(dirs, closed, filepath.Join(closed, "db.hooks"))
	}
	for _, dir := range dirs {
		s := supervised(t, dir)
		for what, err := range map[string]error{"ready": s.Ready(), "run": func() error { _, err := s.Run(t.Context(), spec("exit", "0")); return err }()} {
			if err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "move the database") {
				t.Errorf("%s of %s: %v", what, dir, err)
			}
			if what == "run" && !errors.Is(err, ErrNotStarted) {
				t.Errorf("%s of %s: %v", what, dir, err)
			}
		}
	}
}

func TestALaterDriverSupersedes(t *testing.T) {
	s := supervised(t, t.TempDir())
	run := func(run string, epoch int64) error {
		order := spec("exit", "0")
		order.Run, order.Epoch = run, epoch
		_, err := s.Run(t.Context(), order)
		return err
	}
	for _, step := range []struct {
		run        string
		epoch      int64
		superseded bool
	}{
		{"20260102-a", 4, false},
		{"20260102-a", 5, false},
		{"20260102-a", 4, true},  // the driver that it was taken from
		{"20260101-b", 3, true},  // of a run before
		{"20260103-c", 1, false}, // on a new database
		{"", 0, false},           // of no run
	} {
		err := run(step.run, step.epoch)
		if errors.Is(err, ErrSuperseded) != step.superseded || (err != nil) != step.superseded {
			t.Errorf("%s %d: %v", step.run, step.epoch, err)
		}
	}
}

func TestOldOutcomesAreRemoved(t *testing.T) {
	dir := t.TempDir()
	began := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	if err := os.WriteFile(filepath.Join(dir, ".new-torn"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	for i := range keptOutcomes + 5 {
		o := Outcome{Hook: "../drain", BeganAt: began.Add(time.Duration(i) * time.Nanosecond)}
		if err := keep(dir, o, []byte("{}")); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != keptOutcomes {
		t.Errorf("%d files, %v", len(entries), err)
	}
	if first := entries[0].Name(); first != "20260102T030405.000000005Z-drain.json" {
		t.Error(first)
	}
}

func TestSpecsThatAreRefused(t *testing.T) {
	s := supervised(t, t.TempDir())
	for _, name := range []string{"", "..", "../x", "a/b", ".hidden", strings.Repeat("a", 65)} {
		order := spec("exit", "0")
		order.Pipeline = name
		if _, err := s.Run(t.Context(), order); !errors.Is(err, ErrNotStarted) || !strings.Contains(err.Error(), "name of a pipeline") {
			t.Errorf("%q: %v", name, err)
		}
	}
	order := spec("exit", "0")
	order.Args = nil
	if _, err := s.Run(t.Context(), order); !errors.Is(err, ErrNotStarted) {
		t.Error(err)
	}
	order = spec("exit", "0")
	order.Args = []string{"no-such-program-anywhere"}
	if _, err := s.Run(t.Context(), order); !errors.Is(err, ErrNotStarted) || errors.Is(err, ErrLost) {
		t.Error(err)
	}
	s.Command = []string{"no-such-supervisor-anywhere"}
	if _, err := s.Run(t.Context(), spec("exit", "0")); !errors.Is(err, ErrNotStarted) {
		t.Error(err)
	}
	s.Command = []string{"sh", "-c", "echo '{}'; echo not today >&2; exit 7"}
	if _, err := s.Run(t.Context(), spec("exit", "0")); !errors.Is(err, ErrLost) || !strings.Contains(err.Error(), "not today (exit status 7)") {
		t.Error(err)
	}
}

func TestSupervisorStartedByHand(t *testing.T) {
	for _, text := range []string{"", "{", `{"pipeline":"p","args":["true"]}`} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), roleKey+"=supervisor")
		cmd.Stdin = strings.NewReader(text)
		if out, err := cmd.CombinedOutput(); err == nil {
			t.Errorf("%q: %s", text, out)
		}
	}
}

func TestSupervisedEnvironment(t *testing.T) {
	t.Setenv("FUMTUI_A", "own")
	t.Setenv("FUMTUI_B", "own")
	t.Setenv("FUMTUI_C", "own")
	order := spec("env")
	order.Env["FUMTUI_B"], order.Env["FUMTUI_C"] = "told", ""
	r, err := supervised(t, t.TempDir()).Run(t.Context(), order)
	if err != nil || r.Output != "own told" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestEndlessOutputOfASupervisedHook(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	r, err := supervised(t, dir).Run(ctx, spec("endless"))
	if !errors.Is(err, ErrTimeout) {
		t.Error(err)
	}
	if len(r.Output) == 0 || len(r.Output) > MaxOutput || strings.ContainsAny(r.Output, "\x1b\x00") {
		t.Errorf("%d bytes", len(r.Output))
	}
	if o := outcome(t, dir); o.Output != r.Output {
		t.Error("the file says something else")
	}
}

// A driver that is suspended while its hook runs reads nothing. What the supervisor
// has to say may be more than a pipe holds: others do not wait for that.
func TestSupervisorThatNobodyHears(t *testing.T) {
	s := supervised(t, t.TempDir())
	order := spec("")
	order.Args = []string{"sh", "-c", "yes | head -c 200000"} // the ends of lines take twice the room in the answer
	lock, err := s.lock(t.Context(), &order)
	if err != nil {
		t.Fatal(err)
	}
	order.Timeout = time.Minute
	file, err := writeOrder(&order)
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(s.Command[0], s.Command[1:]...)
	cmd.Stdin, cmd.Stdout = file, w
	detach(cmd, lock)
	err = cmd.Start()
	for _, f := range []*os.File{file, w, lock} {
		_ = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := s.Await(ctx, "trades"); err != nil {
		t.Error(err)
	}
	if data, err := io.ReadAll(r); err != nil || len(data) <= 64<<10 {
		t.Errorf("it says %d bytes, which a pipe holds: %v", len(data), err)
	}
}

// All that a supervisor is to do is in a file without a name before it starts.
func TestOrderIsWholeAndHasNoName(t *testing.T) {
	order := spec("exit", "0")
	order.Outcomes = t.TempDir()
	f, err := writeOrder(&order)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var read Spec
	if err := json.NewDecoder(f).Decode(&read); err != nil || read.Args[1] != "0" {
		t.Errorf("%+v, %v", read, err)
	}
	if left, err := os.ReadDir(order.Outcomes); err != nil || len(left) > 0 {
		t.Errorf("%v, %v", left, err)
	}
}
