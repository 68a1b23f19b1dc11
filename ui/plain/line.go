package plain

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/fumtui/fumtui/model"
)

// mostLine bounds a printed line, in bytes.
const mostLine = 8 << 10

// aloud are the signs that a voice stumbles over, and what is written instead.
var aloud = strings.NewReplacer(
	" → ", " to ", "→", "to", " – ", ": ", "–", "not known", " · ", "; ", "·", "", "✓", "ok", "✗", "bad", "⚠", "look",
)

// printable makes one line of any text: what is no character of a line is dropped,
// and where only ASCII can be shown, what is not is "?".
func printable(text string, ascii bool) string {
	text = aloud.Replace(text)
	keep := func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\t', unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r):
			return -1
		case r == 0x2028, r == 0x2029:
			return ' '
		case ascii && r > unicode.MaxASCII:
			return '?'
		}
		return r
	}
	if ascii {
		text = strings.ReplaceAll(text, "…", "...")
	}
	text = strings.TrimRight(strings.Map(keep, strings.ToValidUTF8(text, "?")), " ")
	for len(text) > mostLine {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	return text
}

// tidy makes text from outside fit for a sentence.
func tidy[T ~string](text T) string { return model.Clean(string(text), model.MaxMessage) }

// word is a verdict or state as it is said: with "-" between its words.
func word[T ~string](v T) string { return strings.ReplaceAll(tidy(v), "_", "-") }

// lasting is for how long something has been so: " for 3s"; "" where that is not
// known.
func lasting(since, now time.Time) string {
	if since.IsZero() {
		return ""
	}
	return " for " + model.Span(now.Sub(since))
}

// stop ends a sentence.
func stop(text string) string {
	if text == "" || strings.HasSuffix(text, ".") || strings.HasSuffix(text, "?") || strings.HasSuffix(text, "!") || strings.HasSuffix(text, ":") {
		return text
	}
	return text + "."
}

// upper begins a sentence.
func upper(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	if size == 0 || r == utf8.RuneError {
		return text
	}
	return string(unicode.ToUpper(r)) + text[size:]
}

// several names a few of many: "a, b, c and 297 more".
func several(names []string) string {
	const most = 3
	switch n := len(names); {
	case n == 1:
		return names[0]
	case n <= most:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	default:
		return strings.Join(names[:most], ", ") + " and " + model.Count(n-most) + " more"
	}
}
