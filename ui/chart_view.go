package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// chartView is which chart is shown, and of which time.
type chartView struct {
	kind   chartKind
	span   time.Duration // 0: by itself
	end    time.Time     // the right end; zero: it goes along with the time
	cursor time.Time     // the moment whose values are read; zero: no cursor
	log    bool

	history chartHistory
	drawn   struct {
		key   chartKey
		lines []string
	}
}

// chartWindow is the stretch of time that a chart shows.
type chartWindow struct {
	from, to time.Time
	every    time.Duration // length of a column
	now      time.Time
}

// wholeColumn is from when on a column is drawn before it is full: too long to
// wait for, and seldom drawn anew all the same.
const wholeColumn = time.Minute

// full is up to when there are columns: to the end of the newest that is full, or
// of its newest full minute where one takes longer.
func (w chartWindow) full() time.Time {
	if full := w.now.Truncate(min(w.every, wholeColumn)); full.Before(w.to) {
		return full
	}
	return w.to
}

// newest is where the newest column begins.
func (w chartWindow) newest() time.Time { return w.full().Add(-1).Truncate(w.every) }

// atPresent is the window of the same columns that ends now.
func (w chartWindow) atPresent() chartWindow { w.to = w.now; return w }

// window is what is shown of a pipeline's chart on w cells.
func (v *chartView) window(s scene, p *model.PipelineState, w int) chartWindow {
	span := v.span
	if span == 0 {
		span = s.autoSpan(p)
	}
	every := bucketSpan(span, w)
	to := v.end
	if to.IsZero() {
		to = ceilTime(s.now, stride(span, every))
	}
	return chartWindow{from: to.Add(-span), to: to, every: every, now: s.now}
}

// autoSpan is the shortest span, of some, that shows all that snapshots have.
func (s scene) autoSpan(p *model.PipelineState) time.Duration {
	oldest := s.now
	if p != nil {
		for _, points := range p.History {
			if len(points) > 0 && points[0].At.Before(oldest) {
				oldest = points[0].At
			}
		}
	}
	for _, d := range chartSpans {
		if d >= leastAuto && s.now.Sub(oldest) <= d {
			return min(d, mostAuto)
		}
	}
	return mostAuto
}

// chartAct does what a key asks of the chart.
func (m *root) chartAct(a action) tea.Cmd {
	if m.snap == nil {
		return nil
	}
	v := &m.charts
	w := v.window(m.scene(), m.pipeline(), m.chartWidth())
	switch a {
	case actChartKind:
		v.kind = (v.kind + 1) % chartKinds
	case actLog:
		v.log = !v.log
	case actZoom:
		v.cycle()
	case actZoomIn:
		v.zoom(w, -1)
	case actZoomOut:
		v.zoom(w, 1)
	case actCursor:
		if v.cursor.IsZero() {
			v.cursor = w.newest()
		} else {
			v.cursor, v.end = time.Time{}, time.Time{}
		}
	case actLeft, actFarLeft:
		v.turn(w, -1, a == actFarLeft)
	case actRight, actFarRight:
		v.turn(w, 1, a == actFarRight)
	default:
	}
	return m.loadChart()
}

// cycle goes to the next of the usual spans, at the present time.
func (v *chartView) cycle() {
	next := 0
	for i, z := range zooms {
		if z == v.span {
			next = (i + 1) % len(zooms)
		}
	}
	v.span, v.end = zooms[next], time.Time{}
}

// zoom takes the next shorter (-1) or longer (1) span. The cursor, or else what
// is in the middle, stays where it is.
func (v *chartView) zoom(w chartWindow, by int) {
	span := w.to.Sub(w.from)
	at := len(chartSpans) - 1
	for i, d := range chartSpans {
		if d >= span {
			at = i
			break
		}
	}
	v.span = chartSpans[max(0, min(at+by, len(chartSpans)-1))]
	middle := w.from.Add(span / 2)
	if !v.cursor.IsZero() {
		middle = v.cursor
	}
	if v.end.IsZero() && v.cursor.IsZero() {
		return
	}
	v.goTo(w.now, middle.Add(v.span/2))
}

// turn moves the cursor by a column, or by many, and the window where it has
// none or the cursor leaves it.
func (v *chartView) turn(w chartWindow, by int, far bool) {
	span := w.to.Sub(w.from)
	if v.cursor.IsZero() {
		step := span / 4
		if far {
			step = span
		}
		v.goTo(w.now, w.to.Add(time.Duration(by)*step))
		return
	}
	step := w.every
	if far {
		step *= 10
	}
	at := v.cursor.Truncate(w.every).Add(time.Duration(by) * step)
	if newest := w.atPresent().newest(); at.After(newest) {
		at = newest
	}
	if oldest := w.now.Add(-mostSpan).Truncate(w.every); at.Before(oldest) {
		at = oldest
	}
	v.cursor = at
	if at.Before(w.from) || !at.Before(w.to) {
		v.goTo(w.now, at.Add(span/2))
	}
}

// goTo moves the right end; what is not in the past is the present.
func (v *chartView) goTo(now, end time.Time) {
	if oldest := now.Add(-mostSpan); end.Before(oldest) {
		end = oldest
	}
	v.end = end.Truncate(time.Second)
	if !end.Before(now) {
		v.end = time.Time{}
	}
}

// keepCursorInView has the window go along with a cursor that it left, as time went
// on or the span got shorter: what the cursor reads must be shown.
func (m *root) keepCursorInView() {
	v := &m.charts
	if m.snap == nil || v.cursor.IsZero() {
		return
	}
	w := v.window(m.scene(), m.pipeline(), m.chartWidth())
	if v.cursor.Before(w.from) || !v.cursor.Before(w.to) {
		v.goTo(w.now, v.cursor.Add(w.to.Sub(w.from)/2))
	}
}

// leave takes the cursor away, or comes back to the present, and reports whether
// there was anything to leave.
func (v *chartView) leave() bool {
	switch {
	case !v.cursor.IsZero():
		v.cursor = time.Time{}
	case !v.end.IsZero():
		v.end = time.Time{}
	default:
		return false
	}
	return true
}
