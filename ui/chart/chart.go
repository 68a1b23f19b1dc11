// Package chart draws time series with braille dots: several series, the
// smallest and greatest value of every column kept, gaps where nothing was
// measured, and labelled axes.
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

// axisSeries is the series number that Paint gets for axes and labels.
const axisSeries = -1

// Point is one measured value.
type Point struct {
	At    time.Time
	Value float64 // NaN: nothing was measured here
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
			if !finite(p.Value) || p.At.Before(c.From) || p.At.After(c.To) {
				continue
			}
			v := clamp(p.Value)
			lo, hi = min(lo, v), max(hi, v)
		}
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
		if !finite(pt.Value) {
			have = false
			continue
		}
		x, y := column(pt.At), s.fraction(clamp(pt.Value))
		if have && c.joined(last, pt) {
			p.line(lastX, lastY, x, y)
		} else {
			p.line(x, y, x, y)
		}
		last, lastX, lastY, have = pt, x, y, true
	}
	p.end()
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
			label, tick := "", "│"
			if f.left[row] != "" {
				label, tick = f.left[row], "┤"
			}
			b.WriteString(c.Paint(axisSeries, pad(label, f.labelWidth)+" "+tick))
		}
		p.row(&b, row, c.Paint)
		lines = append(lines, b.String())
	}
	ticks := c.timeTicks(f)
	if f.axis {
		lines = append(lines, c.Paint(axisSeries, axisLine(f, ticks)))
	}
	if f.times {
		lines = append(lines, c.Paint(axisSeries, labelLine(c.Width, f, ticks)))
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
