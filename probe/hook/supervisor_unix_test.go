//go:build unix

package hook

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// tell adds a word to the file named by the first argument.
func tell(word string) {
	f, err := os.OpenFile(os.Args[1], os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err == nil {
		_, _ = f.WriteString(word + "\n")
		_ = f.Close()
	}
}

// supervised gives a supervisor that keeps its files in a folder, and waits for
// those that it started.
func supervised(t *testing.T, dir string) *Supervisor {
	t.Helper()
	s := newSupervisor(dir)
	t.Cleanup(s.Wait)
	return s
}

func newSupervisor(dir string) *Supervisor {
	return &Supervisor{Command: []string{"env", roleKey + "=supervisor", os.Args[0]}, Dir: dir}
}

// spec has a hook of the pipeline trades play a role.
func spec(role string, args ...string) Spec {
	return Spec{
		Pipeline: "trades", Cluster: "ams", Hook: "stop", Run: "r1", Epoch: 3,
		Args: append([]string{os.Args[0]}, args...), Env: map[string]string{roleKey: role},
		Grace: 300 * time.Millisecond,
	}
}

// drive is a driver that wants a hook: folder, file, duration.
func drive() {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	r, err := newSupervisor(os.Args[1]).Run(ctx, spec("work", os.Args[2], os.Args[3]))
	fmt.Println(r, err)
}

// driver starts a driver whose hook takes so long, and waits for the hook to
// begin.
func driver(t *testing.T, dir, file string, start func(*exec.Cmd) error) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], dir, file, held)
	cmd.Env = append(os.Environ(), roleKey+"=driver")
	if err := start(cmd); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	says(t, file, "begin")
	return cmd
}

// says waits until the words are all that a file says.
func says(t *testing.T, file string, words ...string) {
	t.Helper()
	var text []byte
	for range 2000 {
		text, _ = os.ReadFile(file)
		if strings.Join(strings.Fields(string(text)), " ") == strings.Join(words, " ") {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("%s says %q, want %q", file, text, words)
}

// outcome is the one outcome that is kept.
func outcome(t *testing.T, dir string) Outcome {
	t.Helper()
	all, err := Outcomes(dir, "trades")
	if err != nil || len(all) != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	return all[0]
}

func TestSupervisedHook(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "db.hooks") // the folder is made
	s := supervised(t, dir)
	if err := s.Ready(); err != nil {
		t.Error(err)
	}
	if err := s.Await(t.Context(), "trades"); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error("asking made the folder:", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	r, err := s.Run(ctx, spec("exit", "3"))
	if err != nil || r.ExitCode != 3 || r.Output != "bye" || r.Cursor != nil {
		t.Errorf("%+v, %v", r, err)
	}
	o := outcome(t, dir)
	if o.Run != "r1" || o.Epoch != 3 || o.Hook != "stop" || o.Cluster != "ams" || o.Pipeline != "trades" ||
		o.ExitCode != 3 || o.Output != "bye" || o.Error != "" || o.EndedAt.Before(o.BeganAt) || time.Since(o.BeganAt) > time.Minute {
		t.Errorf("%+v", o)
	}
	for path, want := range map[string]fs.FileMode{
		dir: 0o700, OutcomesDir(dir, "trades"): 0o700, filepath.Join(dir, "trades.lock"): 0o600,
	} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info, err)
		}
	}
	if r, err = s.Run(ctx, spec("cursors")); err != nil || r.Cursor == nil || *r.Cursor != 3 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestHookOfAKilledDriverIsWaitedForAndNotDoubled(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "said")
	first := driver(t, dir, file, (*exec.Cmd).Start)
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait()
	s := supervised(t, dir)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Await(ctx, "trades"); !errors.Is(err, ErrBusy) || !errors.Is(err, context.DeadlineExceeded) ||
		!strings.Contains(err.Error(), "hook stop of run r1 at ams") {
		t.Errorf("it was not waited for: %v", err)
	}
	if err := s.Await(ctx, "another"); err != nil {
		t.Errorf("another pipeline's: %v", err)
	}
	free(t, file)
	r, err := s.Run(t.Context(), spec("work", file, atOnce))
	if err != nil || r.Cursor == nil || *r.Cursor != 5 {
		t.Errorf("%+v, %v", r, err)
	}
	says(t, file, "begin", "end", "begin", "end")
	all, err := Outcomes(dir, "trades")
	if err != nil || len(all) != 2 || all[0].ExitCode != 0 || *all[0].Cursor != 5 {
		t.Errorf("%+v, %v", all, err)
	}
	if err := s.Await(t.Context(), "trades"); err != nil {
		t.Error(err)
	}
}

