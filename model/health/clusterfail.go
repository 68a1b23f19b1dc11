package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// fail folds a failed call.
func (c *cluster) fail(k *kindState, e *model.Evidence, r *Rules) {
	class := e.Failure.Class
	c.failure, k.failure = e.Failure, e.Failure
	switch {
	case class.Outage():
		k.fail(e, c.answeredAt)
		k.refused = 0
		c.resolves(e.Answered, r)
		if c.series.count == 0 {
			c.series.from = later(sentAt(e), c.answeredAt)
			c.answers = 0
		}
		c.series.count++
		c.series.last = c.lastAt
		c.series.here = class != model.ClassServer
		if c.series.count >= 3 {
			c.healFrom = time.Time{}
		}
	case class == model.ClassDNS:
		c.failName(e, r)
	default: // auth, throttled, incompatible, not found: it answered, and turned us away
		k.refused++
		k.refusal, k.refusedAt = e.Failure, e.Answered
		k.pardon()
		c.resolves(e.Answered, r)
		c.series = failures{}
	}
	c.calls.add(call{at: e.Answered, kind: kindIndex(e.Kind), took: max(e.RTT(), 0), failed: class.Outage(), late: class == model.ClassTimeout, bad: class.Outage()}, r.Window)
}

// failName folds a name that did not resolve. A few amid other failures show
// nothing: they neither end their series nor count in it. Nor does a row of them
// end an outage that was there before.
func (c *cluster) failName(e *model.Evidence, r *Rules) {
	if c.series.count >= 3 && e.Answered.Sub(c.series.last) <= r.MaxAge/2 {
		return
	}
	if c.dns == 0 {
		c.dnsFrom = sentAt(e)
	}
	c.dns++
	c.dnsAt = e.Answered
	if c.dns < 2 || (c.verdict == model.ClusterDown && c.series.count > 0) {
		return
	}
	c.series = failures{}
	for i := range c.kinds {
		k := &c.kinds[i]
		if e.Answered.Sub(k.refusedAt) > r.MaxAge {
			k.refused = 0 // what it answered was before
		}
		k.pardon()
	}
}

// resolves notes a failure of another class than a name that does not resolve. Where
// names failed in a row a moment ago they do so by turns, and are what it is about.
func (c *cluster) resolves(at time.Time, r *Rules) {
	if c.dns < 2 || at.Sub(c.dnsAt) > r.MaxAge {
		c.dns = 0
	}
}

// endSeries ends an unbroken series of failures. One that is short only shows
// that some calls fail while others answer. In a longer one nothing answered at
// all: it is an outage or a blip of its own, and does not count towards degraded,
// which is about a cluster that answers.
func (c *cluster) endSeries(at time.Time, r *Rules) {
	s := c.series
	c.series = failures{}
	if s.count < 3 || at.Sub(s.from) < r.flicker() {
		return
	}
	before := !c.slowFrom.IsZero() && c.slowFrom.Before(s.from)
	if before && at.Sub(s.from) < r.Window {
		c.slowFrom = c.slowFrom.Add(at.Sub(s.from)) // it failed in part before: here all calls happened to
		return
	}
	c.pardon(s.from)
	c.slowFrom = time.Time{}
}

// pardon lets the calls that failed since then count for nothing.
func (c *cluster) pardon(since time.Time) {
	c.calls.dropSince(since)
	for i := range c.kinds {
		c.kinds[i].pardon()
	}
	c.list.pardon()
}
