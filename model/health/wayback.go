package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// SetSource says which cluster a pipeline left when a run moved it to where it is
// now, and the slot at which its subscriber there stands: the one after its
// cursor, nil where that is not known. A cluster of "" is none.
func (w *Watch) SetSource(pipeline, cluster string, next *model.Slot) {
	if p := w.byName[pipeline]; p != nil {
		p.source, p.sourceNext = p.seat(w.byCluster[cluster]), next
	}
}

// SetFailed says that the newest run of a pipeline failed; nil: it did not. The
// run must not be changed afterwards.
func (w *Watch) SetFailed(pipeline string, run *model.Run) {
	if p := w.byName[pipeline]; p != nil {
		p.failed = run
	}
}

// wayBack is the subscriber that the pipeline left behind; nil while it is at
// home, or where no run moved it.
func (x pipelineCase) wayBack() *model.WayBack {
	s := x.p.source
	if s == nil || s == x.s || x.at() == x.p.cfg.Home {
		return nil
	}
	back := &model.WayBack{Cluster: s.cluster.cfg.Name, Subscriber: s.subscriber(x.now, x.r), Slot: x.p.sourceNext}
	if back.Slot == nil && s.cursor != nil {
		next := s.cursor.Slot + 1
		back.Slot = &next
	}
	c := s.cluster
	stands := c.windowStands(x.now, &x.w.rules)
	if back.Slot != nil && c.slots != nil && (!stands || *back.Slot < c.slots.Min) {
		left := untilGone(*back.Slot, *c.slots, x.now.Sub(c.slotsAt), c.slotPace(x.now, &x.w.rules))
		back.Left = &left
	}
	switch back.Subscriber {
	case model.SubscriberAbsent, model.SubscriberStale:
		back.Urgent = true
	default:
		back.Urgent = back.Left != nil && *back.Left < x.r.UrgentBefore
	}
	back.Says = x.wayBackSays(back, stands)
	return back
}

// slotPace is how fast a cluster's window moves on: as measured, or as the chain
// is said to.
func (c *cluster) slotPace(now time.Time, r *Rules) float64 {
	if rate, ok := c.pace.rate(); ok && rate > 0 && young(c.slotsAt, now, r) {
		return rate
	}
	return r.SlotsPerSecond
}

// wayBackSays is the same in a sentence.
func (x pipelineCase) wayBackSays(back *model.WayBack, stands bool) string {
	name, at := x.p.cfg.Subscriber, back.Cluster
	anew := ": a failback makes it anew, from the cursor at " + x.at()
	switch {
	case back.Subscriber == model.SubscriberAbsent:
		return name + " is not at " + at + " any more" + anew
	case back.Subscriber == model.SubscriberStale:
		return at + " calls " + name + " stale" + anew
	case back.Slot == nil:
		return name + " waits at " + at + "; at which slot is not known"
	}
	text := name + " at " + at + " stands at slot " + slotText(*back.Slot)
	switch {
	case back.Left != nil && *back.Left == 0:
		return text + ", which has left the window there" + anew
	case back.Left != nil:
		return text + ", leaves the window in about " + model.Span(*back.Left)
	case stands:
		return text + "; the window there does not move now"
	}
	return text + "; the window there is not known"
}
