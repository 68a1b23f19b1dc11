package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// ahead finds the other cluster whose newest slot is farthest past that of c,
// by more than a stall needs, and by how much. What is known to be stalled stays so
// while the other cannot be looked at: where that was is past it all the same.
func (w *Watch) ahead(c *cluster, now time.Time) (other *cluster, by uint64) {
	if c.slots == nil {
		return nil, 0
	}
	by = w.rules.StallSlots
	for _, o := range w.clusters {
		if o == c || o.slots == nil || (!young(o.slotsAt, now, &w.rules) && c.before.verdict != model.ClusterStalled) {
			continue
		}
		if o.stoppedWith(c, now, &w.rules) {
			continue // however far apart: it did not move on
		}
		n := model.SlotsBetween(c.slots.Max, o.slots.Max)
		if n <= 2*w.rules.StallSlots && o.stoodToo(now, &w.rules) {
			continue // they stopped as far apart as clusters trail, and this one was looked at first
		}
		if n > by {
			other, by = o, n
		}
	}
	return other, by
}

// stoodToo reports whether a cluster stands, or did a moment ago.
func (c *cluster) stoodToo(now time.Time, r *Rules) bool {
	age := now.Sub(c.goesOn)
	return c.standing() >= r.standGrace() || (!c.goesOn.IsZero() && age >= 0 && age < r.standGrace())
}

// stoppedWith reports whether a cluster stands, or did a moment ago, since about
// when the other one stopped.
func (c *cluster) stoppedWith(other *cluster, now time.Time, r *Rules) bool {
	if !c.stoodToo(now, r) || other.anchor.at.IsZero() {
		return false
	}
	from := c.anchor.at
	if c.standing() < r.standGrace() {
		from = c.stoodFrom
	}
	return !from.IsZero() && from.Sub(other.anchor.at).Abs() <= r.standGrace()
}

// behind is how many slots the newest slot of a cluster trails that of the
// foremost; ok is false where it is not known now. All clusters carry the same
// chain, so their newest slots compare, unlike their offsets.
func (w *Watch) behind(c *cluster, now time.Time) (slots uint64, ok bool) {
	if c.slots == nil || !young(c.slotsAt, now, &w.rules) {
		return 0, false
	}
	for _, o := range w.clusters {
		if o.slots != nil && young(o.slotsAt, now, &w.rules) {
			slots = max(slots, model.SlotsBetween(c.slots.Max, o.slots.Max))
		}
	}
	return slots, true
}

// offlineFor is how long no cluster at all could be reached from here, two of them
// or more since about the same moment: then it is this console's network, whatever
// was out of reach before. It is 0 where a cluster answers, even with an error.
// Outages that began apart from each other are their own, and a single cluster
// proves nothing, unless the pages of clients were lost together with the last of
// them.
func (w *Watch) offlineFor(now time.Time) time.Duration {
	var last time.Time
	for _, c := range w.clusters {
		from, ok := c.unreachableFrom(now, &w.rules)
		if !ok {
			return 0
		}
		last = later(last, from)
	}
	together := 0
	for _, c := range w.clusters {
		if from, _ := c.unreachableFrom(now, &w.rules); last.Sub(from) <= w.rules.MaxAge {
			together++
		}
	}
	if together < 2 && !w.pagesLost(last, now) {
		return 0
	}
	return max(now.Sub(last), 0)
}

// unreachableFrom is since when a cluster is out of reach from here as one is
// without a network; ok is false where it is not.
func (c *cluster) unreachableFrom(now time.Time, r *Rules) (from time.Time, ok bool) {
	switch {
	case !c.fresh(now, r):
		return time.Time{}, false
	case c.dns >= 2:
		return c.dnsFrom, true
	}
	return c.series.from, c.series.count >= 3 && c.series.here
}

// pagesLost reports whether the pages of clients that still answered at that moment
// were all lost with it, out of reach from here.
func (w *Watch) pagesLost(at, now time.Time) bool {
	lost := false
	for _, p := range w.pipelines {
		for _, s := range p.order {
			switch {
			case !young(s.lookAt, now, &w.rules) || s.scrapeAt.IsZero():
			case s.misses == 0:
				return false
			case s.scrapeFail == nil || !s.scrapeFail.Class.Outage() || s.scrapeFail.Class == model.ClassServer:
			case s.failFrom.Sub(at).Abs() <= w.rules.MaxAge:
				lost = true
			case s.failFrom.After(at):
				return false // it could be reached for longer
			}
		}
	}
	return lost
}

