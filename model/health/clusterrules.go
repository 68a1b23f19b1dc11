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

// kindNames are the calls of a cluster, in the order of cluster.kinds, and then the
// list of subscribers.
var kindNames = [4]string{"version", "tip", "slot range", "subscriber list"}

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
		unheardRule(),
		oldRule(),
		refusingRule(),
		namelessRule(),
		fewLooksRule(),
	}
}

// unheardRule is for a cluster that was not looked at yet.
func unheardRule() clusterRule {
	return clusterRule{
		name: "unknown: no evidence yet", leads: model.ClusterUnknown,
		test:   func(x clusterCase) model.RuleState { return holds(x.c.lastAt.IsZero()) },
		says:   func(x clusterCase) string { return "nothing has been heard of " + x.c.cfg.Name + " yet" },
		change: func(clusterCase) string { return "known once it was looked at" },
	}
}

// oldRule is for a cluster that was not looked at lately.
func oldRule() clusterRule {
	return clusterRule{
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
	}
}

// refusingRule is for a cluster that turns us away.
func refusingRule() clusterRule {
	return clusterRule{
		name: "refusing us", leads: model.ClusterRefusingUs,
		test: func(x clusterCase) model.RuleState {
			_, n := x.c.refused()
			return graded(n >= 2, n == 1)
		},
		says: func(x clusterCase) string {
			i, _ := x.c.refused()
			what := "the " + kindNames[i] + " call"
			for j := range x.c.kinds {
				if j != i && x.c.kinds[j].refused > 0 {
					what = "our calls"
				}
			}
			return x.c.cfg.Name + " refuses " + what + ": " + x.c.kinds[i].refusal.Error()
		},
		sofar: func(x clusterCase) string {
			if i, n := x.c.refused(); n > 0 {
				return model.Units(n, kindNames[i]+" call") + " refused in a row: " + x.c.kinds[i].refusal.Error()
			}
			return "no call was refused"
		},
		bound:  func(clusterCase) string { return "2 in a row" },
		change: func(clusterCase) string { return "stays so until the configuration or the account is mended" },
	}
}

// namelessRule is for a cluster whose name does not resolve here.
func namelessRule() clusterRule {
	return clusterRule{
		name: "unknown: the name does not resolve here", leads: model.ClusterUnknown,
		test: func(x clusterCase) model.RuleState {
			down := x.c.before.verdict == model.ClusterDown && x.c.series.count > 0
			return graded(x.c.dns >= 2 && !down, x.c.dns > 0)
		},
		says: func(x clusterCase) string {
			return "the name of " + x.c.cfg.Name + " does not resolve from here: " + x.c.failure.Message
		},
		sofar: func(x clusterCase) string {
			return "it did not resolve " + model.Units(x.c.dns, "time") + " in a row"
		},
		bound:  func(clusterCase) string { return "2 in a row" },
		change: func(clusterCase) string { return "known once its name resolves here" },
		from:   func(x clusterCase) time.Time { return x.c.dnsFrom },
	}
}

// fewLooksRule is for a cluster that was looked at too seldom yet.
func fewLooksRule() clusterRule {
	return clusterRule{
		name: "unknown: too few looks", leads: model.ClusterUnknown, setting: "detection.first_samples",
		test: func(x clusterCase) model.RuleState { return holds(x.c.kindsCompleted() < x.w.rules.FirstSamples) },
		says: func(x clusterCase) string {
			return model.Count(x.c.kindsCompleted()) + " of the " + model.Units(x.w.rules.FirstSamples, "look") +
				" at " + x.c.cfg.Name + " that a first verdict needs"
		},
		sofar:  func(x clusterCase) string { return model.Units(x.c.kindsCompleted(), "look") },
		bound:  func(x clusterCase) string { return model.Count(x.w.rules.FirstSamples) },
		change: func(clusterCase) string { return "known after a few more looks" },
	}
}

// refused is the first kind of call that is turned away, and how often in a row.
func (c *cluster) refused() (kind, n int) {
	for i := range c.kinds {
		if n < 2 && c.kinds[i].refused > n { // the first that is sure, so that it does not change with each call
			kind, n = i, c.kinds[i].refused
		}
	}
	return kind, n
}
