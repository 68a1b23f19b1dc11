//go:build unix

package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"go.uber.org/goleak"

	"github.com/fumtui/fumtui/model"
)

// childEnv makes the test binary the console itself, in a way that its value
// names.
const childEnv = "FUMTUI_UI_TEST_CHILD"

func TestMain(m *testing.M) {
	if kind := os.Getenv(childEnv); kind != "" {
		os.Exit(child(kind))
	}
	goleak.VerifyTestMain(m)
}

// panickingFaults fails inside Update.
type panickingFaults struct{ fakeFaults }

func (*panickingFaults) Kinds() []FaultKind { panic("boom in update") }

// watchedFeed notes for how long nobody asked for a snapshot, that is, for how
// long the console stood still.
type watchedFeed struct {
	*fakeFeed
	given   time.Time
	longest time.Duration
}

func (f *watchedFeed) Next(ctx context.Context, after uint64) (model.Snapshot, error) {
	if !f.given.IsZero() {
		f.longest = max(f.longest, time.Since(f.given))
	}
	defer func() { f.given = time.Now() }()
	return f.fakeFeed.Next(ctx, after)
}

// child runs a console on the real terminal of this process.
func child(kind string) int {
	opts := Options{Feed: newFakeFeed(outage(1, 3)), Operator: &fakeOperator{plan: fakePlan}, Faults: &fakeFaults{}}
	switch kind {
	case "environment":
		fmt.Printf("TMUX is %q\n", os.Getenv("TMUX"))
		return 0
	case "update":
		opts.Faults = &panickingFaults{}
	case "stalled", "churning":
		feed := &watchedFeed{fakeFeed: newFakeFeed(outage(1, 3))}
		opts.Feed = feed
		defer func() { fmt.Printf("longest gap: %d ms\n", feed.longest.Milliseconds()) }()
		go func() { // a screen that changes all the time
			for n := uint64(2); ; n++ {
				time.Sleep(50 * time.Millisecond)
				s := outage(n, 3)
				if kind == "churning" && n/4%2 == 0 { // frames that have little in common
					s = fakeSnapshot(n, 5, time.Minute)
				}
				s.Time = s.Time.Add(time.Duration(n) * time.Hour)
				feed.publish(s)
			}
		}()
	case "idle", "busy":
		feed, start := newFakeFeed(idleAt(idleSeconds*10)), time.Now()
		second := func() int { return idleSeconds*10 + int(time.Since(start)/idlePace) }
		opts.Feed, opts.Faults = feed, nil
		opts.Now = func() time.Time { return noon.Add(time.Duration(second()) * time.Second) }
		go func() {
			for range time.Tick(idlePace) {
				s := idleAt(second())
				if kind == "busy" {
					s.Clusters[1].Verdict = model.ClusterDegraded
				}
				feed.publish(s)
			}
		}()
	case "command":
		opts.Operator = &fakeOperator{plan: func(model.Request) model.Plan { panic("boom in a command") }}
	}
	if err := Run(context.Background(), opts); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		return 1
	}
	fmt.Println("left in order")
	return 0
}

// console is a child on a pseudo-terminal with an emulator behind it.
type console struct {
	t    *testing.T
	cmd  *exec.Cmd
	tty  *os.File
	em   *vt.SafeEmulator
	done chan struct{}
	mu   sync.Mutex
	raw  strings.Builder
	gate sync.Mutex // held: nothing is read from the terminal
}

// startConsole starts a child; further variables of its environment may be
// given.
func startConsole(t *testing.T, kind string, env ...string) *console {
	t.Helper()
	return startConsoleAt(t, kind, 80, 24, env...)
}

// startConsoleAt is startConsole on a terminal of a size.
func startConsoleAt(t *testing.T, kind string, w, h int, env ...string) *console {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := &console{t: t, cmd: exec.CommandContext(t.Context(), exe), em: vt.NewSafeEmulator(w, h), done: make(chan struct{})}
	c.cmd.Env = append(os.Environ(), childEnv+"="+kind, "TERM=xterm-256color", "NO_COLOR=", "TMUX=")
	c.cmd.Env = append(c.cmd.Env, env...)
	c.tty, err = pty.StartWithSize(c.cmd, &pty.Winsize{Cols: uint16(w), Rows: uint16(h)}) //nolint:gosec // a small size
	if err != nil {
		t.Fatal(err)
	}
	c.tty = wakeable(t, c.tty)
	answers := make(chan struct{})
	go func() { // what the terminal answers to queries
		defer close(answers)
		_, _ = io.Copy(c.tty, c.em)
	}()
	go func() {
		defer close(c.done)
		buf := make([]byte, 4096)
		for {
			c.gate.Lock()
			c.gate.Unlock() //nolint:staticcheck // waits while the line is stuck
			n, err := c.tty.Read(buf)
			c.mu.Lock()
			c.raw.Write(buf[:n])
			c.mu.Unlock()
			_, _ = c.em.Write(buf[:n])
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		_ = c.cmd.Process.Kill()
		_ = c.tty.Close()
		<-c.done
		_ = c.em.InputPipe().(io.Closer).Close() // its Close races with its Read
		<-answers
	})
	return c
}

