package health

import (
	"math"
	"time"

	"github.com/fumtui/fumtui/model"
)

// slotPoint is the newest slot of a cluster as seen at a moment.
type slotPoint struct {
	at   time.Time
	slot model.Slot
}

// moveSlots folds a retention window. The anchor follows the newest slot while
// that keeps at least a quarter of the chain's pace, and stays behind when it
// stands or crawls; the time since the anchor is how long it has stood.
func (c *cluster) moveSlots(slots *model.SlotRange, at time.Time, r *Rules) {
	c.hops = c.slots != nil && model.SlotsBetween(c.slots.Max, slots.Max) > r.StallSlots/4 &&
		float64(model.SlotsBetween(c.slots.Max, slots.Max)) >= at.Sub(c.slotsAt).Seconds()*r.SlotsPerSecond/4
	c.slots, c.slotsAt = slots, at
	untrusted := c.pace.add(at, slotValue(slots.Max), r.Window, int64(r.StallSlots))
	recent, ok := c.pace.recent(r.Window / 6)
	c.rushes = ok && recent > 1.5*r.SlotsPerSecond
	if !c.keepsPace(slots.Max, at, untrusted, r) {
		return
	}
	if !c.anchor.at.IsZero() && at.Sub(c.anchor.at)-untrusted >= r.standGrace() {
		c.goesOn, c.stoodFrom = at, c.anchor.at
	}
	c.anchor = slotPoint{at, slots.Max}
}

// keepsPace reports whether the newest slot has moved since the anchor as it
// should.
func (c *cluster) keepsPace(newest model.Slot, at time.Time, untrusted time.Duration, r *Rules) bool {
	if c.anchor.at.IsZero() || model.SlotsBetween(newest, c.anchor.slot) > r.StallSlots {
		return true
	}
	if newest <= c.anchor.slot {
		return false // it stands; a little back is another node behind the same name
	}
	if untrusted > r.MaxAge {
		untrusted = 0 // it could not be asked for long: that is no matter of clocks
	}
	moved := float64(newest - c.anchor.slot)
	owed := (at.Sub(c.anchor.at) - untrusted).Seconds() * r.SlotsPerSecond
	if moved >= owed/4 {
		return true
	}
	// It may move again, only not enough to make up for the stand.
	rate, ok := c.pace.recent(r.Window * 3 / 4)
	if ok && rate >= 0.3*r.SlotsPerSecond && at.Sub(c.anchor.at) >= r.Window {
		return true
	}
	rate, ok = c.pace.recent(r.Window / 4)
	if asked := c.pace.clock - c.pace.from; asked >= (r.Window/8).Seconds() && asked < (r.Window/4).Seconds() {
		rate, ok = c.pace.newest() // it could not be asked in between
	}
	return ok && rate >= r.SlotsPerSecond/2
}

// noteHalt notes that the chain has halted and goes on, where this cluster stopped
// when others did: it owes nothing for that time.
func (x clusterCase) noteHalt() {
	c := x.c
	if c.haltEnd.After(x.now) {
		c.haltEnd = time.Time{} // the clock was set back
	}
	if c.anchor.at.IsZero() || !c.haltEnd.Before(c.anchor.at) {
		return
	}
	for _, o := range x.w.clusters {
		if o != c && o.goesOn.After(c.anchor.at) && o.stoodFrom.Sub(c.anchor.at).Abs() <= x.w.rules.standGrace() {
			c.haltEnd = o.goesOn
			return
		}
	}
}

// slotValue is a slot as the value of a trail.
func slotValue(s model.Slot) int64 { return int64(min(s, math.MaxInt64)) }

// windowStands reports whether the retention window is seen to stand now.
func (c *cluster) windowStands(now time.Time, r *Rules) bool {
	return young(c.slotsAt, now, r) && c.standing() >= r.standGrace()
}

// standing is how long the newest slot has stood, between looks at it.
func (c *cluster) standing() time.Duration {
	if c.anchor.at.IsZero() || c.slots == nil {
		return 0
	}
	return c.slotsAt.Sub(c.anchor.at)
}
