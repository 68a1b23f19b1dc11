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
		if !s.progresses(x.now, x.r) {
			continue
		}
		for _, t := range x.p.order[i+1:] {
			if !t.progresses(x.now, x.r) {
				continue
			}
			for _, m := range [2]*mover{&s.committed, &s.advances} {
				for _, n := range [2]*mover{&t.committed, &t.advances} {
					if d := together(m, n, x.settled()); d > beside {
						a, b, beside = s, t, d
					}
				}
			}
		}
	}
	return a, b, beside
}

// together is how long two values that both grow have grown side by side, so that
// one handing over to the other does not explain it. Time before since does not
// count: where the pipeline was moved there and back within a short while, each
// of them grew then.
func together(a, b *mover, since time.Time) time.Duration {
	if a.n < 3 || b.n < 3 {
		return 0
	}
	end := a.last
	if b.last.Before(end) {
		end = b.last
	}
	return end.Sub(later(since, later(a.run, b.run)))
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
			return graded(x.suffers(), c.out() || c.verdict == model.ClusterBlip)
		},
		says: func(x pipelineCase) string {
			if x.drained() {
				return x.at() + " is stalled, and the client there has nothing left to consume but what still trickles in"
			}
			return x.at() + " is " + word(x.s.cluster.verdict) + ", and the client there makes no progress"
		},
		sofar: func(x pipelineCase) string {
			if x.s == nil {
				return "it has no client there"
			}
			return x.at() + " is " + word(x.s.cluster.verdict) + ", and the client there " + x.s.lastSeen(x.now)
		},
		bound:  func(x pipelineCase) string { return "no progress for " + model.Span(x.patience()) },
		change: func(x pipelineCase) string { return "ends when " + x.at() + " or the client goes on" },
		from:   func(x pipelineCase) time.Time { return x.s.cluster.badFrom },
	}
}
