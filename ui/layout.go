package ui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// The smallest window that shows whole screens, and bounds of its parts.
const (
	minWidth, minHeight = 80, 24
	tallHeight          = 36   // from here on panels say more
	panelWidth          = 38   // a cluster panel is at least this wide
	minChart            = 6    // lines that the chart would like at least
	lowChart            = 3    // with fewer it shows nothing
	maxScreen           = 1000 // columns or lines: more is cut
)

// bar is a horizontal line.
func bar(n int) string {
	if n <= 0 {
		return ""
	}
	return strings.Repeat("─", n)
}

// clampFrame makes lines fit the window: never more than h lines, never one
// that is wider than w columns.
func clampFrame(lines []string, w, h int) []string {
	if w <= 0 || h <= 0 {
		return nil
	}
	if len(lines) > h {
		lines = lines[:h]
	}
	for i, l := range lines {
		if width(l) > w {
			lines[i] = cut(l, w)
		}
	}
	return lines
}

// fill makes exactly h lines.
func fill(lines []string, h int) []string {
	if h < 0 {
		h = 0
	}
	if len(lines) > h {
		return lines[:h]
	}
	for len(lines) < h {
		lines = append(lines, "")
	}
	return lines
}

// beside joins blocks of lines of the given widths, with a column between.
func beside(blocks [][]string, widths []int) []string {
	rows := 0
	for _, b := range blocks {
		rows = max(rows, len(b))
	}
	out := make([]string, rows)
	var line strings.Builder
	for y := range out {
		line.Reset()
		for i, b := range blocks {
			if i > 0 {
				line.WriteByte(' ')
			}
			cell := ""
			if y < len(b) {
				cell = b[y]
			}
			line.WriteString(fit(cell, widths[i]))
		}
		out[y] = line.String()
	}
	return out
}

// columns divides w into n widths with a column between each.
func columns(w, n int) []int {
	out := make([]int, n)
	free := max(0, w-(n-1))
	for i := range out {
		out[i] = free / n
		if i < free%n {
			out[i]++
		}
	}
	return out
}

// window is the part [from, to) of n rows that shows row at in h rows.
func window(n, at, h int) (from, to int) {
	if h <= 0 {
		return 0, 0
	}
	if n <= h {
		return 0, n
	}
	from = max(0, min(at-h/2, n-h))
	return from, from + h
}

// clip keeps at most n lines, and marks the last one where more is lost.
func clip(lines []string, n, w int) []string {
	if n <= 0 {
		return nil
	}
	if len(lines) <= n {
		return lines
	}
	lines = append([]string(nil), lines[:n]...)
	if width(lines[n-1]) >= w {
		lines[n-1] = cut(lines[n-1], w-1)
	}
	if !strings.HasSuffix(ansi.Strip(lines[n-1]), "…") {
		lines[n-1] += "…"
	}
	return lines
}
