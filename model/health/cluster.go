package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// failures is an unbroken series of failed calls of one cluster.
type failures struct {
	from  time.Time // the sending of the first, or the end of the last answer if that came later
	last  time.Time // when the newest failed
	count int
	here  bool // the newest is of a kind that a dead network of ours would make
}

// kindState is how the calls of one kind last went.
type kindState struct {
	completed int // since the last pause in our looking
	refused   int // in a row
	failed    int // in a row, of a class that speaks for an outage
	failedAt  time.Time
	failure   *model.Failure // of the newest, while it failed
}

// cluster is the fold of all evidence on one cluster.
type cluster struct {
	cfg   model.Cluster
	kinds [3]kindState // version, tip, slot range

	lastAt     time.Time // the newest completed call
	answeredAt time.Time // the newest answer
	failure    *model.Failure

	series   failures
	answers  int // since the newest series ended
	dns      int // names that did not resolve, in a row
	dnsFrom  time.Time
	calls    calls
	slowFrom time.Time // since when the means are out of bounds; zero: they are not

	version string
	rtt     *time.Duration
	tip     *model.Offset
	tipAt   time.Time
	slots   *model.SlotRange
	slotsAt time.Time
	pace    pace
	anchor  slotPoint // where the newest slot last kept pace

	verdict     model.ClusterVerdict
	reason      string
	outlook     string
	since       time.Time
	badFrom     time.Time // when the trouble of a verdict down, stalled or blip began
	stableSince time.Time
	troubleAt   time.Time // when a sign of trouble was last seen
	fineFrom    time.Time // since when it serves, blips aside
	scarred     bool      // it was down or stalled, and has not recovered for good
	healFrom    time.Time // since when a scarred cluster does well
}

// kindIndex is the place of a kind in cluster.kinds, or -1.
func kindIndex(kind model.EvidenceKind) int {
	switch kind {
	case model.KindVersion:
		return 0
	case model.KindTip:
		return 1
	case model.KindSlotRange:
		return 2
	}
	return -1
}

// observe folds one look of kind version, tip or slot range. It reports
// whether the look counted.
func (c *cluster) observe(e *model.Evidence, r *Rules) bool {
	k := &c.kinds[kindIndex(e.Kind)]
	if !c.lastAt.IsZero() {
		switch pause := e.Asked.Sub(c.lastAt); {
		case pause > r.MaxAge, e.Answered.Sub(c.lastAt) < -r.MaxAge:
			c.restart() // we did not look, or the clock was set back
		case e.RTT() > 2*r.MaxAge:
			return false // asked before this machine was suspended
		}
	}
	if e.Answered.After(c.lastAt) || c.kindsCompleted() == 0 {
		c.lastAt = e.Answered
	}
	k.completed++
	if e.Failure != nil {
		c.fail(k, e, r)
	} else {
		c.answer(k, e, r)
	}
	c.measure(e, r)
	return true
}

// restart forgets what rests on looking without a break. What was last known
// of the cluster is kept.
func (c *cluster) restart() {
	c.kinds = [3]kindState{}
	c.series, c.answers, c.dns = failures{}, 0, 0
	c.calls.reset()
	c.pace.reset()
	c.slowFrom, c.anchor, c.healFrom = time.Time{}, slotPoint{}, time.Time{}
	c.scarred = false
	c.lastAt = time.Time{}
}

// kindsCompleted is the number of completed looks of the busiest kind.
func (c *cluster) kindsCompleted() int {
	return max(c.kinds[0].completed, c.kinds[1].completed, c.kinds[2].completed)
}

// fail folds a failed call.
func (c *cluster) fail(k *kindState, e *model.Evidence, r *Rules) {
	class := e.Failure.Class
	c.failure, k.failure = e.Failure, e.Failure
	switch {
	case class.Outage():
		k.failed++
		k.refused, c.dns = 0, 0
		if k.failed == 1 {
			k.failedAt = e.Asked
		}
		if c.series.count == 0 {
			c.series.from = e.Asked
			if c.answeredAt.After(e.Asked) {
				c.series.from = c.answeredAt
			}
			c.answers = 0
		}
		c.series.count++
		c.series.last = c.lastAt
		c.series.here = class != model.ClassServer
		if c.series.count >= 3 {
			c.healFrom = time.Time{}
		}
	case class == model.ClassDNS:
		if c.dns == 0 {
			c.dnsFrom = e.Asked
		}
		c.dns++
		c.series = failures{}
	default: // auth, throttled, incompatible, not found: it answered, and turned us away
		k.refused++
		k.failed, c.dns = 0, 0
		c.series = failures{}
	}
	c.calls.add(call{at: e.Answered, took: e.RTT(), failed: class.Outage(), late: class == model.ClassTimeout}, r.Window)
}

