package chart

import "strings"

// markEvery is the distance, in cells, of the marks on a line.
const markEvery = 24

// braille is the bit of each dot of a cell, by column and row from the top.
var braille = [2][4]uint8{{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}

// cell is one character of the plot.
type cell struct {
	dots   uint8
	series int16 // whose colour it has
	mark   rune  // drawn instead of the dots
}

// span is what one series covers of one column of dots, counted from the top.
type span struct {
	lo, hi int
	set    bool
}

// plot is a canvas of 2 by 4 dots per cell.
type plot struct {
	width, height int // in cells
	cells         []cell
	spans         []span // of the series being drawn
	series        int
	mark          rune
	glyphs        Glyphs
	cursor        int // its column of cells; below 0: none
}

func newPlot(width, height int) *plot {
	return &plot{
		width: width, height: height,
		cells: make([]cell, width*height),
		spans: make([]span, width*2),
	}
}

// begin starts a series.
func (p *plot) begin(series int, mark rune) {
	clear(p.spans)
	p.series, p.mark = series, mark
}

// line covers what lies between two points; x is in columns of dots, y a
// fraction of the height from the bottom. Parts outside are cut off.
func (p *plot) line(x0, y0, x1, y1 float64) {
	last := float64(len(p.spans) - 1)
	if !(x1 >= 0 && x0 <= last) {
		return
	}
	slope := 0.0
	if x1 > x0 {
		slope = (y1 - y0) / (x1 - x0)
	}
	from, to := max(x0, 0), min(x1, last)
	for col := int(from + 0.5); col <= int(to+0.5); col++ {
		left, right := max(from, float64(col)-0.5), min(to, float64(col)+0.5)
		a := p.dot(y0 + slope*(left-x0))
		b := p.dot(y0 + slope*(right-x0))
		p.cover(col, min(a, b), max(a, b))
	}
}

// upright covers what lies between two heights at one x.
func (p *plot) upright(x, low, high float64) {
	if x >= 0 && x <= float64(len(p.spans)-1) {
		p.cover(int(x+0.5), p.dot(high), p.dot(low))
	}
}

// dot is the row of dots, from the top, of a height from 0 to 1.
func (p *plot) dot(y float64) int {
	rows := p.height*4 - 1
	return max(0, min(rows, rows-int(y*float64(rows)+0.5)))
}

func (p *plot) cover(col, lo, hi int) {
	if col < 0 || col >= len(p.spans) {
		return
	}
	s := &p.spans[col]
	if !s.set {
		*s = span{lo: lo, hi: hi, set: true}
		return
	}
	s.lo, s.hi = min(s.lo, lo), max(s.hi, hi)
}

// shown reports whether a series has dots in this column: the first is solid,
// the others are broken, each in its own way, so that they differ without
// colour.
func (p *plot) shown(col int) bool {
	switch p.series {
	case 0:
		return true
	case 1:
		return col%2 == 0
	case 2:
		return col%4 < 2
	default:
		return col%4 == 0
	}
}

// end writes the series into the cells and marks its line.
func (p *plot) end() {
	for col := 0; col < len(p.spans); {
		if !p.spans[col].set || p.shown(col) {
			p.draw(col)
			col++
			continue
		}
		from := col
		for col < len(p.spans) && p.spans[col].set && !p.shown(col) {
			col++
		}
		p.drawPeaks(from, col)
	}
	if p.mark != 0 {
		p.setMarks()
	}
}

// draw writes one column of dots, if the series has it.
func (p *plot) draw(col int) {
	s := p.spans[col]
	for y := s.lo; s.set && y <= s.hi; y++ {
		c := &p.cells[(y/4)*p.width+col/2]
		c.dots |= braille[col%2][y%4]
		c.series = int16(p.series) //nolint:gosec // a handful of series
	}
}

// drawPeaks writes of columns that a broken line leaves out the highest and the
// lowest, where these stand out of what is shown on both sides by more than a dot:
// a peak must not depend on the column into which it falls.
func (p *plot) drawPeaks(from, to int) {
	highest, lowest := from, from
	for col := from + 1; col < to; col++ {
		if p.spans[col].lo < p.spans[highest].lo {
			highest = col
		}
		if p.spans[col].hi > p.spans[lowest].hi {
			lowest = col
		}
	}
	beside := span{lo: p.height*4 + 1, hi: -2} // without any, all stands out
	for _, col := range []int{from - 1, to} {
		if col >= 0 && col < len(p.spans) && p.spans[col].set {
			beside.lo, beside.hi = min(beside.lo, p.spans[col].lo), max(beside.hi, p.spans[col].hi)
		}
	}
	if beside.lo-p.spans[highest].lo > 1 {
		p.draw(highest)
	}
	if p.spans[lowest].hi-beside.hi > 1 {
		p.draw(lowest)
	}
}

// setMarks puts the mark at places that stay the same while the line goes on,
// at even distances and different ones for each series; where the line has none
// of them, at its end.
func (p *plot) setMarks() {
	set, last := false, -1
	for x := range p.width {
		if !p.spans[x*2].set && !p.spans[x*2+1].set {
			continue
		}
		last = x
		if x%markEvery == (markEvery/2+7*p.series)%markEvery {
			set = p.setMark(x) || set
		}
	}
	if !set && last >= 0 {
		p.setMark(last)
	}
}

// setMark puts the mark on the line in a column of cells, unless another series
// has its own there.
func (p *plot) setMark(x int) bool {
	s := p.spans[x*2+1]
	if !s.set {
		s = p.spans[x*2]
	}
	c := &p.cells[(s.lo/4)*p.width+x]
	if c.mark != 0 {
		return false
	}
	c.mark, c.series = p.mark, int16(p.series) //nolint:gosec // a handful of series
	return true
}

// row writes one line of cells, a run of the same series at a time.
func (p *plot) row(b *strings.Builder, row int, paint func(int, string) string) {
	cells := p.cells[row*p.width : (row+1)*p.width]
	var run strings.Builder
	series := Axis
	flush := func() {
		if run.Len() > 0 {
			b.WriteString(paint(series, run.String()))
			run.Reset()
		}
	}
	for x, c := range cells {
		if c.dots == 0 && c.mark == 0 && x != p.cursor {
			run.WriteByte(' ')
			continue
		}
		glyph, of := c.mark, int(c.series)
		switch {
		case glyph != 0:
		case c.dots != 0:
			glyph = p.glyphs.cell(c.dots)
		default:
			glyph, of = p.glyphs.side(), CursorLine
		}
		if of != series {
			flush()
			series = of
		}
		run.WriteRune(glyph)
	}
	flush()
}
