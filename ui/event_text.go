package ui

import (
	"github.com/fumtui/fumtui/model"
)

// EventText is an event in a line for people: what changed from what to what, and
// why.
func EventText(e *model.Event) string {
	text := ""
	switch e.Kind {
	case model.EventVerdict:
		text = changedText(word(e.Before), word(e.Word))
		if e.Pipeline == "" {
			text = "cluster " + text
		}
	case model.EventAdvice:
		text = changedText(adviceWord(e.Before), adviceWord(e.Word))
		if e.Target != "" {
			text += " to " + clean(e.Target)
		}
	case model.EventRun:
		text = "run " + clean(e.Run) + " is " + word(e.Word)
	case model.EventAction:
		text = clean(e.Word)
	}
	if e.Reason != "" {
		text += ": " + clean(e.Reason)
	}
	return text
}

// adviceWord is an advice as it is said.
func adviceWord(action string) string {
	if action == string(model.ActionNone) {
		return "nothing to do"
	}
	return phrase(action)
}

func changedText(was, is string) string {
	if was == "" {
		return "is " + is
	}
	return "was " + was + ", is " + is
}

// eventLook is how an event shows: as what it says would.
func eventLook(e *model.Event) (role, string) {
	switch {
	case e.Kind == model.EventAdvice:
		return actionLook(model.Action(e.Word))
	case e.Kind == model.EventRun:
		return runLook(model.RunState(e.Word))
	case e.Kind == model.EventAction:
		return roleText, glyphFocus
	case e.Pipeline != "":
		return pipelineLook(model.PipelineVerdict(e.Word))
	}
	return clusterLook(model.ClusterVerdict(e.Word))
}

// passesEvent reports whether an event contains what a filter asks for.
func (f textFilter) passesEvent(e *model.Event) bool {
	return f == "" || f.passes(string(e.Kind), e.Pipeline, e.Cluster, e.Run, e.Target, e.By, EventText(e))
}
