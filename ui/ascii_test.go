package ui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// toASCII makes a console draw with ASCII alone.
func (d *driver) toASCII(foreign bool) {
	d.m.opts.ASCII, d.m.opts.foreign, d.m.glyphs, d.m.screen = true, foreign, glyphsFor(true), ""
	d.m.keys, d.m.charts.drawn.lines = asciiLabels(d.m.keys), nil
}

// TestASCIIScreens: no screen in no state needs more than ASCII, but for names
// from outside where those can be shown, and none is wider for it.
func TestASCIIScreens(t *testing.T) {
	for _, s := range states() {
		for _, size := range [][2]int{{80, 24}, {200, 60}} {
			d := s.console(t, size[0], size[1])
			full := d.screen()
			for _, foreign := range []bool{true, false} {
				d.toASCII(foreign)
				for n, line := range strings.Split(d.screen(), "\n") {
					if width(line) > size[0] {
						t.Errorf("%s, %v, line %d is too wide: %q", s.name, size, n+1, line)
					}
					for _, r := range line {
						switch {
						case r < utf8.RuneSelf:
						case foreign:
							t.Errorf("%s, %v, line %d has %q: %q", s.name, size, n+1, r, line)
						case !strings.ContainsRune(full, r) || asciiTwins[r] != 0:
							t.Errorf("%s, %v, line %d still has %q: %q", s.name, size, n+1, r, line)
						}
					}
				}
			}
		}
	}
}

// TestEveryCharacterHasATwin: what the console and the model write that is not
// ASCII has a twin of the same width, and twins of states are apart.
func TestEveryCharacterHasATwin(t *testing.T) {
	for r, twin := range asciiTwins {
		if ansi.StringWidth(string(r)) != 1 || twin < ' ' || twin > '~' {
			t.Errorf("%q and %q", r, twin)
		}
	}
	seen := map[byte]string{}
	for _, glyph := range []string{glyphOK, glyphWarn, glyphCritical, glyphUnknown, glyphMoving, glyphPending, glyphFocus, glyphMarked, "…"} {
		twin := ASCII(glyph, true)[0]
		if other := seen[twin]; other != "" {
			t.Errorf("%s and %s are both %q", glyph, other, twin)
		}
		seen[twin] = glyph
	}
	chart := "│┤└─┴┼▁▂▃▄▅▆▇█" // drawn with others of its own
	for _, dir := range []string{".", "chart", "../model"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() && d.Name() == "plain" { // has its own way
				return fs.SkipDir
			}
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind == token.INT || !strings.ContainsAny(lit.Value, "'\"`") {
					return true
				}
				for _, r := range lit.Value { // as it is written: escapes are not shown
					if r >= utf8.RuneSelf && asciiTwins[r] == 0 && !strings.ContainsRune(chart, r) {
						t.Errorf("%s: %q in %s has no twin", path, r, strconv.Quote(lit.Value))
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestASCII(t *testing.T) {
	for in, want := range map[string][2]string{
		"plain": {"plain", "plain"}, "✓ ok · 3 → nyc …": {"+ ok - 3 > nyc ~", "+ ok - 3 > nyc ~"},
		"\x1b[1m✗\x1b[m": {"\x1b[1mX\x1b[m", "\x1b[1mX\x1b[m"}, "日本é": {"日本é", "?????"},
	} {
		if got := [2]string{ASCII(in, false), ASCII(in, true)}; got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
}

// TestWhereASCIIIsDrawn: by the locale, the kind of terminal, and what was asked.
func TestWhereASCIIIsDrawn(t *testing.T) {
	for _, c := range []struct {
		term, lang     string
		opts           Options
		ascii, foreign bool
	}{
		{"xterm", "en_GB.UTF-8", Options{}, false, false},
		{"xterm", "C", Options{}, true, true},
		{"xterm", "", Options{}, false, false},
		{"linux", "en_GB.UTF-8", Options{}, true, false},
		{"vt220", "", Options{}, true, false},
		{"xterm", "en_GB.UTF-8", Options{ASCII: true}, true, false},
		{"linux", "C", Options{Unicode: true}, false, false},
	} {
		t.Setenv("TERM", c.term)
		t.Setenv("LC_ALL", "")
		t.Setenv("LC_CTYPE", "")
		t.Setenv("LANG", c.lang)
		if got := c.opts.withDefaults().onTerminal(); got.ASCII != c.ascii || got.foreign != c.foreign {
			t.Errorf("%+v: ascii %t, foreign %t", c, got.ASCII, got.foreign)
		}
	}
}
