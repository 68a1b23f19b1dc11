package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// partly finds the call that keeps failing while others answer, and for how
// long; ok is false where there is none.
func (x clusterCase) partly() (kind int, lasted time.Duration, ok bool) {
	if _, failing := x.failing(); failing {
		return 0, 0, false
	}
	for i := range x.c.kinds {
		if k := &x.c.kinds[i]; k.failed >= 3 {
			return i, x.now.Sub(k.failedAt), true
		}
	}
	return 0, 0, false
}

// degradedRules are for a cluster that answers, but slowly, only in part, or
// without data.
func degradedRules() []clusterRule {
	return []clusterRule{
		meansRule(),
		dryRule(),
		partDegradedRule(),
		partBlipRule(),
	}
}

// partlySays is the reason where one call fails alone.
func partlySays(x clusterCase) string {
	i, lasted, _ := x.partly()
	return x.c.cfg.Name + " keeps failing the " + kindNames[i] + " call for " + model.Span(lasted) +
		" while others answer: " + x.c.kinds[i].failure.Error()
}

// partlySoFar is how long one call has failed alone.
func partlySoFar(x clusterCase) string {
	i, lasted, ok := x.partly()
	if !ok {
		return "no call fails alone"
	}
	return "the " + kindNames[i] + " call failed for " + model.Span(lasted)
}

// partlyFrom is when that began.
func partlyFrom(x clusterCase) time.Time {
	i, _, _ := x.partly()
	return x.c.kinds[i].failedAt
}

// degradedAfter is how long trouble may last before a cluster is degraded.
func degradedAfter(x clusterCase) string {
	return model.Span(x.w.rules.DegradedAfter)
}

// partDegradedRule is for a call that has failed alone for long.
func partDegradedRule() clusterRule {
	return clusterRule{
		name: "degraded: one call fails", leads: model.ClusterDegraded, setting: "detection.degraded_after",
		test: func(x clusterCase) model.RuleState {
			_, lasted, ok := x.partly()
			return graded(ok && lasted >= x.w.rules.DegradedAfter, ok)
		},
		says: partlySays, sofar: partlySoFar, bound: degradedAfter, from: partlyFrom,
		change: func(x clusterCase) string {
			_, lasted, _ := x.partly()
			if lasted >= x.w.rules.DegradedAfter {
				return "healthy once that call answers"
			}
			return "degraded in " + model.Span(x.w.rules.DegradedAfter-lasted) + " unless that call answers"
		},
	}
}

// partBlipRule is for a call that has failed alone for a while.
func partBlipRule() clusterRule {
	return clusterRule{
		name: "blip: one call fails", leads: model.ClusterBlip,
		test: func(x clusterCase) model.RuleState {
			_, _, ok := x.partly()
			return holds(ok)
		},
		says: partlySays, sofar: partlySoFar, from: partlyFrom,
		bound: func(clusterCase) string { return "3 in a row" },
		change: func(x clusterCase) string {
			_, lasted, _ := x.partly()
			return "degraded in " + model.Span(x.w.rules.DegradedAfter-lasted) + " unless that call answers"
		},
	}
}

// meansRule is for a cluster whose latency or error rate is out of bounds.
func meansRule() clusterRule {
	figures := func(x clusterCase) string {
		errors, _ := x.c.calls.errorRate()
		return "answers in " + x.c.calls.latency().Round(time.Millisecond).String() + " on average and fails " + percent(errors) + " of the calls"
	}
	return clusterRule{
		name: "degraded: slow, or fails in part", leads: model.ClusterDegraded, setting: "detection.latency, detection.error_rate",
		test: func(x clusterCase) model.RuleState {
			slow := !x.c.slowFrom.IsZero()
			return graded(slow && x.c.lastAt.Sub(x.c.slowFrom) >= x.w.rules.DegradedAfter, slow)
		},
		says: func(x clusterCase) string {
			return x.c.cfg.Name + " " + figures(x) + ", for " + model.Span(x.now.Sub(x.c.slowFrom))
		},
		sofar: func(x clusterCase) string {
			if x.c.slowFrom.IsZero() {
				return figures(x)
			}
			return figures(x) + ", out of bounds for " + model.Span(x.now.Sub(x.c.slowFrom))
		},
		bound: func(x clusterCase) string {
			r := &x.w.rules
			return r.Latency.String() + " or " + percent(r.ErrorRate) + ", for " + model.Span(r.DegradedAfter)
		},
		from: func(x clusterCase) time.Time { return x.c.slowFrom },
		change: func(x clusterCase) string {
			r := &x.w.rules
			bounds := r.Latency.String() + " and " + percent(r.ErrorRate)
			if left := r.DegradedAfter - x.c.lastAt.Sub(x.c.slowFrom); left > 0 {
				return "degraded in " + model.Span(left) + " unless it comes well below " + bounds
			}
			return "healthy well below " + bounds
		},
	}
}