// wakeable gives the same file opened so that closing it ends a read.
func wakeable(t *testing.T, f *os.File) *os.File {
	t.Helper()
	fd, err := syscall.Dup(int(f.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	syscall.CloseOnExec(fd)
	if err := syscall.SetNonblock(fd, true); err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	return os.NewFile(uintptr(fd), "terminal")
}

// output is all that was written to the terminal.
func (c *console) output() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.raw.String()
}

// screen is what a person sees. (The emulator's String takes no lock.)
func (c *console) screen() string { return ansi.Strip(c.em.Render()) }

// waitFor waits until the screen shows text.
func (c *console) waitFor(text string) {
	c.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if strings.Contains(c.screen(), text) {
			return
		}
	}
	c.t.Fatalf("the terminal never showed %q:\n%s", text, c.screen())
}

func (c *console) press(keys string) {
	c.t.Helper()
	if _, err := c.tty.WriteString(keys); err != nil {
		c.t.Fatal(err)
	}
}

// ends waits for the child, gives its exit code, and fails unless the terminal
// was put in order.
func (c *console) ends() int {
	c.t.Helper()
	err := c.cmd.Wait()
	<-c.done
	out := c.output()
	leave := strings.LastIndex(out, "\x1b[?1049l")
	if leave < strings.LastIndex(out, "\x1b[?1049h") || strings.LastIndex(out, "\x1b[?25h") < strings.LastIndex(out, "\x1b[?25l") {
		c.t.Errorf("the terminal was not put in order: %q", out[max(0, len(out)-300):])
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return 0
}

func TestRunOnATerminal(t *testing.T) {
	c := startConsole(t, "plain")
	c.waitFor("FAIL OVER")
	c.press("jc")
	c.waitFor("cutover of accounts: ams → nyc")
	c.press("\x1b")
	c.waitFor("THE CLUSTER ams")
	c.press("q")
	if code := c.ends(); code != 0 || !strings.Contains(c.output(), "left in order") {
		t.Fatalf("exit code %d", code)
	}
}

func TestSignalsRestoreTheTerminal(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT} {
		t.Run(sig.String(), func(t *testing.T) {
			c := startConsole(t, "plain")
			c.waitFor("FAIL OVER")
			if err := c.cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			if code := c.ends(); code != 0 {
				t.Fatalf("exit code %d", code)
			}
		})
	}
}

func TestHangUpEndsTheConsole(t *testing.T) {
	c := startConsole(t, "plain")
	c.waitFor("FAIL OVER")
	_ = c.tty.Close() // as when an ssh line drops
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = c.cmd.Wait()
	}()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("it outlived its terminal")
	}
}

func TestPanicsRestoreTheTerminal(t *testing.T) {
	for kind, keys := range map[string][2]string{"update": {"!", "\r"}, "command": {"c", ""}} {
		t.Run(kind, func(t *testing.T) {
			c := startConsole(t, kind)
			c.waitFor("FAIL OVER")
			c.press(keys[0])
			if keys[1] != "" {
				c.waitFor("Which cluster?")
				c.press(keys[1])
			}
			if code := c.ends(); code != 1 {
				t.Fatalf("exit code %d", code)
			}
			out := c.output()
			if at := strings.LastIndex(out, "\x1b[?1049l"); !strings.Contains(out[at:], "boom in") {
				t.Errorf("the panic is not told after leaving the screen: %q", out[max(0, len(out)-400):])
			}
		})
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ptmx, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ptmx.Close(); _ = tty.Close() }()
	if err := pty.Setsize(ptmx, &pty.Winsize{Cols: 100, Rows: 30}); err != nil {
		t.Fatal(err)
	}
	seen := make(chan struct{})
	read := make(chan struct{})
	go func() {
		defer close(read)
		var all strings.Builder
		buf := make([]byte, 4096)
		for told := false; ; {
			n, err := ptmx.Read(buf)
			if err != nil {
				return
			}
			all.Write(buf[:n])
			if !told && strings.Contains(all.String(), "accounts") {
				told = true
				close(seen)
			}
		}
	}()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	feed := newFakeFeed(fakeSnapshot(1, 1, 0))
	go func() {
		done <- Run(ctx, Options{Feed: feed, Operator: &fakeOperator{plan: fakePlan}, Input: tty, Output: tty})
	}()
	feed.publish(fakeSnapshot(2, 2, time.Minute))
	<-seen
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	_ = tty.Close()
	_ = ptmx.Close()
	<-read
}
