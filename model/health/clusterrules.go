package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// clusterCase is a cluster at a moment.
type clusterCase struct {
	w   *Watch
	c   *cluster
	now time.Time
}

type clusterRule = row[clusterCase, model.ClusterVerdict]

// kindNames are the calls of a cluster, in the order of cluster.kinds.
var kindNames = [3]string{"version", "tip", "slot range"}

// clusterRules is the table of verdicts on a cluster: the first rule that holds
// decides.
func clusterRules() []clusterRule {
	var table []clusterRule
	table = append(table, silenceRules()...)
	table = append(table, failingRules()...)
	table = append(table, standingRules()...)
	table = append(table, degradedRules()...)
	return append(table, recoveringRules()...)
}

// silenceRules are for a cluster of which too little is known, or that turns us
// away.
func silenceRules() []clusterRule {
	return []clusterRule{
		{
			name: "unknown: no evidence yet", leads: model.ClusterUnknown,
			test:   func(x clusterCase) model.RuleState { return holds(x.c.lastAt.IsZero()) },
			says:   func(x clusterCase) string { return "nothing has been heard of " + x.c.cfg.Name + " yet" },
			change: func(clusterCase) string { return "known once it was looked at" },
		},
		{
			name: "unknown: evidence is old", leads: model.ClusterUnknown, setting: "probe.interval",
			test: func(x clusterCase) model.RuleState { return holds(!x.c.fresh(x.now, &x.w.rules)) },
			says: func(x clusterCase) string {
				if x.now.Before(x.c.lastAt) {
					return "the newest evidence on " + x.c.cfg.Name + " is from before the clock was set back"
				}
				return "the newest evidence on " + x.c.cfg.Name + " is " + model.Span(x.now.Sub(x.c.lastAt)) + " old"
			},
			sofar: func(x clusterCase) string {
				if x.c.lastAt.IsZero() {
					return "no look yet"
				}
				return "newest look " + model.Span(x.now.Sub(x.c.lastAt)) + " ago"
			},
			bound:  func(x clusterCase) string { return model.Span(x.w.rules.MaxAge) },
			change: func(clusterCase) string { return "known once it was looked at again" },
		},
		{
			name: "refusing us", leads: model.ClusterRefusingUs,
			test: func(x clusterCase) model.RuleState {
				_, n := x.c.refused()
				return graded(n >= 2, n == 1)
			},
			says: func(x clusterCase) string {
				i, _ := x.c.refused()
				return x.c.cfg.Name + " refuses the " + kindNames[i] + " call: " + x.c.kinds[i].failure.Error()
			},
			sofar: func(x clusterCase) string {
				if i, n := x.c.refused(); n > 0 {
					return model.Units(n, kindNames[i]+" call") + " refused in a row: " + x.c.kinds[i].failure.Error()
				}
				return "no call was refused"
			},
			bound:  func(clusterCase) string { return "2 in a row" },
			change: func(clusterCase) string { return "stays so until the configuration or the account is mended" },
		},
		{
			name: "unknown: the name does not resolve here", leads: model.ClusterUnknown,
			test: func(x clusterCase) model.RuleState { return graded(x.c.dns >= 2, x.c.dns == 1) },
			says: func(x clusterCase) string {
				return "the name of " + x.c.cfg.Name + " does not resolve from here: " + x.c.failure.Message
			},
			sofar: func(x clusterCase) string {
				return "it did not resolve " + model.Units(x.c.dns, "time") + " in a row"
			},
			bound:  func(clusterCase) string { return "2 in a row" },
			change: func(clusterCase) string { return "known once its name resolves here" },
			from:   func(x clusterCase) time.Time { return x.c.dnsFrom },
		},
		{
			name: "unknown: too few looks", leads: model.ClusterUnknown, setting: "detection.first_samples",
			test: func(x clusterCase) model.RuleState { return holds(x.c.kindsCompleted() < x.w.rules.FirstSamples) },
			says: func(x clusterCase) string {
				return model.Count(x.c.kindsCompleted()) + " of the " + model.Units(x.w.rules.FirstSamples, "look") +
					" at " + x.c.cfg.Name + " that a first verdict needs"
			},
			sofar:  func(x clusterCase) string { return model.Units(x.c.kindsCompleted(), "look") },
			bound:  func(x clusterCase) string { return model.Count(x.w.rules.FirstSamples) },
			change: func(clusterCase) string { return "known after a few more looks" },
		},
	}
}

// refused is the kind of call that was turned away most often in a row, and how
// often.
func (c *cluster) refused() (kind, n int) {
	for i := range c.kinds {
		if c.kinds[i].refused > n {
			kind, n = i, c.kinds[i].refused
		}
	}
	return kind, n
}

// failing reports whether every call has failed since the last answer, and for
// how long. Where a cluster fails only some calls, all of them may happen to
// fail in a row for a moment.
func (x clusterCase) failing() (lasted time.Duration, ok bool) {
	c := x.c
	if c.series.count < 3 {
		return 0, false
	}
	lasted = x.now.Sub(c.series.from)
	return lasted, c.verdict != model.ClusterDegraded || lasted >= 2*x.w.rules.flicker()
}

