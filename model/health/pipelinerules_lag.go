package health

import "github.com/fumtui/fumtui/model"

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
	if t, enough := x.s.lags.falls(0); !enough || t.slope < 0 {
		return trend{}, false // it falls now, or may, whatever it did before
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
// its cluster moves on. What is falling behind still is down to half of that: the
// foot of its saw-tooth crosses the bound again and again.
func (x pipelineCase) behind() (lag int64, ok bool) {
	if x.s == nil || !x.s.cluster.tipMoves(x.now, x.r) {
		return 0, false
	}
	lag, ok = x.s.lag(x.now, x.r)
	bound := x.r.LagNoise
	if x.p.verdict == model.PipelineFallingBehind {
		bound /= 2
	}
	return lag, ok && lag > bound
}

// lagRules are for a client whose lag falls or grows.
func lagRules() []pipelineRule {
	return []pipelineRule{
		catchingUpRule(),
		fallingBehindRule(),
	}
}

// lagSoFar is how the lag goes.
func lagSoFar(x pipelineCase) string {
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

// catchingUpRule is for a lag that falls.
func catchingUpRule() pipelineRule {
	return pipelineRule{
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
		sofar: lagSoFar, bound: func(x pipelineCase) string { return model.Units(x.r.LagNoise, "offset") },
		change: func(x pipelineCase) string { return "ends at the live tip" },
	}
}

// fallingBehindRule is for a lag that grows.
func fallingBehindRule() pipelineRule {
	return pipelineRule{
		name: "falling behind", leads: model.PipelineFallingBehind, setting: "detection.lag_noise",
		test: func(x pipelineCase) model.RuleState {
			lag, behind := x.behind()
			if !behind {
				return graded(false, lag > x.r.LagNoise/2)
			}
			_, grows := x.growth()
			stands := x.s.resting(x.now, x.r) && x.p.verdict != model.PipelineFallingBehind
			return graded(grows && !stands && !x.s.cluster.rushes, true)
		},
		says: func(x pipelineCase) string {
			lag, _ := x.s.lag(x.now, x.r)
			t, _ := x.growth()
			return "lag from tip at " + x.at() + ", " + model.Units(lag, "offset") + ", grows by " + perSecond(t.slope)
		},
		sofar: lagSoFar,
		bound: func(x pipelineCase) string { return "growth by " + model.Units(x.r.LagNoise, "offset") },
		change: func(x pipelineCase) string {
			return "ends when its lag stops growing"
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
