// Package chart draws time series with braille dots, or in plain ASCII: several
// series, the smallest and greatest value of every column kept, gaps where
// nothing was measured, labelled axes, marks on the axis of time and a cursor;
// and, for tables, in a single line.
//
// It is pure: the same [Chart] always gives the same lines, any input is
// accepted, and no line is ever wider, nor are there ever more lines, than was
// asked for.
package chart

import (
	"math"
	"strings"
	"time"
)

// Bounds of what is drawn. Larger sizes are cut, so that no input can ask for
// more memory than a screen is worth.
const (
	maxWidth  = 1000
	maxHeight = 500
	maxValue  = 1e15
)

// The numbers that Paint gets for what is no series.
const (
	Axis       = -1 // axes and labels
	CursorLine = -2 // the cursor
)

// Point is what was measured at a moment, or in a short while that begins there.
type Point struct {
	At        time.Time
	Value     float64 // the only one, or the last; NaN: nothing was measured here
	Low, High float64 // the least and the greatest
}

// At is a point of a single value.
func At(at time.Time, v float64) Point { return Point{At: at, Value: v, Low: v, High: v} }

// Mark is a sign on the axis of time.
type Mark struct {
	At    time.Time
	Glyph rune                     // of width 1
	Paint func(text string) string // nil: as the axis
}

// Series is one line of a chart. Points are in the order of time.
type Series struct {
	Points []Point
	Mark   rune // of width 1, drawn on the line so that colour is not needed; 0: none
}

// Chart is what to draw. The zero value draws nothing.
type Chart struct {
	Width, Height int       // in cells, axes and labels included
	From, To      time.Time // the left and right end
	MaxGap        time.Duration
	Series        []Series // the first lies on top
	Whole         bool     // values are counts: ticks are whole numbers
	Log           bool     // a logarithmic scale, on which what is below 0 is 0
	Glyphs        Glyphs
	Marks         []Mark    // of those at one place the first is seen
	Cursor        time.Time // zero: none

	// TimeLabel writes a time under the axis; nil: hours and minutes, with
	// seconds where ticks are that near.
	TimeLabel func(at time.Time, step time.Duration) string
	// Paint gives text its style: of a series, or of the axes (-1). Nil: none.
	Paint func(series int, text string) string
}

// Render draws the chart. Every line has exactly Width columns, and there are
// exactly Height of them; none at all when either is not positive.
func (c Chart) Render() []string {
	c.Width, c.Height = min(c.Width, maxWidth), min(c.Height, maxHeight)
	if c.Width <= 0 || c.Height <= 0 {
		return nil
	}
	if c.Paint == nil {
		c.Paint = func(_ int, text string) string { return text }
	}
	if c.TimeLabel == nil {
		c.TimeLabel = clockLabel
	}
	f := c.layout()
	p := newPlot(f.plotWidth, f.plotHeight)
	p.glyphs, p.cursor = c.Glyphs, -1
	if x, ok := c.cellAt(c.Cursor, f.plotWidth); ok {
		p.cursor = x
	}
	for i := len(c.Series) - 1; i >= 0; i-- {
		c.draw(p, f.scale, i)
	}
	return c.compose(p, f)
}

// frame is how the area is divided.
type frame struct {
	scale                 scale
	labelWidth            int // of the y labels; 0: none
	plotWidth, plotHeight int
	axis, times           bool // the x axis and its labels
	left                  []string
}

// layout divides the area: labels first, as long as a plot worth having stays.
func (c Chart) layout() frame {
	f := frame{plotWidth: c.Width, plotHeight: c.Height}
	if c.Height >= 4 {
		f.times = true
		f.plotHeight--
	}
	if c.Height >= 5 {
		f.axis = true
		f.plotHeight--
	}
	f.scale = c.scaleFor(f.plotHeight)
	f.left = f.scale.labels(f.plotHeight)
	for _, l := range f.left {
		f.labelWidth = max(f.labelWidth, len(l))
	}
	if c.Width < f.labelWidth+2+8 {
		f.labelWidth, f.left = 0, nil
		return f
	}
	f.plotWidth = c.Width - f.labelWidth - 2
	return f
}

