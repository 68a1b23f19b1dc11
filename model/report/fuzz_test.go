package report

import (
	"strings"
	"testing"
	"unicode"
)

func FuzzMarkdown(f *testing.F) {
	f.Add("a\n```\nb", "| x |")
	f.Add("1) one", "\x1b[31m")
	f.Fuzz(func(t *testing.T, block, line string) {
		r := Report{Title: "t", Sections: []Section{{
			Title: "s", Lines: []string{line}, Blocks: []Block{{Title: line, Text: block}},
		}}}
		for i, l := range outside(r.Markdown()) {
			l = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(l, "# "), "## "), "- ")
			if at := unescaped(l); at != "" {
				t.Errorf("line %d: markup at %q of %q", i, at, l)
			}
		}
		for _, c := range r.Text() + r.Markdown() {
			if c != '\n' && unicode.IsControl(c) {
				t.Errorf("character %q", c)
			}
		}
	})
}
