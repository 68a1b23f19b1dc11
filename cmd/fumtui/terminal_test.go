//go:build unix

package main_test

import (
	"os"
	"strings"
	"syscall"
	"testing"
)

// TestDemoByKeyboard breaks a cluster, cuts over, heals it and fails back, all
// by keys, and finds no slot missing.
func TestDemoByKeyboard(t *testing.T) {
	dir := t.TempDir()
	x := openTerminal(t, 100, 30, "demo", "--speed", "20", "--dir", dir)
	x.Await("ams", "nyc", "✓ healthy", "✓ streaming", "Lag from tip")

	x.Press("!")
	x.Await("break or heal a cluster")
	x.Press(enter)
	x.Await("break: down")
	x.Press("j" + enter)
	x.Await("FAIL OVER", "ams has been down")

	t.Log("leaving the plan does nothing")
	x.Press("c")
	x.Await("Type nyc and press enter")
	x.Press(escape)
	x.Await("FAIL OVER", "PIPELINE")

	t.Log("a wrong name does nothing")
	x.Press("c")
	x.Await("Type nyc and press enter")
	x.confirms("ams")
	x.Await("nothing was done")
	if history := must(t, 0, "history", "--json", "--config", dir+"/fumtui.yaml").stdout; strings.TrimSpace(history) != "[]" {
		t.Fatalf("something was done: %s", history)
	}
	x.Press(escape)
	x.Await("PIPELINE")

	t.Log("the cutover")
	x.Press("c")
	x.Await("Type nyc and press enter", "reactive")
	x.confirms("nyc")
	x.Await("trades is active on nyc")
	x.Press(escape)
	x.Await("PIPELINE")

	t.Log("the failback")
	x.Press("!")
	x.Await("break or heal a cluster")
	x.Press(enter)
	x.Await("heal: end all faults")
	x.Press(enter)
	x.Await("PIPELINE", "active for 2")
	x.Press("b")
	x.Await("f plans again with force")
	x.Press("f")
	x.Await("Type ams and press enter", "with force")
	x.confirms("ams")
	x.Await("trades is active on ams")
	x.Press(escape)
	x.Await("PIPELINE")

	x.Press("q")
	x.Ends(0)
	(&simulator{t: t, dir: dir}).audit()
}

// TestTerminalIsRestoredBySignals ends the console, which has the mouse too, by
// each signal.
func TestTerminalIsRestoredBySignals(t *testing.T) {
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	for _, s := range []os.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		t.Run(s.String(), func(t *testing.T) {
			x := openTerminal(t, 80, 24, "--config", sim.config, "--mouse")
			x.Await("✓ healthy", "✓ streaming")
			if !x.AltScreen() || !x.CursorHidden() {
				t.Error("the console does not have the screen for itself")
			}
			x.Signal(s)
			x.Ends(0)
		})
	}
}

// TestSmallTerminal shows what matters and how large it needs to be.
func TestSmallTerminal(t *testing.T) {
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	x := openTerminal(t, 60, 10, "--config", sim.config)
	x.Await("ams", "nyc", "healthy", "80x24")
	x.Resize(80, 24)
	x.Await("Lag from tip", "✓ streaming")
	x.Press("q")
	x.Ends(0)
}
