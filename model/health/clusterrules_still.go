package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// stillDown reports whether an outage that was there before goes on: a lone answer
// does not end it, nor does a break in our looking, after which every call fails
// again.
func (x clusterCase) stillDown() bool {
	if x.c.outageFrom.IsZero() {
		return false
	}
	if x.c.before.verdict == model.ClusterDown {
		return true
	}
	_, failing := x.failing()
	return failing && x.w.awayFor == 0 && !x.c.answeredAt.After(x.c.series.from)
}

// stillDownRule is for a cluster that was down and has not answered for good since.
func stillDownRule() clusterRule {
	return clusterRule{
		name: "down: still", leads: model.ClusterDown, setting: "detection.first_samples",
		test: func(x clusterCase) model.RuleState { return holds(x.stillDown()) },
		says: func(x clusterCase) string {
			c, r := x.c, &x.w.rules
			text := c.cfg.Name + " has been down for " + model.Span(x.now.Sub(c.outageFrom)) + ", since before this console paused, and fails every call again"
			if c.answeredAt.After(c.outageFrom) {
				text = c.cfg.Name + " has been down for " + model.Span(x.now.Sub(c.outageFrom)) + " and answered fewer than " +
					model.Units(r.FirstSamples, "call") + " in a row since"
			}
			if c.failure != nil {
				text += ", the newest failure: " + c.failure.Error()
			}
			return text
		},
		sofar: func(x clusterCase) string {
			if x.c.outageFrom.IsZero() {
				return "it was not down lately"
			}
			return model.Units(x.c.answers, "call") + " answered in a row since it is down"
		},
		bound: func(x clusterCase) string { return model.Units(x.w.rules.FirstSamples, "answer") + " in a row" },
		from:  func(x clusterCase) time.Time { return x.c.outageFrom },
		change: func(x clusterCase) string {
			return "stays down until it answers " + model.Units(x.w.rules.FirstSamples, "call") + " in a row"
		},
	}
}
