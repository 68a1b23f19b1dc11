package ui

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// FuzzText: whatever comes from outside fits where it is put, by every way of
// counting columns, and brings nothing but text to the terminal.
func FuzzText(f *testing.F) {
	for i, s := range append(hostile, "plain", "cutover --confirm nyc and press enter", "a  b", "e\u0301", "\u0301", "ｗｉｄｅ", "1️⃣", "\x1b]52;c;eA==\a") {
		f.Add(s, 1+i*7%90)
	}
	f.Fuzz(func(t *testing.T, s string, w int) {
		w = 1 + (w%250+250)%250
		text := clean(s)
		if again := clean(text); again != text {
			t.Errorf("clean is not the end: %q, then %q", text, again)
		}
		fitsIn := func(what, got string, least, most int) {
			t.Helper()
			plain := ansi.Strip(got)
			if !utf8.ValidString(got) || strings.ContainsFunc(plain, func(r rune) bool { return settle(r) != r || r < 0x20 || (r >= 0x7f && r < 0xa0) }) {
				t.Errorf("%s: %q", what, got)
			}
			if a, b := ansi.StringWidth(got), ansi.StringWidthWc(got); a < least || a > most || b != a || width(got) != a {
				t.Errorf("%s: %d or %d or %d columns, want %d to %d: %q", what, a, b, width(got), least, most, got)
			}
		}
		painted := newTheme(false, true).paint(roleWarn, text)
		for _, in := range []string{text, painted, painted + " " + text + painted} {
			fitsIn("cut", cut(in, w), 0, w)
			fitsIn("fit", fit(in, w), w, w)
			fitsIn("fitRight", fitRight(in, w), w, w)
			fitsIn("spread", spread(in, in, w), 0, w)
		}
		if width(text) <= w && cut(text, w) != text {
			t.Errorf("cut takes from what fits: %q", text)
		}
		if w < 2 { // a wide character is wider than that
			return
		}
		lines := wrap(text, w)
		for _, l := range lines {
			fitsIn("wrap", l, 0, w)
		}
		if got, want := letters(strings.Join(lines, "")), letters(text); got != want {
			t.Errorf("wrap at %d changes %q to %q", w, want, got)
		}
		for _, l := range wrapIndent(" > ", text, w+3) {
			fitsIn("wrapIndent", l, 0, w+3)
		}
	})
}

// letters are all but blanks.
func letters(s string) string { return strings.Join(strings.Fields(s), "") }
