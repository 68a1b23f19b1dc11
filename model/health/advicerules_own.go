package health

import (
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
		notClearRow(),
		outOfBoundsRow(),
	}
}

// isInTrouble reports whether one of these rows may hold.
func isInTrouble(x pipelineCase) bool {
	if !x.answers() {
		return false
	}
	switch x.p.verdict {
	case model.PipelineStreaming, model.PipelineCatchingUp, model.PipelineUnknown:
		return x.s.cluster.verdict == model.ClusterDegraded || x.s.cluster.slowNow(x.now, &x.w.rules)
	}
	return true
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
			return ownReason(x) + ": create it there again from " + from + " (fumtui recreate " + x.name() + " --confirm " + x.at() +
				"); fail over only if it will not be created"
		},
		target: func(x pipelineCase) string { return x.at() }, change: ownChange,
	}
}

// clientDownRow is for a client that is down.
func clientDownRow() adviceRule {
	return adviceRule{
		name: "check_your_side: client down", leads: model.ActionCheckYourSide,
		test: func(x pipelineCase) model.RuleState {
			down := pipelineIs(x, model.PipelineClientDown)
			return graded(down && (x.recovered() || x.accused()), down)
		},
		says: func(x pipelineCase) string {
			return ownReason(x) + ", while " + x.at() + " is " + word(x.s.cluster.verdict) +
				": check its log, host, network and deployment; do not fail over" + x.failedRun()
		},
		change: ownChange,
	}
}

// silentAloneRow is for a client that gets nothing where others get data.
func silentAloneRow() adviceRule {
	return adviceRule{
		name: "check_your_side: silent alone", leads: model.ActionCheckYourSide,
		test: func(x pipelineCase) model.RuleState {
			return holds(pipelineIs(x, model.PipelineSilent) && (x.othersWent() != nil || x.onlyCanaryGets() || x.stillAlone()))
		},
		says: func(x pipelineCase) string {
			other := x.othersWent()
			if other == nil && x.stillAlone() {
				other = x.othersMay()
			}
			if other != nil {
				return ownReason(x) + "; " + other.cfg.Name + " streams from the same cluster: check the client of " + x.name() + "; do not fail over"
			}
			return ownReason(x) + "; data comes from there to this console's canary: check the client of " + x.name() +
				"; if it is well, ask the provider's support, and tell them " + x.tellThem() + "; do not fail over"
		},
		change: ownChange,
	}
}

// onlyCanaryGets reports whether the canary has got data for all of the time that
// the client got none, and no other pipeline there can be held against it: where
// several stand, or some have only just gone on, it is no client of its own.
func (x pipelineCase) onlyCanaryGets() bool {
	c := x.s.cluster
	quiet, _ := x.hush()
	return c.quiet <= 1 && x.p.otherMoves(c, x.now) == nil &&
		c.canary.flowed(x.now, x.now.Add(x.r.SilentAfter/2-quiet), x.r)
}

// stillAlone reports whether its own side was already to be checked, and between
// two batches of another pipeline there nothing takes that back.
func (x pipelineCase) stillAlone() bool {
	return x.accused() && x.s.cluster.quiet <= 1 && x.othersMay() != nil
}

