package ui

import (
	"strings"

	"github.com/fumtui/fumtui/ui/chart"
)

// glyphsFor is what charts are drawn with.
func glyphsFor(ascii bool) chart.Glyphs {
	if ascii {
		return chart.ASCII
	}
	return chart.Braille
}

// drawsUnicode reports whether a terminal likely shows more than ASCII: its locale
// is UTF-8, and it is none whose font has but a few hundred characters.
func drawsUnicode(env func(string) string) bool {
	term := env("TERM")
	return localeIsUTF8(env) && term != "linux" && term != "dumb" && !strings.HasPrefix(term, "vt")
}

// localeIsUTF8 reports whether the locale's characters are UTF-8, by the first of
// its variables that is set. Where none is, they are taken to be: that is how
// most ssh lines come.
func localeIsUTF8(env func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := strings.ToLower(env(name)); value != "" {
			return strings.Contains(value, "utf-8") || strings.Contains(value, "utf8")
		}
	}
	return true
}
