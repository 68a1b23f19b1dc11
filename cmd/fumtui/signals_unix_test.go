//go:build unix

package main_test

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/fumtui/fumtui/model"
)

// dragging begins a cutover of a client that takes a minute to drain, and waits
// until the drain is under way.
func dragging(t *testing.T, sim *simulator, j *journal, pipeline string) *process {
	t.Helper()
	sim.fault("ams", "slow-drain")
	p := launch(t, sim.with("cutover", pipeline, "--to", "nyc", "--confirm", "nyc", "--mode", "hybrid")...)
	if !j.meet(p, pipeline, "", boundary{model.StepStop, false}) {
		t.Fatalf("the drain did not begin:\n%s", p.out.String())
	}
	return p
}

// TestSignalsLeaveARun leaves runs by one signal, which sees the effect under way
// through, and by two, which do not. Either can be gone on with.
func TestSignalsLeaveARun(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "2")
	j := openJournal(t, sim)

	p := dragging(t, sim, j, "trades")
	p.signal(syscall.SIGTERM)
	out := p.ends(7)
	run := j.newest("trades")
	for _, want := range []string{"leaving run " + run.ID, "was left at step stop", "fumtui resume " + run.ID} {
		if !strings.Contains(out, want) {
			t.Errorf("it did not say %q:\n%s", want, out)
		}
	}
	if run.State != model.RunInterrupted {
		t.Errorf("the run is %s:\n%s", run.State, j.tell("trades"))
	}

	p = dragging(t, sim, j, "accounts")
	p.signal(syscall.SIGINT)
	for deadline := time.Now().Add(patience); !strings.Contains(p.out.String(), "leaving run ") && time.Now().Before(deadline); {
		time.Sleep(lookEvery) // two at the same instant may be delivered as one
	}
	began := time.Now()
	p.signal(syscall.SIGINT)
	out = p.ends(7)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the second signal took %s", took)
	}
	second := j.newest("accounts")
	// It may have come to a durable point between the two.
	if want := "go on with: fumtui resume " + second.ID + " --confirm nyc"; !strings.Contains(out, want) {
		t.Errorf("it did not say %q:\n%s", want, out)
	}
	if second.State.Ended() {
		t.Errorf("the run is %s", second.State)
	}

	sim.heal("ams")
	for _, r := range []model.Run{run, second} {
		must(t, 0, sim.with("resume", r.ID, "--confirm", "nyc")...)
		j.endedWell(r.Pipeline, "nyc")
	}
	sim.audit()
}

// TestClosedTerminal closes the terminal under a run of the command line: it goes
// on to its end.
func TestClosedTerminal(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, sim.with("cutover", "trades", "--to", "nyc", "--confirm", "nyc")...)
	master, err := pty.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	t.Cleanup(func() { _ = cmd.Process.Kill(); <-ended })
	lines := bufio.NewScanner(master)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "stop ") {
	}
	if err := master.Close(); err != nil { // the system sends it a hang-up
		t.Fatal(err)
	}
	select {
	case <-ended:
	case <-time.After(patience):
		t.Fatal("it did not end")
	}
	if code := cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	openJournal(t, sim).endedWell("trades", "nyc")
	sim.audit()
}

// TestClosedOutput closes the reader of the output: the exit code still tells how
// the run ended.
func TestClosedOutput(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	sim.fault("ams", "slow-drain")
	cmd := exec.Command(path, sim.with("cutover", "trades", "--to", "nyc", "--confirm", "nyc", "--mode", "planned")...)
	cmd.Stdout, cmd.Stderr = writer, writer
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = writer.Close()
	lines := bufio.NewScanner(reader)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "stop ") {
	}
	_ = reader.Close()
	late := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	_ = cmd.Wait()
	late.Stop()
	if code := cmd.ProcessState.ExitCode(); code != 6 {
		t.Errorf("exit code %d, want that of an aborted run: %v", code, cmd.ProcessState)
	}
	sim.heal("ams")
	sim.audit()
}

// TestHungUpScreen hangs up on the console while it drives a run: the run goes on
// without it, to its end.
func TestHungUpScreen(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	j := openJournal(t, sim)
	x := openTerminal(t, 100, 30, "--config", sim.config)
	x.Await("✓ healthy", "✓ streaming")
	x.cutsOver()
	for j.newest("trades").ID == "" {
		time.Sleep(lookEvery)
	}
	x.Signal(syscall.SIGHUP)
	x.Ends(0)
	j.endedWell("trades", "nyc")
	sim.audit()
}

// TestTerminatedScreen ends the console by a signal while it drives a run: the
// run is left at a durable point.
func TestTerminatedScreen(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	j := openJournal(t, sim)
	sim.fault("ams", "slow-drain")
	x := openTerminal(t, 100, 30, "--config", sim.config)
	x.Await("✓ healthy", "✓ streaming")
	x.cutsOver()
	j.await("trades", boundary{model.StepStop, false})
	x.Signal(syscall.SIGTERM)
	x.Ends(7)
	run := j.newest("trades")
	if run.State != model.RunInterrupted {
		t.Errorf("the run is %s:\n%s", run.State, j.tell("trades"))
	}
	sim.heal("ams")
	must(t, 0, sim.with("resume", run.ID, "--confirm", "nyc")...)
	sim.audit()
}

// TestHungUpWhileARunBegins hangs up on the console between a confirmation and the
// run: it begins all the same, and ends.
func TestHungUpWhileARunBegins(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	j := openJournal(t, sim)
	x := openTerminal(t, 100, 30, "--config", sim.config)
	x.Await("✓ healthy", "✓ streaming")
	sim.fault("ams", "blackhole")
	x.Await("OUTAGE AT ams") // to begin takes as long as ams does not answer
	x.cutsOver()
	x.Await("the run begins")
	x.Signal(syscall.SIGHUP)
	x.Ends(0)
	j.endedWell("trades", "nyc")
	sim.heal("ams")
	sim.audit()
}

// TestHungUpWhileARunIsGivenUp hangs up on the console between the word that gives
// a run up and the way back: the client of the source is at work again all the same.
func TestHungUpWhileARunIsGivenUp(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	j := openJournal(t, sim)
	x := openTerminal(t, 100, 30, "--config", sim.config)
	x.Await("✓ healthy", "✓ streaming")
	sim.fault("ams", "slow-drain")
	x.cutsOver()
	j.await("trades", boundary{model.StepStop, false})
	x.Press("\t")
	x.Await("Type ams and press enter")
	x.confirms("ams")
	x.Await("giving the run up")
	x.Signal(syscall.SIGHUP)
	x.Ends(6)
	if run := j.newest("trades"); run.State != model.RunAborted {
		t.Errorf("the run is %s:\n%s", run.State, j.tell("trades"))
	}
	sim.heal("ams")
	sim.audit()
}
