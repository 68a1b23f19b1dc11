package report

import (
	"strings"
	"text/tabwriter"

	"github.com/fumtui/fumtui/model"
)

const (
	maxCell  = 2 << 10 // bytes of one value
	maxBlock = 8 << 10 // bytes of one line of a block
)

// clean makes one line of text from outside fit for a terminal.
func clean(text string) string { return model.Clean(text, maxCell) }

// lines makes text of several lines fit for a terminal.
func lines(text string) []string {
	all := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i := range all {
		all[i] = model.Clean(all[i], maxBlock)
	}
	return all
}

// Text is the report for a terminal, without colour.
func (r Report) Text() string {
	var b strings.Builder
	b.WriteString(clean(r.Title) + "\n")
	for _, s := range r.Sections {
		b.WriteString("\n" + clean(s.Title) + "\n")
		for _, f := range s.Fields {
			b.WriteString("  " + clean(f.Name) + ": " + clean(f.Value) + "\n")
		}
		for _, l := range s.Lines {
			b.WriteString("  - " + clean(l) + "\n")
		}
		if s.Table != nil {
			writeTable(&b, s.Table)
		}
		for _, block := range s.Blocks {
			b.WriteString("  " + clean(block.Title) + "\n")
			if block.Text == "" {
				continue
			}
			for _, l := range lines(block.Text) {
				b.WriteString(strings.TrimRight("    | "+l, " ") + "\n")
			}
		}
	}
	return b.String()
}

// writeTable aligns the columns but the last, which may be long.
func writeTable(b *strings.Builder, t *Table) {
	var aligned strings.Builder
	w := tabwriter.NewWriter(&aligned, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{t.Columns}, t.Rows...) {
		cells := make([]string, 0, len(row))
		for _, cell := range row {
			cells = append(cells, clean(cell))
		}
		_, _ = w.Write([]byte("  " + strings.Join(cells, "\t") + "\n")) // to a builder: it cannot fail
	}
	_ = w.Flush()
	for line := range strings.Lines(aligned.String()) {
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
}
