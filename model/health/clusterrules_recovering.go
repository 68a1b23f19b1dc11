package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// recoveringRules are for a cluster that does well, or does so again.
func recoveringRules() []clusterRule {
	return []clusterRule{
		recoversRule(),
		callSettlesRule(),
		settlesRule(),
		{
			name: "unknown: no slots yet", leads: model.ClusterUnknown,
			test:   func(x clusterCase) model.RuleState { return holds(x.c.slots == nil) },
			says:   func(x clusterCase) string { return x.c.cfg.Name + " answers, but its slots are not known yet" },
			change: func(clusterCase) string { return "known once its slot range was read" },
		},
		unansweredRule(),
		notForLongRule(),
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

// troubleFrom is when the trouble that is over began.
func troubleFrom(x clusterCase) time.Time { return x.c.badFrom }

// recoversRule is for one that was down or stalled, and does well for too short yet,
// as every kind of call shows.
func recoversRule() clusterRule {
	return clusterRule{
		name: "blip: it recovers", leads: model.ClusterBlip, setting: "detection.down_after",
		test: func(x clusterCase) model.RuleState {
			return holds(x.c.before.scarred && x.healed() < x.w.rules.recovery() && x.unanswered() < 0)
		},
		says: func(x clusterCase) string { return x.c.cfg.Name + " does well again for " + model.Span(x.healed()) },
		sofar: func(x clusterCase) string {
			if !x.c.before.scarred {
				return "it was not down or stalled lately"
			}
			return "it does well again for " + model.Span(x.healed())
		},
		bound: func(x clusterCase) string { return model.Span(x.w.rules.recovery()) }, from: troubleFrom,
		change: func(x clusterCase) string {
			return "healthy in " + model.Span(x.w.rules.recovery()-x.healed()) + " if it stays so"
		},
	}
}

// settlesRule is for one in a blip that answers again for a moment.
func settlesRule() clusterRule {
	return clusterRule{
		name: "blip: it settles", leads: model.ClusterBlip,
		test: func(x clusterCase) model.RuleState {
			b := &x.c.before
			return holds(b.verdict == model.ClusterBlip && !b.scarred &&
				(x.now.Sub(b.troubleAt) < x.w.rules.MaxAge/2 || x.c.answers < x.w.rules.FirstSamples))
		},
		says: func(x clusterCase) string {
			return x.c.cfg.Name + " answers again; the last sign of trouble was " + model.Span(x.now.Sub(x.c.before.troubleAt)) + " ago"
		},
		sofar: func(x clusterCase) string {
			if x.c.before.troubleAt.IsZero() {
				return "no sign of trouble was seen"
			}
			return "last sign of trouble " + model.Span(x.now.Sub(x.c.before.troubleAt)) + " ago"
		},
		bound: func(x clusterCase) string { return model.Span(x.w.rules.MaxAge / 2) }, from: troubleFrom,
		change: func(x clusterCase) string {
			return "healthy in " + model.Span(max(x.w.rules.MaxAge/2-x.now.Sub(x.c.before.troubleAt), time.Second)) + " unless there is more"
		},
	}
}

// notForLongRule is for one that is healthy still, though something is amiss.
func notForLongRule() clusterRule {
	return clusterRule{
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
	}
}

// healed is how long a cluster that was down or stalled has done well.
func (x clusterCase) healed() time.Duration {
	if x.c.before.healFrom.IsZero() {
		return 0
	}
	return x.now.Sub(x.c.before.healFrom)
}
