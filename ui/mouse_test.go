package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// TestMouse: off, nothing of it is asked of the terminal; on, the wheel selects
// and scrolls.
func TestMouse(t *testing.T) {
	d := newDriver(t, 80, 24, outage(1, 3))
	down := tea.MouseWheelMsg{Button: tea.MouseWheelDown}
	d.send(down)
	d.sees("› trades")
	if d.m.View().MouseMode != tea.MouseModeNone {
		t.Error("the mouse is taken")
	}
	d.m.opts.Mouse, d.m.screen = true, ""
	if d.m.View().MouseMode != tea.MouseModeCellMotion {
		t.Error("the mouse is not taken")
	}
	d.send(down)
	d.sees("› accounts")
	d.send(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
	d.sees("› trades")
	d.keys("c", "=nyc")
	d.send(down)
	if len(d.operator.planned) > 1 {
		t.Error("the mouse acted")
	}
}

// taking is a console that takes the mouse.
func taking(t *testing.T, w, h int, snap model.Snapshot) *driver {
	t.Helper()
	d, _ := withHistory(t, w, h, snap)
	d.m.opts.Mouse, d.m.screen = true, ""
	return d
}

// clickKey clicks on a key of the last line.
func (d *driver) clickKey(text string) {
	d.t.Helper()
	lines := strings.Split(d.screen(), "\n")
	before, _, ok := strings.Cut(lines[len(lines)-1], text)
	if !ok {
		d.t.Fatalf("%q is not in the last line:\n%s", text, d.screen())
	}
	d.send(tea.MouseClickMsg{Button: tea.MouseLeft, X: width(before), Y: len(lines) - 1})
}

// lineOf is the first line of the screen that begins with a text, as the row of a list
// does; with in, that has it anywhere.
func (d *driver) lineOf(text string) int {
	d.t.Helper()
	for y, l := range strings.Split(d.screen(), "\n") {
		if strings.HasPrefix(strings.TrimLeft(l, " ›*"), text) {
			return y
		}
	}
	d.t.Fatalf("no line of the screen begins with %q:\n%s", text, d.screen())
	return 0
}

func (d *driver) clickLine(y int) {
	d.send(tea.MouseClickMsg{Button: tea.MouseLeft, X: 5, Y: y})
}

// TestClicksSelect: a row of each list, by either of its lines, by what it was of when
// it was painted.
func TestClicksSelect(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		d := taking(t, size[0], size[1], fakeSnapshot(1, 3, 0))
		is := func(want string) {
			t.Helper()
			if d.m.selected != want {
				t.Errorf("at %v %s is selected, not %s:\n%s", size, d.m.selected, want, d.screen())
			}
		}
		is("trades")
		d.clickLine(d.lineOf("accounts "))
		is("accounts")
		d.clickLine(d.lineOf("PIPELINE"))
		d.clickLine(0)
		is("accounts")
		y := d.lineOf("nft-index ")
		turned := fakeSnapshot(2, 3, 0)
		turned.Pipelines[0], turned.Pipelines[2] = turned.Pipelines[2], turned.Pipelines[0]
		d.m.Update(snapshotMsg{foreseen(turned)}) // not painted yet
		d.clickLine(y)
		is("nft-index")
		y = d.lineOf("trades ")
		gone := fakeSnapshot(3, 3, 0)
		gone.Pipelines = gone.Pipelines[1:]
		d.m.Update(snapshotMsg{foreseen(gone)})
		d.clickLine(y)
		is("nft-index")
	}
}

// TestClicksOnSecondLines: a row of two lines is one row.
func TestClicksOnSecondLines(t *testing.T) {
	d := taking(t, 120, 40, outage(1, 3))
	d.clickLine(d.lineOf("nft-index ") + 1)
	if d.m.selected != "nft-index" {
		t.Errorf("%s is selected", d.m.selected)
	}
}

