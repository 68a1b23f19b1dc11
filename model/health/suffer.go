package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// patience is that of the client at the active cluster.
func (x pipelineCase) patience() time.Duration {
	if x.s == nil {
		return x.r.progressAge()
	}
	return x.s.patience(x.r)
}

// suffers reports whether the active cluster is out and the pipeline with it: its
// client makes no progress, or has nothing left to consume there.
func (x pipelineCase) suffers() bool {
	return isOut(x) && (x.s.stuck(x.now, x.settled(), x.r) || x.drained())
}

// drained reports whether the client has consumed all that a stalled cluster has:
// that it goes on with what still trickles in there tells nothing.
func (x pipelineCase) drained() bool {
	c := x.s.cluster
	return c.verdict == model.ClusterStalled && x.s.done && !c.seenMore && x.s.seen(x.now, x.r)
}

// noteBacklog notes how much a cluster still has for the client: within noise it
// has nothing, and again something beyond twice of that.
func (s *seat) noteBacklog(left, noise uint64) {
	switch {
	case left > 2*noise:
		s.done = false
	case left <= noise:
		s.done = true
	}
}

// seesMore reports whether the client got slots well past the newest that this
// console sees of the same cluster.
func (s *seat) seesMore(now time.Time, r *Rules) bool {
	c := s.cluster
	if c.slots == nil {
		return false
	}
	if s.cursor != nil && young(s.cursorAt, now, r) && model.SlotsBetween(c.slots.Max, s.cursor.Slot) > r.StallSlots {
		return true
	}
	return s.metrics.MaxSlot != nil && s.scraped(now, r) && model.SlotsBetween(c.slots.Max, *s.metrics.MaxSlot) > r.StallSlots
}

// goesOnWith reports whether another pipeline's going on at the active cluster
// tells that the cluster serves it: not where that pipeline has nothing left to
// consume at a stalled one.
func (x pipelineCase) goesOnWith(other *pipeline) bool {
	return !pipelineCase{x.w, other, other.at, other.rules, x.now}.drained()
}

// othersMove finds another pipeline that clearly goes on at the active cluster.
func (x pipelineCase) othersMove() *pipeline {
	if p := x.p.otherMoves(x.s.cluster, x.now); p != nil && x.goesOnWith(p) {
		return p
	}
	return nil
}

// othersWent is the same for one that has gone on there for a progress age.
func (x pipelineCase) othersWent() *pipeline {
	if p := x.p.otherMoved(x.s.cluster, x.now, x.now.Add(-x.r.progressAge())); p != nil && x.goesOnWith(p) {
		return p
	}
	return nil
}

// othersMay finds another pipeline active there whose newest progress may still
// be followed by more, because its client pauses that long between commits.
func (x pipelineCase) othersMay() *pipeline {
	return x.p.otherOf(&x.witnesses().lately)
}

// seesTip finds a pipeline active at the active cluster whose client shows that
// its tip moves on: this one, or else another.
func (x pipelineCase) seesTip() *pipeline {
	if x.s.tipGoes(x.now, x.r) {
		return x.p
	}
	return x.p.otherOf(&x.witnesses().tips)
}

// witnesses are the pipelines active at a cluster whose clients tell of it, two of
// each kind, so that there is one besides any pipeline that asks.
type witnesses struct {
	tick   uint64       // when they were found
	lately [2]*pipeline // that may still go on, served by the cluster
	tips   [2]*pipeline // whose client shows that the tip moves on
	out    string       // how long the cluster has been out, in words; "" until it is asked for
}

// witnesses are those at the active cluster, found once a tick, and only where
// somebody asks.
func (x pipelineCase) witnesses() *witnesses {
	found := &x.s.cluster.witnesses
	if found.tick == x.w.ticks {
		return found
	}
	*found = witnesses{tick: x.w.ticks}
	for _, p := range x.w.pipelines {
		if p.at == nil || p.at.cluster != x.s.cluster {
			continue
		}
		if p.at.progresses(x.now, p.rules) && x.goesOnWith(p) {
			keepFirst(&found.lately, p)
		}
		if p.at.tipGoes(x.now, p.rules) {
			keepFirst(&found.tips, p)
		}
	}
	return found
}

// keepFirst keeps the first two.
func keepFirst(list *[2]*pipeline, p *pipeline) {
	switch {
	case list[0] == nil:
		list[0] = p
	case list[1] == nil:
		list[1] = p
	}
}

// otherOf is the first in the list besides p; nil where there is none.
func (p *pipeline) otherOf(list *[2]*pipeline) *pipeline {
	if list[0] == p {
		return list[1]
	}
	return list[0]
}
