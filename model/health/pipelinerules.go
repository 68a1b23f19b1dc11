package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

type pipelineRule = row[pipelineCase, model.PipelineVerdict]

// pipelineRules is the table of verdicts on a pipeline: the first rule that
// holds decides.
func pipelineRules() []pipelineRule {
	table := []pipelineRule{movingRule(), doubleActiveRule(), seatlessRule()}
	table = append(table, subscriberRules()...)
	table = append(table, cutOffRule(), clientDownRule(), restartsRule(), silentRule())
	table = append(table, lagRules()...)
	return append(table, unclearRules()...)
}

// movingRule is for a pipeline with a run that has not ended.
func movingRule() pipelineRule {
	return pipelineRule{
		name: "moving", leads: model.PipelineMoving,
		test: func(x pipelineCase) model.RuleState { return holds(x.p.moving()) },
		says: func(x pipelineCase) string {
			run := x.p.run
			return string(run.Kind) + " from " + run.From + " to " + run.To + " is " + string(run.State) + " at step " + string(run.CurrentStep())
		},
		change: func(pipelineCase) string { return "ends with the run" },
		from:   func(x pipelineCase) time.Time { return x.p.run.StartedAt },
	}
}

// doubleActiveRule is for clients of two clusters that move side by side.
func doubleActiveRule() pipelineRule {
	return pipelineRule{
		name: "double active", leads: model.PipelineDoubleActive,
		test: func(x pipelineCase) model.RuleState {
			_, _, beside := x.pair()
			return graded(beside >= x.r.overlap(), beside > 0)
		},
		says: func(x pipelineCase) string {
			a, b, _ := x.pair()
			return "the clients at " + a.cluster.cfg.Name + " and " + b.cluster.cfg.Name + " both make progress"
		},
		sofar: func(x pipelineCase) string {
			a, b, beside := x.pair()
			if a == nil {
				return "no clients of two clusters move side by side"
			}
			return "the clients at " + a.cluster.cfg.Name + " and " + b.cluster.cfg.Name + " moved side by side for " + model.Span(beside)
		},
		bound:  func(x pipelineCase) string { return model.Span(x.r.overlap()) },
		change: func(pipelineCase) string { return "ends when one of the two stops" },
	}
}

// pair finds the two seats whose clients have moved side by side the longest,
// and for how long; 0 where there are none.
func (x pipelineCase) pair() (a, b *seat, beside time.Duration) {
	moving := 0
	for _, s := range x.p.order {
		if s.progresses(x.now, x.r) {
			moving++
		}
	}
	if moving < 2 {
		return nil, nil, 0
	}
	for i, s := range x.p.order {
		for _, t := range x.p.order[i+1:] {
			for _, m := range [2]*mover{&s.committed, &s.advances} {
				for _, n := range [2]*mover{&t.committed, &t.advances} {
					if d := together(m, n, x.now, x.r); d > beside {
						a, b, beside = s, t, d
					}
				}
			}
		}
	}
	return a, b, beside
}

// together is how long two values that both grow now have grown side by side, so
// that one handing over to the other does not explain it.
func together(a, b *mover, now time.Time, r *Rules) time.Duration {
	if a.n < 3 || b.n < 3 || now.Sub(a.last) > r.progressAge() || now.Sub(b.last) > r.progressAge() {
		return 0
	}
	end := a.last
	if b.last.Before(end) {
		end = b.last
	}
	return end.Sub(later(a.run, b.run))
}

// seatlessRule is for a pipeline that is active where it has no client.
func seatlessRule() pipelineRule {
	return pipelineRule{
		name: "unknown: no client there", leads: model.PipelineUnknown,
		test:   func(x pipelineCase) model.RuleState { return holds(x.s == nil) },
		says:   func(x pipelineCase) string { return x.name() + " has no client at " + x.at() + ", where it is active" },
		change: func(pipelineCase) string { return "known once the configuration gives it a client there" },
	}
}

