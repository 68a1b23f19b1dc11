package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// failing reports whether every call has failed since the last answer, and for
// how long. Where a cluster fails only some calls, all of them may happen to
// fail in a row for a moment.
func (x clusterCase) failing() (lasted time.Duration, ok bool) {
	c := x.c
	if c.series.count < 3 {
		return 0, false
	}
	lasted = x.now.Sub(c.series.from)
	inPart := c.before.verdict == model.ClusterDegraded || (!c.slowFrom.IsZero() && c.slowFrom.Before(c.series.from))
	return lasted, !inPart || lasted >= 2*x.w.rules.flicker()
}

// failingRules are for a cluster whose every call fails.
func failingRules() []clusterRule {
	return []clusterRule{
		offlineRule(),
		downRule(),
		stillDownRule(),
		stalledFailsRule(),
		failingRule(),
	}
}

// failingSays is the reason where every call fails.
func failingSays(x clusterCase) string {
	return x.c.cfg.Name + " failed " + model.Units(x.c.series.count, "call") + " in a row for " +
		model.Span(x.now.Sub(x.c.series.from)) + ", the newest with " + x.c.failure.Error()
}

// failingSoFar is how many calls have failed.
func failingSoFar(x clusterCase) string {
	if x.c.series.count == 0 {
		return "calls answer"
	}
	return "every call failed for " + model.Span(x.now.Sub(x.c.series.from)) + ", " + model.Units(x.c.series.count, "call")
}

// failingFrom is when the first of them was sent.
func failingFrom(x clusterCase) time.Time {
	return x.c.series.from
}

// offlineRule is for clusters that are all out of reach from here.
func offlineRule() clusterRule {
	return clusterRule{
		name: "unknown: this console may be offline", leads: model.ClusterUnknown,
		test: func(x clusterCase) model.RuleState {
			_, failing := x.failing()
			return graded(failing && x.w.awayFor >= x.w.rules.recovery(), x.w.awayFor > 0)
		},
		says: func(x clusterCase) string {
			return "no cluster can be reached from here for " + model.Span(x.now.Sub(x.c.series.from)) + ": this console may be offline"
		},
		sofar: func(x clusterCase) string {
			if x.w.awayFor == 0 {
				return "not all clusters fail at once, out of reach from here"
			}
			return "no cluster can be reached from here for " + model.Span(x.w.awayFor)
		},
		bound:  func(x clusterCase) string { return model.Span(x.w.rules.recovery()) },
		change: func(clusterCase) string { return "known once any cluster answers here" },
		from:   failingFrom,
	}
}

// downRule is for a cluster whose every call has failed for long.
func downRule() clusterRule {
	return clusterRule{
		name: "down", leads: model.ClusterDown, setting: "detection.down_after",
		test: func(x clusterCase) model.RuleState {
			lasted, failing := x.failing()
			return graded(failing && lasted >= x.w.rules.DownAfter, failing)
		},
		says: failingSays, sofar: failingSoFar, from: failingFrom,
		bound: func(x clusterCase) string { return model.Span(x.w.rules.DownAfter) },
		change: func(x clusterCase) string {
			left := x.w.rules.DownAfter - x.now.Sub(x.c.series.from)
			if left <= 0 {
				return "stays down until it answers"
			}
			return "down in " + model.Span(left) + " unless it answers"
		},
	}
}

// stalledFailsRule is for a cluster that was stalled and now fails every call: it
// has been of no use all along, and the clock does not begin anew.
func stalledFailsRule() clusterRule {
	return clusterRule{
		name: "stalled: and now every call fails", leads: model.ClusterStalled, setting: "detection.down_after",
		test: func(x clusterCase) model.RuleState {
			_, failing := x.failing()
			if !failing || x.c.before.verdict != model.ClusterStalled {
				return model.RuleQuiet
			}
			ahead, _ := x.w.ahead(x.c, x.now)
			return holds(ahead != nil)
		},
		says: func(x clusterCase) string {
			return x.c.cfg.Name + " was stalled at slot " + slotText(x.c.slots.Max) + ", and has failed every call for " +
				model.Span(x.now.Sub(x.c.series.from)) + ", the newest with " + x.c.failure.Error()
		},
		sofar: failingSoFar, from: standingFrom,
		bound:  func(x clusterCase) string { return model.Span(x.w.rules.DownAfter) },
		change: func(clusterCase) string { return "stays stalled until it answers and its newest slot moves" },
	}
}

// failingRule is for one whose every call has failed for a while.
func failingRule() clusterRule {
	return clusterRule{
		name: "blip: every call fails", leads: model.ClusterBlip, setting: "detection.down_after",
		test: func(x clusterCase) model.RuleState {
			_, failing := x.failing()
			return graded(failing, x.c.series.count > 0)
		},
		says: failingSays, sofar: failingSoFar, from: failingFrom,
		bound: func(x clusterCase) string { return "3 calls in a row" },
		change: func(x clusterCase) string {
			return "down in " + model.Span(x.w.rules.DownAfter-x.now.Sub(x.c.series.from)) + " unless it answers"
		},
	}
}

