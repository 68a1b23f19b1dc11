package health

import "github.com/fumtui/fumtui/model"

type adviceRule = row[pipelineCase, model.Action]

// adviceRules is the table of advice: the first row that fits decides. Data that
// is about to be lost is said beside whatever it is.
func adviceRules() []adviceRule {
	table := runRows()
	table = append(table, grouped(isOut, outageRows())...)
	table = append(table, grouped(isNotSeenWell, unclearRows())...)
	table = append(table, grouped(isInTrouble, ownSideRows())...)
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
