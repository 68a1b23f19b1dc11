package health

import "github.com/fumtui/fumtui/model"

// unclearRows are for an active cluster of which nothing firm can be said, or
// that turns us away.
func unclearRows() []adviceRule {
	return []adviceRule{
		refusedRow(),
		confirmedRow(),
		checkConsoleRow(),
		haltedRow(),
		blipRow(),
		noEvidenceRow(),
	}
}

// isUnclear reports whether nothing firm can be said of the active cluster.
func isUnclear(x pipelineCase) bool {
	return x.clusterIs(model.ClusterUnknown, model.ClusterBlip)
}

// isNotSeenWell reports whether one of the rows for a cluster of which nothing firm
// can be said may hold.
func isNotSeenWell(x pipelineCase) bool {
	return isUnclear(x) || x.clusterIs(model.ClusterRefusingUs)
}

// isBlind reports whether this console itself may be why.
func isBlind(x pipelineCase) bool {
	return isUnclear(x) && (x.w.offline || x.s.cluster.dns >= 2)
}

// refusedRow is for a cluster that turns us away.
func refusedRow() adviceRule {
	return adviceRule{
		name: "fix_configuration: it refuses us", leads: model.ActionFixConfiguration,
		test: func(x pipelineCase) model.RuleState { return holds(x.clusterIs(model.ClusterRefusingUs)) },
		says: func(x pipelineCase) string {
			return x.s.cluster.reason + "; mend that in the configuration or with the provider: moving " + x.name() + " would not help"
		},
		change: func(x pipelineCase) string { return "ends when " + x.at() + " lets us in" },
	}
}

// confirmedRow is for a console that sees nothing, while clients see which cluster is gone.
func confirmedRow() adviceRule {
	return adviceRule{
		name: "fail_over: clients confirm it to a console that sees nothing", leads: model.ActionFailOver, setting: "detection.down_after",
		test: func(x pipelineCase) model.RuleState {
			if !isBlind(x) {
				return model.RuleQuiet
			}
			return graded(x.confirmed() != nil, true)
		},
		says: func(x pipelineCase) string {
			to := x.confirmed().cluster.cfg.Name
			return x.cannotReach() + ", but clients get data from " + to + ", and that of " + x.name() + " none from " + x.at() + " for " +
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
	}
}

// checkConsoleRow is for a console that sees nothing.
func checkConsoleRow() adviceRule {
	return adviceRule{
		name: "check_console: nothing can be reached from here", leads: model.ActionCheckConsole,
		test: func(x pipelineCase) model.RuleState { return holds(isBlind(x)) },
		says: func(x pipelineCase) string {
			if x.w.offline && x.clientStandsToo() {
				return x.cannotReach() + ", and the client of " + x.name() + " at " + x.at() + ", which can, gets no data either: " + x.s.lastSeen(x.now) +
					"; all clusters may be out of reach for it, too: check the network here and there"
			}
			text := x.cannotReach() + ": check this console's network"
			if !x.w.offline {
				text += " and the endpoint in the configuration"
			}
			if x.s.progresses(x.now, x.r) {
				text += "; the client of " + x.name() + " at " + x.at() + " " + x.goesOnText()
			}
			return text
		},
		change: func(x pipelineCase) string { return "ends once a cluster can be reached from here" },
	}
}

// clientStandsToo reports whether the client is seen from here, and neither it nor
// the tip that it sees has moved for a while.
func (x pipelineCase) clientStandsToo() bool {
	if x.s == nil || !x.s.scraped(x.now, x.r) || x.s.progresses(x.now, x.r) {
		return false
	}
	frozen, ok := x.s.frozenTip(x.now, x.r)
	return ok && frozen >= x.s.patience(x.r)
}

// goesOnText says that the client goes on, where it did since this console sees
// nothing, or else when it last did.
func (x pipelineCase) goesOnText() string {
	blindFrom := x.w.awayFrom
	if x.s.cluster.dns >= 2 {
		blindFrom = x.s.cluster.dnsFrom
	}
	if x.s.lastMove().After(blindFrom.Add(x.w.rules.MaxAge)) {
		return "goes on"
	}
	return x.s.lastSeen(x.now)
}

// haltedRow is for a chain that has halted.
func haltedRow() adviceRule {
	return adviceRule{
		name: "chain_halted", leads: model.ActionChainHalted, setting: "detection.stall_slots",
		test: func(x pipelineCase) model.RuleState { return holds(isUnclear(x) && x.w.halted) },
		says: func(x pipelineCase) string {
			return x.s.cluster.haltedSays() + "; wait, no failover helps"
		},
		bound: func(x pipelineCase) string {
			return "all within " + model.Units(x.w.rules.StallSlots, "slot") + ", or stopped within " + model.Span(x.w.rules.standGrace())
		},
		change: func(pipelineCase) string { return "ends when any cluster moves on" },
	}
}

// blipRow is for an active cluster that may be on the way to an outage.
func blipRow() adviceRule {
	return adviceRule{
		name: "wait: the active cluster has a blip", leads: model.ActionWait, setting: "detection.down_after",
		test: func(x pipelineCase) model.RuleState { return holds(x.clusterIs(model.ClusterBlip)) },
		says: func(x pipelineCase) string {
			return x.s.cluster.reason + "; " + x.s.cluster.outlook + ": wait"
		},
		change: func(x pipelineCase) string { return x.s.cluster.outlook },
	}
}

// noEvidenceRow is for an active cluster of which too little is known.
func noEvidenceRow() adviceRule {
	return adviceRule{
		name: "wait: for evidence", leads: model.ActionWait,
		test:   func(x pipelineCase) model.RuleState { return holds(isUnclear(x)) },
		says:   func(x pipelineCase) string { return x.s.cluster.reason + ": wait for evidence" },
		change: func(x pipelineCase) string { return x.s.cluster.outlook },
	}
}

// cannotReach says what this console cannot see.
func (x pipelineCase) cannotReach() string {
	if !x.w.offline {
		return "the name of " + x.at() + " does not resolve from here"
	}
	return "no cluster can be reached from here"
}

// mayTake reports whether a cluster at which clients go on is not known to be
// unfit: as for any target where this console sees it, and where it does not, by
// the window that was last seen.
func (x pipelineCase) mayTake(c *cluster) bool {
	if c.verdict == model.ClusterHealthy {
		return x.holdsCursor(c)
	}
	hidden := c.dns >= 2 || (c.series.count > 0 && c.series.here)
	switch c.verdict {
	case model.ClusterUnknown, model.ClusterDown, model.ClusterBlip:
		return (hidden || (c.series.count == 0 && !young(c.answeredAt, x.now, &x.w.rules))) && lostAt(c, x.s.cursor) == 0
	}
	return false
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
		if t != s && x.p.otherMoves(t.cluster, x.now) != nil && x.mayTake(t.cluster) {
			return t
		}
	}
	return nil
}
