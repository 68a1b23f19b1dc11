package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// degradedRules are for a cluster that answers, but slowly, only in part, or
// without data.
func degradedRules() []clusterRule {
	return []clusterRule{
		muteRule(),
		partDegradedRule(),
		meansRule(),
		dryRule(),
		fallsBehindRule(),
		partBlipRule(),
		meansBlipRule(),
	}
}

// meansFigures are the means over the window.
func meansFigures(x clusterCase) string {
	errors, _ := x.c.calls.errorRate()
	if x.c.calls.timedN == 0 {
		return "fails " + percent(errors) + " of the calls"
	}
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
	if !x.c.slowMore && x.c.verdict != model.ClusterDegraded {
		return "degraded if it goes beyond " + bounds + " again, ends once well below"
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
			is := x.c.slowMore || x.c.before.verdict == model.ClusterDegraded
			return graded(slow && is && x.c.lastAt.Sub(x.c.slowFrom) >= x.w.rules.DegradedAfter, slow)
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
			return holds(x.c.before.verdict == model.ClusterBlip && x.c.slowNow(x.now, &x.w.rules))
		},
		says: meansSays, sofar: meansSoFar, from: meansFrom, change: meansChange,
		bound: func(x clusterCase) string {
			return x.w.rules.Latency.String() + " or " + percent(x.w.rules.ErrorRate)
		},
	}
}

// dryName names the rule that goes by the canary.
const dryName = "degraded: no data comes"

// dryRule is for a cluster that answers, while no data comes to the canary.
func dryRule() clusterRule {
	return clusterRule{
		name: dryName, leads: model.ClusterDegraded, setting: "detection.degraded_after",
		test: func(x clusterCase) model.RuleState {
			if !x.c.canary.on(x.now, &x.w.rules) {
				return model.RuleUnknown
			}
			lasted, dry := x.c.canary.dry(x.now, &x.w.rules)
			return graded(dry && lasted >= x.w.rules.DegradedAfter && !x.c.moves, x.c.canary.missing > 0)
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
