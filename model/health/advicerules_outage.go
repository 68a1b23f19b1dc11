package health

import "github.com/fumtui/fumtui/model"

// outageRows are for an active cluster that is down or stalled.
func outageRows() []adviceRule {
	return []adviceRule{
		clientGoesOnRow(),
		stillConsumesRow(),
		unseenRow(),
		othersGoOnRow(),
		otherResumesRow(),
		tipGoesRow(),
		dataComesRow(),
		watchClientRow(),
		movedLatelyRow(),
		failOverRow(),
		noTargetRow(),
	}
}

// isOut reports whether the active cluster is down or stalled.
func isOut(x pipelineCase) bool {
	return x.s != nil && x.s.cluster.out()
}

// outSays begins the advice in an outage, in the same words for every pipeline
// there.
func outSays(x pipelineCase) string {
	found := x.witnesses()
	if found.out == "" {
		found.out = x.at() + " has been " + word(x.s.cluster.verdict) + " for " + x.lasted()
	}
	return found.out
}

// clientGoesOnRow is for a cluster that is out only as this console sees it.
func clientGoesOnRow() adviceRule {
	return adviceRule{
		name: "check_console: a cluster down from here, while its client goes on", leads: model.ActionCheckConsole,
		test: func(x pipelineCase) model.RuleState {
			if !isOut(x) || !x.s.progresses(x.now, x.r) {
				return model.RuleQuiet
			}
			return holds(x.s.cluster.verdict == model.ClusterDown || x.s.seesMore(x.now, x.r))
		},
		says: func(x pipelineCase) string {
			if x.s.cluster.verdict == model.ClusterStalled {
				return x.at() + " stands for " + x.lasted() + " as this console sees it, but the client of " + x.name() +
					" gets newer slots from there: check this console's way to " + x.at()
			}
			return x.at() + " has not answered from here for " + x.lasted() + ", but the client of " + x.name() +
				" there goes on: check this console's network"
		},
		change: func(x pipelineCase) string { return "fail over if that client stops too" },
	}
}

// stillConsumesRow is for a client that works off what a stalled cluster has.
func stillConsumesRow() adviceRule {
	return adviceRule{
		name: "wait: stalled, but the client still consumes", leads: model.ActionWait,
		test: func(x pipelineCase) model.RuleState {
			return holds(isOut(x) && x.s.progresses(x.now, x.r) && !x.drained())
		},
		says: func(x pipelineCase) string {
			return outSays(x) + ", but " + x.name() + " still consumes what it has: wait"
		},
		change: func(x pipelineCase) string {
			return "fail over once " + x.name() + " has made no progress for " + model.Span(x.patience()) + ", or has nothing left to consume"
		},
	}
}

// unseenRow is for a pipeline of which nothing can be seen from here, while
// another one goes on: nobody saw it stand.
func unseenRow() adviceRule {
	return adviceRule{
		name: "check_console: its client cannot be seen, and another goes on there", leads: model.ActionCheckConsole,
		test: func(x pipelineCase) model.RuleState {
			return holds(isOut(x) && !x.s.seen(x.now, x.r) && x.othersMove() != nil)
		},
		says: func(x pipelineCase) string {
			return x.at() + " is " + word(x.s.cluster.verdict) + " from here, but " + x.othersMove().cfg.Name +
				" goes on there, and the client of " + x.name() + " cannot be seen: check this console's network"
		},
		change: func(pipelineCase) string { return "fail over if no pipeline there goes on" },
	}
}

// tipGoesRow is for a cluster that is down from here while a client there sees it
// alive, whether or not that client gets anything done.
func tipGoesRow() adviceRule {
	return adviceRule{
		name: "check_console: a cluster down from here, while a client sees its tip move on", leads: model.ActionCheckConsole,
		test: func(x pipelineCase) model.RuleState {
			return holds(x.clusterIs(model.ClusterDown) && x.seesTip() != nil)
		},
		says: func(x pipelineCase) string {
			text := x.at() + " has not answered from here for " + x.lasted() + ", but the client of " + x.seesTip().cfg.Name +
				" sees its tip move on: check this console's network"
			if x.s.seen(x.now, x.r) {
				text += "; and the client of " + x.name() + " there gets on with nothing: check that client too"
			}
			return text
		},
		change: func(pipelineCase) string { return "fail over if no client there sees the tip move on" },
	}
}

// othersGoOnRow is for a pipeline that stands while another goes on.
func othersGoOnRow() adviceRule {
	return adviceRule{
		name: "check_your_side: another pipeline goes on there", leads: model.ActionCheckYourSide,
		test: func(x pipelineCase) model.RuleState {
			return holds(isOut(x) && !x.drained() && x.othersWent() != nil)
		},
		says: func(x pipelineCase) string {
			return x.at() + " is " + word(x.s.cluster.verdict) + " from here and " + x.name() + " stands, but " +
				x.othersWent().cfg.Name + " goes on there: check the host and network of " + x.name() + "; do not fail over"
		},
		change: func(pipelineCase) string { return "fail over if all pipelines there stand" },
	}
}

