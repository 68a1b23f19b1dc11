package chart

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// scale maps values to the height of the plot.
type scale struct {
	lo, hi, step float64
	log          bool
}

// newLogScale reaches from 0 up to a round number not below hi.
func newLogScale(hi float64) scale {
	return scale{hi: niceStep(max(hi, 1), false), step: 1, log: true}
}

// newScale widens [lo, hi] to whole steps of a round number, so
// many that labels stand at least two rows apart, and three on a high plot.
func newScale(lo, hi float64, rows int, whole bool) scale {
	if hi <= lo {
		hi = lo + 1
	}
	step := niceStep((hi-lo)/float64(max(1, min(rows/2, 2+rows/4))), whole)
	return scale{lo: math.Floor(lo/step) * step, hi: math.Ceil(hi/step) * step, step: step}
}

// niceStep is the smallest 1, 2, 2.5 or 5 times a power of ten not below v, or
// of those that are whole numbers.
func niceStep(v float64, whole bool) float64 {
	if !(v > 0) || !finite(v) {
		return 1
	}
	if whole {
		v = max(v, 1)
	}
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*power >= v*(1-1e-9) && (!whole || m*power == math.Trunc(m*power)) {
			return m * power
		}
	}
	return 10 * power
}

// fraction is the height of v, from 0 to 1.
func (s scale) fraction(v float64) float64 {
	f := (v - s.lo) / (s.hi - s.lo)
	if s.log { // so that 0 has a place too
		f = math.Log1p(max(v, 0)) / math.Log1p(s.hi)
	}
	return max(0, min(1, f))
}

// labels are the y labels by row from the top; "" where there is no tick.
func (s scale) labels(rows int) []string {
	out := make([]string, rows)
	if s.log {
		return s.logLabels(out)
	}
	count := int(math.Round((s.hi - s.lo) / s.step))
	for i := range min(count, 4*rows) + 1 {
		v := s.lo + float64(i)*s.step
		row := int(math.Round((1 - s.fraction(v)) * float64(rows-1)))
		if out[row] == "" {
			out[row] = Number(v)
		}
	}
	return out
}

// logLabels are 0, the powers of ten, and the end where no power is near.
func (s scale) logLabels(out []string) []string {
	place := func(v float64) int { return int(math.Round((1 - s.fraction(v)) * float64(len(out)-1))) }
	out[place(s.hi)] = Number(s.hi)
	for v := 0.0; v < s.hi; v = max(1, v*10) {
		if row := place(v); out[row] == "" && (row == 0 || out[row-1] == "") {
			out[row] = Number(v)
		}
	}
	return out
}

// Number writes a value briefly: 950, 1.2k, 3M. A value that is not finite is
// "-".
func Number(v float64) string {
	if !finite(v) {
		return "-"
	}
	for _, u := range []struct {
		size float64
		name string
	}{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if math.Abs(v) >= u.size*0.9995 {
			return trim(v/u.size) + u.name
		}
	}
	return trim(v)
}

// trim writes v with at most three digits that matter.
func trim(v float64) string {
	digits := 2
	switch a := math.Abs(v); {
	case a >= 100:
		digits = 0
	case a >= 10:
		digits = 1
	}
	s := strconv.FormatFloat(v, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" || s == "" {
		return "0"
	}
	return s
}

// timeSteps are the distances of time ticks.
var timeSteps = [...]time.Duration{
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour,
	7 * 24 * time.Hour, 30 * 24 * time.Hour,
}

// clockLabel is the default of [Chart.TimeLabel].
func clockLabel(at time.Time, step time.Duration) string {
	if step < time.Minute {
		return at.Format("15:04:05")
	}
	if step >= 24*time.Hour {
		return at.Format("Jan 02")
	}
	return at.Format("15:04")
}

// tick is a label under the axis; x is its column in the plot.
type tick struct {
	x    int
	text string
}

// timeTicks places labels at round times, as many as fit with room between.
func (c Chart) timeTicks(f frame) []tick {
	span := c.To.Sub(c.From)
	if span <= 0 || !f.times || f.plotWidth < 10 {
		return nil
	}
	step := time.Duration(0)
	for _, s := range timeSteps {
		wide := len(c.TimeLabel(c.To, s)) + 4
		if float64(s)/float64(span)*float64(f.plotWidth) >= float64(wide) {
			step = s
			break
		}
	}
	if step == 0 {
		return nil
	}
	var out []tick
	at := c.From.Truncate(step)
	if at.Before(c.From) {
		at = at.Add(step)
	}
	for ; !at.After(c.To) && len(out) < f.plotWidth; at = at.Add(step) {
		x := int(float64(at.Sub(c.From)) / float64(span) * float64(f.plotWidth-1))
		out = append(out, tick{x: x, text: c.TimeLabel(at, step)})
	}
	return out
}

// axisLine is the line under the plot, with a sign at every tick, mark and the
// cursor.
func (c Chart) axisLine(f frame, ticks []tick) string {
	line := []rune(strings.Repeat(string(c.Glyphs.bottom()), f.plotWidth))
	for _, t := range ticks {
		if t.x >= 0 && t.x < len(line) {
			line[t.x] = c.Glyphs.bottomTick()
		}
	}
	paint := make(map[int]func(string) string, len(c.Marks)+1)
	for _, m := range c.Marks {
		x, ok := c.cellAt(m.At, f.plotWidth)
		if _, taken := paint[x]; !ok || taken {
			continue
		}
		line[x], paint[x] = m.Glyph, m.Paint
		if m.Paint == nil {
			paint[x] = func(text string) string { return c.Paint(Axis, text) }
		}
	}
	if x, ok := c.cellAt(c.Cursor, f.plotWidth); ok && paint[x] == nil {
		line[x], paint[x] = c.Glyphs.cursor(), func(text string) string { return c.Paint(CursorLine, text) }
	}
	lead := ""
	if f.labelWidth > 0 {
		lead = strings.Repeat(" ", f.labelWidth+1) + string(c.Glyphs.corner())
	}
	var b strings.Builder
	from := 0
	for x := range line {
		if paint[x] == nil {
			continue
		}
		b.WriteString(c.Paint(Axis, lead+string(line[from:x])))
		b.WriteString(paint[x](string(line[x])))
		lead, from = "", x+1
	}
	return b.String() + c.Paint(Axis, lead+string(line[from:]))
}

// left0 is the first column of the plot.
func (f frame) left0() int {
	if f.labelWidth == 0 {
		return 0
	}
	return f.labelWidth + 2
}

// labelLine is the line of times, each centred under its tick where it fits.
func labelLine(width int, f frame, ticks []tick) string {
	line := []rune(strings.Repeat(" ", width))
	offset, free := f.left0(), 0
	for _, t := range ticks {
		text := []rune(t.text)
		at := max(0, min(width-len(text), offset+t.x-len(text)/2))
		if at < free || len(text) > width {
			continue
		}
		copy(line[at:], text)
		free = at + len(text) + 1
	}
	return string(line)
}