// stands is how long the newest slot has not kept pace; ok is false where that
// is no sign of anything.
func (x clusterCase) stands() (lasted time.Duration, ok bool) {
	c, r := x.c, &x.w.rules
	if !young(c.slotsAt, x.now, r) {
		return 0, false
	}
	if c.pace.samples < 2 && !c.out() && c.hops {
		return 0, false // one look after a break: it has moved, and may move now
	}
	return x.stood(), c.standing() >= r.standGrace()
}

// stood is how long the newest slot has stood, less the time in which the chain
// halted: from when on another cluster that stopped with this one goes on.
func (x clusterCase) stood() time.Duration {
	return min(x.c.standing(), x.c.slotsAt.Sub(standingFrom(x)))
}

// standingRules are for a cluster that answers, but whose newest slot stands or
// crawls. Only another cluster that moved on tells a stall from a halt of the
// chain.
func standingRules() []clusterRule {
	return []clusterRule{
		stalledRule(),
		standsRule(),
		nobodyMovesRule(),
	}
}

// standingSays is the reason where the newest slot stands.
func standingSays(x clusterCase) string {
	text := x.c.cfg.Name + " answers, but its newest slot " + slotText(x.c.slots.Max) + " has not kept pace for " + model.Span(x.stood())
	if ahead, by := x.w.ahead(x.c, x.now); ahead != nil {
		return text + ", while " + ahead.cfg.Name + " is " + model.Units(by, "slot") + " ahead"
	}
	return text + ", and no other cluster is seen to move on"
}

// standingSoFar is how long it has stood.
func standingSoFar(x clusterCase) string {
	if x.c.slots == nil {
		return "no newest slot yet"
	}
	text := "newest slot has not kept pace for " + model.Span(x.stood())
	if ahead, by := x.w.ahead(x.c, x.now); ahead != nil {
		text += ", " + ahead.cfg.Name + " is " + model.Units(by, "slot") + " ahead"
	}
	return text
}

// standingBound is how long it may stand, and beside what.
func standingBound(x clusterCase) string {
	return model.Span(x.w.rules.DownAfter) + ", another more than " + model.Units(x.w.rules.StallSlots, "slot") + " ahead"
}

// standingFrom is when it last kept pace, or the chain went on without it.
func standingFrom(x clusterCase) time.Time {
	return later(x.c.anchor.at, x.c.haltEnd)
}

// stalledRule is for a newest slot that stands for long, while another moved on.
func stalledRule() clusterRule {
	return clusterRule{
		name: "stalled", leads: model.ClusterStalled, setting: "detection.down_after",
		test: func(x clusterCase) model.RuleState {
			lasted, stands := x.stands()
			if stands && lasted >= x.w.rules.DownAfter {
				ahead, _ := x.w.ahead(x.c, x.now)
				return graded(ahead != nil, true)
			}
			return graded(false, stands)
		},
		says: standingSays, sofar: standingSoFar, bound: standingBound, from: standingFrom,
		change: func(x clusterCase) string {
			left := x.w.rules.DownAfter - x.stood()
			switch ahead, _ := x.w.ahead(x.c, x.now); {
			case left > 0 && ahead != nil:
				return "stalled in " + model.Span(left) + " unless its newest slot moves"
			case left > 0:
				return "stalled in " + model.Span(left) + " if another cluster moves on meanwhile"
			case ahead != nil:
				return "stays stalled until its newest slot moves"
			}
			return "stalled if another cluster moves on"
		},
	}
}

// standsRule is for one that stands for a while.
func standsRule() clusterRule {
	return clusterRule{
		name: "blip: newest slot stands", leads: model.ClusterBlip, setting: "detection.stall_slots",
		test: func(x clusterCase) model.RuleState {
			lasted, stands := x.stands()
			return holds(stands && lasted < x.w.rules.DownAfter)
		},
		says: standingSays, sofar: standingSoFar, from: standingFrom,
		bound: func(x clusterCase) string { return model.Span(x.w.rules.standGrace()) },
		change: func(x clusterCase) string {
			left := x.w.rules.DownAfter - x.stood()
			if ahead, _ := x.w.ahead(x.c, x.now); ahead == nil {
				return "stalled in " + model.Span(left) + " if another cluster moves on meanwhile"
			}
			return "stalled in " + model.Span(left) + " unless its newest slot moves"
		},
	}
}

// nobodyMovesRule is for one that stands for long, with nothing to hold it against.
func nobodyMovesRule() clusterRule {
	return clusterRule{
		name: "unknown: no cluster moves on", leads: model.ClusterUnknown,
		test: func(x clusterCase) model.RuleState {
			_, stands := x.stands()
			return holds(stands)
		},
		says: standingSays, sofar: standingSoFar, from: standingFrom,
		change: func(clusterCase) string { return "stalled if another cluster moves on" },
	}
}
