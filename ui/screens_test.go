package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fumtui/fumtui/model"
)

// state is a screen in one of its states. All golden screens and all properties
// of screens go over the same table of them.
type state struct {
	name  string
	snap  model.Snapshot  // without a generation: none has come yet
	with  func(d *driver) // what the console has besides
	keys  []string        // as [driver.keys] takes them
	then  func(d *driver) // what happens after that
	sizes [][2]int        // default: wholeSizes
}

// wholeSizes are the windows of golden screens: the smallest whole one, a common
// one, and a wide one.
var wholeSizes = [][2]int{{80, 24}, {120, 40}, {200, 60}}

// states is the table. A state is one more line in one of these, and its files
// come from go test ./ui -run TestScreens -update.
func states() []state {
	return slices.Concat(overviewStates(), faultStates(), listStates(), detailStates(), planStates(), runStates(), pastStates(),
		evacuationStates(), chartStates(), otherStates())
}

// console is the state in a window.
func (s *state) console(t testing.TB, w, h int) *driver {
	t.Helper()
	d := emptyDriver(t, w, h)
	d.m.opts.Feed = sameFeed{}
	if s.with != nil {
		s.with(d)
	}
	if s.snap.Generation > 0 {
		d.arrive(s.snap)
	}
	d.keys(s.keys...)
	if s.then != nil {
		s.then(d)
	}
	return d
}

const (
	screensDir  = "testdata/screens"
	mostScreens = 8 << 20 // bytes of all files
)

func TestScreens(t *testing.T) {
	made := map[string]bool{}
	for _, s := range states() {
		sizes := s.sizes
		if sizes == nil {
			sizes = wholeSizes
		}
		for _, size := range sizes {
			file := fmt.Sprintf("%s_%dx%d.golden", s.name, size[0], size[1])
			if made[file] {
				t.Errorf("%s is made twice", file)
			}
			made[file] = true
			t.Run(strings.TrimSuffix(file, ".golden"), func(t *testing.T) {
				d := s.console(t, size[0], size[1])
				compareState(t, file, &s, size, d.frameIn)
			})
		}
	}
	for _, size := range wholeSizes { // before there is a console
		s, file := state{name: "welcome"}, fmt.Sprintf("welcome_%dx%d.golden", size[0], size[1])
		made[file] = true
		m := newWelcome(size[0], size[1])
		compareState(t, file, &s, size, func(theme *theme) string {
			m.theme = theme
			return strings.Join(m.frame(), "\n")
		})
	}
	compareScreen(t, "themes.golden", themesFile())
	made["themes.golden"] = true
	orphans(t, made)
}

// screenFile is a golden file: what a person reads, and below it what each cell is
// painted as. Ends of lines that are blank are left out.
func screenFile(s *state, size [2]int, cells [][]cell) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s at %dx%d", s.name, size[0], size[1])
	if len(s.keys) > 0 {
		fmt.Fprintf(&b, ", after %s", strings.Join(s.keys, " "))
	}
	b.WriteString("\n")
	var paint strings.Builder
	for _, line := range cells {
		var text, letters strings.Builder
		for _, c := range line {
			text.WriteString(c.text)
			letters.WriteString(strings.Repeat(string(paintLetters[c.paint]), c.columns))
		}
		b.WriteString(strings.TrimRight(text.String(), " ") + "\n")
		paint.WriteString(strings.TrimRight(letters.String(), " ") + "\n")
	}
	b.WriteString("# painted: " + paintLegend() + "\n" + paint.String())
	return b.String()
}

// compareState compares a state, which is a frame in any theme, with its file.
func compareState(t *testing.T, file string, s *state, size [2]int, frameIn func(*theme) string) {
	t.Helper()
	cells := painted(t, frameIn)
	sameEverywhere(t, frameIn, cells)
	compareScreen(t, file, screenFile(s, size, cells))
}

func compareScreen(t *testing.T, file, got string) {
	t.Helper()
	path := filepath.Join(screensDir, file)
	if updating() {
		if err := os.MkdirAll(screensDir, 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path) //nolint:gosec // a golden file
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test ./ui -run TestScreens -update writes it anew):\n%s", path, lineDiff(string(want), got))
	}
}

// lineDiff are the lines that differ, as they were and as they are.
func lineDiff(want, got string) string {
	was, is := strings.Split(want, "\n"), strings.Split(got, "\n")
	var b strings.Builder
	for i := range max(len(was), len(is)) {
		a, c := "", ""
		if i < len(was) {
			a = was[i]
		}
		if i < len(is) {
			c = is[i]
		}
		if a != c {
			fmt.Fprintf(&b, "%3d was %s\n    is  %s\n", i+1, a, c)
		}
	}
	return b.String()
}

// orphans fails where a file belongs to no state, or all of them are too much to
// read; where files are written anew it removes those.
func orphans(t *testing.T, made map[string]bool) {
	t.Helper()
	entries, err := os.ReadDir(screensDir)
	if err != nil {
		t.Fatal(err)
	}
	total := int64(0)
	for _, e := range entries {
		path := filepath.Join(screensDir, e.Name())
		switch info, err := e.Info(); {
		case made[e.Name()] && err == nil:
			total += info.Size()
		case updating():
			if err := os.Remove(path); err != nil {
				t.Error(err)
			}
		default:
			t.Errorf("%s belongs to no state", path)
		}
	}
	if total > mostScreens {
		t.Errorf("the golden screens have %d bytes: more than %d nobody reads", total, mostScreens)
	}
}
