package health

import "github.com/fumtui/fumtui/model"

// unclearRules are for a client that does well, or of which too little is known.
func unclearRules() []pipelineRule {
	return []pipelineRule{
		nearTipRule(),
		steadyLagRule(),
		progressRule(),
		unreadableRule(),
		noProgressRule(),
		unseenRule(),
	}
}

// progressSoFar is when the client last made progress.
func progressSoFar(x pipelineCase) string {
	if x.s == nil {
		return "it has no client there"
	}
	return "the client " + x.s.lastSeen(x.now)
}

// recently reports whether a client made progress as lately as it has to.
func recently(x pipelineCase) bool {
	return x.s != nil && (x.s.progresses(x.now, x.r) || (!x.s.lastMove().IsZero() && x.now.Sub(x.s.lastMove()) <= x.r.SilentAfter+x.r.MaxAge/2))
}

// silentSoon says when a client that rests is silent.
func silentSoon(x pipelineCase) string {
	if quiet, ok := x.hush(); ok && x.s.resting(x.now, x.r) && quiet < x.s.silentAfter(x.r) {
		return "silent in " + model.Span(x.s.silentAfter(x.r)-quiet) + " unless it commits"
	}
	return ""
}

// nearTipRule is for a client near the tip.
func nearTipRule() pipelineRule {
	return pipelineRule{
		name: "streaming: near the tip", leads: model.PipelineStreaming, setting: "detection.lag_noise",
		test: func(x pipelineCase) model.RuleState {
			if x.s == nil {
				return model.RuleUnknown
			}
			lag, ok := x.s.lag(x.now, x.r)
			return holds(ok && lag <= x.r.LagNoise)
		},
		says: func(x pipelineCase) string {
			lag, _ := x.s.lag(x.now, x.r)
			return "lag from tip at " + x.at() + " is " + model.Units(lag, "offset")
		},
		bound: func(x pipelineCase) string { return model.Units(x.r.LagNoise, "offset") }, change: silentSoon,
	}
}

// steadyLagRule is for one whose lag neither grows nor falls.
func steadyLagRule() pipelineRule {
	return pipelineRule{
		name: "streaming: lag neither grows nor falls", leads: model.PipelineStreaming,
		test: func(x pipelineCase) model.RuleState {
			if x.s == nil {
				return model.RuleUnknown
			}
			_, ok := x.s.lag(x.now, x.r)
			return holds(ok && recently(x))
		},
		says: func(x pipelineCase) string {
			lag, _ := x.s.lag(x.now, x.r)
			if x.s.resting(x.now, x.r) {
				return "the client at " + x.at() + " has committed nothing for " + model.Span(x.now.Sub(x.s.lastMove())) +
					"; its lag from tip is " + model.Units(lag, "offset")
			}
			text := "lag from tip at " + x.at() + " is " + model.Units(lag, "offset")
			if _, measured := x.s.lags.falls(0); measured {
				text += ", neither growing nor falling"
			}
			return text
		},
		sofar: progressSoFar, change: silentSoon,
	}
}

// progressRule is for one that makes progress, with a lag that is not known.
func progressRule() pipelineRule {
	return pipelineRule{
		name: "streaming: it makes progress", leads: model.PipelineStreaming,
		test: func(x pipelineCase) model.RuleState {
			return holds(recently(x) && !x.s.resting(x.now, x.r) && (x.s.scrapeFail == nil || x.now.Sub(x.s.lastMove()) <= x.r.MaxAge))
		},
		says: func(x pipelineCase) string {
			return "the client at " + x.at() + " made progress " + model.Span(x.now.Sub(x.s.lastMove())) + " ago; its lag is not known"
		},
		sofar: progressSoFar, change: silentSoon,
	}
}

// unreadableRule is for one whose metrics cannot be read.
func unreadableRule() pipelineRule {
	return pipelineRule{
		name: "unknown: metrics cannot be read", leads: model.PipelineUnknown,
		test: func(x pipelineCase) model.RuleState { return holds(x.s != nil && x.s.scrapeFail != nil) },
		says: func(x pipelineCase) string {
			return "the metrics of the client at " + x.at() + " cannot be read: " + x.s.scrapeFail.Error()
		},
		change: func(x pipelineCase) string {
			if lasted, gone := x.gone(); gone && lasted < x.r.progressAge() {
				return "client down in " + model.Span(x.r.progressAge()-lasted) + " unless it answers or its cursor moves"
			}
			return ""
		},
	}
}

// noProgressRule is for one that was not seen to make progress lately.
func noProgressRule() pipelineRule {
	return pipelineRule{
		name: "unknown: no progress seen lately", leads: model.PipelineUnknown,
		test: func(x pipelineCase) model.RuleState {
			return holds(x.s != nil && x.s.seen(x.now, x.r) && (!recently(x) || x.s.resting(x.now, x.r)))
		},
		says: func(x pipelineCase) string {
			who := "the client at " + x.at() + " answers"
			if !x.s.scraped(x.now, x.r) {
				who = "the cursor of the client at " + x.at() + " can be read"
			}
			if x.s.lastMove().IsZero() {
				return who + "; no progress has been seen yet"
			}
			return who + ", and it last made progress " + model.Span(x.now.Sub(x.s.lastMove())) + " ago"
		},
		change: silentSoon,
	}
}

// unseenRule is for one that nobody looks at.
func unseenRule() pipelineRule {
	return pipelineRule{
		name: "unknown: no fresh evidence", leads: model.PipelineUnknown,
		test: func(pipelineCase) model.RuleState { return model.RuleFired },
		says: func(x pipelineCase) string { return "no fresh evidence on the client at " + x.at() },
	}
}
