//go:build unix

package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// begins opens a console and begins a cutover of the first pipeline to nyc by
// keys. It comes back once the journal, which is held there, is at a place.
func begins(t *testing.T, sim *simulator, j *journal, at boundary) *terminal {
	t.Helper()
	x := openTerminal(t, 100, 30, "--config", sim.config)
	x.Await("✓ healthy", "✓ streaming")
	j.hold("trades", at)
	x.cutsOver()
	j.await("trades", at)
	return x
}

// await waits until the newest run of a pipeline is at a place.
func (j *journal) await(pipeline string, at boundary) {
	j.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(lookEvery) {
		run := j.newest(pipeline)
		if run.ID != "" && where(&run) == at {
			return
		}
		if time.Now().After(deadline) {
			j.t.Fatalf("the run of %s did not come to %s in %s\n%s", pipeline, at, patience, j.tell(pipeline))
		}
	}
}

// comesToNyc waits until the newest run of trades is done.
func (j *journal) comesToNyc() {
	j.t.Helper()
	for deadline := time.Now().Add(patience); !j.newest("trades").State.Ended() && time.Now().Before(deadline); {
		time.Sleep(lookEvery)
	}
	j.endedWell("trades", "nyc")
}

// noneLeft fails the test where a process of a session goes on after its leader.
// A hook's supervisor has a session of its own and ends by itself.
func noneLeft(t *testing.T, session int) {
	t.Helper()
	if runtime.GOOS != "linux" {
		return
	}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, stat := range stats {
		text, err := os.ReadFile(stat)
		if err != nil {
			continue // it is gone
		}
		_, rest, _ := strings.Cut(string(text), ") ")
		if f := strings.Fields(rest); len(f) > 3 && f[3] == strconv.Itoa(session) && f[0] != "Z" {
			t.Errorf("a process of the console was left: %s", text)
		}
	}
}

// TestInterruptedRunIsOfferedFirst kills the console that drives a run. The next
// one begins with that run, and goes on with it by keys.
func TestInterruptedRunIsOfferedFirst(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	j := openJournal(t, sim)
	first := begins(t, sim, j, boundary{model.StepPosition, true})
	first.Kill()
	j.letGo("trades")

	x := openTerminal(t, 80, 24, "--config", sim.config)
	x.Await("First of all: 1 run has not ended", "› cutover of trades: ams → nyc", "its driver is gone")
	x.Press(enter)
	x.Await("Go on", "Type nyc and press enter to go on with it from there")
	x.confirms("nyc")
	x.Await("trades is active on nyc")
	j.endedWell("trades", "nyc")
	if run := j.newest("trades"); run.Epoch < 2 {
		t.Errorf("the run was not taken over: epoch %d", run.Epoch)
	}
	x.Press(escape)
	x.Await("PIPELINE")
	x.Press("q")
	x.Ends(0)
	sim.audit()
}

// TestSecondConsoleFollows: another console shows the same run at the same step,
// says who drives it, and cannot drive it.
func TestSecondConsoleFollows(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	j := openJournal(t, sim)
	driver := begins(t, sim, j, boundary{model.StepVerifyStop, false})
	x := openTerminal(t, 120, 40, "--config", sim.config)
	x.Await("CUTOVER RUNNING", "» moving: verify-stop")
	x.Press("u")
	x.Await("cutover of trades: ams → nyc", "» verify-stop running",
		fmt.Sprintf("(process %d)", driver.PID()), "run "+j.newest("trades").ID)
	x.Press(enter)
	x.Press("a" + enter)
	j.hold("trades", boundary{model.StepCreate, false})
	x.Await("✓ verify-stop done", "» create      running")
	driver.Await("» create      running")
	if screen := x.Screen(); strings.Contains(screen, "▏") {
		t.Errorf("a run that another one drives can be answered:\n%s", screen)
	}
	j.letGo("trades")
	x.Await("trades is active on nyc", "✓ activate    done")
	driver.Await("trades is active on nyc")
	j.endedWell("trades", "nyc")
	if run := j.newest("trades"); run.Holder.PID != driver.PID() || run.Epoch != 1 {
		t.Errorf("the run was driven by %+v, epoch %d", run.Holder, run.Epoch)
	}
	for _, console := range []*terminal{x, driver} {
		console.Press("q")
		console.Ends(0)
	}
	sim.audit()
}

// TestDroppedLine drops the line of a console in the middle of a run: the run goes
// on to its end, and nothing is left behind.
func TestDroppedLine(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	j := openJournal(t, sim)
	x := begins(t, sim, j, boundary{model.StepVerifyStop, false})
	x.HangUp()
	j.letGo("trades")
	if code := x.Exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	noneLeft(t, x.PID())
	j.endedWell("trades", "nyc")
	sim.audit()
}

// TestStalledLine: while the line is stuck a run goes on to its end, and once it
// moves the screen shows that. A hang-up while it is stuck ends the console, and
// leaves the terminal in order.
func TestStalledLine(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	j := openJournal(t, sim)
	x := begins(t, sim, j, boundary{model.StepVerifyStop, false})
	x.Stall()
	j.letGo("trades")
	j.comesToNyc()
	x.Go()
	x.Await("trades is active on nyc")
	x.Press(escape)
	x.Await("PIPELINE")

	x.Stall()
	for i := range 40 { // more than the buffers of the system hold
		x.Press([]string{"?", "/", "z", "\x1b[27u"}[i%4])
	}
	x.Signal(syscall.SIGHUP)
	if code := x.Exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.Go()
	x.Ends(0)
	noneLeft(t, x.PID())
	sim.audit()
}

// TestKilledShell kills the shell that a console was started from, as when a
// session on a bastion host is ended: the run goes on to its end.
func TestKilledShell(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	j := openJournal(t, sim)
	x := openShell(t, 100, 30, `"$FUMTUI" --config "$0"; echo "left with $?"`, sim.config)
	x.Await("✓ healthy", "✓ streaming")
	j.hold("trades", boundary{model.StepVerifyStop, false})
	x.cutsOver()
	j.await("trades", boundary{model.StepVerifyStop, false})
	console := j.newest("trades").Holder.PID
	x.Kill()
	j.letGo("trades")
	j.comesToNyc()
	for deadline := time.Now().Add(patience); syscall.Kill(console, 0) == nil; time.Sleep(lookEvery) {
		if time.Now().After(deadline) {
			t.Fatalf("process %d outlived its run", console)
		}
	}
	noneLeft(t, x.PID())
	sim.audit()
}
