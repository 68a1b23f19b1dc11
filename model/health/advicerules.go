package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

type adviceRule = row[pipelineCase, model.Action]

// adviceRules is the table of advice: the first row that fits decides. Data that
// is about to be lost is said beside whatever it is.
func adviceRules() []adviceRule {
	table := runRows()
	table = append(table, outageRows()...)
	table = append(table, unclearRows()...)
	table = append(table, ownSideRows()...)
	return append(table, homeRows()...)
}

// clusterIs reports whether the active cluster has one of these verdicts.
func (x pipelineCase) clusterIs(verdicts ...model.ClusterVerdict) bool {
	if x.s == nil {
		return false
	}
	for _, v := range verdicts {
		if x.s.cluster.verdict == v {
			return true
		}
	}
	return false
}

// answers reports whether the active cluster answers us, well or not.
func (x pipelineCase) answers() bool {
	return x.clusterIs(model.ClusterHealthy, model.ClusterDegraded)
}

// lasted is how long the trouble of the active cluster lasts, for a sentence.
func (x pipelineCase) lasted() string { return model.Span(x.now.Sub(x.s.cluster.badFrom)) }

// runRows are for what a person set in motion, or set up wrongly.
func runRows() []adviceRule {
	return []adviceRule{
		{
			name: "fix_configuration: active where it has no client", leads: model.ActionFixConfiguration,
			test: func(x pipelineCase) model.RuleState { return holds(x.s == nil) },
			says: func(x pipelineCase) string {
				return x.name() + " is active on " + x.at() + ", where the configuration gives it no client: add one, or correct the active cluster"
			},
		},
		{
			name: "wait: a run is on", leads: model.ActionWait,
			test:   func(x pipelineCase) model.RuleState { return holds(x.p.moving()) },
			says:   adviseRun,
			target: func(x pipelineCase) string { return x.p.run.To },
			change: func(pipelineCase) string { return "ends with the run" },
		},
		{
			name: "check_your_side: clients of two clusters move", leads: model.ActionCheckYourSide,
			test: func(x pipelineCase) model.RuleState { return holds(x.p.verdict == model.PipelineDoubleActive) },
			says: func(x pipelineCase) string {
				return x.p.reason + ": stop the client that should not run; " + x.name() + " is active on " + x.at()
			},
			change: func(pipelineCase) string { return "ends when one of the two stops" },
		},
	}
}

// adviseRun is for a run that has not ended.
func adviseRun(x pipelineCase) string {
	r := x.p.run
	what := string(r.Kind) + " of " + x.name() + " to " + r.To
	switch r.State {
	case model.RunWaiting:
		return what + " waits for an answer: " + r.Question
	case model.RunInterrupted, model.RunUnknown:
		text := what + " is " + string(r.State) + " at step " + string(r.CurrentStep()) + ": resume it"
		if r.CanAbort() {
			text += " or abort it"
		}
		return text
	}
	return what + " is under way, at step " + string(r.CurrentStep())
}

