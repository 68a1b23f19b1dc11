package chart

import (
	"strings"
	"time"
)

// The steps of a sparkline from the lowest value to the highest.
var (
	blocks = []rune("▁▂▃▄▅▆▇█")
	steps  = []rune("_.-~=+*#")
)

// Sparkline draws a series in one line of exactly width columns, from 0 or its
// least value up to its greatest, the highest of each column: a peak is never
// lost. Where nothing was measured, it is blank.
func Sparkline(points []Point, from, to time.Time, width int, g Glyphs) string {
	width = min(width, maxWidth)
	if width <= 0 {
		return ""
	}
	lo, hi, columns := sparkColumns(points, from, to, width)
	ramp := blocks
	if g == ASCII {
		ramp = steps
	}
	var b strings.Builder
	for _, c := range columns {
		if !c.set {
			b.WriteByte(' ')
			continue
		}
		step := 0
		if hi > lo {
			step = int((c.high - lo) / (hi - lo) * float64(len(ramp)-1))
			if step == 0 && c.high > lo {
				step = 1 // a little is not nothing
			}
		}
		b.WriteRune(ramp[max(0, min(step, len(ramp)-1))])
	}
	return b.String()
}

// sparkColumn is the highest value of a column.
type sparkColumn struct {
	high float64
	set  bool
}

func sparkColumns(points []Point, from, to time.Time, width int) (lo, hi float64, columns []sparkColumn) {
	columns = make([]sparkColumn, width)
	span := to.Sub(from)
	if span <= 0 {
		return 0, 0, columns
	}
	for _, p := range points {
		if !p.drawable() || p.At.Before(from) || !p.At.Before(to) {
			continue
		}
		x := max(0, min(width-1, int(float64(p.At.Sub(from))/float64(span)*float64(width))))
		high := clamp(p.High)
		if c := &columns[x]; !c.set || high > c.high {
			*c = sparkColumn{high: high, set: true}
		}
		lo, hi = min(lo, clamp(p.Low)), max(hi, high)
	}
	return lo, hi, columns
}