// subscriberRules are for a subscriber that the active cluster lost or calls
// stale. It takes two looks in a row.
func subscriberRules() []pipelineRule {
	one := func(name string, leads model.PipelineVerdict, state model.SubscriberState, says func(pipelineCase) string, ends string) pipelineRule {
		return pipelineRule{
			name: name, leads: leads,
			test: func(x pipelineCase) model.RuleState {
				if x.s == nil {
					return model.RuleUnknown
				}
				sub := x.s.subscriber(x.now, x.r)
				if sub == model.SubscriberUnknown {
					return model.RuleUnknown
				}
				return graded(sub == state && x.s.subTimes >= 2, sub == state)
			},
			says: says,
			sofar: func(x pipelineCase) string {
				if x.s == nil || x.s.subTimes == 0 {
					return "the subscribers there are not known"
				}
				return "the subscriber was " + string(x.s.sub) + " in the newest " + model.Units(x.s.subTimes, "look")
			},
			bound:  func(pipelineCase) string { return "2 looks in a row" },
			change: func(pipelineCase) string { return ends },
		}
	}
	return []pipelineRule{
		one("subscriber lost", model.PipelineSubscriberLost, model.SubscriberAbsent, func(x pipelineCase) string {
			return x.at() + " does not know the subscriber " + x.p.cfg.Subscriber
		}, "ends once it is there again"),
		one("subscriber stale", model.PipelineSubscriberStale, model.SubscriberStale, func(x pipelineCase) string {
			return x.at() + " calls the subscriber " + x.p.cfg.Subscriber + " stale: it fell behind the retention window"
		}, "ends once it was made anew"),
	}
}

// cutOffRule is for a pipeline whose active cluster is out, and whose client
// makes no progress.
func cutOffRule() pipelineRule {
	return pipelineRule{
		name: "cut off", leads: model.PipelineCutOff,
		test: func(x pipelineCase) model.RuleState {
			if x.s == nil {
				return model.RuleUnknown
			}
			c := x.s.cluster
			return graded(c.out() && x.s.stuck(x.now, x.settled(), x.r), c.out() || c.verdict == model.ClusterBlip)
		},
		says: func(x pipelineCase) string {
			return x.at() + " is " + word(x.s.cluster.verdict) + ", and the client there makes no progress"
		},
		sofar: func(x pipelineCase) string {
			if x.s == nil {
				return "it has no client there"
			}
			return x.at() + " is " + word(x.s.cluster.verdict) + ", and the client there " + x.s.lastSeen(x.now)
		},
		bound:  func(x pipelineCase) string { return "no progress for " + model.Span(x.r.progressAge()) },
		change: func(x pipelineCase) string { return "ends when " + x.at() + " or the client goes on" },
		from:   func(x pipelineCase) time.Time { return x.s.cluster.badFrom },
	}
}

// lastSeen says when a client last made progress.
func (s *seat) lastSeen(now time.Time) string {
	last := s.lastMove()
	if last.IsZero() {
		return "was not seen to make progress"
	}
	return "made progress " + model.Span(now.Sub(last)) + " ago"
}

// gone is how long the client's metrics have not answered, as far as that
// counts; ok is false where that is no sign of a client that is down.
func (x pipelineCase) gone() (lasted time.Duration, ok bool) {
	s := x.s
	if s == nil || s.scrapeFail == nil || !young(s.lookAt, x.now, x.r) || s.progresses(x.now, x.r) {
		return 0, false
	}
	class := s.scrapeFail.Class
	return x.now.Sub(later(s.failFrom, x.settled())), class == model.ClassUnreachable || class == model.ClassTimeout
}

// clientDownRule is for a client that does not answer, and whose cursor stands.
func clientDownRule() pipelineRule {
	return pipelineRule{
		name: "client down", leads: model.PipelineClientDown, setting: "detection.silent_after",
		test: func(x pipelineCase) model.RuleState {
			lasted, gone := x.gone()
			return graded(gone && lasted >= x.r.progressAge(), gone || (x.s != nil && x.s.scrapeFail != nil))
		},
		says: func(x pipelineCase) string {
			return "the client at " + x.at() + " has not answered for " + model.Span(x.now.Sub(x.s.failFrom)) +
				" (" + x.s.scrapeFail.Error() + "), and its cursor does not move"
		},
		sofar: func(x pipelineCase) string {
			if x.s == nil || x.s.scrapeFail == nil {
				return "the client answers, or was not asked"
			}
			return "the client has not answered for " + model.Span(x.now.Sub(x.s.failFrom)) + ", and " + x.s.lastSeen(x.now)
		},
		bound:  func(x pipelineCase) string { return model.Span(x.r.progressAge()) },
		change: func(pipelineCase) string { return "ends when the client answers or its cursor moves" },
		from:   func(x pipelineCase) time.Time { return x.s.failFrom },
	}
}

