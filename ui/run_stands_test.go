package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// runThatStands is a console on which a run stands at a step, with the clients that
// answer. It was greeted already.
func runThatStands(r *model.Run, answering ...string) model.Snapshot {
	s := withRuns(1, r)
	p := &s.Pipelines[0]
	for i := range p.Seats {
		seat := &p.Seats[i]
		c := model.ClientState{Failure: model.NewFailure(model.ClassUnreachable, "connection refused", nil)}
		for _, name := range answering {
			if name == seat.Cluster {
				c = model.ClientState{Scraped: true, At: noon.Add(-time.Second)}
			}
		}
		seat.Client = &c
	}
	return s
}

// TestRunThatStands: the overview says of a run that nobody drives where its client
// is, what is lost when, and what to do; at each step, whichever clients answer.
func TestRunThatStands(t *testing.T) {
	for name, c := range map[string]struct {
		snap model.Snapshot
		says []string
	}{
		"before the stop": {runThatStands(runAt("trades", model.RunInterrupted, model.StepPreflight, 3, 9), "ams"), []string{
			"STANDS: nobody drives it, at step preflight", "not touched by this run", "the one at ams answers now", "nothing is lost while ams goes on, nor for 2h after", "go on to nyc, or give it up: back to ams",
		}},
		"at the stop": {runThatStands(runAt("trades", model.RunUnknown, model.StepStop, 3, 9)), []string{
			"told to stop at ams; whether it did is not proven; none answers now", "nothing is consumed; data is lost in about 2h", "its journal: step stop began",
		}},
		"stopped": {runThatStands(runAt("trades", model.RunInterrupted, model.StepCreate, 3, 9)), []string{
			"stopped at ams, and not started at nyc; none answers now", "nothing is consumed", "u opens it",
		}},
		"started": {runThatStands(runAt("trades", model.RunUnknown, model.StepConfirm, 3, 9), "nyc"), []string{
			"started at nyc; that it streams is not proven; the one at nyc answers now", "nothing is lost while nyc goes on, nor for 2h after", "it cannot be given up any more",
		}},
		"two clients": {runThatStands(runAt("trades", model.RunUnknown, model.StepStart, 3, 9), "nyc", "ams"), []string{
			"told to start at nyc; whether it did is not known; both at ams and at nyc one answers now",
		}},
		"back": {runThatStands(goingBack(model.RunInterrupted)), []string{
			"STANDS on its way back", "told to start again at ams", "go on going back to ams",
		}},
		"asks": {runThatStands(waitingRun(9), "ams"), []string{"WAITS FOR AN ANSWER", "it asks:", "answer it"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDriver(t, 80, 24, c.snap)
			d.keys("esc")
			d.seesWrapped(c.says...)
			d.sees("If you do nothing:", "Its client:", "To do:")
			d.lacks("nothing to do once", "Fail over now")
			for _, l := range strings.Split(d.screen(), "\n")[2:11] {
				if strings.HasSuffix(strings.TrimSpace(l), "…") {
					t.Errorf("cut: %q", l)
				}
			}
		})
	}
}

// TestRunThatStandsReadOnly: a console that may not act names no key for it.
func TestRunThatStandsReadOnly(t *testing.T) {
	d := newDriver(t, 120, 40, runThatStands(runAt("trades", model.RunInterrupted, model.StepCreate, 3, 9)))
	d.m.opts.ReadOnly = true
	d.keys("esc")
	d.sees("from a console that may act: go on to nyc")
	d.lacks("press u")
}
