package ui

import (
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
)

// chartKind is what a chart shows.
type chartKind int

const (
	chartLag chartKind = iota
	chartLagSlots
	chartBehind
	chartRTT
	chartErrors
	chartKinds
)

// kindOfChart is how a kind of chart is made and read.
type kindOfChart struct {
	title      string
	measure    model.Measure
	ofPipeline bool // else of the clusters
	whole      bool
	factor     float64 // from the unit of the measure to that of the chart
	text       func(v float64) string
	empty      string // why there may be nothing
}

// about gives the kind's particulars.
func (k chartKind) about() kindOfChart {
	count := func(v float64) string { return model.Count(int64(max(-1e15, min(v, 1e15)))) }
	switch k {
	case chartLagSlots:
		return kindOfChart{
			title: "Lag in slots", measure: model.MeasureLagSlots, ofPipeline: true, whole: true, factor: 1, text: count,
			empty: "no lag in slots was recorded yet: it comes from the cursor and the newest slot",
		}
	case chartBehind:
		return kindOfChart{
			title: "Newest slot behind the foremost cluster, in slots", measure: model.MeasureBehind, whole: true, factor: 1, text: count,
			empty: "no newest slots were recorded yet",
		}
	case chartRTT:
		return kindOfChart{
			title: "Round trips, in milliseconds", measure: model.MeasureRTT, factor: 1e-3,
			text:  func(v float64) string { d := time.Duration(v * float64(time.Millisecond)); return rttText(&d) },
			empty: "no round trips were recorded yet",
		}
	case chartErrors:
		return kindOfChart{
			title: "Failed calls, in percent", measure: model.MeasureErrors, factor: 1e-4,
			text:  func(v float64) string { return fmt.Sprintf("%.3g %%", v) },
			empty: "no calls were recorded yet",
		}
	case chartLag, chartKinds:
	}
	return kindOfChart{
		title: "Lag from tip, in offsets", measure: model.MeasureLag, ofPipeline: true, whole: true, factor: 1, text: count,
		empty: "no lag was measured yet: it comes from the client's metrics",
	}
}

// chartSpans are what a chart can span.
var chartSpans = [...]time.Duration{
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour,
	6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 3 * 24 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour,
}

// leastAuto and mostAuto are what a chart spans by itself; the history of
// snapshots reaches back no further.
const (
	leastAuto = 5 * time.Minute
	mostAuto  = time.Hour
	mostSpan  = 30 * 24 * time.Hour
)

// zooms are the spans that one key goes through; 0: by itself.
var zooms = [...]time.Duration{0, 10 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour, mostSpan}

// bucketSpans are the lengths of a chart's columns: each a part of a minute, an
// hour or a day, as the history keeps them.
var bucketSpans = [...]time.Duration{
	time.Second, 2 * time.Second, 3 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 20 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 3 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 20 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 3 * time.Hour, 4 * time.Hour, 6 * time.Hour, 12 * time.Hour,
}

// bucketSpan is how long a column of a chart of w cells is: two fit a cell.
func bucketSpan(span time.Duration, w int) time.Duration {
	for _, d := range bucketSpans {
		if d*time.Duration(max(1, 2*w)) >= span {
			return d
		}
	}
	return bucketSpans[len(bucketSpans)-1]
}

// stride is how far a chart moves when its line has reached the right end. It
// stands still between, because to draw it anew costs some thousand bytes on a
// slow line, and a column in place a few dozen.
func stride(span, every time.Duration) time.Duration {
	d := min(span/8, 5*time.Minute)
	if span <= 5*time.Minute {
		d = span / 4
	}
	return max(d, every)
}

// ceilTime is the first multiple of step that is not before t.
func ceilTime(t time.Time, step time.Duration) time.Time {
	floor := t.Truncate(step)
	if floor.Before(t) {
		floor = floor.Add(step)
	}
	return floor
}

// spanName writes a round duration: 10 min, 2 h, 7 d.
func spanName(d time.Duration) string {
	switch {
	case d < time.Hour:
		return model.Count(int64(d/time.Minute)) + " min"
	case d <= 24*time.Hour:
		return model.Count(int64(d/time.Hour)) + " h"
	}
	return model.Count(int64(d/(24*time.Hour))) + " d"
}
