//go:build unix

package main_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fumtui/fumtui/ui/terminaltest"
)

// listener hears what a console in lines prints on a terminal.
type listener struct {
	*terminal
	heard int // bytes that were heard before
}

// listens starts a console in lines on a terminal.
func listens(t testing.TB, args ...string) *listener {
	t.Helper()
	return &listener{terminal: openTerminal(t, 100, 30, append(args, "--plain")...)}
}

// hears waits until it has printed all of the texts since it was typed to last.
func (x *listener) hears(texts ...string) {
	x.t.Helper()
	for _, text := range texts {
		x.Until("prints "+text, func(string) bool { return strings.Contains(x.Output()[x.heard:], text) })
	}
}

// aMoment is well longer than a console takes to note that its question stands on
// the terminal, and to take a line for one that was typed after it.
const aMoment = 1500 * time.Millisecond

// types types lines by hand, once the newest line has stood there for a moment.
func (x *listener) types(line string) {
	x.t.Helper()
	time.Sleep(aMoment)
	x.bursts(line)
}

// bursts types lines at once.
func (x *listener) bursts(lines ...string) {
	x.t.Helper()
	x.heard = len(x.Output())
	x.Press(strings.Join(lines, enter) + enter)
}

// isText checks that nothing but text was printed: no escape sequence, no control
// character but the ends of lines.
func (x *listener) isText() {
	x.t.Helper()
	out := x.Output()
	for i, r := range out {
		if (r < 0x20 && r != '\n' && r != '\r') || (r >= 0x7f && r <= 0x9f) {
			x.t.Fatalf("character %U after %q", r, out[max(0, i-60):i])
		}
	}
}

// TestDemoInLines breaks a cluster, cuts over, heals it and fails back, all by
// lines that are typed, and finds no slot missing.
func TestDemoInLines(t *testing.T) {
	dir := t.TempDir()
	x := listens(t, "demo", "--speed", "20", "--dir", dir)
	x.hears("Watching 2 clusters and 3 pipelines.", "All well", "Pipeline trades: streaming")
	begun := func() bool {
		return strings.TrimSpace(must(t, 0, "history", "--json", "--config", dir+"/fumtui.yaml").stdout) != "[]"
	}

	x.types("fault ams down")
	x.hears("cluster ams: down", "fail over to nyc")

	t.Log("what was typed before the question, a paste, and another name do nothing")
	x.bursts("cutover trades", "nyc")
	x.hears("does not count: nyc", "Type the target, nyc")
	x.types("ams")
	x.hears("is not the target, nyc", "Nothing was done")
	x.types("plan-again")
	x.hears("Type the target, nyc")
	time.Sleep(aMoment)
	x.bursts("nyc", "nyc", "unended")
	x.hears("several lines at once look like a paste", "No run is under way")
	if begun() {
		t.Fatal("something was done")
	}

	t.Log("the cutover")
	x.types("cutover trades nyc")
	x.hears("Checks:", "What will be done", "Type the target, nyc")
	x.types("nyc")
	x.hears("is driven by this console", "step lease: done", "hook stop", "step confirm: done", "trades from ams to nyc: done", "trades is active on nyc")

	t.Log("the failback")
	x.types("fault ams heal")
	x.hears("pipeline accounts at ams: streaming")
	x.types("failback trades")
	x.hears("Checks:")
	x.Until("asks, or is refused", func(string) bool {
		out := x.Output()[x.heard:]
		return strings.Contains(out, "Type the target, ams") || strings.Contains(out, "Type force to plan again")
	})
	if out := x.Output()[x.heard:]; strings.Contains(out, "Type force") { // home was not stable for long enough
		x.types("force")
		x.hears("with force", "Type the target, ams")
	}
	x.types("ams")
	x.hears("hook drain of the client at nyc", "trades is active on ams")

	x.types("quit")
	x.isText()
	x.Ends(0)
	(&simulator{t: t, dir: dir}).audit()
}

// TestPlainForgetsHalfALine: a name that was begun before the question was printed
// and ended after it confirms nothing.
func TestPlainForgetsHalfALine(t *testing.T) {
	dir := t.TempDir()
	x := listens(t, "demo", "--speed", "20", "--dir", dir)
	x.hears("All well", "Pipeline trades: streaming")
	x.types("fault ams down")
	x.hears("cluster ams: down", "fail over to nyc")
	x.heard = len(x.Output())
	x.Press("cutover trades nyc" + enter + "ny")
	x.hears("Type the target, nyc", "What was typed before this does not count")
	x.types("c")
	x.hears(`"c" is not the target, nyc`, "Nothing was done")
	x.types("plan-again")
	x.hears("Type the target, nyc")
	x.types("nyc")
	x.hears("is driven by this console", "trades from ams to nyc: done")
	x.types("quit")
	x.isText()
	x.Ends(0)
}

