package failover

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fumtui/fumtui/model"
)

// scenario is a run that crashes are let loose on.
type scenario struct {
	name    string
	prepare func(*universe)
	to      string
	abort   bool             // whoever comes after a crash aborts where that is possible
	ends    []model.RunState // what the run may end as
}

func scenarios() []scenario {
	return []scenario{
		{name: "planned", to: "nyc", ends: []model.RunState{model.RunDone, model.RunAborted}},
		{name: "reactive", to: "nyc", prepare: func(u *universe) { u.fail("ams", model.ClassUnreachable) }, ends: []model.RunState{model.RunDone, model.RunFailed}},
		{name: "target has an old subscriber", to: "nyc", prepare: func(u *universe) {
			u.clusters["nyc"].sub = &fakeSub{id: "old", next: 30000}
			u.rows["nyc"] = &model.Cursor{Pipeline: "trades", Cluster: "nyc", Slot: 99999}
		}, ends: []model.RunState{model.RunDone, model.RunAborted}},
		{name: "slow drain", to: "nyc", prepare: func(u *universe) { u.clients["ams"].drainTakes = 15 * time.Second }, ends: []model.RunState{model.RunAborted, model.RunDone}},
		{name: "with a proof of data", to: "nyc", prepare: func(u *universe) { u.canary = true }, ends: []model.RunState{model.RunDone, model.RunAborted}},
		{name: "planned, then aborted", to: "nyc", abort: true, ends: []model.RunState{model.RunDone, model.RunAborted}},
	}
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
	case s.abort && !forwardOnly(run):
		d, err = e.Abort(t.Context(), run.ID)
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

// TestCrashAnywhere kills the driver, or loses an answer, before and after
// every effect and every boundary of the journal, and resumes.
func TestCrashAnywhere(t *testing.T) {
	states := 0
	for _, s := range scenarios() {
		for kind := crashBefore; kind <= lostAfter; kind++ {
			for at := 1; ; at++ {
				reached := false
				name := fmt.Sprintf("%s/%d at %d", s.name, kind, at)
				synctest.Test(t, func(t *testing.T) {
					u := newUniverse(t)
					u.faults = []fault{{at: at, kind: kind}}
					run := runThrough(t, u, s)
					reached = u.events >= at
					checkEnd(t, u, s, run, name)
				})
				if !reached {
					break
				}
				states++
			}
		}
	}
	t.Logf("%d faults explored", states)
	if states < 300 {
		t.Errorf("only %d faults explored", states)
	}
}

// checkEnd checks the invariants at the end of a run.
func checkEnd(t *testing.T, u *universe, s scenario, run model.Run, name string) {
	t.Helper()
	found := false
	for _, want := range s.ends {
		found = found || run.State == want
	}
	if !found {
		t.Errorf("%s: ended %s\n%s", name, run.State, story(run))
	}
	time.Sleep(time.Minute)
	runs := u.running()
	switch run.State {
	case model.RunDone:
		if len(runs) != 1 || runs[0] != run.To || u.active != run.To {
			t.Errorf("%s: done, %v run, active %s", name, runs, u.active)
		}
	case model.RunAborted:
		if len(runs) != 1 || runs[0] != run.From || u.clusters[run.From].sub.id != "ams-0" {
			t.Errorf("%s: aborted, %v run", name, runs)
		}
	}
	if u.lease != nil {
		t.Errorf("%s: the lease was not released", name)
	}
	if n := u.lost(); n > 0 {
		t.Errorf("%s: %d slots lost\n%s", name, n, story(run))
	}
	for _, b := range u.broken {
		t.Errorf("%s: %s\n%v", name, b, u.log)
	}
}

// TestCrashTwice has a second fault hit whoever resumes after the first.
func TestCrashTwice(t *testing.T) {
	states := 0
	for _, s := range scenarios()[:3] {
		for kind := crashBefore; kind <= lostAfter; kind++ {
			for at := 2; ; at++ {
				reached := false
				for _, next := range []int{1, 3} {
					for _, second := range []faultKind{crashBefore, lostAfter} {
						name := fmt.Sprintf("%s/%d at %d, then %d %d later", s.name, kind, at, second, next)
						synctest.Test(t, func(t *testing.T) {
							u := newUniverse(t)
							u.faults = []fault{{at, kind}, {at + next, second}}
							run := runThrough(t, u, s)
							reached = u.events >= at
							checkEnd(t, u, s, run, name)
						})
						states++
					}
				}
				if !reached {
					break
				}
			}
		}
	}
	t.Logf("%d pairs of faults explored", states)
}
