package ui

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

func TestPaletteDoesWhatKeysDo(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 3, 0))
	d.keys(":")
	d.sees("Commands", ":▏", "tab completes")
	d.keys("=cut")
	d.sees("cutover")
	d.lacks("failback  ")
	d.keys("tab")
	d.sees(":cutover▏", "› cutover")
	d.keys("enter")
	if got := d.operator.planned; len(got) != 1 || got[0].Pipeline != "trades" {
		t.Fatalf("planned %+v", got)
	}
	d.sees("Type nyc and press enter")
	d.keys("=:cutover", "enter") // text here, and no command
	if len(d.operator.planned) != 1 || len(d.operator.executed) != 0 {
		t.Fatal("a command was taken while a confirmation is typed")
	}
	d.keys("esc", ":", "=pipeline nft", "tab", "enter")
	d.sees("nft-index · subscriber nft-index-prod")
	d.keys(":", "=ov", "enter")
	d.sees("Lag from tip", "› nft-index")
	d.keys(":", "=only !nft", "enter")
	d.sees("2 of 3 pipelines", "› trades")
	d.keys(":", "=order name", "enter")
	d.sees("by name")
	d.keys(":", "=quit", "enter")
	if !d.quit {
		t.Fatal(":quit did not quit")
	}
}

func TestPaletteSaysWhyNot(t *testing.T) {
	d := newDriver(t, 120, 40, fakeSnapshot(1, 1, 0))
	d.keys(":", "=fail")
	d.sees("failback", "not now: trades is active at its home, ams, already")
	d.keys("enter")
	d.sees("failback: trades is active at its home, ams, already")
	for typed, want := range map[string]string{
		"zap": "there is no command zap", "m": "may be mark or mark-all", "give-up": "not on this page: it belongs to a run",
		"quit now": "quit takes no more words", "pipeline": "pipeline NAME", "pipeline x": "there is no pipeline x", "order size": "order: attention",
	} {
		d.keys(":", "="+typed, "enter")
		d.sees(want)
	}
	if d.quit || len(d.operator.planned) != 0 {
		t.Fatal("something was done")
	}
}

func TestPaletteRemembers(t *testing.T) {
	d := newDriver(t, 120, 40, fakeSnapshot(1, 1, 0))
	d.keys(":", "=group", "enter", ":", "=order lag", "enter", ":", "up")
	d.sees(":order lag▏")
	d.keys("up", "up")
	d.sees(":group▏")
	d.keys("down", "down")
	d.sees(":▏")
	d.keys("esc")
	d.lacks("Commands")
	d.keys(":")
	d.send(tea.PasteMsg{Content: "quit\nquit\n"})
	d.sees(":quit▏") // and not more: nothing that is pasted is done
	if d.keys("ctrl+c"); d.quit {
		t.Fatal("a paste quit")
	}
}

// TestPaletteHasTheKeymap: whatever a key does that is more than to move about can
// be typed.
func TestPaletteHasTheKeymap(t *testing.T) {
	d := newDriver(t, 120, 40, fakeSnapshot(1, 1, 0))
	var names []string
	for _, c := range d.m.commands() {
		names = append(names, c.name)
	}
	sorted := slices.Clone(names)
	slices.Sort(sorted)
	if len(slices.Compact(sorted)) != len(names) {
		t.Errorf("a name is there twice: %q", names)
	}
	moves := []action{actUp, actDown, actPageUp, actPageDown, actFirst, actLast, actEnter, actPalette, actOrder}
	for _, b := range d.m.keys {
		if b.help != "" && b.name == "" && !slices.Contains(moves, b.act) {
			t.Errorf("%s cannot be typed", b.Help().Key)
		}
	}
}

// A long command is read whole, or not at all: half of a number is another one.
func TestLongCommands(t *testing.T) {
	const name = "a-pipeline-with-a-name-that-goes-on-for-as-long-as-names-may-do"
	s := fakeSnapshot(1, 1, 0)
	s.Pipelines[0].Name = name
	d := newDriver(t, 80, 24, s)
	d.keys(":", "=cutover "+name+" nyc mode planned from-slot 312363000 approve-gap 1204", "enter")
	if n := len(d.operator.planned); n != 1 || *d.operator.planned[0].FromSlot != 312363000 || *d.operator.planned[0].ApproveGap != 1204 {
		t.Errorf("planned %+v", d.operator.planned)
	}
	d.keys("esc", ":", "=only "+strings.Repeat("x", maxPrompt), "enter")
	d.sees("too long: at most 511 characters")
	if d.m.prompt.kind != promptCommand {
		t.Error("it was done")
	}
	d.keys("backspace", "enter")
	d.sees("no pipeline is listed")
}

// One report after the other is left by one esc.
func TestReportAfterReport(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 1, 0))
	withPast(d)
	d.keys(":", "=report run-1", "enter", ":", "=report run-2", "enter", "esc")
	d.sees("PIPELINE")
}
