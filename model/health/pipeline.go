package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// pipeline is the fold of all evidence on one pipeline.
type pipeline struct {
	cfg            model.Pipeline
	configuredHome string // cfg.Home is the one in force
	rules          *Rules // those of the watch, or its own
	active         string
	at             *seat      // at the active cluster; nil where it has no client there
	order          []*seat    // in the order of cfg.Clusters
	clusters       []*cluster // the same: of each seat

	told         bool      // active was told, and is not just the home that we presume
	activeFrom   time.Time // since when it is active there, where this watch saw it change
	run          *model.Run
	lastFailover time.Time
	toldFailover time.Time // what was told of it: later than now, where a clock was wrong
	source       *seat     // which the run that moved it here left behind; nil: none did
	sourceNext   *model.Slot
	failed       *model.Run // the newest run, where that failed

	verdict model.PipelineVerdict
	rule    *pipelineRule // that decided it
	since   time.Time
	reason  string        // of now
	hushed  time.Duration // of a silent one: its longest silence yet
	advice  *adviceRule

	togo   model.Estimate // of togoAt, where it is known
	togoOK bool
	togoAt time.Time
}

// seat finds the pipeline's seat at a cluster; nil where it has none.
func (p *pipeline) seat(at *cluster) *seat {
	for i, c := range p.clusters {
		if c == at {
			return p.order[i]
		}
	}
	return nil
}

// moving reports whether a run of the pipeline has not ended.
func (p *pipeline) moving() bool { return p.run != nil && !p.run.State.Ended() }

// movedAt is when the pipeline was last moved, as of now: a time in the future
// comes from a clock that was wrong.
func (p *pipeline) movedAt(now time.Time) time.Time {
	if p.lastFailover.After(now) {
		return now
	}
	return p.lastFailover
}

// blocked is how long a recent move still holds back the next one.
func (p *pipeline) blocked(now time.Time) time.Duration {
	if p.lastFailover.IsZero() {
		return 0
	}
	return max(p.rules.Block-now.Sub(p.movedAt(now)), 0)
}

// pipelineCase is a pipeline at a moment.
type pipelineCase struct {
	w   *Watch
	p   *pipeline
	s   *seat // at the active cluster; may be nil
	r   *Rules
	now time.Time
}

// settled is since when the pipeline is where it is: time before that says
// nothing of its client there.
func (x pipelineCase) settled() time.Time {
	from := later(x.p.activeFrom, x.p.movedAt(x.now))
	if from.After(x.now) {
		return x.now
	}
	return from
}

// name is that of the pipeline.
func (x pipelineCase) name() string { return x.p.cfg.Name }

// at is the name of the active cluster.
func (x pipelineCase) at() string { return x.p.active }

// judge brings the verdict on a pipeline up to now.
func (w *Watch) judge(p *pipeline, now time.Time) {
	x := pipelineCase{w, p, p.at, p.rules, now}
	if p.at != nil {
		p.at.keep(now, p.rules)
	}
	rule := decide(w.pipelineTable, x)
	if rule.leads != p.verdict || p.since.IsZero() || p.since.After(now) {
		p.since = now
		if rule.from != nil {
			if from := rule.from(x); !from.IsZero() && from.Before(now) {
				p.since = from // trouble is as old as its first sign
			}
		}
	}
	p.noteSilence(rule.leads, x)
	p.verdict, p.rule = rule.leads, rule
	w.noteWell(x)
}

// noteSilence notes the silence that a verdict on a silent client rests on.
func (p *pipeline) noteSilence(next model.PipelineVerdict, x pipelineCase) {
	if next != model.PipelineSilent || p.verdict != next {
		p.hushed = 0
	}
	if next == model.PipelineSilent {
		quiet, _ := x.hush()
		p.hushed = max(p.hushed, quiet)
	}
}

// noteWell notes a pipeline that is near the tip, or on the way there: while it
// is, what keeps another one back is not the cluster.
func (w *Watch) noteWell(x pipelineCase) {
	p := x.p
	if x.s == nil {
		return
	}
	if last := x.s.lastMove(); x.s.scraped(x.now, x.r) && !last.IsZero() &&
		x.s.resting(x.now, x.r) && x.now.Sub(last) > x.s.longest.usual()*5/4 {
		x.s.cluster.quiet++
	}
	from := x.s.nearFrom
	if p.verdict == model.PipelineCatchingUp {
		from = p.since
	}
	if !from.IsZero() && !x.s.resting(x.now, x.r) {
		keepOldest(&x.s.cluster.wells, movement{p, x.now, from})
	}
}

// tipMoves reports whether the cluster is seen to move on.
func (c *cluster) tipMoves(now time.Time, r *Rules) bool {
	if c.tickAt == now { //nolint:staticcheck // the very same reading of a clock
		return c.tickMoves
	}
	return young(c.slotsAt, now, r) && c.standing() < r.standGrace()
}