// otherResumesRow is for a pipeline that stands while another has just gone on.
func otherResumesRow() adviceRule {
	return adviceRule{
		name: "wait: another pipeline there has just gone on", leads: model.ActionWait,
		test: func(x pipelineCase) model.RuleState {
			return holds(isOut(x) && !x.drained() && x.othersMay() != nil)
		},
		says: func(x pipelineCase) string {
			return outSays(x) + ", but " + x.othersMay().cfg.Name + " there has just gone on: wait a moment, to see whether it does so again, and " +
				x.name() + " too"
		},
		change: func(pipelineCase) string { return "fail over if all pipelines there stand" },
	}
}

// dataComesRow is for a cluster whose calls fail while its data comes.
func dataComesRow() adviceRule {
	return adviceRule{
		name: "ask_support: calls fail, but data comes", leads: model.ActionAskSupport,
		test: func(x pipelineCase) model.RuleState {
			return holds(isOut(x) && x.canarySeesMore())
		},
		says: func(x pipelineCase) string {
			return outSays(x) + ", but data still comes from there to this console's canary: check the client of " + x.name() +
				" and ask the provider's support before failing over"
		},
		change: func(pipelineCase) string { return "fail over if the canary gets no data either" },
	}
}

// canarySeesMore reports whether data newer than the outage comes to the canary:
// the block at which a stalled cluster stands is none, however often it comes.
func (x pipelineCase) canarySeesMore() bool {
	c := x.s.cluster
	if !c.canary.flows(x.now, c.badFrom, x.r) {
		return false
	}
	return c.verdict == model.ClusterDown ||
		(c.slots != nil && model.SlotsBetween(c.slots.Max, c.canary.data.Slot) > x.w.rules.StallSlots)
}

// watchClientRow is for an outage in which it is not yet clear that the client suffers.
func watchClientRow() adviceRule {
	return adviceRule{
		name: "wait: to see whether the client goes on", leads: model.ActionWait,
		test: func(x pipelineCase) model.RuleState { return holds(isOut(x) && !x.suffers()) },
		says: func(x pipelineCase) string {
			return outSays(x) + ": wait a moment, to see whether the client of " + x.name() + " there goes on"
		},
		change: func(x pipelineCase) string {
			return "fail over in " + model.Span(max(x.patience()-x.s.still(x.now, x.settled()), 0)) + " unless it goes on"
		},
	}
}

// movedLatelyRow holds back a move that follows another one.
func movedLatelyRow() adviceRule {
	return adviceRule{
		name: "wait: moved lately", leads: model.ActionWait, setting: "detection.block",
		test: func(x pipelineCase) model.RuleState {
			return holds(x.clusterIs(model.ClusterStalled) && x.p.blocked(x.now) > 0)
		},
		says: func(x pipelineCase) string {
			return outSays(x) + ", but " + x.name() + " was moved " + model.Span(x.now.Sub(x.p.movedAt(x.now))) + " ago: wait another " +
				model.Span(x.p.blocked(x.now)) + " before moving it again"
		},
		bound: func(x pipelineCase) string { return model.Span(x.r.Block) },
		change: func(x pipelineCase) string {
			return "fail over in " + model.Span(x.p.blocked(x.now)) + " unless it moves on"
		},
	}
}

// noTargetRow is for an outage with nowhere to go.
func noTargetRow() adviceRule {
	return adviceRule{
		name: "cannot_fail_over: no target is fit", leads: model.ActionCannotFailOver,
		test: func(x pipelineCase) model.RuleState {
			none := x.fitTarget() == nil
			return graded(none && isOut(x), none && x.nearOutage())
		},
		says: func(x pipelineCase) string {
			return outSays(x) + ", but " + x.name() + " cannot fail over: " + x.against()
		},
		change: func(x pipelineCase) string { return "ends when " + x.at() + " answers, or a target is fit" },
	}
}

// failOverRow is the one that this is all about.
func failOverRow() adviceRule {
	return adviceRule{
		name: "fail_over", leads: model.ActionFailOver, setting: "detection.down_after",
		test: func(x pipelineCase) model.RuleState {
			if x.s == nil {
				return model.RuleQuiet
			}
			return graded(x.suffers() && x.fitTarget() != nil, x.s.cluster.out() || x.nearOutage())
		},
		says: func(x pipelineCase) string {
			to := x.fitTarget().cluster.cfg.Name
			text := outSays(x) + " and " + to + " is healthy: fail " + x.name() + " over to " + to
			if !x.s.seen(x.now, x.r) {
				text += "; seen from this console only, the client there cannot be seen"
			}
			return text
		},
		sofar: func(x pipelineCase) string {
			if x.s == nil {
				return "it has no client there"
			}
			text := x.at() + " is " + word(x.s.cluster.verdict) + ", the client there " + x.s.lastSeen(x.now)
			if t := x.fitTarget(); t != nil {
				return text + ", " + t.cluster.cfg.Name + " could take over"
			}
			return text + ", no target: " + x.against()
		},
		bound:  func(x pipelineCase) string { return model.Span(x.w.rules.DownAfter) },
		target: func(x pipelineCase) string { return x.fitTarget().cluster.cfg.Name },
		change: func(x pipelineCase) string {
			if x.s.cluster.out() {
				return "stays so until " + x.at() + " or the client there goes on"
			}
			return x.s.cluster.outlook
		},
	}
}
