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

// tipBack is how many offsets a tip may be lower, for each slot that a newest
// slot may be: a slot makes about three events, some make more.
const tipBack = 8

// cluster is the fold of all evidence on one cluster.
type cluster struct {
	cfg   model.Cluster
	kinds [3]kindState // version, tip, slot range
	list  kindState    // of the list of subscribers, which says nothing of an outage

	lastAt     time.Time // the newest completed call
	answeredAt time.Time // the newest answer
	failure    *model.Failure

	series  failures
	answers int // since the newest series ended
	dns     int // names that did not resolve, in a row
	dnsFrom time.Time
	dnsAt   time.Time // the newest of them

	calls    calls
	slowFrom time.Time // since when the means are out of bounds; zero: they are not
	slowMore bool      // they are beyond the bounds now, and not only not well below them again

	version string
	rtt     *time.Duration
	tip     *model.Offset
	tipAt   time.Time
	slots   *model.SlotRange
	slotsAt time.Time
	pace    trail     // of the newest slot
	tips    trail     // of the tip
	anchor  slotPoint // where the newest slot last kept pace
	goesOn  time.Time // when its newest slot last began to move after a stand
	hops    bool      // it moved on from one look to the next, however far apart
	rushes  bool      // it takes in slots much faster than the chain makes them

	stoodFrom time.Time // when that stand began
	haltEnd   time.Time // when the chain last went on without it, after a halt in which it stopped as others did
	pauses    Suspicion // between answers to looks for the version
	heardAt   time.Time // the newest of those
	canary    canary
	gaps      gaps // how far it trails the foremost

	outageFrom time.Time // since when it is down, until it answers for good; a break in our looking does not end it
	before     history   // the step that decided
	steppedAt  time.Time // of that step
	looked     bool      // something was seen since

	verdict     model.ClusterVerdict
	rule        *clusterRule // that decided it
	since       time.Time
	badFrom     time.Time // when the trouble of a verdict down, stalled or blip began
	stableSince time.Time
	troubleAt   time.Time // when a sign of trouble was last seen
	fineFrom    time.Time // since when it serves, blips aside
	scarred     bool      // it was down or stalled, and has not recovered for good
	healFrom    time.Time // since when a scarred cluster does well
	unservedAt  time.Time // when it was last seen to serve nobody at all for more than a moment

	// What follows is summed up once a tick, for all pipelines.
	quiet    int         // how many pipelines that are active here answer and rest
	dryAt    time.Time   // when it was said that no data comes; zero: it is not said
	moves    bool        // clients here make progress, as far apart as they usually do
	seenMore bool        // a client here got slots well past the newest that this console sees
	movers   [2]movement // of those that make progress, the two that have done so the longest
	wells    [2]movement // of those near the tip, or on the way there, the two that were so the longest
	reason   string
	outlook  string

	witnesses witnesses // what clients here tell of it

	line       model.Fact // what this console makes of it
	canaryLine model.Fact // of the canary, where it is on
	tickAt     time.Time  // of that tick; zero once something else was seen
	tickFresh  bool       // what fresh said
	tickMoves  bool       // what tipMoves said
	listAt     time.Time  // the newest list of subscribers
	listYoung  bool       // that it is young
}

// keep notes for this tick what every pipeline asks.
func (c *cluster) keep(now time.Time, r *Rules) {
	c.tickAt = time.Time{}
	c.tickFresh, c.tickMoves, c.listYoung = c.fresh(now, r), c.tipMoves(now, r), young(c.listAt, now, r)
	c.tickAt = now
}

// movement is a pipeline that goes on.
type movement struct {
	p    *pipeline
	at   time.Time // the newest sign of it
	from time.Time // since when, without a long pause
}

