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
	for col, s := range p.spans {
		if !s.set || !p.shown(col) {
			continue
		}
		for y := s.lo; y <= s.hi; y++ {
			c := &p.cells[(y/4)*p.width+col/2]
			c.dots |= braille[col%2][y%4]
			c.series = int16(p.series) //nolint:gosec // a handful of series
		}
	}
	if p.mark != 0 {
		p.setMarks()
	}
}

// setMarks puts the mark at the newest point and at even distances before it.
func (p *plot) setMarks() {
	next := p.width
	for x := p.width - 1; x >= 0; x-- {
		s := p.spans[x*2+1]
		if !s.set {
			s = p.spans[x*2]
		}
		if !s.set || x > next {
			continue
		}
		c := &p.cells[(s.lo/4)*p.width+x]
		if c.mark != 0 {
			next = x - 2
			continue
		}
		c.mark, c.series = p.mark, int16(p.series) //nolint:gosec // a handful of series
		next = x - markEvery
	}
}

// row writes one line of cells, a run of the same series at a time.
func (p *plot) row(b *strings.Builder, row int, paint func(int, string) string) {
	cells := p.cells[row*p.width : (row+1)*p.width]
	var run strings.Builder
	series := axisSeries
	flush := func() {
		if run.Len() > 0 {
			b.WriteString(paint(series, run.String()))
			run.Reset()
		}
	}
	for _, c := range cells {
		if c.dots == 0 && c.mark == 0 {
			run.WriteByte(' ')
			continue
		}
		if int(c.series) != series {
			flush()
			series = int(c.series)
		}
		if c.mark != 0 {
			run.WriteRune(c.mark)
		} else {
			run.WriteRune(0x2800 + rune(c.dots))
		}
	}
	flush()
}
