package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// unclearRows are for an active cluster of which nothing firm can be said, or
// that turns us away.
func unclearRows() []adviceRule {
	unclear := func(x pipelineCase) bool { return x.clusterIs(model.ClusterUnknown, model.ClusterBlip) }
	blind := func(x pipelineCase) bool { return unclear(x) && (x.w.offline || x.s.cluster.dns >= 2) }
	return []adviceRule{
		{
			name: "fix_configuration: it refuses us", leads: model.ActionFixConfiguration,
			test: func(x pipelineCase) model.RuleState { return holds(x.clusterIs(model.ClusterRefusingUs)) },
			says: func(x pipelineCase) string {
				return x.s.cluster.reason + "; mend that in the configuration or with the provider: moving " + x.name() + " would not help"
			},
			change: func(x pipelineCase) string { return "ends when " + x.at() + " lets us in" },
		},
		{
			name: "fail_over: clients confirm it to a console that sees nothing", leads: model.ActionFailOver, setting: "detection.down_after",
			test: func(x pipelineCase) model.RuleState {
				if !blind(x) {
					return model.RuleQuiet
				}
				return graded(x.confirmed() != nil, true)
			},
			says: func(x pipelineCase) string {
				to := x.confirmed().cluster.cfg.Name
				return x.cannotReach() + ", but clients' own metrics show data from " + to + " and none from " + x.at() + " for " +
					model.Span(x.s.still(x.now, x.settled())) + ": fail " + x.name() + " over to " + to
			},
			sofar: func(x pipelineCase) string {
				if x.s == nil {
					return "it has no client there"
				}
				return "the client there " + x.s.lastSeen(x.now)
			},
			bound:  func(x pipelineCase) string { return model.Span(x.w.rules.DownAfter) },
			target: func(x pipelineCase) string { return x.confirmed().cluster.cfg.Name },
			change: func(x pipelineCase) string {
				if x.confirmed() == nil {
					return "fail over if clients show no data from " + x.at() + " for " + model.Span(x.w.rules.DownAfter) + ", and data from another"
				}
				return "ends when the client there goes on, or this console sees better"
			},
		},
		{
			name: "check_console: nothing can be reached from here", leads: model.ActionCheckConsole,
			test: func(x pipelineCase) model.RuleState { return holds(blind(x)) },
			says: func(x pipelineCase) string {
				text := x.cannotReach() + ": check this console's network"
				if !x.w.offline {
					text += " and the endpoint in the configuration"
				}
				if x.s.progresses(x.now, x.r) {
					text += "; the client of " + x.name() + " at " + x.at() + " goes on"
				}
				return text
			},
			change: func(x pipelineCase) string { return "ends once a cluster can be reached from here" },
		},
		{
			name: "chain_halted", leads: model.ActionChainHalted, setting: "detection.stall_slots",
			test: func(x pipelineCase) model.RuleState { return holds(unclear(x) && x.w.halted) },
			says: func(x pipelineCase) string {
				return "every cluster stands at slot " + slotText(x.s.cluster.slots.Max) + " or near it: the chain itself has halted; wait, no failover helps"
			},
			bound:  func(x pipelineCase) string { return "all within " + model.Units(x.w.rules.StallSlots, "slot") },
			change: func(pipelineCase) string { return "ends when any cluster moves on" },
		},
		{
			name: "wait: the active cluster has a blip", leads: model.ActionWait, setting: "detection.down_after",
			test: func(x pipelineCase) model.RuleState { return holds(x.clusterIs(model.ClusterBlip)) },
			says: func(x pipelineCase) string {
				return x.s.cluster.reason + "; " + x.s.cluster.outlook + ": wait"
			},
			change: func(x pipelineCase) string { return x.s.cluster.outlook },
		},
		{
			name: "wait: for evidence", leads: model.ActionWait,
			test:   func(x pipelineCase) model.RuleState { return holds(unclear(x)) },
			says:   func(x pipelineCase) string { return x.s.cluster.reason + ": wait for evidence" },
			change: func(x pipelineCase) string { return x.s.cluster.outlook },
		},
	}
}

// cannotReach says what this console cannot see.
func (x pipelineCase) cannotReach() string {
	if !x.w.offline {
		return "the name of " + x.at() + " does not resolve from here"
	}
	return "no cluster can be reached from here"
}

