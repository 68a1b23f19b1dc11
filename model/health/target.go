package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// nearOutage reports whether the active cluster is on the way to an outage.
func (x pipelineCase) nearOutage() bool {
	return x.clusterIs(model.ClusterBlip) && !x.s.cluster.scarred
}

// fitTarget is the first cluster that the pipeline could be moved to; nil where
// there is none.
func (x pipelineCase) fitTarget() *seat {
	if x.s == nil {
		return nil
	}
	for _, t := range x.p.order {
		if t != x.s && t.cluster.verdict == model.ClusterHealthy && x.holdsCursor(t.cluster) {
			return t
		}
	}
	return nil
}

// lostAt is how many slots after the cursor a cluster no longer has.
func lostAt(c *cluster, cursor *model.Cursor) uint64 {
	if cursor == nil || c.slots == nil {
		return 0
	}
	return model.SlotsBetween(cursor.Slot+1, c.slots.Min)
}

// holdsCursor reports whether the window of a cluster holds the slot that the
// pipeline needs next. Its newest slot may be as far below that as clusters trail.
func (x pipelineCase) holdsCursor(c *cluster) bool {
	return lostAt(c, x.s.cursor) == 0 && trailsBy(c, x.s.cursor) <= x.w.rules.StallSlots
}

// trailsBy is how far the newest slot of a cluster is below the slot after the
// cursor.
func trailsBy(c *cluster, cursor *model.Cursor) uint64 {
	if cursor == nil || c.slots == nil {
		return 0
	}
	return model.SlotsBetween(c.slots.Max, cursor.Slot+1)
}

// against says what speaks against each target, and what would allow it.
func (x pipelineCase) against() string {
	text := ""
	for _, t := range x.p.order {
		if t == x.s {
			continue
		}
		if text != "" {
			text += "; "
		}
		text += unfit(t.cluster, x.s.cursor)
	}
	if text == "" {
		return "it has no client at another cluster"
	}
	return text
}

// unfit says what speaks against a target, and what would allow it.
func unfit(c *cluster, cursor *model.Cursor) string {
	switch c.verdict {
	case model.ClusterHealthy:
	case model.ClusterDown:
		return c.cfg.Name + " is down too (if it is not, check this console's network); wait until it answers"
	case model.ClusterRefusingUs:
		return c.reason + "; mend its configuration"
	case model.ClusterDegraded:
		return c.reason + "; wait until it is healthy, or decide by hand"
	default:
		return c.cfg.Name + " is not known to be healthy (" + c.reason + "); wait until it is"
	}
	lost := lostAt(c, cursor)
	if lost == 0 {
		return trails(c, cursor)
	}
	return c.cfg.Name + " no longer has the " + model.Units(lost, "slot") + " after the cursor " + slotText(cursor.Slot) +
		" (its window is " + slotText(c.slots.Min) + " to " + slotText(c.slots.Max) + "); a cutover by hand may approve that gap"
}

// trails says that a target is not as far as the cursor yet.
func trails(c *cluster, cursor *model.Cursor) string {
	by := trailsBy(c, cursor)
	text := c.cfg.Name + " trails: its newest slot " + slotText(c.slots.Max) + " is " + model.Units(by, "slot") +
		" below slot " + slotText(cursor.Slot+1) + ", the next that is needed; wait until it gets there"
	if pace, ok := c.pace.rate(); ok && pace > 0 {
		text += ", in about " + model.Span(time.Duration(float64(by)/pace*float64(time.Second)))
	}
	return text
}
