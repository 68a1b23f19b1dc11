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
