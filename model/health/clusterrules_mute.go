package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// mute reports whether no call at all has answered lately, though not in an
// unbroken series that speaks for an outage, which other rules have tried before:
// names that do not resolve, refusals and failures by turns.
func (x clusterCase) mute() bool {
	return x.now.Sub(x.c.answeredAt) > x.muteAfter() || x.c.answeredAt.Sub(x.now) > x.w.rules.MaxAge
}

// muteAfter is how long no call may answer. Where a cluster fails in part, all
// calls may happen to fail for a moment.
func (x clusterCase) muteAfter() time.Duration { return x.w.rules.MaxAge + 2*x.w.rules.flicker() }

// ago writes how long ago something was, where it ever was.
func ago(at, now time.Time) string {
	if at.IsZero() {
		return "never"
	}
	return model.Span(now.Sub(at)) + " ago"
}

// muteRule is for a cluster of which no call answers, for reasons by turns.
func muteRule() clusterRule {
	return clusterRule{
		name: "unknown: no call answers", leads: model.ClusterUnknown, setting: "probe.interval",
		test: func(x clusterCase) model.RuleState { return holds(x.mute()) },
		says: func(x clusterCase) string {
			text := x.c.cfg.Name + " answered no call lately, for reasons by turns; the newest answer was " + ago(x.c.answeredAt, x.now)
			if x.c.failure != nil {
				text += ", the newest failure: " + x.c.failure.Error()
			}
			return text
		},
		sofar:  func(x clusterCase) string { return "newest answer " + ago(x.c.answeredAt, x.now) },
		bound:  func(x clusterCase) string { return model.Span(x.muteAfter()) },
		change: func(clusterCase) string { return "known once its calls answer, or all fail alike" },
	}
}

// unanswered is the first kind of call without an answer lately, or -1.
func (x clusterCase) unanswered() int {
	for i := range x.c.kinds {
		if !young(x.c.kinds[i].answeredAt, x.now, &x.w.rules) {
			return i
		}
	}
	return -1
}

// unansweredRule is for a cluster of which one call has no answer, while others
// answer: what that call would show is not known.
func unansweredRule() clusterRule {
	return clusterRule{
		name: "unknown: a call has no answer", leads: model.ClusterUnknown, setting: "probe.interval",
		test: func(x clusterCase) model.RuleState { return holds(x.unanswered() >= 0) },
		says: func(x clusterCase) string {
			i := x.unanswered()
			return x.c.cfg.Name + " answers other calls, but the newest answer to the " + kindNames[i] + " call was " +
				ago(x.c.kinds[i].answeredAt, x.now)
		},
		sofar: func(x clusterCase) string {
			i := x.unanswered()
			if i < 0 {
				return "every call answers"
			}
			return "newest answer to the " + kindNames[i] + " call " + ago(x.c.kinds[i].answeredAt, x.now)
		},
		bound:  func(x clusterCase) string { return model.Span(x.w.rules.MaxAge) },
		change: func(clusterCase) string { return "known once that call answers" },
	}
}