func TestHookSurvivesTheTerminalOfItsDriver(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "said")
	var terminal *os.File
	first := driver(t, dir, file, func(cmd *exec.Cmd) (err error) {
		terminal, err = pty.Start(cmd)
		return err
	})
	n := heldNote(t, dir)
	if _, err := terminal.WriteString("\x03"); err != nil { // the interrupt key
		t.Fatal(err)
	}
	if err := terminal.Close(); err != nil { // hangs up
		t.Fatal(err)
	}
	if parent, ok := parentOf(n.Leader.PID); ok { // and so does a session manager
		if err := syscall.Kill(parent, syscall.SIGHUP); err != nil {
			t.Error(err)
		}
	}
	if err := first.Wait(); err == nil {
		t.Error("the driver did not even notice")
	}
	free(t, file)
	if err := supervised(t, dir).Await(t.Context(), "trades"); err != nil {
		t.Error(err)
	}
	says(t, file, "begin", "end")
	if o := outcome(t, dir); o.ExitCode != 0 || o.Error != "" {
		t.Errorf("%+v", o)
	}
}

func TestCancelledDriverWaitsNoMoreAndTheHookGoesOn(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "said")
	ctx, cancel := context.WithCancel(t.Context())
	s := supervised(t, dir)
	go func() {
		for range 2000 {
			if _, err := os.Stat(file); err == nil {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		cancel()
	}()
	_, err := s.Run(ctx, spec("work", file, held))
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "goes on under its supervisor") {
		t.Error(err)
	}
	says(t, file, "begin")
	free(t, file)
	if err := s.Await(t.Context(), "trades"); err != nil {
		t.Error(err)
	}
	says(t, file, "begin", "end")
	if o := outcome(t, dir); o.ExitCode != 0 || o.Cursor == nil {
		t.Errorf("%+v", o)
	}
}

func TestALockIsWaitedForWhoeverHasIt(t *testing.T) {
	s := supervised(t, t.TempDir())
	order := spec("exit", "0")
	lock, err := s.lock(t.Context(), &order) // as a driver does before its supervisor begins
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Await(ctx, "trades"); !errors.Is(err, ErrBusy) || !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	if _, err := s.Run(ctx, spec("exit", "0")); !errors.Is(err, ErrBusy) || !errors.Is(err, ErrNotStarted) {
		t.Error(err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := s.Run(t.Context(), spec("exit", "0"))
		ended <- err
	}()
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestTimeoutEndsTheWholeGroup(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "pid")
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	r, err := supervised(t, dir).Run(ctx, spec("parent-of-stubborn", file))
	if !errors.Is(err, ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) || r.ExitCode != -1 {
		t.Errorf("%+v, %v", r, err)
	}
	for pid, tries := waitPID(t, file), 0; alive(pid); tries++ {
		if tries == 400 {
			t.Fatalf("%d lives on", pid)
		}
		time.Sleep(5 * time.Millisecond)
	}
	if o := outcome(t, dir); o.Kind != kindTimeout || o.ExitCode != -1 {
		t.Errorf("%+v", o)
	}
}

func TestTheLockIsNotInherited(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "pid")
	s := supervised(t, dir)
	for _, role := range []string{"leaves-child-alone", "leaves-child-on-pipe"} {
		r, err := s.Run(t.Context(), spec(role, file))
		if err != nil || r.ExitCode != 0 {
			t.Errorf("%+v, %v", r, err)
		}
		s.Wait()
		pid := waitPID(t, file)
		if !alive(pid) {
			t.Error("the child was ended")
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		if err := s.Await(ctx, "trades"); err != nil {
			t.Errorf("%s holds the lock: %v", role, err)
		}
		cancel()
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}

func TestSupervisorThatDies(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "said")
	s := supervised(t, dir)
	ended := make(chan error, 1)
	go func() {
		_, err := s.Run(t.Context(), spec("work", file, held))
		ended <- err
	}()
	says(t, file, "begin")
	parent, ok := parentOf(heldNote(t, dir).Leader.PID)
	if !ok {
		t.Skip("the parent of a process is not known here:", <-ended)
	}
	if err := syscall.Kill(parent, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, ErrLost) {
		t.Error(err)
	}
	// The hook goes on without the lock, and is waited for all the same.
	free(t, file)
	if r, err := s.Run(t.Context(), spec("work", file, atOnce)); err != nil || r.ExitCode != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	says(t, file, "begin", "end", "begin", "end")
}

// parentOf is the parent of a process, where the system says it.
func parentOf(pid int) (parent int, ok bool) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, false
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	var state string
	n, _ := fmt.Sscan(rest, &state, &parent)
	return parent, n == 2
}

// heldNote waits for the note of a hook that runs.
func heldNote(t *testing.T, dir string) note {
	t.Helper()
	for range 1000 {
		if f, err := os.Open(filepath.Join(dir, "trades.lock")); err == nil {
			n := readNote(f)
			_ = f.Close()
			if n.Leader.PID > 0 && !n.Ended {
				return n
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("no note")
	return note{}
}
