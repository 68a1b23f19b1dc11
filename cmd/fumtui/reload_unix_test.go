//go:build unix

package main_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// TestReload changes the configuration under a console, well and badly, by its
// command and by the signal.
func TestReload(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "2")
	x := openTerminal(t, 100, 30, "--config", sim.config)
	x.Await("✓ healthy", "2 streaming")
	reload := func() { x.Press(":reload" + enter) }
	reload()
	x.Await("Nothing changed")
	x.Press(escape)
	x.Await("PIPELINE")

	t.Log("a wrong one changes nothing")
	var whole string
	sim.configure(func(text string) string {
		whole = text
		return strings.Replace(text, "  interval:", "  intervall:", 1)
	})
	reload()
	x.Await("Not reloaded", "unknown key \"intervall\"", sim.config+":")
	x.Press(escape)
	x.Await("PIPELINE", "2 streaming")

	t.Log("the store stays")
	sim.configure(func(string) string { return strings.Replace(whole, "store: fumtui.db", "store: other.db", 1) })
	x.Signal(syscall.SIGUSR1)
	x.Await("not reloaded, all stays as it was")

	t.Log("a pipeline goes, and comes back")
	fewer := whole[:strings.LastIndex(whole, "\n  accounts:")] + "\n"
	if !strings.Contains(fewer, "trades:") {
		t.Fatalf("not two pipelines in this order:\n%s", whole)
	}
	sim.configure(func(string) string { return fewer })
	reload()
	x.Await("Reloaded, with", "- pipelines.accounts.home: ams")
	x.Press(escape)
	x.Await("✓ healthy", "1 streaming")
	if strings.Contains(x.Screen(), "accounts") {
		t.Errorf("the pipeline is still there:\n%s", x.Screen())
	}
	sim.configure(func(string) string { return whole })
	x.Signal(syscall.SIGUSR1)
	x.Await("2 streaming")
	x.Press("q")
	x.Ends(0)
}

// TestReloadDuringARun reloads while this console drives a run: the run goes on to
// its end under what it was begun with, and its evidence is not lost.
func TestReloadDuringARun(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "2")
	j := openJournal(t, sim)
	x := openTerminal(t, 100, 30, "--config", sim.config)
	x.Await("✓ healthy", "2 streaming")
	at := boundary{model.StepVerifyStop, true}
	j.hold("trades", at)
	x.Press("g")
	for !strings.Contains(x.Screen(), "› trades") {
		x.Press("j")
		time.Sleep(lookEvery)
	}
	x.cutsOver()
	j.await("trades", at)
	run := j.newest("trades")

	t.Log("what the run needs stays")
	var whole string
	sim.configure(func(text string) string {
		whole = text
		at := strings.Index(text, "\n  trades:")
		return text[:at] + "\n" + text[strings.Index(text, "\n  accounts:")+1:]
	})
	x.Signal(syscall.SIGUSR1)
	x.Await("not reloaded, all stays as it was: run " + run.ID)

	sim.configure(func(string) string {
		return strings.Replace(whole, "\nprobe:\n", "\nprobe:\n  keep: 3h\n", 1)
	})
	x.Press(":reload" + enter)
	x.Await("Reloaded, with 1 change in")
	j.letGo("trades")
	x.Press(escape)
	x.Await("trades is active on nyc")
	j.endedWell("trades", "nyc")
	if now := j.newest("trades"); now.ID != run.ID || now.Epoch != run.Epoch {
		t.Errorf("the run was taken over: %+v, before %+v", now, run)
	}
	x.Press(escape)
	x.Press("q")
	x.Ends(0)
	sim.audit()
}