// TestPlainIsLeft by every way out, and the terminal is as it was.
func TestPlainIsLeft(t *testing.T) {
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	for name, leave := range map[string]func(x *listener){
		"quit":        func(x *listener) { x.types("quit") },
		"end":         func(x *listener) { x.Press("\x04") },
		"ctrl-c":      func(x *listener) { x.Press(terminaltest.CtrlC) },
		"interrupt":   func(x *listener) { x.Signal(syscall.SIGINT) },
		"termination": func(x *listener) { x.Signal(syscall.SIGTERM) },
		"hang-up":     func(x *listener) { x.Signal(syscall.SIGHUP) },
		"stalled":     func(x *listener) { x.Stall(); x.Press("help" + enter); x.Signal(syscall.SIGTERM) },
	} {
		t.Run(name, func(t *testing.T) {
			x := listens(t, "--config", sim.config)
			x.hears("Watching 2 clusters and 1 pipeline.", "Pipeline trades")
			leave(x)
			if code := x.Exit(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			x.Go()
			x.Ends(0)
		})
	}
}

// TestPlainChoosesItself where the terminal can do no more than print.
func TestPlainChoosesItself(t *testing.T) {
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	for _, kind := range []string{"TERM=dumb", "TERM="} {
		x := &listener{terminal: openShell(t, 80, 24, kind+` exec "$FUMTUI" --config "$0" --read-only`, sim.config)}
		x.hears("This console is read-only.", "Watching 2 clusters")
		x.types("cutover trades")
		x.hears("nothing can be done here but to look")
		x.types("quit")
		x.isText()
		x.Ends(0)
	}
	if got := must(t, 2, "--config", sim.config); !strings.Contains(got.stderr, "fumtui --plain") {
		t.Errorf("without a terminal: %s", got.stderr)
	}
}

// TestPlainLogs: without anybody to type it prints until a signal.
func TestPlainLogs(t *testing.T) {
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	p := launch(t, sim.with("--plain")...) // its input is the null device
	for deadline := time.Now().Add(patience); !strings.Contains(p.out.String(), "All well"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) || p.hasEnded() {
			t.Fatal(p.out.String())
		}
	}
	p.signal(syscall.SIGTERM)
	p.ends(0)
}

// TestPlainLeavesItsRun: a screen follows the run that a console in lines drives.
// ctrl-c leaves the console and not the run, and says so; another one leaves the
// run. Another console is told of it first of all, and gives it up.
func TestPlainLeavesItsRun(t *testing.T) {
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	sim.fault("ams", "slow-drain")
	x := listens(t, "--config", sim.config)
	x.hears("Pipeline trades: streaming")
	screen := openTerminal(t, 120, 40, "--config", sim.config) // the drain has its time
	screen.Await("✓ streaming")
	x.types("cutover trades")
	x.hears("planned", "Type the target, nyc")
	x.types("nyc")
	x.hears("step stop: running")
	screen.Await("cutover of trades to nyc")
	x.heard = len(x.Output())
	x.Press(terminaltest.CtrlC)
	x.hears("goes on; interrupt to leave it")
	x.Press(terminaltest.CtrlC)
	if code := x.Exit(); code != 7 {
		t.Errorf("exit code %d", code)
	}
	x.isText()
	screen.Await("interrupted")
	screen.Press("q")
	screen.Ends(0)

	next := listens(t, "--config", sim.config)
	next.hears("First of all: the cutover of trades to nyc is", "To go on with it, type resume trades; to give it up, type give-up trades.")
	next.types("give-up")
	next.hears("Type the source, ams")
	next.types("ams")
	next.hears("trades from ams to nyc: aborted", "ams runs as before")
	next.types("quit")
	next.isText()
	next.Ends(0)
}

// TestPlainFollowsAnother: of a run that another process drives a console in lines
// tells the same, and that it is not to be acted on there.
func TestPlainFollowsAnother(t *testing.T) {
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	x := listens(t, "--config", sim.config)
	x.hears("Pipeline trades: streaming")
	sim.fault("ams", "slow-drain")
	other := launch(t, sim.with("cutover", "trades", "--to", "nyc", "--confirm", "nyc")...)
	x.hears("step stop: running", "driven by")
	x.types("give-up")
	x.hears("it is driven by", "and not acted on")
	sim.heal("ams")
	other.kill()
	x.hears("trades from ams to nyc: ", "To go on with it, type resume trades")
	x.types("resume")
	x.hears("Type the target, nyc")
	x.types("nyc")
	x.hears("is driven by this console now")
	x.types("quit")
	x.Press("quit" + enter)
	x.Exit()
	x.isText()
}
