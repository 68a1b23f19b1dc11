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
	x.sees("✓ healthy", "✓ streaming")
	x.press("v")
	x.sees("1 marked")
	x.press("v")
	x.sees("2 marked")
	x.press("E")
	x.sees("Type nyc and press enter to move 2 pipelines")
	x.types("ams")
	x.press(enter)
	x.sees("nothing was done")
	x.press(escape)
	x.sees("2 marked")
	x.press("E")
	x.sees("Type nyc and press enter to move 2 pipelines")
	x.types("nyc")
	x.press(enter)
	x.sees("Over", "2 moved")
	x.press(enter)
	x.sees("Result", "is active on nyc")
	x.press(escape)
	x.sees("Over", "2 moved")
	x.commands("runs")
	x.sees("All runs, the newest first", "2 runs")
	x.press("m")
	x.sees("Report of run", "Part of evacuation")
	x.commands("events")
	x.sees("Events, the newest first", "is done: resumed at slot")
	x.commands("quit")
	x.ends(0)
	sim.audit()
}

// commands types a command of the palette.
func (x *terminal) commands(name string) {
	x.t.Helper()
	x.press(":")
	x.sees(":▏")
	x.press(name)
	x.sees(":" + name + "▏")
	x.press(enter)
}

// TestReadOnlyConsole looks, and does nothing.
func TestReadOnlyConsole(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "10", "--pipelines", "1")
	x := openTerminal(t, 120, 40, "--config", sim.config, "--read-only")
	x.sees("READ-ONLY", "✓ healthy", "✓ streaming")
	x.press("c")
	x.sees("c: this console is read-only")
	x.press("q")
	x.ends(0)
	if history := must(t, 0, "history", "--json", "--config", sim.config).stdout; strings.TrimSpace(history) != "[]" {
		t.Fatalf("something was done: %s", history)
	}
}
