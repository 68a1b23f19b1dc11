package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// nearOutage reports whether the active cluster is on the way to an outage.
func (x pipelineCase) nearOutage() bool {
	return x.clusterIs(model.ClusterBlip) && !x.s.cluster.scarred
}

// clientSeesMore reports whether the client sees slots well past the newest that
// this console sees of the same cluster.
func (x pipelineCase) clientSeesMore() bool {
	s := x.s
	if s.metrics.MaxSlot == nil || !s.scraped(x.now, x.r) || s.cluster.slots == nil {
		return false
	}
	return model.SlotsBetween(s.cluster.slots.Max, *s.metrics.MaxSlot) > x.w.rules.StallSlots
}

// fitTarget is the first cluster that the pipeline could be moved to; nil where
// there is none.
func (x pipelineCase) fitTarget() *seat {
	if x.s == nil {
		return nil
	}
	for _, t := range x.p.order {
		if t != x.s && t.cluster.verdict == model.ClusterHealthy && lostAt(t.cluster, x.s.cursor) == 0 {
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
		text += unfit(t.cluster, x.s.cursor, x.now)
	}
	if text == "" {
		return "it has no client at another cluster"
	}
	return text
}

// unfit says what speaks against a target, and what would allow it.
func unfit(c *cluster, cursor *model.Cursor, now time.Time) string {
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
		return c.cfg.Name + " is fit, and healthy since " + model.Span(now.Sub(c.since))
	}
	return c.cfg.Name + " no longer has the " + model.Units(lost, "slot") + " after the cursor " + slotText(cursor.Slot) +
		" (its window is " + slotText(c.slots.Min) + " to " + slotText(c.slots.Max) + "); a cutover by hand may approve that gap"
}