// silentRow is for a client that gets nothing, and nobody else is seen to.
func silentRow() adviceRule {
	return adviceRule{
		name: "ask_support: silent", leads: model.ActionAskSupport,
		test: func(x pipelineCase) model.RuleState { return holds(pipelineIs(x, model.PipelineSilent)) },
		says: func(x pipelineCase) string {
			text, c := ownReason(x), x.s.cluster
			if c.quiet > 1 {
				text += ", nor do the " + model.Units(c.quiet-1, "other pipeline") + " there that answer"
			}
			if lasted, dry := c.canary.dry(x.now, x.r); dry {
				text += ", and this console's canary there has got no data for " + model.Span(lasted)
			} else if quiet, _ := x.hush(); c.canary.flows(x.now, x.now.Add(-quiet), x.r) {
				text += ", though data comes at the tip, to this console's canary"
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

// fallsBehind reports whether the pipeline falls behind at a cluster that answers,
// and whether another has been near the tip there for long, so that it is not
// the cluster.
func (x pipelineCase) fallsBehind() (behind, alone bool) {
	if !pipelineIs(x, model.PipelineFallingBehind) {
		return false, false
	}
	m := x.p.other(&x.s.cluster.wells)
	return true, m != nil && x.now.Sub(m.from) >= x.r.progressAge() && !m.p.at.drifts(m.p.rules)
}

// drifts reports whether the lag of a client grows, be it that it is near the tip
// yet.
func (s *seat) drifts(r *Rules) bool {
	t, enough := s.lags.grows(0)
	return enough && t.change > float64(r.LagNoise)/4 && t.steady >= steadyTrend
}

// allBehindRow is for clients that all fall behind at a cluster that is slow.
func allBehindRow() adviceRule {
	return adviceRule{
		name: "ask_support: all fall behind at a cluster that is slow", leads: model.ActionAskSupport, setting: "detection.latency",
		test: func(x pipelineCase) model.RuleState {
			behind, alone := x.fallsBehind()
			return holds(behind && !alone && x.s.cluster.calls.latency() > x.w.rules.Latency/2)
		},
		says: func(x pipelineCase) string {
			return ownReason(x) + ", and no other pipeline is near the tip of " + x.at() + ", which takes " +
				tookText(x.s.cluster.calls.latency()) + " to answer: ask the provider's support before failing over, and tell them these figures"
		},
		bound:  func(x pipelineCase) string { return (x.w.rules.Latency / 2).String() },
		change: ownChange,
	}
}

// fallingBehindRow is for a client that falls behind.
func fallingBehindRow() adviceRule {
	return adviceRule{
		name: "check_your_side: falling behind", leads: model.ActionCheckYourSide,
		test: func(x pipelineCase) model.RuleState {
			behind, alone := x.fallsBehind()
			return graded(behind && (alone || x.accused() || (x.recovered() && !x.s.cluster.ails())), behind)
		},
		says: func(x pipelineCase) string {
			return ownReason(x) + " while " + x.at() + " is healthy: check the client's host, network and load; do not fail over"
		},
		change: ownChange,
	}
}

// notClearRow is for a client that does not do well while its cluster may not
// either: nobody is accused before that is clear.
func notClearRow() adviceRule {
	return adviceRule{
		name: "wait: not clear yet whose side it is", leads: model.ActionWait,
		test: func(x pipelineCase) model.RuleState {
			return holds(pipelineIs(x, model.PipelineFallingBehind) || pipelineIs(x, model.PipelineClientDown))
		},
		says: func(x pipelineCase) string {
			why := " shows signs of trouble too"
			if !x.recovered() {
				why = " has done well again only for " + model.Span(x.now.Sub(x.s.cluster.wellFrom()))
			}
			return ownReason(x) + ", but " + x.at() + why + ": wait, to see whose side it is"
		},
		bound:  func(x pipelineCase) string { return model.Span(x.r.progressAge()) },
		change: ownChange,
	}
}

// outOfBoundsRow is for a cluster that is slow, or fails in part, but not for long
// yet.
func outOfBoundsRow() adviceRule {
	return adviceRule{
		name: "wait: the active cluster is slow, or fails in part", leads: model.ActionWait, setting: "detection.degraded_after",
		test: func(x pipelineCase) model.RuleState {
			return holds(x.clusterIs(model.ClusterHealthy) && x.s.cluster.slowNow(x.now, &x.w.rules))
		},
		says: func(x pipelineCase) string {
			return x.s.cluster.reason + "; " + x.s.cluster.outlook + ": wait"
		},
		bound:  func(x pipelineCase) string { return model.Span(x.w.rules.DegradedAfter) },
		change: func(x pipelineCase) string { return x.s.cluster.outlook },
	}
}

// failedRun names the newest run where that failed to bring the client to work;
// "" where it did not.
func (x pipelineCase) failedRun() string {
	run := x.p.failed
	if run == nil || run.To != x.at() {
		return ""
	}
	return "; the " + string(run.Kind) + " that moved it there failed at step " + string(run.FailedAt()) + ": fumtui history show " + run.ID
}

// recovered reports whether the active cluster has served for long enough that
// what its clients do is their own.
func (x pipelineCase) recovered() bool {
	return x.now.Sub(x.s.cluster.wellFrom()) >= x.r.progressAge()
}

// accused reports whether the pipeline's own side was already to be checked: a
// sign of trouble of the cluster does not take that back by itself.
func (x pipelineCase) accused() bool {
	return x.p.advice != nil && x.p.advice.leads == model.ActionCheckYourSide
}

// ails reports whether there is any sign that a cluster may not do well, however
// slight.
func (c *cluster) ails() bool {
	if !c.slowFrom.IsZero() || c.series.count > 0 || c.calls.bad >= fewBad || c.canary.missing > 0 {
		return true
	}
	for i := range c.kinds {
		if c.kinds[i].failed > 0 {
			return true
		}
	}
	return false
}

// tellThem is what the provider's support needs to know of a silent pipeline.
func (x pipelineCase) tellThem() string {
	text := "the subscriber " + x.p.cfg.Subscriber
	if last := x.s.lastMove(); !last.IsZero() {
		text += ", that it last got on at " + last.UTC().Format("15:04:05") + " UTC"
	}
	if x.s.cursor != nil {
		text += ", its cursor at slot " + slotText(x.s.cursor.Slot) + ", and that the slot after it is the first it needs"
	}
	return text
}
