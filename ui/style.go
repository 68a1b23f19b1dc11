package ui

import "github.com/fumtui/fumtui/model"

// role is what a piece of text means. Each has a colour, and each state that
// has a role also has a glyph and a word, so that colour is never needed.
type role int

const (
	roleText role = iota
	roleOK
	roleWarn
	roleCritical
	roleUnknown
	roleStale // old values
	roleFocus // the selection, what is under way
	roleTitle
	roleFaint // axes, rules, hints
	roleCount
)

// glyphs, all of width 1 on every terminal: no emoji, no variation selectors.
const (
	glyphOK       = "✓"
	glyphWarn     = "▲"
	glyphCritical = "✗"
	glyphUnknown  = "?"
	glyphMoving   = "»"
	glyphPending  = "·"
	glyphFocus    = "›"
	glyphMarked   = "*"
)

// clusterLook is how a cluster's verdict shows.
func clusterLook(v model.ClusterVerdict) (role, string) {
	switch v {
	case model.ClusterHealthy:
		return roleOK, glyphOK
	case model.ClusterBlip, model.ClusterDegraded:
		return roleWarn, glyphWarn
	case model.ClusterStalled, model.ClusterDown, model.ClusterRefusingUs:
		return roleCritical, glyphCritical
	case model.ClusterUnknown:
	}
	return roleUnknown, glyphUnknown
}

// pipelineLook is how a pipeline's verdict shows.
func pipelineLook(v model.PipelineVerdict) (role, string) {
	switch v {
	case model.PipelineStreaming:
		return roleOK, glyphOK
	case model.PipelineMoving, model.PipelineCatchingUp:
		return roleFocus, glyphMoving
	case model.PipelineSilent, model.PipelineFallingBehind:
		return roleWarn, glyphWarn
	case model.PipelineDoubleActive, model.PipelineSubscriberLost, model.PipelineSubscriberStale,
		model.PipelineCutOff, model.PipelineClientDown:
		return roleCritical, glyphCritical
	case model.PipelineUnknown:
	}
	return roleUnknown, glyphUnknown
}

// subscriberLook is how a subscriber's state shows.
func subscriberLook(s model.SubscriberState) (role, string) {
	switch s {
	case model.SubscriberPresent:
		return roleOK, glyphOK
	case model.SubscriberStale:
		return roleWarn, glyphWarn
	case model.SubscriberAbsent:
		return roleFaint, glyphPending
	case model.SubscriberUnknown:
	}
	return roleUnknown, glyphUnknown
}

// stepLook is how a step's state shows.
func stepLook(s model.StepState) (role, string) {
	switch s {
	case model.StepDone:
		return roleOK, glyphOK
	case model.StepRunning:
		return roleFocus, glyphMoving
	case model.StepFailed:
		return roleCritical, glyphCritical
	case model.StepPending:
	}
	return roleFaint, glyphPending
}

// runLook is how a run's state shows.
func runLook(s model.RunState) (role, string) {
	switch s {
	case model.RunDone:
		return roleOK, glyphOK
	case model.RunRunning:
		return roleFocus, glyphMoving
	case model.RunWaiting, model.RunAborted, model.RunInterrupted:
		return roleWarn, glyphWarn
	case model.RunFailed:
		return roleCritical, glyphCritical
	case model.RunUnknown:
	}
	return roleUnknown, glyphUnknown
}

// checkLook is how a check's level shows.
func checkLook(l model.CheckLevel) (role, string) {
	switch l {
	case model.CheckOK:
		return roleOK, glyphOK
	case model.CheckWarn:
		return roleWarn, glyphWarn
	case model.CheckAsk:
		return roleWarn, glyphUnknown
	case model.CheckRefuse:
		return roleCritical, glyphCritical
	}
	return roleUnknown, glyphUnknown
}

// actionLook is how an advice shows.
func actionLook(a model.Action) (role, string) {
	switch s := a.Severity(); {
	case a == model.ActionNone:
		return roleOK, glyphOK
	case s >= model.ActionFailOver.Severity():
		return roleCritical, glyphCritical
	case s > model.ActionFailBack.Severity():
		return roleWarn, glyphWarn
	case a == model.ActionFailBack:
		return roleFocus, glyphMoving
	}
	return roleUnknown, glyphUnknown
}
