package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Markdown is the report as Markdown (CommonMark with tables).
func (r Report) Markdown() string {
	var b strings.Builder
	b.WriteString("# " + escape(r.Title) + "\n")
	for _, s := range r.Sections {
		b.WriteString("\n## " + escape(s.Title) + "\n\n")
		for _, f := range s.Fields {
			b.WriteString("- **" + escape(f.Name) + "**: " + escape(f.Value) + "\n")
		}
		for _, l := range s.Lines {
			b.WriteString("- " + escape(l) + "\n")
		}
		if s.Table != nil {
			markdownTable(&b, s.Table)
		}
		for i, block := range s.Blocks {
			if i > 0 {
				b.WriteString("\n")
			}
			markdownBlock(&b, block)
		}
	}
	return b.String()
}

func markdownTable(b *strings.Builder, t *Table) {
	row := func(cells []string) {
		b.WriteString("|")
		for _, cell := range cells {
			b.WriteString(" " + escape(cell) + " |")
		}
		b.WriteString("\n")
	}
	row(t.Columns)
	b.WriteString("|" + strings.Repeat(" --- |", len(t.Columns)) + "\n")
	for _, cells := range t.Rows {
		row(cells)
	}
}

// markdownBlock fences a text by more backticks than it has anywhere.
func markdownBlock(b *strings.Builder, block Block) {
	b.WriteString(escape(block.Title) + "\n")
	if block.Text == "" {
		return
	}
	text := lines(block.Text)
	fence := strings.Repeat("`", max(3, 1+longest(text, '`')))
	b.WriteString("\n" + fence + "text\n" + strings.Join(text, "\n") + "\n" + fence + "\n")
}

// longest is the length of the longest row of a byte in any line.
func longest(lines []string, c byte) int {
	most := 0
	for _, l := range lines {
		row := 0
		for i := range len(l) {
			if l[i] != c {
				row = 0
				continue
			}
			row++
			most = max(most, row)
		}
	}
	return most
}

// special are the characters that mean something to Markdown inside a line.
const special = "\\`*_[]<>|~&#!$"

// escape makes text mean nothing but itself in Markdown: no markup, no HTML, no
// cell of a table, no list, and no link, neither by what looks like an address.
func escape(text string) string {
	text = clean(text)
	var b strings.Builder
	for i, r := range text {
		rest := text[i:]
		switch {
		case strings.ContainsRune(special, r),
			r == ':' && strings.HasPrefix(rest, "://"),
			r == '.' && i >= 3 && strings.EqualFold(text[i-3:i], "www"),
			i == 0 && (r == '-' || r == '+') && !begins(rest[1:]),
			(r == '.' || r == ')') && i > 0 && digits(text[:i]) && !begins(rest[1:]):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// digits reports whether there is nothing else: what would begin a list.
func digits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// begins reports whether a text begins with a letter or a digit: a mark of a list
// is not followed by one.
func begins(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}