// comeBack notes whether this console is offline, and when it comes back, lets
// the failures meanwhile count for nothing: they say nothing of a cluster that
// still fails now.
func (w *Watch) comeBack(now time.Time) {
	w.awayFor = w.offlineFor(now)
	if w.awayFor > 0 {
		w.awayFrom = now.Add(-w.awayFor - w.rules.MaxAge) // they need not have begun at once
	}
	offline := w.awayFor >= w.rules.recovery()
	if w.offline && !offline {
		for _, c := range w.clusters {
			c.pardon(w.awayFrom)
			c.slowFrom = time.Time{}
			if !c.series.from.Before(w.awayFrom) {
				c.outageFrom = time.Time{} // one from before it is still there if all calls fail again
			}
			if c.series.count > 0 {
				c.series = failures{from: now, last: c.series.last, count: 3, here: c.series.here}
			}
			if c.verdict == model.ClusterDown {
				c.verdict, c.looked = model.ClusterUnknown, true
			}
		}
	}
	w.offline = offline
}

// chainHalted reports whether all clusters answer and stand at about the same
// slot, or stopped at about the same moment: then the chain itself has halted, and
// no failover helps.
func (w *Watch) chainHalted(now time.Time) bool {
	if len(w.clusters) < 2 {
		return false
	}
	var low, high model.Slot
	var first, last time.Time
	for i, c := range w.clusters {
		if c.slots == nil || !young(c.slotsAt, now, &w.rules) || c.standing() < w.rules.standGrace() {
			return false
		}
		if i == 0 || c.slots.Max < low {
			low = c.slots.Max
		}
		if i == 0 || c.anchor.at.Before(first) {
			first = c.anchor.at
		}
		high, last = max(high, c.slots.Max), later(last, c.anchor.at)
	}
	return uint64(high-low) <= w.rules.StallSlots || last.Sub(first) <= w.rules.standGrace()
}

// haltedSays is what is said of a chain that has halted, or crawls.
func (c *cluster) haltedSays() string {
	text := "every cluster stands at slot " + slotText(c.slots.Max) + " or near it, or stopped when it did: the chain itself has halted"
	if pace, ok := c.pace.rate(); ok && pace > 0 {
		text += ", or nearly: it moves by " + perSecond(pace)
	}
	return text
}

// sumUp gathers per cluster, once a tick, what every pipeline there is held
// against: those active there that go on, and for how long they do.
func (w *Watch) sumUp(now time.Time) {
	for _, c := range w.clusters {
		c.movers, c.wells, c.quiet, c.moves, c.seenMore = [2]movement{}, [2]movement{}, 0, false, false
	}
	for _, p := range w.pipelines {
		s := p.at
		if s == nil {
			continue
		}
		s.cluster.seenMore = s.cluster.seenMore || s.seesMore(now, p.rules)
		s.cluster.moves = s.cluster.moves || s.bringsData(now, p.rules)
		if last := s.lastMove(); !last.IsZero() {
			if age := now.Sub(last); age <= s.witnessAge(p.rules) && age >= -p.rules.MaxAge {
				keepOldest(&s.cluster.movers, movement{p, last, s.flowFrom})
			}
		}
	}
}

// bringsData reports whether the client makes progress, as far apart as it usually
// does: then data does come, whatever the canary gets. Once it was said that none
// comes, one sign of progress does not take that back.
func (s *seat) bringsData(now time.Time, r *Rules) bool {
	last := s.lastMove()
	if last.IsZero() {
		return false
	}
	if age := now.Sub(last); age > s.patience(r) || age < -r.MaxAge {
		return false
	}
	return s.cluster.dryAt.IsZero() || s.resumed(s.cluster.dryAt)
}

// keepOldest keeps the two that have gone on the longest.
func keepOldest(list *[2]movement, m movement) {
	switch {
	case list[0].p == nil || m.from.Before(list[0].from):
		list[0], list[1] = m, list[0]
	case list[1].p == nil || m.from.Before(list[1].from):
		list[1] = m
	}
}

// other is the first in the list that is not of p; nil where there is none.
func (p *pipeline) other(list *[2]movement) *movement {
	for i := range list {
		if m := &list[i]; m.p != nil && m.p != p {
			return m
		}
	}
	return nil
}

// otherMoves finds another pipeline that clearly goes on at a cluster; nil where
// there is none.
func (p *pipeline) otherMoves(c *cluster, now time.Time) *pipeline {
	m := p.other(&c.movers)
	if m == nil || now.Sub(m.at) > m.p.at.witnessAge(p.rules) {
		return nil
	}
	return m.p
}

// otherMoved is the same for one that has gone on without a long pause since the
// given moment. When a cluster comes back its clients do not all go on in the
// same instant, and those that are first accuse nobody.
func (p *pipeline) otherMoved(c *cluster, now, since time.Time) *pipeline {
	if m := p.other(&c.movers); m != nil && !m.from.After(since) {
		return p.otherMoves(c, now)
	}
	return nil
}