// confirmed is, for a console that sees nothing itself, where clients' own
// metrics show data, while those at the active cluster show that it is gone: the
// client answers, commits nothing, and its own tip stands. A client that is
// stopped, or a cursor that stands, confirms nothing. It is nil where they do not.
func (x pipelineCase) confirmed() *seat {
	s := x.s
	blind := x.w.awayFor
	if s.cluster.dns >= 2 {
		blind = x.now.Sub(s.cluster.dnsFrom)
	}
	frozen, shown := s.frozenTip(x.now, x.r)
	switch {
	case s.progresses(x.now, x.r), min(blind, s.still(x.now, x.settled())) < x.w.rules.DownAfter:
		return nil
	case !shown || frozen < x.r.progressAge() || x.p.otherMoves(s.cluster, x.now) != nil:
		return nil
	}
	for _, t := range x.p.order {
		if t != s && x.p.otherMoves(t.cluster, x.now) != nil {
			return t
		}
	}
	return nil
}

// ownSideRows are for an active cluster that answers, and a pipeline that does
// not do well.
func ownSideRows() []adviceRule {
	pipelineIs := func(x pipelineCase, v model.PipelineVerdict) bool { return x.answers() && x.p.verdict == v }
	reason := func(x pipelineCase) string { return x.name() + ": " + x.p.reason }
	ends := func(x pipelineCase) string {
		if x.p.rule.change == nil {
			return ""
		}
		return x.p.rule.change(x)
	}
	return []adviceRule{
		{
			name: "recreate_subscriber: lost or stale", leads: model.ActionRecreateSubscriber,
			test: func(x pipelineCase) model.RuleState {
				return holds(pipelineIs(x, model.PipelineSubscriberLost) || pipelineIs(x, model.PipelineSubscriberStale))
			},
			says: func(x pipelineCase) string {
				from := "cursor + 1"
				if x.s.cursor != nil {
					from = "slot " + slotText(x.s.cursor.Slot+1) + " (cursor + 1)"
				}
				return reason(x) + ": create it there again from " + from + "; fail over only if it will not be created"
			},
			target: func(x pipelineCase) string { return x.at() }, change: ends,
		},
		{
			name: "check_your_side: client down", leads: model.ActionCheckYourSide,
			test: func(x pipelineCase) model.RuleState { return holds(pipelineIs(x, model.PipelineClientDown)) },
			says: func(x pipelineCase) string {
				return reason(x) + ", while " + x.at() + " is " + word(x.s.cluster.verdict) +
					": check its log, host, network and deployment; do not fail over"
			},
			change: ends,
		},
		{
			name: "check_your_side: silent alone", leads: model.ActionCheckYourSide,
			test: func(x pipelineCase) model.RuleState {
				return holds(pipelineIs(x, model.PipelineSilent) && x.othersGetData() != "")
			},
			says: func(x pipelineCase) string {
				return reason(x) + "; " + x.othersGetData() + ": check the client of " + x.name() + "; do not fail over"
			},
			change: ends,
		},
		{
			name: "ask_support: silent", leads: model.ActionAskSupport,
			test: func(x pipelineCase) model.RuleState { return holds(pipelineIs(x, model.PipelineSilent)) },
			says: func(x pipelineCase) string {
				text := reason(x)
				if lasted, dry := x.s.cluster.canary.dry(x.now, x.r); dry {
					text += ", and this console's canary there has got no data for " + model.Span(lasted)
				}
				return text + ": ask the provider's support before failing over; tell them " + x.tellThem()
			},
			change: ends,
		},
		{
			name: "ask_support: degraded", leads: model.ActionAskSupport,
			test: func(x pipelineCase) model.RuleState { return holds(x.clusterIs(model.ClusterDegraded)) },
			says: func(x pipelineCase) string {
				return x.s.cluster.reason + ": ask the provider's support before failing " + x.name() + " over, and tell them these figures"
			},
			change: func(x pipelineCase) string { return x.s.cluster.outlook },
		},
		{
			name: "ask_support: all fall behind at a cluster that is slow", leads: model.ActionAskSupport, setting: "detection.latency",
			test: func(x pipelineCase) model.RuleState {
				return holds(pipelineIs(x, model.PipelineFallingBehind) && x.s.cluster.streams == 0 &&
					x.s.cluster.calls.latency() > x.w.rules.Latency/2)
			},
			says: func(x pipelineCase) string {
				return reason(x) + ", and no pipeline streams from " + x.at() + ", which takes " +
					x.s.cluster.calls.latency().Round(time.Millisecond).String() +
					" to answer: ask the provider's support before failing over, and tell them these figures"
			},
			bound:  func(x pipelineCase) string { return (x.w.rules.Latency / 2).String() },
			change: ends,
		},
		{
			name: "check_your_side: falling behind", leads: model.ActionCheckYourSide,
			test: func(x pipelineCase) model.RuleState { return holds(pipelineIs(x, model.PipelineFallingBehind)) },
			says: func(x pipelineCase) string {
				return reason(x) + " while " + x.at() + " is healthy: check the client's host, network and load; do not fail over"
			},
			change: ends,
		},
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

// homeRows are for a pipeline that does well: nothing to do, or the way back.
func homeRows() []adviceRule {
	away := func(x pipelineCase) (home *cluster, ok bool) {
		home = x.w.byCluster[x.p.cfg.Home]
		return home, x.at() != x.p.cfg.Home && home != nil && x.p.verdict == model.PipelineStreaming && x.answers()
	}
	stable := func(x pipelineCase) time.Duration {
		home, _ := away(x)
		if home == nil || home.stableSince.IsZero() {
			return 0
		}
		return x.now.Sub(home.stableSince)
	}
	sofar := func(x pipelineCase) string {
		if home, ok := away(x); ok {
			return home.cfg.Name + " is " + word(home.verdict) + ", stable for " + model.Span(stable(x)) + " of " + model.Span(x.r.Stability)
		}
		return "it is at home, or does not stream"
	}
	bound := func(x pipelineCase) string { return model.Span(x.r.Stability) }
	return []adviceRule{
		{
			name: "fail_back: home is healthy for long", leads: model.ActionFailBack, setting: "detection.stability",
			test: func(x pipelineCase) model.RuleState {
				home, ok := away(x)
				if !ok || home.verdict != model.ClusterHealthy {
					return model.RuleQuiet
				}
				return graded(stable(x) >= x.r.Stability && x.p.blocked(x.now) == 0, true)
			},
			says: func(x pipelineCase) string {
				return x.p.cfg.Home + ", the home of " + x.name() + ", has been healthy for " + model.Span(stable(x)) +
					": fail back in a quiet window, or stay and make " + x.at() + " the home in the configuration"
			},
			sofar: sofar, bound: bound,
			target: func(x pipelineCase) string { return x.p.cfg.Home },
			change: func(x pipelineCase) string {
				if left := max(x.r.Stability-stable(x), x.p.blocked(x.now)); left > 0 {
					return "fail back in " + model.Span(left) + " if " + x.p.cfg.Home + " stays healthy"
				}
				return "ends when " + x.p.cfg.Home + " is not healthy"
			},
		},
		{
			name: "none: away from home", leads: model.ActionNone, setting: "detection.stability",
			test: func(x pipelineCase) model.RuleState {
				_, ok := away(x)
				return holds(ok)
			},
			says: func(x pipelineCase) string {
				home, _ := away(x)
				text := x.name() + " streams from " + x.at() + "; its home " + home.cfg.Name
				if home.stableSince.IsZero() {
					return text + " is " + word(home.verdict)
				}
				if stable(x) < x.r.Stability {
					return text + " has been healthy for " + model.Span(stable(x)) + " of the " + model.Span(x.r.Stability) + " before a failback"
				}
				return text + " is healthy, but it was moved only " + model.Span(x.now.Sub(x.p.movedAt(x.now))) + " ago"
			},
			sofar: sofar, bound: bound,
			change: func(x pipelineCase) string {
				home, _ := away(x)
				if home.stableSince.IsZero() {
					return "fail back once " + home.cfg.Name + " has been healthy for " + model.Span(x.r.Stability)
				}
				return "fail back in " + model.Span(max(x.r.Stability-stable(x), x.p.blocked(x.now))) + " if " + home.cfg.Name +
					" stays healthy: stable for " + model.Span(stable(x)) + " of " + model.Span(x.r.Stability)
			},
		},
		{
			name: "none", leads: model.ActionNone,
			test: func(pipelineCase) model.RuleState { return model.RuleFired },
			says: func(x pipelineCase) string {
				if x.p.verdict == model.PipelineUnknown {
					return x.p.reason
				}
				return x.name() + ": " + x.p.reason
			},
			change: func(x pipelineCase) string {
				if x.p.rule.change == nil {
					return ""
				}
				return x.p.rule.change(x)
			},
		},
	}
}