// dryRule is for a cluster that answers, while no data comes to the canary.
func dryRule() clusterRule {
	return clusterRule{
		name: "degraded: no data comes", leads: model.ClusterDegraded, setting: "detection.degraded_after",
		test: func(x clusterCase) model.RuleState {
			if !x.c.canary.on(x.now, &x.w.rules) {
				return model.RuleUnknown
			}
			lasted, dry := x.c.canary.dry(x.now, &x.w.rules)
			return graded(dry && lasted >= x.w.rules.DegradedAfter, x.c.canary.missing > 0)
		},
		says: func(x clusterCase) string {
			lasted, _ := x.c.canary.dry(x.now, &x.w.rules)
			return x.c.cfg.Name + " answers, but no data has come to this console's canary for " + model.Span(lasted)
		},
		sofar: func(x clusterCase) string {
			k := &x.c.canary
			switch {
			case !k.on(x.now, &x.w.rules):
				return "the canary is off"
			case k.missing > 0:
				return model.Units(k.missing, "look") + " of the canary in a row brought no data"
			case k.dataAt.IsZero():
				return "the canary has brought nothing yet"
			}
			return "data came to the canary " + model.Span(x.now.Sub(k.dataAt)) + " ago"
		},
		bound: func(x clusterCase) string { return model.Span(x.w.rules.DegradedAfter) },
		from:  func(x clusterCase) time.Time { return x.c.canary.dryFrom },
		change: func(x clusterCase) string {
			if left := x.w.rules.DegradedAfter - x.now.Sub(x.c.canary.dryFrom); left > 0 {
				return "degraded in " + model.Span(left) + " unless data comes"
			}
			return "healthy once data comes"
		},
	}
}

// recoveringRules are for a cluster that does well, or does so again.
func recoveringRules() []clusterRule {
	from := func(x clusterCase) time.Time { return x.c.badFrom }
	return []clusterRule{
		{
			name: "blip: it recovers", leads: model.ClusterBlip, setting: "detection.down_after",
			test: func(x clusterCase) model.RuleState { return holds(x.c.scarred && x.healed() < x.w.rules.recovery()) },
			says: func(x clusterCase) string { return x.c.cfg.Name + " does well again for " + model.Span(x.healed()) },
			sofar: func(x clusterCase) string {
				if !x.c.scarred {
					return "it was not down or stalled lately"
				}
				return "it does well again for " + model.Span(x.healed())
			},
			bound: func(x clusterCase) string { return model.Span(x.w.rules.recovery()) }, from: from,
			change: func(x clusterCase) string {
				return "healthy in " + model.Span(x.w.rules.recovery()-x.healed()) + " if it stays so"
			},
		},
		{
			name: "blip: it settles", leads: model.ClusterBlip,
			test: func(x clusterCase) model.RuleState {
				c := x.c
				return holds(c.verdict == model.ClusterBlip && !c.scarred &&
					(x.now.Sub(c.troubleAt) < x.w.rules.MaxAge/2 || c.answers < x.w.rules.FirstSamples))
			},
			says: func(x clusterCase) string { return x.c.cfg.Name + " does well again" },
			sofar: func(x clusterCase) string {
				if x.c.troubleAt.IsZero() {
					return "no sign of trouble was seen"
				}
				return "last sign of trouble " + model.Span(x.now.Sub(x.c.troubleAt)) + " ago"
			},
			bound: func(x clusterCase) string { return model.Span(x.w.rules.MaxAge / 2) }, from: from,
			change: func(x clusterCase) string {
				return "healthy in " + model.Span(max(x.w.rules.MaxAge/2-x.now.Sub(x.c.troubleAt), time.Second)) + " if it stays so"
			},
		},
		{
			name: "unknown: no slots yet", leads: model.ClusterUnknown,
			test:   func(x clusterCase) model.RuleState { return holds(x.c.slots == nil) },
			says:   func(x clusterCase) string { return x.c.cfg.Name + " answers, but its slots are not known yet" },
			change: func(clusterCase) string { return "known once its slot range was read" },
		},
		{
			name: "healthy", leads: model.ClusterHealthy,
			test: func(clusterCase) model.RuleState { return model.RuleFired },
			says: func(x clusterCase) string {
				text := x.c.cfg.Name + " answers and its newest slot advances"
				if rate, ok := x.c.pace.rate(); ok && young(x.c.slotsAt, x.now, &x.w.rules) {
					text += " by " + perSecond(rate)
				}
				return text
			},
		},
	}
}

// healed is how long a cluster that was down or stalled has done well.
func (x clusterCase) healed() time.Duration {
	if x.c.healFrom.IsZero() {
		return 0
	}
	return x.now.Sub(x.c.healFrom)
}
