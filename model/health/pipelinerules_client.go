package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

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
	if s == nil || s.scrapeFail == nil || !young(s.lookAt, x.now, x.r) || s.progresses(x.now, x.r) || x.w.offline {
		return 0, false // this console may be why, where it reaches nothing else either
	}
	class := s.scrapeFail.Class
	return x.now.Sub(x.failing()), class == model.ClassUnreachable || class == model.ClassTimeout
}

// failing is since when the metrics of its client do not answer that should: from
// when the pipeline was moved there on.
func (x pipelineCase) failing() time.Time { return later(x.s.failFrom, x.settled()) }

// clientDownRule is for a client that does not answer, and whose cursor stands.
func clientDownRule() pipelineRule {
	return pipelineRule{
		name: "client down", leads: model.PipelineClientDown, setting: "detection.silent_after",
		test: func(x pipelineCase) model.RuleState {
			lasted, gone := x.gone()
			return graded(gone && lasted >= x.r.progressAge(), gone || (x.s != nil && x.s.scrapeFail != nil))
		},
		says: func(x pipelineCase) string {
			text := "the client at " + x.at() + " has not answered for " + model.Span(x.now.Sub(x.failing())) +
				" (" + x.s.scrapeFail.Error() + ")"
			if x.s.cursor != nil && young(x.s.cursorAt, x.now, x.r) {
				return text + ", and its cursor does not move"
			}
			return text + ", and no cursor of it can be read"
		},
		sofar: func(x pipelineCase) string {
			if x.s == nil || x.s.scrapeFail == nil {
				return "the client answers, or was not asked"
			}
			return "the client has not answered for " + model.Span(x.now.Sub(x.failing())) + ", and " + x.s.lastSeen(x.now)
		},
		bound:  func(x pipelineCase) string { return model.Span(x.r.progressAge()) },
		change: func(pipelineCase) string { return "ends when the client answers or its cursor moves" },
		from:   pipelineCase.failing,
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

// hush is how long the client that answers has committed nothing, or the cursor
// of one without metrics has stood, while its cluster serves; ok is false where
// that cannot be said.
func (x pipelineCase) hush() (lasted time.Duration, ok bool) {
	s := x.s
	if s == nil || !x.serves() || !(s.scraped(x.now, x.r) || s.cursorAlone(x.now, x.r)) {
		return 0, false
	}
	return s.quiet(x.now, later(x.settled(), s.cluster.wellFrom()), x.r)
}

// cursorAlone reports whether the cursor is all that can be seen of the client:
// nobody reads metrics of it.
func (s *seat) cursorAlone(now time.Time, r *Rules) bool {
	return s.lookAt.IsZero() && s.cursor != nil && young(s.cursorAt, now, r)
}

// silentSays is what a silent client does not do. One that has gone on once or
// twice lately is silent still: then it is the silence that made it so that counts.
func silentSays(x pipelineCase) string {
	quiet, _ := x.hush()
	lately := ""
	switch {
	case quiet >= x.s.silentAfter(x.r) || x.p.hushed == 0:
	case x.s.upAgain.After(x.s.lastMove()):
		lately = ", was restarted " + model.Span(x.now.Sub(x.s.upAgain)) + " ago, and is not known to go on"
		quiet = x.p.hushed
	default:
		lately = ", went on only " + model.Span(quiet) + " ago, and is not known to go on for good"
		quiet = x.p.hushed
	}
	had := "has"
	if lately != "" {
		had = "had"
	}
	if x.s.cursorAlone(x.now, x.r) {
		return "the cursor of the client at " + x.at() + " " + had + " not moved for " + model.Span(quiet) + lately + ", while the cluster moves on"
	}
	return "the client at " + x.at() + " answers but " + had + " committed nothing for " + model.Span(quiet) + lately + ", while the cluster moves on"
}

// silentBound is how long the client may commit nothing.
func (x pipelineCase) silentBound() time.Duration {
	if x.s == nil {
		return x.r.SilentAfter
	}
	return x.s.silentAfter(x.r)
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
			lingers := x.p.verdict == model.PipelineSilent && !x.s.resumed(x.p.since)
			return graded(quiet >= x.s.silentAfter(x.r) || lingers, x.s.resting(x.now, x.r))
		},
		says: func(x pipelineCase) string {
			text := silentSays(x)
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
		bound: func(x pipelineCase) string { return model.Span(x.silentBound()) },
		change: func(x pipelineCase) string {
			if quiet, _ := x.hush(); quiet < x.s.silentAfter(x.r) && x.p.verdict != model.PipelineSilent {
				return "silent in " + model.Span(x.s.silentAfter(x.r)-quiet) + " unless it commits"
			}
			return "ends when it commits again"
		},
		from: func(x pipelineCase) time.Time {
			quiet, _ := x.hush()
			return x.now.Add(-quiet)
		},
	}
}
