package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// ahead finds the other cluster whose newest slot is farthest past that of c,
// by more than a stall needs, and by how much.
func (w *Watch) ahead(c *cluster, now time.Time) (other *cluster, by uint64) {
	by = w.rules.StallSlots
	for _, o := range w.clusters {
		if o == c || o.slots == nil || !young(o.slotsAt, now, &w.rules) {
			continue
		}
		if n := model.SlotsBetween(c.slots.Max, o.slots.Max); n > by {
			other, by = o, n
		}
	}
	return other, by
}

// offlineFor is how long no cluster at all could be reached from here, all of
// them since about the same moment: then it is this console's network. It is 0
// with a single cluster, which proves nothing, and where a cluster answers,
// even with an error. Outages that began apart from each other are their own.
func (w *Watch) offlineFor(now time.Time) time.Duration {
	if len(w.clusters) < 2 {
		return 0
	}
	var first, last time.Time
	for i, c := range w.clusters {
		from := c.series.from
		switch {
		case !c.fresh(now, &w.rules):
			return 0
		case c.dns >= 2:
			from = c.dnsFrom
		case c.series.count < 3 || !c.series.here:
			return 0
		}
		if i == 0 || from.Before(first) {
			first = from
		}
		if i == 0 || from.After(last) {
			last = from
		}
	}
	if last.Sub(first) > w.rules.MaxAge {
		return 0
	}
	return now.Sub(last)
}

// comeBack notes whether this console is offline, and when it comes back, lets
// the failures meanwhile count for nothing: they say nothing of a cluster that
// still fails now.
func (w *Watch) comeBack(now time.Time) {
	offline := w.offlineFor(now) >= w.rules.recovery()
	if w.offline && !offline {
		for _, c := range w.clusters {
			if c.series.count > 0 {
				c.series = failures{from: now, last: c.series.last, count: 3, here: c.series.here}
			}
			if c.verdict == model.ClusterDown {
				c.verdict = model.ClusterUnknown
			}
		}
	}
	w.offline = offline
}

// halted reports whether all clusters answer and stand at about the same slot:
// then the chain itself has halted, and no failover helps.
func (w *Watch) halted(now time.Time) bool {
	if len(w.clusters) < 2 {
		return false
	}
	var low, high model.Slot
	for i, c := range w.clusters {
		if c.slots == nil || !young(c.slotsAt, now, &w.rules) || c.standing() < w.rules.standGrace() {
			return false
		}
		if i == 0 || c.slots.Max < low {
			low = c.slots.Max
		}
		high = max(high, c.slots.Max)
	}
	return uint64(high-low) <= w.rules.StallSlots
}
