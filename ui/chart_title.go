package ui

import (
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// chartTitle names the chart and its series, with their newest values, or those
// at the cursor.
func (s scene) chartTitle(v *chartView, p *model.PipelineState, pic *chartPicture, w int) string {
	name, faint := pic.about.title, func(text string) string { return s.theme.paint(roleFaint, text) }
	title := " " + s.theme.paint(roleTitle, name)
	if pic.about.ofPipeline && p != nil {
		title += faint(" · " + clean(p.Name))
	}
	period := " · last " + spanName(pic.window.to.Sub(pic.window.from))
	switch {
	case !v.cursor.IsZero():
		title = " " + s.theme.paint(roleFocus, "at "+v.cursor.UTC().Format("Jan 02 15:04:05")) + faint(" · "+shortTitle(name))
		period = ""
	case !v.end.IsZero(): // not the present, which must not be overlooked
		title = " " + s.theme.paint(roleFocus, "until "+v.end.UTC().Format("Jan 02 15:04")) + faint(" · "+shortTitle(name))
		period = " · " + spanName(pic.window.to.Sub(pic.window.from))
	}
	if v.log {
		period += " · log"
	}
	if pic.got.failed != "" {
		period += " · history not read"
	}
	if !pic.any() {
		return fit(title+faint(period), w)
	}
	legend := s.legend(v, p, pic, w-width(title)-2)
	if width(title)+width(period)+width(legend) >= w && v.log {
		period = " · log"
	}
	if width(title)+width(period)+width(legend) < w { // the axis tells it too
		title += faint(period)
	}
	return spread(title, legend, w)
}

// shortTitle is a title without its unit.
func shortTitle(title string) string {
	short, _, _ := strings.Cut(title, ",")
	return short
}

// legend are the series with their values, and at a cursor, what happened then,
// as far as it fits w columns.
func (s scene) legend(v *chartView, p *model.PipelineState, pic *chartPicture, w int) string {
	text := ""
	for i, c := range s.snap.Clusters {
		value := s.newestValue(v, p, pic, i)
		if !v.cursor.IsZero() {
			value = s.valueAt(pic, i, v.cursor)
		}
		text += s.theme.paintSeries(i, string(s.seriesMark(i))+" "+clean(c.Name)) + " " + value + "  "
	}
	if v.cursor.IsZero() {
		return text
	}
	for _, m := range pic.marks {
		if m.At.Before(v.cursor) || !m.At.Before(v.cursor.Add(max(pic.window.every, pic.got.every))) {
			continue
		}
		r, glyph := markLook(m)
		if more := s.theme.paint(r, glyph+" "+markText(m)) + "  "; width(text)+width(more) <= w {
			text += more
		}
	}
	return text
}

// valueAt is what a series was at a moment, with the least and greatest of that
// column.
func (s scene) valueAt(pic *chartPicture, series int, at time.Time) string {
	every := max(pic.window.every, pic.got.every)
	for _, pt := range pic.Series[series].Points {
		if at.Before(pt.At) || !at.Before(pt.At.Add(every)) {
			continue
		}
		text := pic.about.text(pt.Value)
		if pt.Low != pt.High {
			text += s.theme.paint(roleFaint, " ("+pic.about.text(pt.Low)+"–"+pic.about.text(pt.High)+")")
		}
		return text
	}
	return s.theme.paint(roleFaint, "not measured")
}

// newestValue is the last value of a series, if it still is news.
func (s scene) newestValue(v *chartView, p *model.PipelineState, pic *chartPicture, series int) string {
	var at time.Time
	text := ""
	if points := pic.Series[series].Points; len(points) > 0 {
		last := points[len(points)-1]
		at, text = last.At, pic.about.text(last.Value)
	}
	if v.kind == chartLag && v.end.IsZero() { // what came since the last full column
		if live := p.History[s.snap.Clusters[series].Name]; len(live) > 0 {
			last := live[len(live)-1]
			at, text = last.At, model.Count(last.Lag)
		}
	}
	if text == "" {
		return s.theme.paint(roleFaint, "not measured")
	}
	age := pic.window.now.Sub(at)
	if !v.end.IsZero() {
		age = pic.window.to.Sub(at)
	}
	if age > max(s.stale, 2*pic.MaxGap) {
		return s.theme.paint(roleStale, text+", "+brief(age)+" ago")
	}
	return text
}
