package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// degradedRules are for a cluster that answers, but slowly, only in part, or
// without data.
func degradedRules() []clusterRule {
	return []clusterRule{
		partDegradedRule(),
		meansRule(),
		dryRule(),
		partBlipRule(),
		meansBlipRule(),
	}
}

// meansFigures are the means over the window.
func meansFigures(x clusterCase) string {
	errors, _ := x.c.calls.errorRate()
	return "answers in " + tookText(x.c.calls.latency()) + " on average and fails " + percent(errors) + " of the calls"
}

// meansSays is the reason where the means are out of bounds.
func meansSays(x clusterCase) string {
	return x.c.cfg.Name + " " + meansFigures(x) + ", for " + model.Span(x.now.Sub(x.c.slowFrom))
}

// meansSoFar is how the means are.
func meansSoFar(x clusterCase) string {
	if x.c.slowFrom.IsZero() {
		return meansFigures(x)
	}
	return meansFigures(x) + ", out of bounds for " + model.Span(x.now.Sub(x.c.slowFrom))
}

// meansChange is what would bring them back, or make it last.
func meansChange(x clusterCase) string {
	r := &x.w.rules
	bounds := r.Latency.String() + " and " + percent(r.ErrorRate) + " failed"
	if left := r.DegradedAfter - x.c.lastAt.Sub(x.c.slowFrom); left > 0 {
		return "degraded in " + model.Span(left) + " unless it comes well below " + bounds
	}
	return "healthy once well below " + bounds
}

// meansFrom is since when they are out of bounds.
func meansFrom(x clusterCase) time.Time { return x.c.slowFrom }

// meansRule is for a cluster whose latency or error rate is out of bounds.
func meansRule() clusterRule {
	return clusterRule{
		name: "degraded: slow, or fails in part", leads: model.ClusterDegraded, setting: "detection.latency, detection.error_rate",
		test: func(x clusterCase) model.RuleState {
			slow := !x.c.slowFrom.IsZero()
			return graded(slow && x.c.lastAt.Sub(x.c.slowFrom) >= x.w.rules.DegradedAfter, slow)
		},
		says: meansSays, sofar: meansSoFar, from: meansFrom, change: meansChange,
		bound: func(x clusterCase) string {
			r := &x.w.rules
			return r.Latency.String() + " or " + percent(r.ErrorRate) + ", for " + model.Span(r.DegradedAfter)
		},
	}
}

// slowNow reports whether the means are out of bounds, and not only for calls that
// are long over.
func (c *cluster) slowNow(now time.Time, r *Rules) bool {
	return !c.slowFrom.IsZero() && now.Sub(c.calls.badAt) < r.MaxAge/2
}

// meansBlipRule is for one in a blip whose means are out of bounds: it does not do
// well again.
func meansBlipRule() clusterRule {
	return clusterRule{
		name: "blip: slow, or fails in part", leads: model.ClusterBlip, setting: "detection.latency, detection.error_rate",
		test: func(x clusterCase) model.RuleState {
			return holds(x.c.verdict == model.ClusterBlip && x.c.slowNow(x.now, &x.w.rules))
		},
		says: meansSays, sofar: meansSoFar, from: meansFrom, change: meansChange,
		bound: func(x clusterCase) string {
			return x.w.rules.Latency.String() + " or " + percent(x.w.rules.ErrorRate)
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
			return graded(dry && lasted >= x.w.rules.DegradedAfter && !x.clientsMove(), x.c.canary.missing > 0)
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

// clientsMove reports whether clients of the cluster clearly make progress: then
// data does come, whatever the canary gets.
func (x clusterCase) clientsMove() bool {
	m := x.c.movers[0]
	return m.p != nil && x.now.Sub(m.at) <= x.w.rules.progressAge()/2
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
		callSettlesRule(),
		{
			name: "blip: it settles", leads: model.ClusterBlip,
			test: func(x clusterCase) model.RuleState {
				c := x.c
				return holds(c.verdict == model.ClusterBlip && !c.scarred &&
					(x.now.Sub(c.troubleAt) < x.w.rules.MaxAge/2 || c.answers < x.w.rules.FirstSamples))
			},
			says: func(x clusterCase) string {
				return x.c.cfg.Name + " answers again; the last sign of trouble was " + model.Span(x.now.Sub(x.c.troubleAt)) + " ago"
			},
			sofar: func(x clusterCase) string {
				if x.c.troubleAt.IsZero() {
					return "no sign of trouble was seen"
				}
				return "last sign of trouble " + model.Span(x.now.Sub(x.c.troubleAt)) + " ago"
			},
			bound: func(x clusterCase) string { return model.Span(x.w.rules.MaxAge / 2) }, from: from,
			change: func(x clusterCase) string {
				return "healthy in " + model.Span(max(x.w.rules.MaxAge/2-x.now.Sub(x.c.troubleAt), time.Second)) + " unless there is more"
			},
		},
		{
			name: "unknown: no slots yet", leads: model.ClusterUnknown,
			test:   func(x clusterCase) model.RuleState { return holds(x.c.slots == nil) },
			says:   func(x clusterCase) string { return x.c.cfg.Name + " answers, but its slots are not known yet" },
			change: func(clusterCase) string { return "known once its slot range was read" },
		},
		{
			name: "healthy: but not for long, if it stays so", leads: model.ClusterHealthy, setting: "detection.degraded_after",
			test: func(x clusterCase) model.RuleState {
				_, k, _ := x.partly()
				return holds(k != nil || x.c.slowNow(x.now, &x.w.rules))
			},
			says: func(x clusterCase) string {
				if _, k, _ := x.partly(); k != nil {
					return partlySays(x)
				}
				return meansSays(x)
			},
			bound: degradedAfter,
			change: func(x clusterCase) string {
				if _, k, _ := x.partly(); k != nil {
					return partlyChange(x)
				}
				return meansChange(x)
			},
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
