//go:build unix

package main_test

import (
	"strings"
	"testing"
)

// TestEvacuationByKeyboard marks two pipelines, moves them together, and looks at
// what became of it, all by keys.
func TestEvacuationByKeyboard(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "10", "--pipelines", "3")
	x := openTerminal(t, 120, 40, "--config", sim.config)
	x.Await("✓ healthy", "✓ streaming")
	x.Press("v")
	x.Await("1 marked")
	x.Press("v")
	x.Await("2 marked")
	x.Press("E")
	x.Await("Type nyc and press enter to move 2 pipelines")
	x.confirms("ams")
	x.Await("nothing was done")
	x.Press(escape)
	x.Await("2 marked")
	x.Press("E")
	x.Await("Type nyc and press enter to move 2 pipelines")
	x.confirms("nyc")
	x.Await("Over", "2 moved")
	x.Press(enter)
	x.Await("Result", "is active on nyc")
	x.Press(escape)
	x.Await("Over", "2 moved")
	x.commands("runs")
	x.Await("All runs, the newest first", "2 runs")
	x.Press("m")
	x.Await("Report of run", "Part of evacuation")
	x.commands("events")
	x.Await("Events, the newest first", "done: trades is active on nyc")
	x.commands("quit")
	x.Ends(0)
	sim.audit()
}

// commands types a command of the palette.
func (x *terminal) commands(name string) {
	x.t.Helper()
	x.Press(":")
	x.Await(":▏")
	x.Press(name)
	x.Await(":" + name + "▏")
	x.Press(enter)
}

// TestReadOnlyConsole looks, and does nothing.
func TestReadOnlyConsole(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "10", "--pipelines", "1")
	x := openTerminal(t, 120, 40, "--config", sim.config, "--read-only")
	x.Await("READ-ONLY", "✓ healthy", "✓ streaming")
	x.Press("c")
	x.Await("c: this console is read-only")
	x.Press("q")
	x.Ends(0)
	if history := must(t, 0, "history", "--json", "--config", sim.config).stdout; strings.TrimSpace(history) != "[]" {
		t.Fatalf("something was done: %s", history)
	}
}