// scaleFor spans all finite values between From and To, and 0.
func (c Chart) scaleFor(rows int) scale {
	lo, hi := 0.0, 0.0
	for _, s := range c.Series {
		for _, p := range s.Points {
			if !p.drawable() || p.At.Before(c.From) || p.At.After(c.To) {
				continue
			}
			lo, hi = min(lo, clamp(p.Low)), max(hi, clamp(p.High))
		}
	}
	if c.Log {
		return newLogScale(hi)
	}
	return newScale(lo, hi, rows, c.Whole)
}

// draw rasters one series. Two points that are further apart than MaxGap, or
// one that was not measured, leave a gap.
func (c Chart) draw(p *plot, s scale, series int) {
	span := c.To.Sub(c.From)
	if span <= 0 {
		return
	}
	dots := float64(p.width*2 - 1)
	column := func(at time.Time) float64 {
		return float64(at.Sub(c.From)) / float64(span) * dots
	}
	p.begin(series, c.Series[series].Mark)
	last, lastX, lastY, have := Point{}, 0.0, 0.0, false
	for _, pt := range c.Series[series].Points {
		if !pt.drawable() {
			have = false
			continue
		}
		x, y := column(pt.At), s.fraction(clamp(pt.Value))
		if have && c.joined(last, pt) {
			p.line(lastX, lastY, x, y)
		}
		p.upright(x, s.fraction(clamp(pt.Low)), s.fraction(clamp(pt.High)))
		last, lastX, lastY, have = pt, x, y, true
	}
	p.end()
}

// drawable reports whether something was measured.
func (p Point) drawable() bool {
	return finite(p.Value) && p.Low <= p.Value && p.Value <= p.High && finite(p.Low) && finite(p.High)
}

// cellAt is the column of cells of a moment; ok is false where it is not shown.
func (c Chart) cellAt(at time.Time, width int) (x int, ok bool) {
	span := c.To.Sub(c.From)
	if at.IsZero() || span <= 0 || at.Before(c.From) || at.After(c.To) {
		return 0, false
	}
	return max(0, min(width-1, int(float64(at.Sub(c.From))/float64(span)*float64(width*2-1)+0.5)/2)), true
}

// CellOf is the column, from the left end of a chart that is drawn, where a
// moment lies; ok is false where it is not shown.
func (c Chart) CellOf(at time.Time) (x int, ok bool) {
	f := c.layout()
	x, ok = c.cellAt(at, f.plotWidth)
	return x + f.left0(), ok
}

// joined reports whether a line leads from a to b.
func (c Chart) joined(a, b Point) bool {
	step := b.At.Sub(a.At)
	return step >= 0 && (c.MaxGap <= 0 || step <= c.MaxGap)
}

// compose puts plot, axes and labels together.
func (c Chart) compose(p *plot, f frame) []string {
	lines := make([]string, 0, c.Height)
	for row := range f.plotHeight {
		var b strings.Builder
		if f.labelWidth > 0 {
			label, tick := "", c.Glyphs.side()
			if f.left[row] != "" {
				label, tick = f.left[row], c.Glyphs.sideTick()
			}
			b.WriteString(c.Paint(Axis, pad(label, f.labelWidth)+" "+string(tick)))
		}
		p.row(&b, row, c.Paint)
		lines = append(lines, b.String())
	}
	ticks := c.timeTicks(f)
	if f.axis {
		lines = append(lines, c.axisLine(f, ticks))
	}
	if f.times {
		lines = append(lines, c.Paint(Axis, labelLine(c.Width, f, ticks)))
	}
	return lines
}

// pad aligns ASCII text to the right.
func pad(s string, width int) string {
	if len(s) >= width {
		return s
	}
	return strings.Repeat(" ", width-len(s)) + s
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func clamp(v float64) float64 { return max(-maxValue, min(maxValue, v)) }
