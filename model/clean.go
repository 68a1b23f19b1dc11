package model

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxMessage bounds, in bytes, a message from outside that may reach a screen.
const MaxMessage = 512

// Clean makes text from outside fit for a terminal: control and invisible
// formatting characters (escape sequences, bidirectional overrides) and code points
// that are no characters are dropped, line ends and tabs become single spaces, invalid UTF-8 becomes
// U+FFFD, and the result is at most limit bytes long, cut with "…".
func Clean(text string, limit int) string {
	var b strings.Builder
	for _, r := range text {
		if r == '\n' || r == '\t' || r == '\r' {
			r = ' '
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) || unicode.Is(unicode.Noncharacter_Code_Point, r) {
			continue
		}
		if b.Len()+utf8.RuneLen(r) > limit {
			return cut(b.String(), limit)
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}

// cut shortens s so that it ends in "…" within limit bytes.
func cut(s string, limit int) string {
	const mark = "…"
	if limit < len(mark) {
		return ""
	}
	for len(s) > limit-len(mark) {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s + mark
}
