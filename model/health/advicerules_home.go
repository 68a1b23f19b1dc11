package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// homeRows are for a pipeline that does well: nothing to do, or the way back.
func homeRows() []adviceRule {
	return []adviceRule{
		failBackRow(),
		awayRow(),
		nothingRow(),
	}
}

// awayFromHome is the home of a pipeline that does well elsewhere.
func awayFromHome(x pipelineCase) (home *cluster, ok bool) {
	home = x.w.byCluster[x.p.cfg.Home]
	return home, x.at() != x.p.cfg.Home && home != nil && x.p.verdict == model.PipelineStreaming && x.answers()
}

// homeStable is how long home has been healthy.
func homeStable(x pipelineCase) time.Duration {
	home, _ := awayFromHome(x)
	if home == nil || home.stableSince.IsZero() {
		return 0
	}
	return x.now.Sub(home.stableSince)
}

// homeSoFar is how home stands.
func homeSoFar(x pipelineCase) string {
	if home, ok := awayFromHome(x); ok {
		return home.cfg.Name + " is " + word(home.verdict) + ", stable for " + model.Span(homeStable(x)) + " of " + model.Span(x.r.Stability)
	}
	return "it is at home, or does not stream"
}

// homeBound is how long home has to be healthy.
func homeBound(x pipelineCase) string {
	return model.Span(x.r.Stability)
}

// failBackRow is for a home that has been healthy for long.
func failBackRow() adviceRule {
	return adviceRule{
		name: "fail_back: home is healthy for long", leads: model.ActionFailBack, setting: "detection.stability",
		test: func(x pipelineCase) model.RuleState {
			home, ok := awayFromHome(x)
			if !ok || home.verdict != model.ClusterHealthy {
				return model.RuleQuiet
			}
			return graded(homeStable(x) >= x.r.Stability && x.p.blocked(x.now) == 0, true)
		},
		says: func(x pipelineCase) string {
			return x.p.cfg.Home + ", the home of " + x.name() + ", has been healthy for " + model.Span(homeStable(x)) +
				": fail back in a quiet window, or stay and make " + x.at() + " its home: fumtui home " + x.name() + " " + x.at()
		},
		sofar: homeSoFar, bound: homeBound,
		target: func(x pipelineCase) string { return x.p.cfg.Home },
		change: func(x pipelineCase) string {
			if left := max(x.r.Stability-homeStable(x), x.p.blocked(x.now)); left > 0 {
				return "fail back in " + model.Span(left) + " if " + x.p.cfg.Home + " stays healthy"
			}
			return "ends when " + x.p.cfg.Home + " is not healthy"
		},
	}
}

// awayRow is for a home that has not.
func awayRow() adviceRule {
	return adviceRule{
		name: "none: away from home", leads: model.ActionNone, setting: "detection.stability",
		test: func(x pipelineCase) model.RuleState {
			_, ok := awayFromHome(x)
			return holds(ok)
		},
		says: func(x pipelineCase) string {
			home, _ := awayFromHome(x)
			text := x.name() + " streams from " + x.at() + "; its home " + home.cfg.Name
			if home.stableSince.IsZero() {
				return text + " is " + word(home.verdict)
			}
			if homeStable(x) < x.r.Stability {
				return text + " has been healthy for " + model.Span(homeStable(x)) + " of the " + model.Span(x.r.Stability) + " before a failback"
			}
			return text + " is healthy, but it was moved only " + model.Span(x.now.Sub(x.p.movedAt(x.now))) + " ago"
		},
		sofar: homeSoFar, bound: homeBound,
		change: func(x pipelineCase) string {
			home, _ := awayFromHome(x)
			if home.stableSince.IsZero() {
				return "fail back once " + home.cfg.Name + " has been healthy for " + model.Span(x.r.Stability)
			}
			return "fail back in " + model.Span(max(x.r.Stability-homeStable(x), x.p.blocked(x.now))) + " if " + home.cfg.Name +
				" stays healthy: stable for " + model.Span(homeStable(x)) + " of " + model.Span(x.r.Stability)
		},
	}
}

// nothingRow is for a pipeline that does well.
func nothingRow() adviceRule {
	return adviceRule{
		name: "none", leads: model.ActionNone,
		test: func(pipelineCase) model.RuleState { return model.RuleFired },
		says: func(x pipelineCase) string {
			if x.p.verdict == model.PipelineUnknown {
				return x.p.reason
			}
			return x.name() + ": " + x.p.reason
		},
		change: func(x pipelineCase) string {
			if x.p.rule.change == nil {
				return ""
			}
			return x.p.rule.change(x)
		},
	}
}
