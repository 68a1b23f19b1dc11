package ui

import (
	"slices"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui/chart"
)

// The marks of the clusters' series, which tell them apart without colour.
var (
	seriesMarks = [...]rune{'●', '◆', '■', '○'}
	asciiMarks  = [...]rune{'o', 'x', '+', '%'}
)

// seriesMark is the mark of a series.
func (s scene) seriesMark(i int) rune {
	if s.glyphs == chart.ASCII {
		return asciiMarks[i%len(asciiMarks)]
	}
	return seriesMarks[i%len(seriesMarks)]
}

// chartKey is all that a chart's picture depends on.
type chartKey struct {
	generation  uint64
	version     int
	pipeline    string
	kind        chartKind
	span        time.Duration
	end, cursor time.Time
	log         bool
	w, h        int
	reading     time.Duration // for how long the history has been waited for
}

// cachedChart draws the chart anew only when it changed.
func (m *root) cachedChart(s scene, w, h int) []string {
	v := &m.charts
	key := chartKey{s.snap.Generation, v.history.version, m.selected, v.kind, v.span, v.end, v.cursor, v.log, w, h, m.readingFor()}
	if v.drawn.key != key || v.drawn.lines == nil {
		v.drawn.key, v.drawn.lines = key, m.drawCharts(s, w, h)
	}
	return v.drawn.lines
}

// chartPicture is a chart ready to be drawn.
type chartPicture struct {
	chart.Chart
	about  kindOfChart
	window chartWindow
	got    stretch
	known  bool // the history was looked at
	marks  []model.Mark
}

// drawChart draws the chart of a kind in exactly h lines of w columns: a title
// with the legend, then the chart.
func (m *root) drawChart(s scene, kind chartKind, w, h int) []string {
	if h <= 0 {
		return nil
	}
	p := m.pipeline()
	if p == nil && kind.about().ofPipeline {
		return fill(nil, h)
	}
	view := m.charts
	view.kind = kind
	pic := m.chartPicture(s, kind, p, w, h)
	out := []string{s.chartTitle(&view, p, &pic, w)}
	if !pic.any() {
		why := pic.about.empty
		switch {
		case pic.got.failed != "":
			why = "the history cannot be read: " + pic.got.failed
		case m.charts.history.loading && !pic.known:
			why = strings.TrimRight("reading the history … "+waited(m.readingFor()), " ")
		case m.opts.History == nil && kind != chartLag:
			why = "this needs the database, which keeps the history"
		case !m.charts.end.IsZero():
			why = "nothing was recorded then"
		}
		return fill(append(out, "", "   "+s.theme.paint(roleFaint, cut(why, w-4))), h)
	}
	for _, l := range pic.Render() {
		out = append(out, " "+l)
	}
	return fill(out, h)
}

// chartPicture makes the chart of a kind of the selected pipeline, or of the
// clusters.
func (m *root) chartPicture(s scene, kind chartKind, p *model.PipelineState, w, h int) chartPicture {
	view := m.charts
	view.kind = kind
	v := &view
	win := v.window(s, p, m.chartWidth())
	got, known := v.history.kept[v.historyKey(p, win)]
	pic := chartPicture{about: v.kind.about(), window: win, got: got, known: known}
	pic.Chart = chart.Chart{
		Width: w - 1, Height: h - 1, From: win.from, To: win.to, Whole: pic.about.whole, Log: v.log,
		Glyphs: s.glyphs, Paint: s.theme.paintSeries, Cursor: v.cursor, TimeLabel: chartTime(win),
		Series: make([]chart.Series, len(s.snap.Clusters)),
	}
	for i, c := range s.snap.Clusters {
		pic.Series[i] = chart.Series{Points: v.chartPoints(p, c.Name, win, got), Mark: s.seriesMark(i)}
	}
	pic.MaxGap = pic.gap(p, v.kind)
	pic.marks = got.marks
	for _, mark := range gravestFirst(pic.marks) { // of those at one place, the first is seen
		pic.Marks = append(pic.Marks, s.chartMark(mark))
	}
	return pic
}

func (p *chartPicture) any() bool {
	for _, s := range p.Series {
		if len(s.Points) > 0 {
			return true
		}
	}
	return false
}

