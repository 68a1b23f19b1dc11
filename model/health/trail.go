package health

import "time"

// trailPoints is how many points of a trail are kept; a median of slopes looks
// at every pair.
const trailPoints = 13

// What of a trail's paces is older than its points: the quartiles are only asked
// for while a client catches up.
const (
	staleMedian uint8 = 1 << iota
	staleQuartiles
	staleAll = staleMedian | staleQuartiles
)

// slopeRoom has room for the slopes between every two points.
type slopeRoom [trailPoints * (trailPoints - 1) / 2]float64

// trailPoint is a value at a moment of the trail's own time, in seconds. Only
// points of the same stretch compare.
type trailPoint struct {
	t       float64
	value   int64
	stretch int32
}

// trail follows a value that grows, such as a newest slot or a committed
// offset, and measures its pace over a window: the median of the slopes between
// every two points (Theil and Sen), so that a jump or a stand does not move it.
//
// Its time is its own: it adds up the time between samples and starts a new
// stretch where that time is not to be trusted, because samples are missing, the
// clock was set, or this machine was suspended, and where the value fell, because
// its counter was reset. No slope spans two stretches.
type trail struct {
	points  [trailPoints]trailPoint
	head, n int
	stretch int32

	samples int     // of the newest stretch
	from    float64 // own time of its first
	first   int64   // value of its first
	clock   float64 // own time of the newest sample
	last    int64   // value of the newest sample
	lastAt  time.Time
	spacing time.Duration // about the usual time between samples

	stale    uint8 // which of the paces below are older than the points
	measured bool
	paces    [3]float64 // quartiles
}

// add takes a sample in. A value lower by no more than back comes from another
// node behind the same name, and is no reset. The result is how much of the time
// since the sample before is not to be trusted.
func (t *trail) add(at time.Time, value int64, window time.Duration, back int64) (untrusted time.Duration) {
	if t.n == 0 {
		t.lastAt, t.last = at, value
		t.begin(value)
		t.push(value)
		return 0
	}
	step := at.Sub(t.lastAt)
	if step <= 0 && step > -window/4 {
		return 0 // late, or twice the same
	}
	fresh := value < t.last-back
	switch {
	case step <= 0, t.spacing > 0 && step > 3*t.spacing:
		fresh, untrusted = true, max(step-t.spacing, 0)
		t.clock += t.spacing.Seconds()
		t.spacing = min(max(step, 0), 2*t.spacing)
	default:
		t.clock += step.Seconds()
		t.spacing = max(step, t.spacing*3/4)
	}
	t.lastAt, t.last = at, value
	t.samples++
	if fresh {
		t.stretch++
		t.begin(value)
	}
	for t.n > 0 && t.clock-t.points[t.head].t > window.Seconds() {
		t.head, t.n, t.stale = (t.head+1)%trailPoints, t.n-1, staleAll
	}
	if t.n > 3 && !fresh && t.clock-t.at(t.n-1).t < window.Seconds()/(trailPoints-1)*0.99 {
		return untrusted // it would only crowd out older ones
	}
	t.push(value)
	return untrusted
}

// begin notes where a stretch begins.
func (t *trail) begin(value int64) { t.samples, t.from, t.first = 1, t.clock, value }

// newest is the pace over the newest stretch, however short it is; ok is false
// with a single sample in it.
func (t *trail) newest() (perSecond float64, ok bool) {
	dt := t.clock - t.from
	if t.samples < 2 || dt <= 0 {
		return 0, false
	}
	return float64(t.last-t.first) / dt, true
}

// push keeps the newest sample as a point.
func (t *trail) push(value int64) {
	if t.n == trailPoints {
		t.head, t.n = (t.head+1)%trailPoints, t.n-1
	}
	t.points[(t.head+t.n)%trailPoints] = trailPoint{t: t.clock, value: value, stretch: t.stretch}
	t.n++
	t.stale = staleAll
}

// at is the ith point, from the oldest.
func (t *trail) at(i int) *trailPoint { return &t.points[(t.head+i)%trailPoints] }

// reset forgets everything.
func (t *trail) reset() {
	if t.n > 0 {
		*t = trail{}
	}
}

// slopes fills room with the slopes between all comparable points.
func (t *trail) slopes(room []float64) []float64 {
	for i := range t.n {
		a := t.at(i)
		for j := i + 1; j < t.n; j++ {
			b := t.at(j)
			if dt := b.t - a.t; dt > 0 && a.stretch == b.stretch {
				room = append(room, float64(b.value-a.value)/dt)
			}
		}
	}
	return room
}

// rate is the pace a second as a median, never negative; ok is false with too few
// points.
func (t *trail) rate() (perSecond float64, ok bool) {
	if t.stale&staleMedian != 0 {
		var room slopeRoom
		if slopes := t.measure(staleMedian, &room); slopes != nil {
			t.paces[1] = max(quantile(slopes, 0.5), 0)
		}
	}
	return t.paces[1], t.measured
}

// spread is the pace a second as a median with its quartiles, none negative.
func (t *trail) spread() (low, median, high float64, ok bool) {
	if t.stale != 0 {
		var room slopeRoom
		if slopes := t.measure(staleAll, &room); slopes != nil {
			quartiles(slopes, &t.paces)
		}
	}
	return t.paces[0], t.paces[1], t.paces[2], t.measured
}

// measure gives the slopes to take these paces anew from, in the room; nil where
// there are too few.
func (t *trail) measure(stale uint8, room *slopeRoom) []float64 {
	t.stale &^= stale
	slopes := t.slopes(room[:0])
	if t.measured = t.n >= 3 && len(slopes) >= 2; !t.measured {
		return nil
	}
	return slopes
}

// quartiles are the lower quartile, the median and the upper quartile of a list,
// none negative; it reorders the list. What a median leaves to either side of it
// is all that its quartiles are to be found in.
func quartiles(list []float64, into *[3]float64) {
	middle := (len(list) - 1) / 2
	median := quantile(list, 0.5)
	into[0] = max(quantile(list[:middle+1], 0.5), 0)
	into[1] = max(median, 0)
	into[2] = max(quantile(list[middle:], 0.5), 0)
}

// recent is the pace over the newest stretch that is at least d long; ok is
// false while there is none.
func (t *trail) recent(d time.Duration) (perSecond float64, ok bool) {
	for i := t.n - 1; i >= 0; i-- {
		a := t.at(i)
		if dt := t.clock - a.t; a.stretch == t.stretch && dt > 0 && dt >= d.Seconds() {
			return float64(t.last-a.value) / dt, true
		}
	}
	return 0, false
}
