package monitor

import (
	"sort"
	"time"

	"github.com/fumtui/fumtui/model"
)

// maxChart bounds the points of one line of the chart.
const maxChart = 3600

// chart keeps the measured lags of the last while, a line for each pipeline and
// cluster. Snapshots share its memory: a point, once written, is never changed,
// and what a snapshot holds cannot be appended to.
type chart struct {
	span  time.Duration
	apart time.Duration // least time between two points of a line
	lines map[string]map[string][]model.LagPoint
}

// newChart makes an empty chart.
func newChart(span, interval time.Duration) *chart {
	return &chart{
		span:  span,
		apart: max(interval/2, 100*time.Millisecond),
		lines: map[string]map[string][]model.LagPoint{},
	}
}

// add takes a sample in, and reports whether it is a point of its own: newer
// than the one before, and not too near to it.
func (c *chart) add(s model.LagSample) bool {
	of := c.lines[s.Pipeline]
	if of == nil {
		of = map[string][]model.LagPoint{}
		c.lines[s.Pipeline] = of
	}
	line := of[s.Cluster]
	if n := len(line); n > 0 {
		gap := s.At.Sub(line[n-1].At)
		if gap < -c.span/2 {
			line = nil // the clock was set back: what is there lies in the future
		} else if gap < c.apart {
			return false
		}
	}
	if len(line) >= 2*maxChart {
		// Snapshots may still hold the old memory: move to new.
		line = append(make([]model.LagPoint, 0, 2*maxChart), line[len(line)-maxChart:]...)
	}
	of[s.Cluster] = append(line, model.LagPoint{At: s.At, Lag: s.Lag})
	return true
}

// of gives the lines of a pipeline, by cluster, as far as the span reaches back
// from now.
func (c *chart) of(pipeline string, now time.Time) map[string][]model.LagPoint {
	lines := make(map[string][]model.LagPoint, len(c.lines[pipeline]))
	for cluster, line := range c.lines[pipeline] {
		oldest := now.Add(-c.span)
		from := sort.Search(len(line), func(i int) bool { return line[i].At.After(oldest) })
		from = max(from, len(line)-maxChart)
		if from < len(line) {
			lines[cluster] = line[from:len(line):len(line)]
		}
	}
	return lines
}
