//go:build unix

package hook

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// roleKey makes the test binary play a hook instead of running tests.
const roleKey = "HOOK_TEST_ROLE"

func TestMain(m *testing.M) {
	if role := os.Getenv(roleKey); role != "" {
		play(role)
		return
	}
	goleak.VerifyTestMain(m)
}

// play is the hook that this binary is for other tests.
func play(role string) {
	switch role {
	case "exit":
		code, _ := strconv.Atoi(os.Args[1])
		fmt.Println("bye")
		os.Exit(code)
	case "noisy":
		for i := range 20_000 {
			fmt.Printf("line %d \x1b[31m\x07\n", i)
		}
		fmt.Print("the end")
	case "long-line":
		fmt.Println("cursor=7")
		fmt.Println("cursor=" + strings.Repeat("0", 5000) + "1")
	case "cursors":
		fmt.Println("cursor=1")
		fmt.Println("cursor=2")
		fmt.Fprint(os.Stderr, "cursor=3") // no line end
	case "talk":
		talk()
	case "stdin":
		n, err := os.Stdin.Read(make([]byte, 1))
		fmt.Println("read", n, err)
		_, err = os.OpenFile("/dev/tty", os.O_RDWR, 0)
		fmt.Println("terminal:", err != nil)
	case "polite":
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, syscall.SIGTERM)
		ready()
		<-stop
		fmt.Println("asked to end")
	case "stubborn":
		signal.Ignore(syscall.SIGTERM)
		ready()
		time.Sleep(time.Minute)
	case "parent-of-stubborn": // ends when asked, its child does not
		child := again("stubborn")
		_ = child.Start()
		_ = child.Wait()
	case "leaves-child-on-pipe":
		child := again("sleeper")
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		_ = child.Start()
		writePID(child.Process.Pid)
		fmt.Println("started")
	case "leaves-child-alone":
		child := again("sleeper")
		_ = child.Start()
		writePID(child.Process.Pid)
	case "sleeper":
		time.Sleep(time.Minute)
	case "supervisor":
		if err := Supervise(context.Background(), os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case "driver":
		drive()
	case "work": // file, held: tells of its begin and end there
		tell("begin")
		if os.Args[2] == held {
			waitUntilFree(os.Args[1])
		}
		tell("end")
		fmt.Println("cursor=5")
	case "endless":
		line := []byte(strings.Repeat("y\x1b[2J\x00", 100) + "\n")
		for {
			_, _ = os.Stdout.Write(line)
		}
	case "env":
		fmt.Println(os.Getenv("FUMTUI_A"), os.Getenv("FUMTUI_B"), os.Getenv("FUMTUI_C"))
	case "suicide":
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		time.Sleep(time.Minute)
	}
}

// held has the role work go on until its file is freed; atOnce lets it end.
const held, atOnce = "held", "at once"

