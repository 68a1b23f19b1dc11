package ui

import (
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui/chart"
)

// seriesMarks tell the clusters' series apart without colour.
var seriesMarks = [...]rune{'●', '◆', '■', '○'}

// zooms are what the chart can span; the first is as much as there is.
var zooms = [...]time.Duration{0, 2 * time.Minute, 10 * time.Minute, time.Hour}

// chartSpans are what the chart spans by itself.
var chartSpans = [...]time.Duration{
	2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour,
	2 * time.Hour, 6 * time.Hour, 24 * time.Hour,
}

// lagChart draws the lag from tip of a pipeline over time, in exactly h lines
// of w columns: a title with the legend, then the chart.
func (s scene) lagChart(p *model.PipelineState, zoom time.Duration, w, h int) []string {
	if h <= 0 {
		return nil
	}
	if p == nil {
		return fill(nil, h)
	}
	span := zoom
	if span <= 0 {
		span = s.historySpan(p)
	}
	out := []string{s.chartTitle(p, span, w)}
	quantum := max(time.Millisecond, span/time.Duration(max(1, 2*w)))
	to := s.now.Truncate(quantum) // so that it moves a whole column at a time
	c := chart.Chart{
		Width: w - 1, Height: h - 1, From: to.Add(-span), To: to, MaxGap: historyGap(p), Whole: true,
		Series: s.series(p), Paint: s.theme.paintSeries,
	}
	if !hasHistory(p) {
		return fill(append(out, "", "   "+s.theme.paint(roleFaint, "no lag was measured yet: it comes from the client's metrics")), h)
	}
	for _, l := range c.Render() {
		out = append(out, " "+l)
	}
	return fill(out, h)
}

func hasHistory(p *model.PipelineState) bool {
	for _, points := range p.History {
		if len(points) > 0 {
			return true
		}
	}
	return false
}

// series are the chart's series, one per cluster in the snapshot's order.
func (s scene) series(p *model.PipelineState) []chart.Series {
	out := make([]chart.Series, len(s.snap.Clusters))
	for i, c := range s.snap.Clusters {
		points := make([]chart.Point, len(p.History[c.Name]))
		for j, l := range p.History[c.Name] {
			points[j] = chart.Point{At: l.At, Value: float64(l.Lag)}
		}
		out[i] = chart.Series{Points: points, Mark: seriesMarks[i%len(seriesMarks)]}
	}
	return out
}

// historySpan is the shortest span that shows all of the history.
func (s scene) historySpan(p *model.PipelineState) time.Duration {
	oldest := s.now
	for _, points := range p.History {
		if len(points) > 0 && points[0].At.Before(oldest) {
			oldest = points[0].At
		}
	}
	for _, d := range chartSpans {
		if s.now.Sub(oldest) <= d {
			return d
		}
	}
	return chartSpans[len(chartSpans)-1]
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

// chartTitle names the chart and its series, with their newest values.
func (s scene) chartTitle(p *model.PipelineState, zoom time.Duration, w int) string {
	title := " " + s.theme.paint(roleTitle, "Lag from tip, in offsets") + s.theme.paint(roleFaint, " · "+clean(p.Name))
	period := s.theme.paint(roleFaint, " · last "+spanName(zoom))
	if !hasHistory(p) {
		return fit(title+period, w)
	}
	legend := ""
	for i, c := range s.snap.Clusters {
		legend += s.theme.paintSeries(i, string(seriesMarks[i%len(seriesMarks)])+" "+clean(c.Name)) + " " + s.newestLag(p, c.Name) + "  "
	}
	if width(title)+width(period)+width(legend) < w { // the axis tells it too
		title += period
	}
	return spread(title, legend, w)
}

// newestLag is the last lag of a series, if it still is news.
func (s scene) newestLag(p *model.PipelineState, cluster string) string {
	points := p.History[cluster]
	if len(points) == 0 {
		return s.theme.paint(roleFaint, "not measured")
	}
	last := points[len(points)-1]
	if age := s.now.Sub(last.At); age > max(s.stale, historyGap(p)) {
		return s.theme.paint(roleStale, model.Count(last.Lag)+", "+brief(age)+" ago")
	}
	return model.Count(last.Lag)
}

// spanName writes a round duration: 10 min, 2 h.
func spanName(d time.Duration) string {
	if d < time.Hour {
		return model.Count(int64(d/time.Minute)) + " min"
	}
	return model.Count(int64(d/time.Hour)) + " h"
}
