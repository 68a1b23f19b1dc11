package ui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// A cell of a frame has one paint: a role, or a series of a chart behind the
// roles.
type cell struct {
	text    string
	columns int
	style   string // how it came, as SGR
	paint   int
}

const (
	mostSeries   = 4
	mostCompared = 3 // themes in which screens are drawn: no colour, dark and light; the others are the same code with other colours
)

var paintNames = []string{"text", "ok", "warn", "critical", "unknown", "stale", "focus", "title", "faint", "series 1", "series 2", "series 3", "series 4"}

const paintLetters = " owcusft-1234"

func paintLegend() string {
	var parts []string
	for i, name := range paintNames {
		if i > 0 {
			parts = append(parts, string(paintLetters[i])+" "+name)
		}
	}
	return strings.Join(parts, ", ")
}

// markingTheme gives each paint a look that no other one has, so that it can be
// read back.
func markingTheme() *theme {
	t := &theme{}
	for r := roleText + 1; r < roleCount; r++ {
		t.prefix[r] = marking(int(r))
	}
	for i := range mostSeries {
		t.series = append(t.series, marking(int(roleCount)+i))
	}
	return t
}

func marking(paint int) string { return fmt.Sprintf("\x1b[38;5;%dm", 100+paint) }

// look is how a paint is to show in a theme.
func (t *theme) look(paint int) string {
	if paint < int(roleCount) {
		return t.prefix[paint]
	}
	return t.series[(paint-int(roleCount))%len(t.series)]
}

// shownTheme is a theme that a person can come to see.
type shownTheme struct {
	name string
	*theme
}

func themes() []shownTheme {
	out := []shownTheme{{"no colour", newTheme(true, true)}}
	for _, a := range []struct{ short, name string }{{"", themeAuto}, {"contrast ", themeHighContrast}, {"blind ", themeColourBlind}} {
		for _, p := range []palette{manyColours, fewColours} {
			few := map[bool]string{true: " 16"}[p == fewColours]
			out = append(out, shownTheme{a.short + "dark" + few, appearance{a.name, true, p}.theme()}, shownTheme{a.short + "light" + few, appearance{a.name, false, p}.theme()})
		}
	}
	return out
}

// frameIn is the frame as a theme paints it.
func (d *driver) frameIn(t *theme) string {
	d.t.Helper()
	was := d.m.theme
	defer func() { d.m.theme, d.m.screen, d.m.charts.drawn.lines = was, "", nil }()
	d.m.theme, d.m.screen, d.m.charts.drawn.lines = t, "", nil
	frame := d.m.View().Content
	if d.m.crash != nil {
		d.t.Fatal(d.m.crash)
	}
	return frame
}

// painted is a frame, cell by cell, with what each is painted as.
func painted(t testing.TB, frameIn func(*theme) string) [][]cell {
	t.Helper()
	cells := cellsOf(t, frameIn(markingTheme()))
	paints := map[string]int{"": 0}
	for i := range paintNames {
		paints[marking(i)] = i
	}
	for y, line := range cells {
		for x := range line {
			paint, ok := paints[line[x].style]
			if !ok {
				t.Fatalf("line %d: %q is painted twice over, or as nothing that has a name: %q", y+1, line[x].text, line[x].style)
			}
			line[x].paint = paint
		}
	}
	return cells
}

// cellsOf reads a frame. Each line must begin and end without a style.
func cellsOf(t testing.TB, frame string) [][]cell {
	t.Helper()
	var out [][]cell
	if frame == "" {
		return nil
	}
	for y, line := range strings.Split(frame, "\n") {
		var cells []cell
		style := ""
		for state := byte(0); line != ""; {
			seq, columns, n, next := ansi.DecodeSequence(line, state, nil)
			line, state = line[n:], next
			switch {
			case columns > 0:
				cells = append(cells, cell{text: seq, columns: columns, style: style})
			case seq == ansi.ResetStyle || seq == "\x1b[0m":
				style = ""
			case strings.HasPrefix(seq, "\x1b[") && strings.HasSuffix(seq, "m"):
				style += seq
			default:
				t.Fatalf("line %d: %q reaches the terminal", y+1, seq)
			}
		}
		if style != "" {
			t.Fatalf("line %d ends painted as %q", y+1, style)
		}
		out = append(out, cells)
	}
	return out
}

// sameEverywhere fails unless every theme shows the same text, and paints each
// cell as it paints its role: then one file tells of all of them.
func sameEverywhere(t *testing.T, frameIn func(*theme) string, want [][]cell) {
	t.Helper()
	for _, theme := range themes()[:mostCompared] {
		name, got := theme.name, cellsOf(t, frameIn(theme.theme))
		if len(got) != len(want) {
			t.Fatalf("%s: %d lines, want %d", name, len(got), len(want))
		}
		for y := range want {
			if len(got[y]) != len(want[y]) {
				t.Fatalf("%s, line %d: %d cells, want %d", name, y+1, len(got[y]), len(want[y]))
			}
			for x, c := range want[y] {
				if g := got[y][x]; g.text != c.text {
					t.Fatalf("%s, line %d: %q, want %q", name, y+1, g.text, c.text)
				} else if g.style != theme.look(c.paint) {
					t.Fatalf("%s, line %d: %q is %q and not as %s shows", name, y+1, g.text, g.style, paintNames[c.paint])
				}
			}
		}
	}
}

// themesFile is how each theme paints what the files of screens name.
func themesFile() string {
	var b strings.Builder
	b.WriteString("# how each paint of the golden screens shows in each theme, as SGR; - is as it is\n")
	fmt.Fprintf(&b, "%-17s", "")
	for i, name := range paintNames {
		fmt.Fprintf(&b, " %-12s", strings.TrimSpace(string(paintLetters[i])+" "+name))
	}
	for _, theme := range themes() {
		fmt.Fprintf(&b, "\n%-17s", theme.name)
		for i := range paintNames {
			look := strings.TrimSuffix(strings.TrimPrefix(theme.look(i), "\x1b["), "m")
			if look == "" {
				look = "-"
			}
			fmt.Fprintf(&b, " %-12s", look)
		}
	}
	var out strings.Builder
	for line := range strings.Lines(b.String()) {
		out.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return out.String()
}
