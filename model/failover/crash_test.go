package failover

import (
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// scenario is a run that faults are let loose on, one at a time; the explorer
// has them all.
type scenario struct {
	prepare func(*universe)
	to      string
}

// runThrough drives a scenario under faults to its end, with a new process
// whenever one died or left.
func runThrough(t *testing.T, u *universe, s scenario) model.Run {
	t.Helper()
	u.fold()
	if s.prepare != nil {
		s.prepare(u)
	}
	e := u.engine()
	plan, err := e.Plan(t.Context(), request(s.to, ""))
	if err != nil {
		t.Fatalf("plan: %v", err)
	}
	if d, err := e.Begin(t.Context(), plan); err == nil {
		_, _ = d.Run(t.Context())
	}
	for try := 0; u.unended() != nil || len(u.runs) == 0; try++ {
		if try == 5 {
			t.Fatalf("does not end: %s", story(u.runs[0]))
		}
		time.Sleep(7 * time.Second)
		again(t, u, s)
	}
	return u.runs[len(u.runs)-1]
}

// again is what a person does after a crash.
func again(t *testing.T, u *universe, s scenario) {
	t.Helper()
	e := u.engine()
	var d *Drive
	var err error
	run := u.unended()
	switch {
	case run == nil: // it never began
		var plan model.Plan
		if plan, err = e.Plan(t.Context(), request(s.to, "")); err == nil {
			d, err = e.Begin(t.Context(), plan)
		}
	default:
		answer := ""
		if run.Question != "" {
			answer = "yes"
		}
		d, err = e.Resume(t.Context(), run.ID, answer)
	}
	if err == nil {
		_, _ = d.Run(t.Context())
	}
}