// restartsRule is for a client that is restarted over and over and never gets to
// commit anything.
func restartsRule() pipelineRule {
	const many = 3
	return pipelineRule{
		name: "client down: it restarts over and over", leads: model.PipelineClientDown, setting: "detection.silent_after",
		test: func(x pipelineCase) model.RuleState {
			s := x.s
			if s == nil || !x.serves() || s.restarts == 0 {
				return model.RuleQuiet
			}
			looping := s.restarts >= many && x.now.Sub(s.upAgain) <= 2*x.r.SilentAfter
			return graded(looping && s.still(x.now, later(x.settled(), s.cluster.wellFrom())) >= x.r.SilentAfter, true)
		},
		says: func(x pipelineCase) string {
			return "the client at " + x.at() + " was restarted " + model.Units(x.s.restarts, "time") + " and has committed nothing for " +
				model.Span(x.s.still(x.now, x.settled()))
		},
		sofar: func(x pipelineCase) string {
			if x.s == nil || x.s.restarts == 0 {
				return "it was not restarted since it last made progress"
			}
			return "restarted " + model.Units(x.s.restarts, "time") + " since it last made progress"
		},
		bound:  func(x pipelineCase) string { return model.Units(many, "time") + " and " + model.Span(x.r.SilentAfter) },
		change: func(pipelineCase) string { return "ends when it makes progress" },
	}
}

// serves reports whether the active cluster answers and moves on, blips aside,
// so that a client there has something to commit.
func (x pipelineCase) serves() bool {
	c := x.s.cluster
	return !c.fineFrom.IsZero() && !c.out() && c.tipMoves(x.now, x.r)
}

// wellFrom is since when a cluster serves without any sign of trouble: clients
// get the time from then on to come back with it.
func (c *cluster) wellFrom() time.Time { return later(c.fineFrom, c.troubleAt) }

// hush is how long the client that answers has committed nothing, while its
// cluster serves; ok is false where that cannot be said.
func (x pipelineCase) hush() (lasted time.Duration, ok bool) {
	s := x.s
	if s == nil || !s.scraped(x.now, x.r) || !x.serves() {
		return 0, false
	}
	return s.quiet(x.now, later(x.settled(), s.cluster.wellFrom()), x.r)
}

// silentRule is for a client that answers and commits nothing, while its cluster
// moves on. One commit alone does not end it.
func silentRule() pipelineRule {
	return pipelineRule{
		name: "silent", leads: model.PipelineSilent, setting: "detection.silent_after",
		test: func(x pipelineCase) model.RuleState {
			quiet, ok := x.hush()
			if !ok {
				return model.RuleUnknown
			}
			lingers := x.p.verdict == model.PipelineSilent && !x.s.resumed()
			return graded(quiet >= x.r.SilentAfter || lingers, x.s.resting(x.now, x.r))
		},
		says: func(x pipelineCase) string {
			quiet, _ := x.hush()
			text := "the client at " + x.at() + " answers but has committed nothing for " + model.Span(quiet) + ", while the cluster moves on"
			if frozen, ok := x.s.frozenTip(x.now, x.r); ok && frozen >= x.r.progressAge() {
				text += " as this console sees it; the client's own tip stands too"
			}
			return text
		},
		sofar: func(x pipelineCase) string {
			quiet, ok := x.hush()
			if !ok {
				return "the client or its cluster cannot be seen to go on"
			}
			return "nothing was committed for " + model.Span(quiet)
		},
		bound: func(x pipelineCase) string { return model.Span(x.r.SilentAfter) },
		change: func(x pipelineCase) string {
			if quiet, _ := x.hush(); quiet < x.r.SilentAfter && x.p.verdict != model.PipelineSilent {
				return "silent in " + model.Span(x.r.SilentAfter-quiet) + " unless it commits"
			}
			return "ends when it commits again"
		},
		from: func(x pipelineCase) time.Time {
			quiet, _ := x.hush()
			return x.now.Add(-quiet)
		},
	}
}
