package health

import (
	"slices"
	"time"

	"github.com/fumtui/fumtui/model"
)

const (
	maxCalls  = 512 // kept calls of one cluster; more than any sane probing makes in a window
	maxPoints = 32  // kept points of a rate; a median of slopes looks at every pair
	maxLags   = 30  // kept buckets of lag
)

// call is one completed look at a cluster.
type call struct {
	at     time.Time
	took   time.Duration
	failed bool
	late   bool // it failed for want of an answer in time
}

// calls are the completed looks of the last window.
type calls struct{ list []call }

// add takes a call in and lets go of those that left the window.
func (c *calls) add(next call, window time.Duration) {
	drop := 0
	for drop < len(c.list) && (next.at.Sub(c.list[drop].at) > window || len(c.list)-drop >= maxCalls) {
		drop++
	}
	c.list = append(c.list[:0], c.list[drop:]...)
	c.list = append(c.list, next)
}

// reset forgets all calls.
func (c *calls) reset() { c.list = c.list[:0] }

// latency is the mean time of the calls that answered, or were given up for
// want of an answer in time; 0 without one.
func (c *calls) latency() time.Duration {
	var sum time.Duration
	n := 0
	for _, call := range c.list {
		if !call.failed || call.late {
			sum += call.took
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / time.Duration(n)
}

// errorRate is the share of calls that failed, 0 to 1, and how many there were.
func (c *calls) errorRate() (rate float64, n int) {
	failed := 0
	for _, call := range c.list {
		if call.failed {
			failed++
		}
	}
	if len(c.list) == 0 {
		return 0, 0
	}
	return float64(failed) / float64(len(c.list)), len(c.list)
}

// slotPoint is the newest slot of a cluster as seen at a moment.
type slotPoint struct {
	at   time.Time
	slot model.Slot
}

// pace measures slots a second over a window.
type pace struct{ points []slotPoint }

// add takes a point in, unless the one before is so near that it would only
// crowd out older ones.
func (p *pace) add(next slotPoint, window time.Duration) {
	drop := 0
	for drop < len(p.points) && next.at.Sub(p.points[drop].at) > window {
		drop++
	}
	p.points = append(p.points[:0], p.points[drop:]...)
	if n := len(p.points); n > 0 && next.at.Sub(p.points[n-1].at) < window/maxPoints {
		return
	}
	if len(p.points) >= maxPoints {
		p.points = append(p.points[:0], p.points[1:]...)
	}
	p.points = append(p.points, next)
}

// reset forgets all points.
func (p *pace) reset() { p.points = p.points[:0] }

// rate is the median of the slopes between every two points, so that a jump, a
// lost look or a stepped clock does not move it. It is never negative, and ok
// is false with fewer than three points.
func (p *pace) rate() (perSecond float64, ok bool) {
	if len(p.points) < 3 {
		return 0, false
	}
	var room [maxPoints * (maxPoints - 1) / 2]float64
	slopes := room[:0]
	for i, a := range p.points {
		for _, b := range p.points[i+1:] {
			dt := b.at.Sub(a.at).Seconds()
			if dt <= 0 {
				continue
			}
			slopes = append(slopes, (float64(b.slot)-float64(a.slot))/dt)
		}
	}
	if len(slopes) == 0 {
		return 0, false
	}
	slices.Sort(slopes)
	return max(slopes[len(slopes)/2], 0), true
}

// recent is the pace over the newest stretch that is at least d long; ok is
// false while there is none.
func (p *pace) recent(d time.Duration) (perSecond float64, ok bool) {
	if len(p.points) == 0 {
		return 0, false
	}
	b := p.points[len(p.points)-1]
	for i := len(p.points) - 2; i >= 0; i-- {
		a := p.points[i]
		if dt := b.at.Sub(a.at); dt >= d && dt > 0 {
			return (float64(b.slot) - float64(a.slot)) / dt.Seconds(), true
		}
	}
	return 0, false
}

// lagBucket holds the least lag of a stretch of time. The least and not the
// mean: a healthy lag is a saw-tooth whose foot is the client's true distance.
type lagBucket struct {
	at    time.Time
	least int64
}

// lags follow the lag of a client at one cluster.
type lags struct{ buckets []lagBucket }

// add takes a measured lag in.
func (l *lags) add(at time.Time, lag int64, width time.Duration) {
	if n := len(l.buckets); n > 0 && at.Sub(l.buckets[n-1].at) < width {
		l.buckets[n-1].least = min(l.buckets[n-1].least, lag)
		return
	}
	if len(l.buckets) >= maxLags {
		l.buckets = append(l.buckets[:0], l.buckets[1:]...)
	}
	l.buckets = append(l.buckets, lagBucket{at: at, least: lag})
}

// reset forgets all lags.
func (l *lags) reset() { l.buckets = l.buckets[:0] }

// slope is the change of lag a second over the last n buckets: the median of
// the slopes between every two. change is what that makes over their span.
// ok is false with fewer than three buckets.
func (l *lags) slope(n int) (perSecond float64, change int64, ok bool) {
	points := l.buckets
	if len(points) > n {
		points = points[len(points)-n:]
	}
	if len(points) < 3 {
		return 0, 0, false
	}
	var room [maxLags * (maxLags - 1) / 2]float64
	slopes := room[:0]
	for i, a := range points {
		for _, b := range points[i+1:] {
			if dt := b.at.Sub(a.at).Seconds(); dt > 0 {
				slopes = append(slopes, float64(b.least-a.least)/dt)
			}
		}
	}
	if len(slopes) == 0 {
		return 0, 0, false
	}
	slices.Sort(slopes)
	perSecond = slopes[len(slopes)/2]
	span := points[len(points)-1].at.Sub(points[0].at).Seconds()
	return perSecond, int64(perSecond * span), true
}