// failingRules are for a cluster whose every call fails.
func failingRules() []clusterRule {
	says := func(x clusterCase) string {
		return x.c.cfg.Name + " failed " + model.Units(x.c.series.count, "call") + " in a row for " +
			model.Span(x.now.Sub(x.c.series.from)) + ", the newest with " + x.c.failure.Error()
	}
	sofar := func(x clusterCase) string {
		if x.c.series.count == 0 {
			return "calls answer"
		}
		return "every call failed for " + model.Span(x.now.Sub(x.c.series.from)) + ", " + model.Units(x.c.series.count, "call")
	}
	from := func(x clusterCase) time.Time { return x.c.series.from }
	return []clusterRule{
		{
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
			from:   from,
		},
		{
			name: "down", leads: model.ClusterDown, setting: "detection.down_after",
			test: func(x clusterCase) model.RuleState {
				lasted, failing := x.failing()
				return graded(failing && lasted >= x.w.rules.DownAfter, failing)
			},
			says: says, sofar: sofar, from: from,
			bound: func(x clusterCase) string { return model.Span(x.w.rules.DownAfter) },
			change: func(x clusterCase) string {
				left := x.w.rules.DownAfter - x.now.Sub(x.c.series.from)
				if left <= 0 {
					return "stays down until it answers"
				}
				return "down in " + model.Span(left) + " unless it answers"
			},
		},
		{
			name: "blip: every call fails", leads: model.ClusterBlip, setting: "detection.down_after",
			test: func(x clusterCase) model.RuleState {
				_, failing := x.failing()
				return graded(failing, x.c.series.count > 0)
			},
			says: says, sofar: sofar, from: from,
			bound: func(x clusterCase) string { return "3 calls in a row" },
			change: func(x clusterCase) string {
				return "down in " + model.Span(x.w.rules.DownAfter-x.now.Sub(x.c.series.from)) + " unless it answers"
			},
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
	lasted = c.standing()
	return lasted, lasted >= r.standGrace()
}

// standingRules are for a cluster that answers, but whose newest slot stands or
// crawls. Only another cluster that moved on tells a stall from a halt of the
// chain.
func standingRules() []clusterRule {
	says := func(x clusterCase) string {
		text := x.c.cfg.Name + " answers, but its newest slot " + slotText(x.c.slots.Max) + " has not kept pace for " + model.Span(x.c.standing())
		if ahead, by := x.w.ahead(x.c, x.now); ahead != nil {
			return text + ", while " + ahead.cfg.Name + " is " + model.Units(by, "slot") + " ahead"
		}
		return text + ", and no other cluster is seen to move on"
	}
	sofar := func(x clusterCase) string {
		if x.c.slots == nil {
			return "no newest slot yet"
		}
		text := "newest slot has not kept pace for " + model.Span(x.c.standing())
		if ahead, by := x.w.ahead(x.c, x.now); ahead != nil {
			text += ", " + ahead.cfg.Name + " is " + model.Units(by, "slot") + " ahead"
		}
		return text
	}
	bound := func(x clusterCase) string {
		return model.Span(x.w.rules.DownAfter) + ", another more than " + model.Units(x.w.rules.StallSlots, "slot") + " ahead"
	}
	from := func(x clusterCase) time.Time { return x.c.anchor.at }
	return []clusterRule{
		{
			name: "stalled", leads: model.ClusterStalled, setting: "detection.down_after",
			test: func(x clusterCase) model.RuleState {
				lasted, stands := x.stands()
				if stands && lasted >= x.w.rules.DownAfter {
					ahead, _ := x.w.ahead(x.c, x.now)
					return graded(ahead != nil, true)
				}
				return graded(false, stands)
			},
			says: says, sofar: sofar, bound: bound, from: from,
			change: func(x clusterCase) string {
				left := x.w.rules.DownAfter - x.c.standing()
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
		},
		{
			name: "blip: newest slot stands", leads: model.ClusterBlip, setting: "detection.stall_slots",
			test: func(x clusterCase) model.RuleState {
				lasted, stands := x.stands()
				return holds(stands && lasted < x.w.rules.DownAfter)
			},
			says: says, sofar: sofar, from: from,
			bound: func(x clusterCase) string { return model.Span(x.w.rules.standGrace()) },
			change: func(x clusterCase) string {
				left := x.w.rules.DownAfter - x.c.standing()
				if ahead, _ := x.w.ahead(x.c, x.now); ahead == nil {
					return "stalled in " + model.Span(left) + " if another cluster moves on meanwhile"
				}
				return "stalled in " + model.Span(left) + " unless its newest slot moves"
			},
		},
		{
			name: "unknown: no cluster moves on", leads: model.ClusterUnknown,
			test: func(x clusterCase) model.RuleState {
				_, stands := x.stands()
				return holds(stands)
			},
			says: says, sofar: sofar, from: from,
			change: func(clusterCase) string { return "stalled if another cluster moves on" },
		},
	}
}