// outageRows are for an active cluster that is down or stalled.
func outageRows() []adviceRule {
	out := func(x pipelineCase) bool { return x.s != nil && x.s.cluster.out() }
	is := func(x pipelineCase) string {
		return x.at() + " has been " + word(x.s.cluster.verdict) + " for " + x.lasted()
	}
	return []adviceRule{
		{
			name: "check_console: a cluster down from here, while its client goes on", leads: model.ActionCheckConsole,
			test: func(x pipelineCase) model.RuleState {
				if !out(x) || !x.s.progresses(x.now, x.r) {
					return model.RuleQuiet
				}
				return holds(x.s.cluster.verdict == model.ClusterDown || x.clientSeesMore())
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
		},
		{
			name: "wait: stalled, but the client still consumes", leads: model.ActionWait,
			test: func(x pipelineCase) model.RuleState { return holds(out(x) && x.s.progresses(x.now, x.r)) },
			says: func(x pipelineCase) string {
				return is(x) + ", but " + x.name() + " still consumes what it has: wait"
			},
			change: func(x pipelineCase) string {
				return "fail over once " + x.name() + " has made no progress for " + model.Span(x.r.progressAge())
			},
		},
		{
			name: "check_your_side: another pipeline goes on there", leads: model.ActionCheckYourSide,
			test: func(x pipelineCase) model.RuleState {
				return holds(out(x) && x.p.otherMoves(x.s.cluster, x.now) != nil)
			},
			says: func(x pipelineCase) string {
				return x.at() + " is " + word(x.s.cluster.verdict) + " from here and " + x.name() + " stands, but " +
					x.p.otherMoves(x.s.cluster, x.now).cfg.Name + " goes on there: check the host and network of " + x.name() + "; do not fail over"
			},
			change: func(pipelineCase) string { return "fail over if all pipelines there stand" },
		},
		{
			name: "ask_support: calls fail, but data comes", leads: model.ActionAskSupport,
			test: func(x pipelineCase) model.RuleState {
				return holds(out(x) && x.s.cluster.canary.flows(x.now, x.s.cluster.badFrom, x.r))
			},
			says: func(x pipelineCase) string {
				return is(x) + ", but data still comes from there to this console's canary: check the client of " + x.name() +
					" and ask the provider's support before failing over"
			},
			change: func(pipelineCase) string { return "fail over if the canary gets no data either" },
		},
		{
			name: "wait: to see whether the client goes on", leads: model.ActionWait,
			test: func(x pipelineCase) model.RuleState { return holds(out(x) && !x.s.stuck(x.now, x.settled(), x.r)) },
			says: func(x pipelineCase) string {
				return is(x) + ": wait a moment, to see whether the client of " + x.name() + " there goes on"
			},
			change: func(x pipelineCase) string {
				return "fail over in " + model.Span(x.r.progressAge()-x.s.still(x.now, x.settled())) + " unless it goes on"
			},
		},
		{
			name: "wait: moved lately", leads: model.ActionWait, setting: "detection.block",
			test: func(x pipelineCase) model.RuleState {
				return holds(x.clusterIs(model.ClusterStalled) && x.p.blocked(x.now) > 0)
			},
			says: func(x pipelineCase) string {
				return is(x) + ", but " + x.name() + " was moved " + model.Span(x.now.Sub(x.p.movedAt(x.now))) + " ago: wait another " +
					model.Span(x.p.blocked(x.now)) + " before moving it again"
			},
			bound: func(x pipelineCase) string { return model.Span(x.r.Block) },
			change: func(x pipelineCase) string {
				return "fail over in " + model.Span(x.p.blocked(x.now)) + " unless it moves on"
			},
		},
		failOverRow(is),
		{
			name: "cannot_fail_over: no target is fit", leads: model.ActionCannotFailOver,
			test: func(x pipelineCase) model.RuleState { return graded(out(x), x.nearOutage() && x.fitTarget() == nil) },
			says: func(x pipelineCase) string {
				return is(x) + ", but " + x.name() + " cannot fail over: " + x.against()
			},
			change: func(x pipelineCase) string { return "ends when " + x.at() + " answers, or a target is fit" },
		},
	}
}

// failOverRow is the one that this is all about.
func failOverRow(is func(pipelineCase) string) adviceRule {
	return adviceRule{
		name: "fail_over", leads: model.ActionFailOver, setting: "detection.down_after",
		test: func(x pipelineCase) model.RuleState {
			if x.s == nil {
				return model.RuleQuiet
			}
			fires := x.s.cluster.out() && x.s.stuck(x.now, x.settled(), x.r) && x.fitTarget() != nil
			return graded(fires, x.s.cluster.out() || x.nearOutage())
		},
		says: func(x pipelineCase) string {
			to := x.fitTarget().cluster.cfg.Name
			text := is(x) + " and " + to + " is healthy: fail " + x.name() + " over to " + to
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

// nearOutage reports whether the active cluster is on the way to an outage.
func (x pipelineCase) nearOutage() bool {
	return x.clusterIs(model.ClusterBlip) && !x.s.cluster.scarred
}

// clientSeesMore reports whether the client sees slots well past the newest that
// this console sees of the same cluster.
func (x pipelineCase) clientSeesMore() bool {
	s := x.s
	if s.metrics.MaxSlot == nil || !s.scraped(x.now, x.r) || s.cluster.slots == nil {
		return false
	}
	return model.SlotsBetween(s.cluster.slots.Max, *s.metrics.MaxSlot) > x.w.rules.StallSlots
}

// fitTarget is the first cluster that the pipeline could be moved to; nil where
// there is none.
func (x pipelineCase) fitTarget() *seat {
	if x.s == nil {
		return nil
	}
	for _, t := range x.p.order {
		if t != x.s && t.cluster.verdict == model.ClusterHealthy && lostAt(t.cluster, x.s.cursor) == 0 {
			return t
		}
	}
	return nil
}

// lostAt is how many slots after the cursor a cluster no longer has.
func lostAt(c *cluster, cursor *model.Cursor) uint64 {
	if cursor == nil || c.slots == nil {
		return 0
	}
	return model.SlotsBetween(cursor.Slot+1, c.slots.Min)
}

// against says what speaks against each target, and what would allow it.
func (x pipelineCase) against() string {
	text := ""
	for _, t := range x.p.order {
		if t == x.s {
			continue
		}
		if text != "" {
			text += "; "
		}
		text += unfit(t.cluster, x.s.cursor, x.now)
	}
	if text == "" {
		return "it has no client at another cluster"
	}
	return text
}

// unfit says what speaks against a target, and what would allow it.
func unfit(c *cluster, cursor *model.Cursor, now time.Time) string {
	switch c.verdict {
	case model.ClusterHealthy:
	case model.ClusterDown:
		return c.cfg.Name + " is down too (if it is not, check this console's network); wait until it answers"
	case model.ClusterRefusingUs:
		return c.reason + "; mend its configuration"
	case model.ClusterDegraded:
		return c.reason + "; wait until it is healthy, or decide by hand"
	default:
		return c.cfg.Name + " is not known to be healthy (" + c.reason + "); wait until it is"
	}
	lost := lostAt(c, cursor)
	if lost == 0 {
		return c.cfg.Name + " is fit, and healthy since " + model.Span(now.Sub(c.since))
	}
	return c.cfg.Name + " no longer has the " + model.Units(lost, "slot") + " after the cursor " + slotText(cursor.Slot) +
		" (its window is " + slotText(c.slots.Min) + " to " + slotText(c.slots.Max) + "); a cutover by hand may approve that gap"
}
