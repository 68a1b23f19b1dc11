package health

import (
	"math"
	"time"

	"github.com/fumtui/fumtui/model"
)

// steadyTrend is the least excess of rises over falls, or the reverse, of what is
// called a trend.
const steadyTrend = 0.5

// growth finds the finest scale on which the lag keeps growing by more than a
// healthy client's saw-tooth. It has to grow in the newer half as well: a step
// up, such as a heavier load at night, is none. On the coarsest scale, where a
// load that comes and goes over an hour looks like growth, it takes twice as
// much. Once it is found it holds down to half of that.
func (x pipelineCase) growth() (t trend, ok bool) {
	bound := float64(x.r.LagNoise)
	if x.p.verdict == model.PipelineFallingBehind {
		bound /= 2
	}
	for i := range x.s.lags.scales {
		least := bound
		if i == len(x.s.lags.scales)-1 {
			least *= 2
		}
		got, enough := x.s.lags.grows(i)
		if enough && got.slope > 0 && got.change > least && got.steady >= steadyTrend && got.lately > least/4 && got.last >= 0 {
			return got, true
		}
	}
	return trend{}, false
}

// shrinking finds the finest scale on which the lag keeps falling, and how fast.
func (x pipelineCase) shrinking() (t trend, ok bool) {
	bound := float64(x.r.LagNoise) / 2
	if x.p.verdict == model.PipelineCatchingUp {
		bound /= 2
	}
	for i := range x.s.lags.scales {
		got, enough := x.s.lags.falls(i)
		if enough && got.slope < 0 && -got.change > bound && got.steady <= -steadyTrend && got.lately < 0 {
			return got, true
		}
		if i == 0 && enough && got.change > bound {
			return trend{}, false // it grows now, whatever it did before
		}
	}
	return trend{}, false
}

// behind is the lag of a client that is beyond what a healthy one shows, while
// its cluster moves on.
func (x pipelineCase) behind() (lag int64, ok bool) {
	if x.s == nil || !x.s.cluster.tipMoves(x.now, x.r) {
		return 0, false
	}
	lag, ok = x.s.lag(x.now, x.r)
	return lag, ok && lag > x.r.LagNoise
}

// rushes reports whether the cluster takes in slots much faster than the chain
// makes them: it makes up for a stall of its own, and no client has to keep pace.
func (x pipelineCase) rushes() bool {
	pace, ok := x.s.cluster.pace.recent(x.w.rules.Window / 6)
	return ok && pace > 1.5*x.w.rules.SlotsPerSecond
}

// lagRules are for a client whose lag falls or grows.
func lagRules() []pipelineRule {
	sofar := func(x pipelineCase) string {
		if x.s == nil {
			return "it has no client there"
		}
		lag, ok := x.s.lag(x.now, x.r)
		if !ok {
			return "its lag is not known"
		}
		text := "lag from tip is " + model.Units(lag, "offset")
		if t, ok := x.growth(); ok {
			return text + ", growing by " + perSecond(t.slope)
		}
		if t, ok := x.shrinking(); ok {
			return text + ", falling by " + perSecond(-t.slope)
		}
		return text + ", neither growing nor falling"
	}
	return []pipelineRule{
		{
			name: "catching up", leads: model.PipelineCatchingUp, setting: "detection.lag_noise",
			test: func(x pipelineCase) model.RuleState {
				lag, behind := x.behind()
				if !behind || (lag <= 2*x.r.LagNoise && x.p.verdict != model.PipelineCatchingUp) {
					return model.RuleQuiet // what is nearly there is no catching up yet, but still is
				}
				_, falls := x.shrinking()
				return holds(falls)
			},
			says:  catchingUp,
			sofar: sofar, bound: func(x pipelineCase) string { return model.Units(x.r.LagNoise, "offset") },
			change: func(x pipelineCase) string { return "ends at the live tip" },
		},
		{
			name: "falling behind", leads: model.PipelineFallingBehind, setting: "detection.lag_noise",
			test: func(x pipelineCase) model.RuleState {
				lag, behind := x.behind()
				if !behind {
					return graded(false, lag > x.r.LagNoise/2)
				}
				_, grows := x.growth()
				stands := x.s.resting(x.now, x.r) && x.p.verdict != model.PipelineFallingBehind
				return graded(grows && !stands && !x.rushes(), true)
			},
			says: func(x pipelineCase) string {
				lag, _ := x.s.lag(x.now, x.r)
				t, _ := x.growth()
				return "lag from tip at " + x.at() + ", " + model.Units(lag, "offset") + ", grows by " + perSecond(t.slope)
			},
			sofar: sofar,
			bound: func(x pipelineCase) string { return "growth by " + model.Units(x.r.LagNoise, "offset") },
			change: func(x pipelineCase) string {
				return "ends when its lag stops growing"
			},
		},
	}
}

// catchingUp says how far a client is from the tip.
func catchingUp(x pipelineCase) string {
	lag, _ := x.s.lag(x.now, x.r)
	t, _ := x.shrinking()
	text := "lag from tip at " + x.at() + ", " + model.Units(lag, "offset") + ", falls by " + perSecond(-t.slope)
	if e, ok := x.toGo(); ok {
		text += ": " + estimateText(e)
	}
	return text
}

