package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// ownSideRows are for an active cluster that answers, and a pipeline that does
// not do well.
func ownSideRows() []adviceRule {
	return []adviceRule{
		recreateRow(),
		clientDownRow(),
		silentAloneRow(),
		silentRow(),
		degradedRow(),
		allBehindRow(),
		fallingBehindRow(),
	}
}

// pipelineIs reports whether the pipeline has this verdict at a cluster that answers.
func pipelineIs(x pipelineCase, v model.PipelineVerdict) bool {
	return x.answers() && x.p.verdict == v
}

// ownReason is the reason of the verdict, with the name of the pipeline.
func ownReason(x pipelineCase) string {
	return x.name() + ": " + x.p.reason
}

// ownChange is what would change the verdict.
func ownChange(x pipelineCase) string {
	if x.p.rule.change == nil {
		return ""
	}
	return x.p.rule.change(x)
}

// recreateRow is for a subscriber that was lost or is stale.
func recreateRow() adviceRule {
	return adviceRule{
		name: "recreate_subscriber: lost or stale", leads: model.ActionRecreateSubscriber,
		test: func(x pipelineCase) model.RuleState {
			return holds(pipelineIs(x, model.PipelineSubscriberLost) || pipelineIs(x, model.PipelineSubscriberStale))
		},
		says: func(x pipelineCase) string {
			from := "cursor + 1"
			if x.s.cursor != nil {
				from = "slot " + slotText(x.s.cursor.Slot+1) + " (cursor + 1)"
			}
			return ownReason(x) + ": create it there again from " + from + "; fail over only if it will not be created"
		},
		target: func(x pipelineCase) string { return x.at() }, change: ownChange,
	}
}

// clientDownRow is for a client that is down.
func clientDownRow() adviceRule {
	return adviceRule{
		name: "check_your_side: client down", leads: model.ActionCheckYourSide,
		test: func(x pipelineCase) model.RuleState { return holds(pipelineIs(x, model.PipelineClientDown)) },
		says: func(x pipelineCase) string {
			return ownReason(x) + ", while " + x.at() + " is " + word(x.s.cluster.verdict) +
				": check its log, host, network and deployment; do not fail over"
		},
		change: ownChange,
	}
}

// silentAloneRow is for a client that gets nothing where others get data.
func silentAloneRow() adviceRule {
	return adviceRule{
		name: "check_your_side: silent alone", leads: model.ActionCheckYourSide,
		test: func(x pipelineCase) model.RuleState {
			return holds(pipelineIs(x, model.PipelineSilent) && x.othersGetData() != "")
		},
		says: func(x pipelineCase) string {
			return ownReason(x) + "; " + x.othersGetData() + ": check the client of " + x.name() + "; do not fail over"
		},
		change: ownChange,
	}
}

// silentRow is for a client that gets nothing, and nobody else is seen to.
func silentRow() adviceRule {
	return adviceRule{
		name: "ask_support: silent", leads: model.ActionAskSupport,
		test: func(x pipelineCase) model.RuleState { return holds(pipelineIs(x, model.PipelineSilent)) },
		says: func(x pipelineCase) string {
			text := ownReason(x)
			if lasted, dry := x.s.cluster.canary.dry(x.now, x.r); dry {
				text += ", and this console's canary there has got no data for " + model.Span(lasted)
			}
			return text + ": ask the provider's support before failing over; tell them " + x.tellThem()
		},
		change: ownChange,
	}
}

// degradedRow is for a cluster that answers badly.
func degradedRow() adviceRule {
	return adviceRule{
		name: "ask_support: degraded", leads: model.ActionAskSupport,
		test: func(x pipelineCase) model.RuleState { return holds(x.clusterIs(model.ClusterDegraded)) },
		says: func(x pipelineCase) string {
			return x.s.cluster.reason + ": ask the provider's support before failing " + x.name() + " over, and tell them these figures"
		},
		change: func(x pipelineCase) string { return x.s.cluster.outlook },
	}
}

// allBehindRow is for clients that all fall behind at a cluster that is slow.
func allBehindRow() adviceRule {
	return adviceRule{
		name: "ask_support: all fall behind at a cluster that is slow", leads: model.ActionAskSupport, setting: "detection.latency",
		test: func(x pipelineCase) model.RuleState {
			return holds(pipelineIs(x, model.PipelineFallingBehind) && x.s.cluster.streams == 0 &&
				x.s.cluster.calls.latency() > x.w.rules.Latency/2)
		},
		says: func(x pipelineCase) string {
			return ownReason(x) + ", and no pipeline streams from " + x.at() + ", which takes " +
				x.s.cluster.calls.latency().Round(time.Millisecond).String() +
				" to answer: ask the provider's support before failing over, and tell them these figures"
		},
		bound:  func(x pipelineCase) string { return (x.w.rules.Latency / 2).String() },
		change: ownChange,
	}
}

// fallingBehindRow is for a client that falls behind.
func fallingBehindRow() adviceRule {
	return adviceRule{
		name: "check_your_side: falling behind", leads: model.ActionCheckYourSide,
		test: func(x pipelineCase) model.RuleState { return holds(pipelineIs(x, model.PipelineFallingBehind)) },
		says: func(x pipelineCase) string {
			return ownReason(x) + " while " + x.at() + " is healthy: check the client's host, network and load; do not fail over"
		},
		change: ownChange,
	}
}

// tellThem is what the provider's support needs to know of a silent pipeline.
func (x pipelineCase) tellThem() string {
	text := "the subscriber " + x.p.cfg.Subscriber
	if last := x.s.lastMove(); !last.IsZero() {
		text += ", that it last got on at " + last.UTC().Format("15:04:05") + " UTC"
	}
	if x.s.cursor != nil {
		text += ", and its slot " + slotText(x.s.cursor.Slot)
	}
	return text
}

// othersGetData says who else gets data from the active cluster; "" where nobody
// is seen to.
func (x pipelineCase) othersGetData() string {
	c := x.s.cluster
	if other := x.p.otherMoves(c, x.now); other != nil {
		return other.cfg.Name + " streams from the same cluster"
	}
	if quiet, _ := x.hush(); c.canary.flows(x.now, x.now.Add(-quiet), x.r) {
		return "data comes from there to this console's canary"
	}
	return ""
}
