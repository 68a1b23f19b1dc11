package ui

import (
	"math/rand/v2"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// randomSizes are windows from one cell on, half of them ones that show whole
// screens.
func randomSizes(r *rand.Rand, n int) [][2]int {
	var out [][2]int
	for i := range n {
		size := [2]int{1 + r.IntN(220), 1 + r.IntN(70)}
		if i%2 == 0 {
			size = [2]int{minWidth + r.IntN(141), minHeight + r.IntN(47)}
		}
		out = append(out, size)
	}
	return out
}

// wellFormed fails unless the frame fits the window by every way of counting
// columns, fills it where it is whole, and sends nothing to the terminal but text
// and styles that end with their line.
func wellFormed(t *testing.T, d *driver, what string) {
	t.Helper()
	w, h := d.m.width, d.m.height
	whole := !d.m.small() && d.m.snap != nil
	frame := d.frameIn(markingTheme())
	cells := cellsOf(t, frame)
	if len(cells) > h || (whole && len(cells) != h) {
		t.Fatalf("%s: %d lines in a window of %dx%d", what, len(cells), w, h)
	}
	for i, line := range strings.Split(frame, "\n") {
		text := ansi.Strip(line)
		if a, b := ansi.StringWidth(line), ansi.StringWidthWc(line); a > w || b > w {
			t.Fatalf("%s, line %d: %d or %d columns in a window of %dx%d: %q", what, i+1, a, b, w, h, text)
		}
		if strings.Contains(text, "……") {
			t.Fatalf("%s, line %d: cut twice: %q", what, i+1, text)
		}
		for _, r := range text {
			if clean(string(r)) != string(r) {
				t.Fatalf("%s, line %d: %U reaches the terminal: %q", what, i+1, r, text)
			}
		}
	}
	if last := strings.TrimSpace(plainText(cells[max(0, len(cells)-1):])); whole && !hasKeys(d, last) {
		t.Fatalf("%s: at %dx%d no key is named in %q", what, w, h, last)
	}
	if ansi.Strip(d.frameIn(newTheme(true, true))) != ansi.Strip(frame) {
		t.Fatalf("%s: at %dx%d the text depends on colours", what, w, h)
	}
}

// hasKeys reports whether the last line says how to leave, or holds what is typed
// or remarked.
func hasKeys(d *driver, last string) bool {
	return strings.Contains(last, "quit") || d.m.prompt.kind != promptNone || strings.HasPrefix(last, glyphFocus)
}

func plainText(cells [][]cell) string {
	var b strings.Builder
	for _, line := range cells {
		for _, c := range line {
			b.WriteString(c.text)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// TestScreensFitAnyWindow: every state, drawn in windows of any size.
func TestScreensFitAnyWindow(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22)) //nolint:gosec // a test
	for _, s := range states() {
		sizes := randomSizes(r, 6)
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			d := s.console(t, sizes[0][0], sizes[0][1])
			wellFormed(t, d, "made there")
			d = s.console(t, 120, 40)
			for _, size := range sizes[1:] {
				d.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				wellFormed(t, d, "after a resize")
			}
		})
	}
}

// TestResizeKeepsWhatAPersonDid: whatever windows come and go, the page, what is
// selected and what was typed stay.
func TestResizeKeepsWhatAPersonDid(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24)) //nolint:gosec // a test
	for _, s := range states() {
		sizes := randomSizes(r, 12)
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			d := s.console(t, 80, 24)
			was, before := d.place(), d.screen()
			c := d.m.asked()
			fixed := d.m.view.YOffset() == 0 && (c == nil || c.armed) // a large window shows the end: there is nothing to scroll
			for _, size := range sizes {
				d.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				d.screen()
				if now := d.place(); now != was {
					t.Fatalf("at %dx%d it is %+v, it was %+v", size[0], size[1], now, was)
				}
			}
			d.send(tea.WindowSizeMsg{Width: 80, Height: 24})
			d.m.Update(armMsg{d.m.arming})
			if now := d.place(); now != was {
				t.Fatalf("it is %+v, it was %+v", now, was)
			}
			if after := d.screen(); after != before && fixed {
				t.Errorf("the screen was\n%s\nand is\n%s", before, after)
			}
		})
	}
}

// place is where a person is, and what was typed there.
type place struct {
	page, under                             page
	pipeline, run, inHistory, inEvents, row string
	typed, line, filter                     string
	choice                                  int
	frozen                                  bool
}

func (d *driver) place() place {
	m := d.m
	out := place{
		page: m.page, under: m.under, pipeline: m.selected, run: m.runs.at, inHistory: m.history.at, inEvents: m.events.at, row: m.evacuation.at,
		filter: string(m.list.filter), choice: m.choice.at, frozen: m.frozen(),
	}
	if c := m.asked(); c != nil {
		out.typed = c.input.Value()
	}
	if m.prompt.kind != promptNone {
		out.line = m.prompt.input.Value()
	}
	return out
}

// TestWhatIsAskedIsSeen: wherever something is typed to act, the window shows what
// is asked, and where it is too small for that nothing that is typed counts.
func TestWhatIsAskedIsSeen(t *testing.T) {
	r := rand.New(rand.NewPCG(25, 26)) //nolint:gosec // a test
	asking := 0
	for _, s := range states() {
		d := s.console(t, 80, 24)
		if !d.m.typing() {
			continue
		}
		asking++
		t.Run(s.name, func(t *testing.T) {
			d.t = t
			for _, size := range append(randomSizes(r, 10), [2]int{80, 24}) {
				d.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				if !d.m.small() {
					d.m.Update(armMsg{d.m.arming})
					c := d.m.asked()
					d.seesWrapped(d.m.opts.asciiLines([]string{clean(c.input.Value()) + "▏", clean(c.want)})...)
					continue
				}
				before, done := d.place(), d.acted()
				d.m.Update(armMsg{d.m.arming})
				d.keys("=nyc", "enter")
				if now := d.place(); now != before || d.acted() != done {
					t.Fatalf("at %dx%d keys count: %+v, it was %+v", size[0], size[1], now, before)
				}
				d.m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
				d.keys("=x", "enter")
				if now := d.place(); now != before || d.acted() != done {
					t.Fatalf("keys count before it was painted: %+v, it was %+v", now, before)
				}
			}
		})
	}
	if asking < 15 {
		t.Errorf("only %d states ask for something", asking)
	}
}

// acted is how often something was done.
func (d *driver) acted() int {
	return len(d.operator.executed) + len(d.operator.evacuated) + len(d.operator.done)
}
