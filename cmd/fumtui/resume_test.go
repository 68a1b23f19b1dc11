package main

import (
	"strings"
	"testing"

	"github.com/fumtui/fumtui/model"
)

// TestResumeConfirms: resume wants the name of the cluster that going on puts to
// work, and says which that is.
func TestResumeConfirms(t *testing.T) {
	forward := model.Run{ID: "r1", From: "ams", To: "nyc", Steps: []model.Step{{Name: model.StepStop, State: model.StepRunning}}}
	back := forward.Clone()
	back.Steps = append(back.Steps, model.Step{Name: model.StepRevert, State: model.StepRunning})
	for _, c := range []struct {
		run         *model.Run
		typed, says string
	}{
		{&forward, "nyc", ""},
		{&forward, "ams", "not the target of this run, which is nyc"},
		{&forward, "", "--confirm nyc"},
		{&back, "ams", ""},
		{&back, "nyc", "going on puts the client at ams to work again: --confirm ams"},
		{&back, "", "goes back: going on puts the client at ams to work again: --confirm ams"},
	} {
		switch err := confirmedResume(c.typed, c.run); {
		case c.says == "" && err != nil, c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%q for a run that goes back (%t): %v", c.typed, c.run.GoingBack(), err)
		}
	}
}
