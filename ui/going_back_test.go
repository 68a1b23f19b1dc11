package ui

import (
	"testing"

	"github.com/fumtui/fumtui/model"
)

// TestGoingOnGoingBack: a run on its way back asks for the source, which is what
// going on puts to work, and not for its target.
func TestGoingOnGoingBack(t *testing.T) {
	d := newDriver(t, 80, 24, withRuns(1, goingBack(model.RunInterrupted)))
	d.keys("enter")
	d.sees("Type ams and press enter to go on going back to ams:", "not taken: cursor, position, delete, create, start, confirm, activate",
		"the client at ams still commits")
	d.keys("=nyc", "enter")
	d.sees(`"nyc" is not the source`)
	if len(d.operator.done) > 0 {
		t.Fatalf("the target's name did %v", d.operator.done)
	}
	d.keys("ctrl+u", "=ams", "enter")
	if len(d.operator.done) != 1 {
		t.Fatalf("the source's name did %v", d.operator.done)
	}
}

// TestForwardAsksForTheTarget: one that goes forward asks for that.
func TestForwardAsksForTheTarget(t *testing.T) {
	r := runAt("trades", model.RunInterrupted, model.StepCreate, 3, 9)
	if got := r.Toward(); got != "nyc" {
		t.Errorf("a run to nyc goes to %q", got)
	}
	if got := goingBack(model.RunInterrupted).Toward(); got != "ams" {
		t.Errorf("a run back to ams goes to %q", got)
	}
}