// free lets a hook in the role work, held, go on to its end.
func free(t *testing.T, file string) {
	t.Helper()
	if err := os.WriteFile(file+".free", nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

// waitUntilFree waits for that, a minute at most.
func waitUntilFree(file string) {
	for range 12_000 {
		if _, err := os.Stat(file + ".free"); err == nil {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// again is this binary in another role.
func again(role string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], os.Args[1:]...)
	cmd.Env = append(os.Environ(), roleKey+"="+role)
	return cmd
}

// ready tells the test, by a file, that the signals are set up.
func ready() { writePID(os.Getpid()) }

// writePID writes a process id to the file named by the first argument.
func writePID(pid int) {
	tmp := os.Args[1] + ".tmp"
	_ = os.WriteFile(tmp, []byte(strconv.Itoa(pid)), 0o600)
	_ = os.Rename(tmp, os.Args[1])
}

// command plays a role.
func command(role string, args ...string) Command {
	return Command{
		Args: append([]string{os.Args[0]}, args...), Grace: 300 * time.Millisecond,
		Env: append(os.Environ(), roleKey+"="+role),
	}
}

// endWhenReady gives a context whose deadline passes once the file is there.
func endWhenReady(t *testing.T, file string) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		waitPID(t, file)
		cancel(context.Canceled)
	}()
	t.Cleanup(func() { cancel(nil); <-done })
	return ctx
}

// waitPID waits for a process id in a file.
func waitPID(t *testing.T, file string) int {
	t.Helper()
	for range 2000 {
		if text, err := os.ReadFile(file); err == nil {
			pid, _ := strconv.Atoi(string(text))
			return pid
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Error("the process did not get ready")
	return 0
}

// alive reports whether a process runs; a zombie does not.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return true
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(rest, "Z")
}

func TestExitCodesAreNoErrors(t *testing.T) {
	for _, code := range []int{0, 1, 3, 127} {
		r, err := Run(t.Context(), command("exit", strconv.Itoa(code)))
		if err != nil || r.ExitCode != code || r.Output != "bye" {
			t.Errorf("exit %d: %+v, %v", code, r, err)
		}
	}
}

func TestOutputIsBoundedAndClean(t *testing.T) {
	r, err := Run(t.Context(), command("noisy"))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Output) > MaxOutput || len(r.Output) < MaxOutput/2 || !strings.HasSuffix(r.Output, "line 19999 [31m\nthe end") {
		t.Errorf("%d bytes, ending in %q", len(r.Output), r.Output[len(r.Output)-30:])
	}
	if strings.ContainsAny(r.Output, "\x1b\x07") {
		t.Error("control characters came through")
	}
}

func TestTheLastCursorCounts(t *testing.T) {
	for role, want := range map[string]uint64{"long-line": 7, "cursors": 3} {
		r, err := Run(t.Context(), command(role))
		if err != nil || r.Cursor == nil || uint64(*r.Cursor) != want {
			t.Errorf("%s: %v, %v", role, r.Cursor, err)
		}
	}
	if r, _ := Run(t.Context(), command("noisy")); r.Cursor != nil {
		t.Errorf("a cursor out of nothing: %d", *r.Cursor)
	}
}

func TestErrorsKeptApart(t *testing.T) {
	c := command("cursors")
	c.Apart = true
	r, err := Run(t.Context(), c)
	if err != nil || r.Output != "cursor=1\ncursor=2" || r.Errors != "cursor=3" || *r.Cursor != 2 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestNoInputAndNoTerminal(t *testing.T) {
	r, err := Run(t.Context(), command("stdin"))
	if err != nil || r.Output != "read 0 EOF\nterminal: true" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestNotStarted(t *testing.T) {
	for _, args := range [][]string{nil, {""}, {"no-such-program-anywhere"}, {os.TempDir()}} {
		if r, err := Run(t.Context(), Command{Args: args}); !errors.Is(err, ErrNotStarted) || r.ExitCode != -1 {
			t.Errorf("%q: %+v, %v", args, r, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, command("exit", "0")); !errors.Is(err, ErrNotStarted) || !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context: %v", err)
	}
}

func TestDeadlineIsATimeout(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	r, err := Run(ctx, command("sleeper"))
	if !errors.Is(err, ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) || r.ExitCode != -1 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestPoliteEndComesFirst(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pid")
	r, err := Run(endWhenReady(t, file), command("polite", file))
	if !errors.Is(err, context.Canceled) || r.Output != "asked to end" || r.ExitCode != -1 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestStubbornCommandIsKilled(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pid")
	began := time.Now()
	_, err := Run(endWhenReady(t, file), command("stubborn", file))
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if took := time.Since(began); took < 300*time.Millisecond || took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	if pid := waitPID(t, file); alive(pid) {
		t.Errorf("%d lives on", pid)
	}
}

func TestStubbornGrandchildIsKilled(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pid")
	if _, err := Run(endWhenReady(t, file), command("parent-of-stubborn", file)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	pid := waitPID(t, file)
	for range 200 { // the kill was sent; its effect may take a moment
		if !alive(pid) {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("%d lives on", pid)
}

func TestChildrenOfASuccessfulCommandLiveOn(t *testing.T) {
	for _, role := range []string{"leaves-child-on-pipe", "leaves-child-alone"} {
		t.Run(role, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "pid")
			began := time.Now()
			r, err := Run(t.Context(), command(role, file))
			if err != nil || r.ExitCode != 0 {
				t.Errorf("%+v, %v", r, err)
			}
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("it took %s", took)
			}
			pid := waitPID(t, file)
			if !alive(pid) {
				t.Error("the child was ended")
			}
			_ = syscall.Kill(pid, syscall.SIGKILL)
		})
	}
}

func TestKilledByOthers(t *testing.T) {
	r, err := Run(t.Context(), command("suicide"))
	if err == nil || errors.Is(err, ErrTimeout) || r.ExitCode != -1 {
		t.Errorf("%+v, %v", r, err)
	}
}
