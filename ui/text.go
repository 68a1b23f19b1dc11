package ui

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"github.com/fumtui/fumtui/model"
)

// clean makes text from outside fit for a cell grid: besides what [model.Clean]
// drops, no character remains whose width terminals disagree about (variation
// selectors, skin tones, flags, joined letters).
func clean(s string) string {
	if printable(s) {
		return s
	}
	s = model.Clean(s, model.MaxMessage)
	return settled(strings.TrimSpace(strings.Map(settle, s)))
}

// settled replaces what some terminals join and others do not.
func settled(s string) string {
	if ansi.StringWidth(s) == ansi.StringWidthWc(s) {
		return s
	}
	var b strings.Builder
	for s != "" {
		joined, w := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		s = s[len(joined):]
		if w != ansi.StringWidthWc(joined) {
			joined = "?"
		}
		b.WriteString(joined)
	}
	return b.String()
}

// printable reports whether s is short, plain ASCII, as nearly all text is.
func printable(s string) bool {
	if len(s) > model.MaxMessage {
		return false
	}
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// settle replaces or drops (-1) a rune that has no width of its own everywhere.
func settle(r rune) rune {
	switch {
	case r < 0x300, r == '…', r == unicode.ReplacementChar:
		return r
	case r >= 0x1F1E6 && r <= 0x1F1FF: // regional indicators: flags when paired
		return 'A' + r - 0x1F1E6
	case r >= 0x1F3FB && r <= 0x1F3FF: // skin tones
		return -1
	case unicode.Is(unicode.M, r), unicode.Is(unicode.Cf, r):
		return -1
	case r >= 0x1160 && r <= 0x11FF, r >= 0xD7B0 && r <= 0xD7FF: // joining jamo
		return -1
	case unicode.IsSpace(r):
		return ' '
	}
	if ansi.StringWidth(string(r)) != ansi.StringWidthWc(string(r)) {
		return '?'
	}
	return r
}

// width is the number of columns of s, styles not counted.
func width(s string) int {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return ansi.StringWidth(s)
		}
	}
	return len(s)
}

// cut shortens s to w columns, with "…" where something is lost.
func cut(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if width(s) <= w {
		return s
	}
	return ansi.Truncate(s, w, "…")
}

// fit cuts or pads s on the right to exactly w columns. Where only blanks are too
// much, nothing is lost.
func fit(s string, w int) string {
	have := width(s)
	if have > w {
		s = cut(strings.TrimRight(s, " "), w)
		have = width(s)
	}
	return s + blank(w-have)
}

// fitRight cuts or pads s on the left to exactly w columns.
func fitRight(s string, w int) string {
	have := width(s)
	if have > w {
		s = cut(s, w)
		have = width(s)
	}
	return blank(w-have) + s
}

// blank is n spaces; none where n is not positive.
func blank(n int) string {
	if n <= 0 {
		return ""
	}
	return strings.Repeat(" ", n)
}

const (
	pressKey = "press " // a key follows
	noBreak  = "\u00a0"

	noBreakHyphen = "\u2011"
)

// unglue puts back what may not be broken at.
var unglue = strings.NewReplacer(noBreak, " ", noBreakHyphen, "-")

// flagged is a flag of a command, with its value where it has one.
var flagged = regexp.MustCompile(`--[a-z][a-z-]*(?: [^\s-])?`)

// wrap breaks unstyled text into lines of at most w columns: between words, and
// neither within a flag of a command, nor before its value, nor within a name.
func wrap(s string, w int) []string {
	if w <= 0 {
		return nil
	}
	s = strings.ReplaceAll(s, pressKey, strings.ReplaceAll(pressKey, " ", noBreak)) // stays with its key
	s = flagged.ReplaceAllStringFunc(s, func(flag string) string { return strings.ReplaceAll(flag, " ", noBreak) })
	s = strings.ReplaceAll(s, "-", noBreakHyphen)
	lines := strings.Split(ansi.Wrap(s, w, " "), "\n")
	for i := range lines {
		lines[i] = unglue.Replace(strings.TrimSpace(lines[i]))
	}
	return lines
}

// wrapIndent wraps text behind a label: the first line starts with it, the
// others are indented by its width.
func wrapIndent(label, text string, w int) []string {
	indent := width(label)
	if indent >= w {
		return wrap(label+text, w)
	}
	lines := wrap(text, w-indent)
	for i := range lines {
		if i == 0 {
			lines[i] = label + lines[i]
		} else {
			lines[i] = blank(indent) + lines[i]
		}
	}
	return lines
}

// wrap1 wraps unstyled text, a column in from the left.
func wrap1(text string, w int) []string { return wrapIndent(" ", text, w-1) }

// cutLeft cuts off what is before the last w columns: what is being typed is at the
// end.
func cutLeft(s string, w int) string {
	if over := width(s) - w; over > 0 && w > 0 {
		return ansi.TruncateLeft(s, over+1, "…")
	}
	return s
}

// spread puts left and right at the two ends of w columns; left is cut first.
func spread(left, right string, w int) string {
	r := width(right)
	if r+2 > w {
		return fit(left, w)
	}
	return fit(left, w-r-1) + " " + right
}