// history is what a step goes by and may change. Rules only ask what was before
// the step, so that explaining it says what it decided by.
type history struct {
	verdict   model.ClusterVerdict
	scarred   bool
	healFrom  time.Time
	troubleAt time.Time
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
	c.tickAt, c.looked = time.Time{}, true
	if !c.lastAt.IsZero() {
		switch pause := e.Asked.Sub(c.lastAt); {
		case pause > r.MaxAge, e.Answered.Sub(c.lastAt) < -r.MaxAge:
			c.restart() // we did not look, or the clock was set back
			if sent := sentAt(e); c.answeredAt.After(sent) {
				c.answeredAt = sent
			}
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
	k.at = e.Answered
	c.measure(e, r)
	return true
}

// sentAt is when a look began. Where the clock was set back meanwhile, it is when
// it ended.
func sentAt(e *model.Evidence) time.Time {
	if e.Asked.After(e.Answered) {
		return e.Answered
	}
	return e.Asked
}

// restart forgets what rests on looking without a break. What was last known
// of the cluster is kept.
func (c *cluster) restart() {
	for i := range c.kinds {
		c.kinds[i] = kindState{at: c.kinds[i].at}
	}
	c.list = kindState{}
	c.series, c.answers, c.dns = failures{}, 0, 0
	c.calls.reset()
	c.pace.reset()
	c.tips.reset()
	c.gaps = gaps{}
	c.heardAt = time.Time{}
	c.slowFrom, c.anchor, c.healFrom = time.Time{}, slotPoint{}, time.Time{}
	c.scarred = false
	c.lastAt = time.Time{}
}

// kindsCompleted is the number of completed looks of the busiest kind.
func (c *cluster) kindsCompleted() int {
	return max(c.kinds[0].completed, c.kinds[1].completed, c.kinds[2].completed)
}

// answer folds an answered call.
func (c *cluster) answer(k *kindState, e *model.Evidence, r *Rules) {
	k.answer(e.Answered, r.callPatience())
	c.dns = 0
	c.endSeries(e.Answered, r)
	if c.answers++; c.answers >= r.FirstSamples {
		c.outageFrom = time.Time{}
	}
	if e.Answered.After(c.answeredAt) {
		c.answeredAt = e.Answered
	}
	if !c.anyFailing() {
		c.failure = nil
	}
	took := max(e.RTT(), 0)
	c.rtt = &took
	c.calls.add(call{at: e.Answered, kind: kindIndex(e.Kind), took: took, bad: took > r.Latency}, r.Window)
	switch e.Kind {
	case model.KindVersion:
		c.version = e.Version
		if !c.heardAt.IsZero() {
			c.pauses.Learn(e.Answered.Sub(c.heardAt))
		}
		c.heardAt = e.Answered
	case model.KindTip:
		if e.Tip != nil {
			c.tip, c.tipAt = e.Tip, e.Answered
			c.tips.add(e.Answered, int64(*e.Tip), r.Window, tipBack*int64(r.StallSlots))
		}
	case model.KindSlotRange:
		if e.Slots != nil {
			c.moveSlots(e.Slots, e.Answered, r)
		}
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

// fewBad is how many calls have to fail or be slow before means count: a few lost
// probes, each of which lasts as long as its deadline, are noise.
const fewBad = 5

// measure follows whether the means over the window are out of bounds. They
// come back in only well below the bounds, so that a verdict does not flicker.
func (c *cluster) measure(e *model.Evidence, r *Rules) {
	errors, n := c.calls.errorRate()
	beyond := func(share float64) bool {
		out := c.calls.latency() > time.Duration(float64(r.Latency)*share) || errors > r.ErrorRate*share
		return out && c.calls.bad >= min(fewBad, n)
	}
	c.slowMore = beyond(1)
	slow := c.slowMore || (!c.slowFrom.IsZero() && beyond(0.8))
	switch {
	case !slow || n < r.FirstSamples:
		c.slowFrom = time.Time{}
	case c.slowFrom.IsZero():
		c.slowFrom = e.Answered
	}
}
