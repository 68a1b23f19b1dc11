// Package picture draws a terminal screen as an SVG picture. Braille is drawn as
// dots and every run of text is given its length, so that the picture does not
// depend on the fonts of whoever looks at it.
package picture

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"strings"
)

const (
	cellWidth  = 8.4
	cellHeight = 18.0
	margin     = 12.0
)

// SVG writes the picture of a screen: its lines, with SGR sequences for how they
// look, on the ground of a terminal. Other escape sequences are left out.
func SVG(out io.Writer, lines []string, on *Ground) error {
	var screen [][]cell
	columns := 0
	state := style{}
	for _, line := range lines {
		var row []cell
		row, state = parseLine(line, state)
		screen = append(screen, row)
		columns = max(columns, len(row))
	}
	w := bufio.NewWriter(out)
	draw(w, screen, columns, on)
	return w.Flush()
}

// draw writes the picture: the backgrounds, then dots, then text.
func draw(w io.Writer, screen [][]cell, columns int, on *Ground) {
	width := float64(columns)*cellWidth + 2*margin
	height := float64(len(screen))*cellHeight + 2*margin
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" font-family="ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14">`+"\n", width, height)
	fmt.Fprintf(w, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", on.background)
	for y, row := range screen {
		for x := 0; x < len(row); {
			n := 1
			for x+n < len(row) && row[x+n].style == row[x].style && isBraille(row[x+n].glyph) == isBraille(row[x].glyph) {
				n++
			}
			drawRun(w, row[x:x+n], margin+float64(x)*cellWidth, margin+float64(y)*cellHeight, on)
			x += n
		}
	}
	fmt.Fprintln(w, "</svg>")
}

// drawRun writes neighbouring cells of one style.
func drawRun(w io.Writer, run []cell, x, y float64, on *Ground) {
	fg, bg := run[0].style.colours(on)
	if bg != "" {
		fmt.Fprintf(w, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`+"\n",
			x, y, float64(len(run))*cellWidth, cellHeight, bg)
	}
	if isBraille(run[0].glyph) {
		drawDots(w, run, x, y, fg)
		return
	}
	var text strings.Builder
	for _, c := range run {
		if c.glyph != 0 {
			text.WriteRune(c.glyph)
		}
	}
	if strings.TrimSpace(text.String()) == "" {
		return
	}
	weight := ""
	if run[0].style.bold {
		weight = ` font-weight="bold"`
	}
	fmt.Fprintf(w, `<text x="%.1f" y="%.1f" fill="%s"%s textLength="%.1f" xml:space="preserve">%s</text>`+"\n",
		x, y+cellHeight*0.76, fg, weight, float64(len(run))*cellWidth, html.EscapeString(text.String()))
}

func isBraille(r rune) bool { return r > 0x2800 && r <= 0x28ff }

// drawDots writes braille cells as one path of small squares.
func drawDots(w io.Writer, run []cell, x, y float64, fill string) {
	// Bit i of a braille rune is the dot at this column and row.
	places := [8][2]float64{{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 1}, {1, 2}, {0, 3}, {1, 3}}
	const size = 2.4
	fmt.Fprintf(w, `<path fill="%s" d="`, fill)
	for i, c := range run {
		for bit, place := range places {
			if (c.glyph-0x2800)&(1<<bit) == 0 {
				continue
			}
			dx := x + float64(i)*cellWidth + (place[0]+0.5)*cellWidth/2 - size/2
			dy := y + (place[1]+0.5)*cellHeight/4 - size/2
			fmt.Fprintf(w, "M%.1f %.1fh%.1fv%.1fh-%.1fz", dx, dy, size, size, size)
		}
	}
	fmt.Fprintln(w, `"/>`)
}