// answer folds an answered call.
func (c *cluster) answer(k *kindState, e *model.Evidence, r *Rules) {
	k.refused, k.failed, k.failure, c.dns = 0, 0, nil, 0
	c.endSeries(e.Answered, r)
	c.answers++
	if e.Answered.After(c.answeredAt) {
		c.answeredAt = e.Answered
	}
	if !c.anyFailing() {
		c.failure = nil
	}
	took := e.RTT()
	c.rtt = &took
	c.calls.add(call{at: e.Answered, took: took}, r.Window)
	switch e.Kind {
	case model.KindVersion:
		c.version = e.Version
	case model.KindTip:
		if e.Tip != nil {
			tip := *e.Tip
			c.tip, c.tipAt = &tip, e.Answered
		}
	case model.KindSlotRange:
		if e.Slots != nil {
			c.moveSlots(*e.Slots, e.Answered, r)
		}
	}
}

// endSeries ends an unbroken series of failures. One that is short only shows
// that some calls fail while others answer. Of a longer one, the time in which nothing
// answered at all is an outage or a blip of its own: it does not count towards
// degraded, which is about a cluster that answers.
func (c *cluster) endSeries(at time.Time, r *Rules) {
	s := c.series
	c.series = failures{}
	if s.count < 3 || at.Sub(s.from) < r.flicker() {
		return
	}
	if at.Sub(s.from) >= r.Window {
		c.calls.reset()
		c.slowFrom = time.Time{}
	}
	if !c.slowFrom.IsZero() {
		from := s.from
		if c.slowFrom.After(from) {
			from = c.slowFrom
		}
		c.slowFrom = c.slowFrom.Add(max(at.Sub(from), 0))
	}
}

// anyFailing reports whether the newest call of some kind failed.
func (c *cluster) anyFailing() bool {
	for i := range c.kinds {
		if c.kinds[i].failure != nil {
			return true
		}
	}
	return false
}

// moveSlots folds a retention window. The anchor follows the newest slot while
// that keeps at least a quarter of the chain's pace, and stays behind when it
// stands or crawls; the time since the anchor is how long it has stood.
func (c *cluster) moveSlots(slots model.SlotRange, at time.Time, r *Rules) {
	c.slots, c.slotsAt = &slots, at
	c.pace.add(slotPoint{at, slots.Max}, r.Window)
	if c.anchor.at.IsZero() || model.SlotsBetween(slots.Max, c.anchor.slot) > r.StallSlots {
		c.anchor = slotPoint{at, slots.Max}
		return
	}
	if slots.Max <= c.anchor.slot {
		return // it stands; a little back is another node behind the same name
	}
	moved := float64(slots.Max - c.anchor.slot)
	owed := at.Sub(c.anchor.at).Seconds() * r.SlotsPerSecond
	if moved >= owed/4 {
		c.anchor = slotPoint{at, slots.Max}
		return
	}
	if rate, ok := c.pace.recent(r.Window / 4); ok && rate >= r.SlotsPerSecond/2 {
		c.anchor = slotPoint{at, slots.Max} // it moves again, only not enough to make up for the stand
	}
}

// standing is how long the newest slot has stood, between looks at it.
func (c *cluster) standing() time.Duration {
	if c.anchor.at.IsZero() || c.slots == nil {
		return 0
	}
	return c.slotsAt.Sub(c.anchor.at)
}

// measure follows whether the means over the window are out of bounds. They
// come back in only well below the bounds, so that a verdict does not flicker.
func (c *cluster) measure(e *model.Evidence, r *Rules) {
	bound := 1.0
	if !c.slowFrom.IsZero() {
		bound = 0.8
	}
	errors, n := c.calls.errorRate()
	slow := c.calls.latency() > time.Duration(float64(r.Latency)*bound) || errors > r.ErrorRate*bound
	switch {
	case !slow || n < r.FirstSamples:
		c.slowFrom = time.Time{}
	case c.slowFrom.IsZero():
		c.slowFrom = e.Answered
	}
}

// fresh reports whether there is evidence young enough to speak of now.
func (c *cluster) fresh(now time.Time, r *Rules) bool { return young(c.lastAt, now, r) }

// young reports whether something seen at that time still counts now. A time
// from the future does not: some clock was wrong.
func young(at, now time.Time, r *Rules) bool {
	if at.IsZero() {
		return false
	}
	age := now.Sub(at)
	return age <= r.MaxAge && age >= -r.MaxAge
}
