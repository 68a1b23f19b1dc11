//go:build unix

package ui

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui/terminaltest"
)

// childEnv makes the test binary the console itself, in a way that its value
// names.
const childEnv = "FUMTUI_UI_TEST_CHILD"

func TestMain(m *testing.M) {
	if kind := os.Getenv(childEnv); kind != "" {
		os.Exit(child(kind))
	}
	goleak.VerifyTestMain(m, frameworkTicks()...)
}

// frameworkTicks are what may be left when a console ended: the framework does not
// wait for a tick of at most a second.
func frameworkTicks() []goleak.Option {
	return []goleak.Option{
		goleak.IgnoreAnyFunction("charm.land/bubbletea/v2.Tick.func1"),
		goleak.IgnoreAnyFunction("charm.land/bubbletea/v2.(*Program).execBatchMsg"),
	}
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

// startConsole starts a child on a terminal; further variables of its environment
// may be given.
func startConsole(t *testing.T, kind string, env ...string) *terminaltest.Terminal {
	t.Helper()
	return startConsoleAt(t, kind, 80, 24, env...)
}

// startConsoleAt is startConsole on a terminal of a size.
func startConsoleAt(t *testing.T, kind string, w, h int, env ...string) *terminaltest.Terminal {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = terminaltest.Environment(append(env, childEnv+"="+kind)...)
	return terminaltest.Start(t, cmd, w, h)
}

func TestRunOnATerminal(t *testing.T) {
	c := startConsole(t, "plain")
	c.Await("FAIL OVER")
	c.Press("jc")
	c.Await("cutover of accounts: ams → nyc")
	c.Press("\x1b")
	c.Await("OUTAGE AT ams")
	c.Press("q")
	c.Ends(0)
	c.Await("left in order")
}

func TestSignalsRestoreTheTerminal(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT} {
		t.Run(sig.String(), func(t *testing.T) {
			c := startConsole(t, "plain")
			c.Await("FAIL OVER")
			c.Signal(sig)
			c.Ends(0)
		})
	}
}

func TestHangUpEndsTheConsole(t *testing.T) {
	c := startConsole(t, "plain")
	c.Await("FAIL OVER")
	c.HangUp() // as when an ssh line drops
	if code := c.Exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestPanicsRestoreTheTerminal(t *testing.T) {
	for kind, keys := range map[string][2]string{"update": {"!", "\r"}, "command": {"c", ""}} {
		t.Run(kind, func(t *testing.T) {
			c := startConsole(t, kind)
			c.Await("FAIL OVER")
			c.Press(keys[0])
			if keys[1] != "" {
				c.Await("Which cluster?")
				c.Press(keys[1])
			}
			c.Ends(1)
			out := c.Output()
			if at := strings.LastIndex(out, "\x1b[?1049l"); !strings.Contains(out[at:], "boom in") {
				t.Errorf("the panic is not told after leaving the screen: %q", out[max(0, len(out)-400):])
			}
		})
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	x := terminaltest.Open(t, 100, 30)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	feed := newFakeFeed(fakeSnapshot(1, 1, 0))
	go func() {
		done <- Run(ctx, Options{Feed: feed, Operator: &fakeOperator{plan: fakePlan}, Input: x.TTY(), Output: x.TTY()})
	}()
	feed.publish(fakeSnapshot(2, 2, time.Minute))
	x.Await("accounts")
	x.Press("?") // what the terminal answered comes before it
	x.Await("Keys")
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if left := x.Left(); len(left) > 0 {
		t.Errorf("the terminal was left in disorder: %q", left)
	}
}