// gap is how far apart two points may be for a line to lead from one to the
// other: a little more than the usual distance.
func (p *chartPicture) gap(of *model.PipelineState, kind chartKind) time.Duration {
	every := max(p.window.every, p.got.every)
	gap := every + every/2
	if every < 30*time.Second {
		gap = 2*every + every/2
	}
	if kind == chartLag && of != nil {
		gap = max(gap, historyGap(of))
	}
	if usual := p.usual(); usual > every {
		gap = max(gap, 3*usual)
	}
	return gap
}

// usual is the distance at which the newest points follow each other: the least
// that, about, two others have too. 0: there is none. What nobody looked at for
// longer than any interval was not measured.
func (p *chartPicture) usual() time.Duration {
	const longest = 10 * time.Minute
	var all []time.Duration
	for _, s := range p.Series {
		for i := max(1, len(s.Points)-64); i < len(s.Points); i++ {
			if d := s.Points[i].At.Sub(s.Points[i-1].At); d > 0 && d <= longest {
				all = append(all, d)
			}
		}
	}
	slices.Sort(all)
	for i := 0; i+2 < len(all); i++ {
		if all[i+2] <= all[i]+all[i]/2 {
			return all[i]
		}
	}
	return 0
}

// historyGap is the time without a measurement that counts as a gap: four
// times the usual distance of two points, at least 2 s.
func historyGap(p *model.PipelineState) time.Duration {
	best := time.Duration(0)
	for _, points := range p.History {
		// The shortest of the newest distances is the interval of the probe;
		// gaps only make distances longer.
		for i := max(1, len(points)-32); i < len(points); i++ {
			if d := points[i].At.Sub(points[i-1].At); d > 0 && (best == 0 || d < best) {
				best = d
			}
		}
	}
	return max(4*best, 2*time.Second)
}

// chartTime writes the times under a chart: with their day where that is not
// today, and the day alone where a tick is a day.
func chartTime(w chartWindow) func(time.Time, time.Duration) string {
	days := w.to.Sub(w.from) > 24*time.Hour || w.to.UTC().YearDay() != w.now.UTC().YearDay()
	return func(at time.Time, step time.Duration) string {
		at = at.UTC()
		switch {
		case step >= 24*time.Hour:
			return at.Format("Jan 02")
		case step < time.Minute:
			return at.Format("15:04:05")
		case days:
			return at.Format("Jan 02 15:04")
		}
		return at.Format("15:04")
	}
}

// chartBody is the page of the chart: as large as it gets, and what its marks
// are.
func (m *root) chartBody(w, h int) []string {
	s := m.scene()
	most := h / 5
	var marks []string
	if p := m.pipeline(); p != nil || !m.charts.kind.about().ofPipeline {
		pic := m.chartPicture(s, m.charts.kind, p, w, h)
		for _, mark := range pic.marks {
			if mark.At.Before(pic.window.from) || !mark.At.Before(pic.window.to) {
				continue
			}
			r, glyph := markLook(mark)
			marks = append(marks, cut(" "+s.theme.paint(roleFaint, mark.At.UTC().Format("Jan 02 15:04:05"))+" "+s.theme.paint(r, glyph+" "+markText(mark)), w))
		}
	}
	if len(marks) > most {
		marks = marks[len(marks)-most:]
	}
	return append(m.cachedChart(s, w, h-len(marks)), marks...)
}

// sparkSpan is what a sparkline of a table spans, and sparkWidth its columns.
const (
	sparkSpan  = 10 * time.Minute
	sparkWidth = 20
)

// sparkline is the lag of a pipeline at its active cluster in one line of w
// columns, for tables: the last ten minutes, moving when a column is full.
func (s scene) sparkline(p *model.PipelineState, w int) string {
	if w <= 0 {
		return ""
	}
	every := max(time.Second, (sparkSpan / time.Duration(w)).Truncate(time.Second))
	to := s.now.Truncate(every)
	from := to.Add(-time.Duration(w) * every)
	return chart.Sparkline(appendLive(nil, p.History[p.Active], from, to, every), from, to, w, s.glyphs)
}