// estimateText writes an estimate for a sentence, with its bounds where they
// differ from it.
func estimateText(e model.Estimate) string {
	likely := model.Span(e.Likely)
	text := "about " + likely
	low, high := model.Span(e.Low), model.Span(e.High)
	switch {
	case e.High == 0:
		text += " (" + low + " or far more)"
	case low != likely || high != likely:
		text += " (" + low + " to " + high + ")"
	}
	return text + " to go"
}

// toGo is the time until a client that catches up reaches the tip: its lag over
// the difference between what it consumes and what the cluster produces. Low and
// High are what the quartiles of both paces make of it.
func (x pipelineCase) toGo() (e model.Estimate, ok bool) {
	if p := x.p; !p.togoAt.Equal(x.now) {
		p.togo, p.togoOK = x.estimate()
		p.togoAt = x.now
	}
	return x.p.togo, x.p.togoOK
}

// estimate works out [pipelineCase.toGo].
func (x pipelineCase) estimate() (e model.Estimate, ok bool) {
	lag, behind := x.behind()
	if !behind {
		return model.Estimate{}, false
	}
	slowest, usual, fastest, known := x.s.consumed.spread()
	fewest, made, most, measured := x.s.cluster.tips.spread()
	if !known || !measured || usual <= made {
		t, falls := x.shrinking()
		if !falls {
			return model.Estimate{}, false
		}
		return model.Estimate{Likely: after(lag, -t.slope), Low: after(lag, -t.slope) / 2}, true
	}
	e = model.Estimate{Likely: after(lag, usual-made), Low: after(lag, fastest-fewest), High: after(lag, slowest-most)}
	e.Low = min(e.Low, e.Likely)
	if e.High > 0 {
		e.High = max(e.High, e.Likely)
	}
	return e, true
}

// after is how long n things take at a pace a second; 0 where it never ends.
func after(n int64, pace float64) time.Duration {
	if pace <= 0 {
		return 0
	}
	seconds := float64(n) / pace
	if seconds > math.MaxInt32 {
		return 0
	}
	return max(time.Duration(seconds*float64(time.Second)), time.Nanosecond)
}

// unclearRules are for a client that does well, or of which too little is known.
func unclearRules() []pipelineRule {
	sofar := func(x pipelineCase) string {
		if x.s == nil {
			return "it has no client there"
		}
		return "the client " + x.s.lastSeen(x.now)
	}
	recently := func(x pipelineCase) bool {
		return x.s != nil && (x.s.progresses(x.now, x.r) || (!x.s.lastMove().IsZero() && x.now.Sub(x.s.lastMove()) <= x.r.SilentAfter))
	}
	resting := func(x pipelineCase) string {
		if quiet, ok := x.hush(); ok && x.s.resting(x.now, x.r) && quiet < x.r.SilentAfter {
			return "silent in " + model.Span(x.r.SilentAfter-quiet) + " unless it commits"
		}
		return ""
	}
	return []pipelineRule{
		{
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
			bound: func(x pipelineCase) string { return model.Units(x.r.LagNoise, "offset") }, change: resting,
		},
		{
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
				return "lag from tip at " + x.at() + " is " + model.Units(lag, "offset") + ", neither growing nor falling"
			},
			sofar: sofar, change: resting,
		},
		{
			name: "streaming: it makes progress", leads: model.PipelineStreaming,
			test: func(x pipelineCase) model.RuleState {
				return holds(recently(x) && (x.s.scrapeFail == nil || x.now.Sub(x.s.lastMove()) <= x.r.MaxAge))
			},
			says: func(x pipelineCase) string {
				return "the client at " + x.at() + " made progress " + model.Span(x.now.Sub(x.s.lastMove())) + " ago; its lag is not known"
			},
			sofar: sofar, change: resting,
		},
		{
			name: "unknown: metrics cannot be read", leads: model.PipelineUnknown,
			test: func(x pipelineCase) model.RuleState { return holds(x.s != nil && x.s.scrapeFail != nil) },
			says: func(x pipelineCase) string {
				return "the metrics of the client at " + x.at() + " cannot be read: " + x.s.scrapeFail.Error()
			},
			change: func(x pipelineCase) string {
				if lasted, gone := x.gone(); gone {
					return "client down in " + model.Span(x.r.progressAge()-lasted) + " unless it answers or its cursor moves"
				}
				return ""
			},
		},
		{
			name: "unknown: no progress seen lately", leads: model.PipelineUnknown,
			test: func(x pipelineCase) model.RuleState { return holds(x.s != nil && x.s.scraped(x.now, x.r)) },
			says: func(x pipelineCase) string {
				return "the client at " + x.at() + " answers; no progress has been seen yet"
			},
			change: resting,
		},
		{
			name: "unknown: no fresh evidence", leads: model.PipelineUnknown,
			test: func(pipelineCase) model.RuleState { return model.RuleFired },
			says: func(x pipelineCase) string { return "no fresh evidence on the client at " + x.at() },
		},
	}
}