// TestClicksSelectInOtherLists: runs, events, targets.
func TestClicksSelectInOtherLists(t *testing.T) {
	d := taking(t, 120, 40, withRuns(1, waitingRun(9), runAt("accounts", model.RunInterrupted, model.StepStop, 1, 4)))
	d.keys("esc")
	for _, k := range []string{"u", "U", "e"} {
		d.keys(k)
		d.screen()
		seen := map[string]bool{}
		for y := range 40 {
			s := d.m.spots.at(5, y)
			if s == nil || s.key != nil {
				continue
			}
			seen[s.row] = true
			want := s.row
			d.clickLine(y)
			if id, _ := d.at(); !strings.Contains(id, want) {
				t.Fatalf("after %s: %q is selected, not %q", k, id, want)
			}
			d.screen()
		}
		if len(seen) < 2 {
			t.Errorf("after %s there are %d rows to click:\n%s", k, len(seen), d.screen())
		}
		d.keys("esc")
		if d.m.page != pageOverview {
			d.keys("esc")
		}
	}
}

// TestClicksDoNotChoose: of what would act at once a row is selected, and no more.
func TestClicksDoNotChoose(t *testing.T) {
	d := taking(t, 120, 40, fakeSnapshot(1, 2, 0))
	d.keys("!")
	d.clickLine(d.lineOf("nyc"))
	if d.m.choice.at != 1 {
		t.Error("nyc is not selected")
	}
	d.clickKey("enter")
	d.sees("the mouse does not do that: press enter")
	d.keys("enter")
	d.clickLine(d.lineOf("break: "))
	d.now = d.now.Add(time.Minute)
	d.m.Update(tickMsg{})
	d.clickKey("enter")
	if len(d.faults.asked) > 0 {
		t.Errorf("it was asked for %q", d.faults.asked)
	}
	s := fakeSnapshot(1, 2, 0)
	d = taking(t, 120, 40, s)
	d.operator.evacuate = evacuationOf(s)
	d.keys("E")
	d.clickLine(d.lineOf("accounts"))
	if d.m.evacuation.at != "accounts" {
		t.Errorf("%q is selected:\n%s", d.m.evacuation.at, d.screen())
	}
}

// TestClicksPressKeys of the footer, where they neither answer nor act at once.
func TestClicksPressKeys(t *testing.T) {
	d := taking(t, 120, 40, outage(1, 3))
	d.clickKey("help")
	d.sees("This page")
	d.clickKey("esc")
	d.clickKey("cutover")
	d.sees("Type nyc")
	d.keys("=nyc")
	d.screen()
	for y := range 40 {
		for x := range 120 {
			if s := d.m.spots.at(x, y); s == nil || s.key == nil || s.key.act != actBack {
				d.send(tea.MouseClickMsg{Button: tea.MouseLeft, X: x, Y: y})
				d.screen()
			}
		}
	}
	if len(d.operator.planned) != 1 || len(d.operator.done) != 0 || d.m.page != pagePlan {
		t.Fatalf("planned %v, did %v, on %s", d.operator.planned, d.operator.done, d.m.page)
	}
	d.clickKey("esc")
	d.sees("PIPELINE")
	d.keys(":")
	d.clickLine(d.lineOf("trades"))
	if d.m.prompt.kind != promptCommand {
		t.Error("the palette is gone")
	}
}

// TestNoMarksAreLeft: the frame with the mouse is the one without.
func TestNoMarksAreLeft(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {200, 60}} {
		d, _ := withHistory(t, size[0], size[1], withRuns(1, waitingRun(9)))
		for _, k := range []string{"", "esc", "u", "esc", "U", "esc", "e", "esc", "?", "esc", "E", "enter", "esc", "!", "enter"} {
			if k != "" {
				d.keys(k)
			}
			d.m.opts.Mouse, d.m.screen = false, ""
			want := strings.Join(d.m.drawn(), "\n")
			d.m.opts.Mouse = true
			if got := strings.Join(d.m.drawn(), "\n"); got != want {
				t.Errorf("after %q at %v:\n%q\nwithout:\n%q", k, size, got, want)
			}
		}
	}
}
