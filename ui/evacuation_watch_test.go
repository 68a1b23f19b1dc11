package ui

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// elsewhere is an evacuation that another console drives: two of five pipelines
// have begun.
func elsewhere(generation uint64, states ...model.RunState) (model.Snapshot, []model.Run) {
	s := outage(generation, 5)
	var runs []model.Run
	for i, state := range states {
		r := runAt(s.Pipelines[i].Name, state, model.StepStop, 1, 4)
		r.Evacuation, r.RequestedBy = "evac-9", "alice@bastion-2"
		if state.Ended() {
			*r = *fakeRun(true)
			r.ID, r.Pipeline, r.Evacuation, r.State = "run-of-"+s.Pipelines[i].Name, s.Pipelines[i].Name, "evac-9", state
			s.Pipelines[i].Active = "nyc"
		} else {
			s.Pipelines[i].Run = r
		}
		runs = append(runs, *r)
	}
	return s, runs
}

func watching(t *testing.T, w, h int, states ...model.RunState) (*driver, *fakeHistorian) {
	s, runs := elsewhere(2, states...)
	d := newDriver(t, w, h, fakeSnapshot(1, 5, 0))
	past := withPast(d)
	past.runs = runs
	d.arrive(s)
	return d, past
}

// An evacuation of another console is seen, followed to its end, and nothing can
// be done to it.
func TestAnEvacuationElsewhereIsFollowed(t *testing.T) {
	d, past := watching(t, 120, 40, model.RunRunning, model.RunRunning)
	d.keys("u")
	d.seesWrapped("evacuation: ams → nyc", "2 runs under way", "driven by alice@bastion-2 (process 4711)", "enter follows all of it")
	d.keys("enter")
	d.seesWrapped("Evacuation of ams to nyc", "2 moving", "driven by alice@bastion-2 (process 4711): it is followed here, and nothing can be done",
		"more of ams may follow")
	d.keys("E")
	d.seesWrapped("E: it is driven by alice@bastion-2 (process 4711): wait for its end, or stop it there")
	s, runs := elsewhere(3, model.RunDone, model.RunRunning, model.RunRunning)
	past.runs = runs
	d.arrive(s)
	d.sees("1 moved, 2 moving")
	d.keys("enter")
	d.seesWrapped("run run-of-accounts")
	d.keys("esc", "down", "down", "enter") // which no snapshot has any more
	d.seesWrapped("cutover of trades", "Result")
	d.keys("esc")
	s, runs = elsewhere(4, model.RunDone, model.RunDone, model.RunFailed)
	s.Pipelines[2].Active = "ams"
	past.runs = runs
	d.arrive(s)
	d.seesWrapped("Over", "2 of 3 pipelines moved to nyc in ", "the slowest was ", "skipped 0 slots, repeated 64", "next: 1 pipeline on ams still: E plans for what is left; 2 more pipelines on ams: :evacuate ams moves them too")
	if len(d.operator.evacuated) != 0 || d.quit {
		t.Fatal("something was done")
	}
	d.keys("q")
	if !d.quit {
		t.Error("the console asks before it is left, though it drives nothing")
	}
}

// One whose driver is gone is offered at the start, and gone on with after the
// typed confirmation.
func TestAnInterruptedEvacuationIsGoneOnWith(t *testing.T) {
	s, runs := elsewhere(1, model.RunInterrupted, model.RunInterrupted, model.RunDone)
	d := newDriver(t, 120, 40, s)
	past := withPast(d)
	past.runs = runs
	d.seesWrapped("First of all: 2 runs have not ended", "evacuation: ams → nyc", "2 of 2 runs stand still", "E there goes on with it")
	d.keys("enter")
	d.seesWrapped("2 runs stand until a person takes them up", "E goes on with it: plans for these pipelines", "1 moved",
		"2 more pipelines on ams: :evacuate ams moves them too")
	d.operator.evacuate = evacuationOf(s)
	d.keys("E")
	d.seesWrapped("Type nyc and press enter")
	if got := d.operator.evacuations; len(got) != 1 || got[0].From != "ams" || got[0].To != "nyc" || !slices.Equal(got[0].Only, []string{"accounts", "nft-index", "trades"}) {
		t.Fatalf("planned %+v", got)
	}
	d.lacks("alerts") // which nobody asked to move
	if len(d.operator.evacuated) != 0 {
		t.Fatal("begun without being confirmed")
	}
}

// One that is over has nothing to go on with, whatever else is on the cluster.
func TestAnEvacuationElsewhereThatIsOver(t *testing.T) {
	d, past := watching(t, 120, 40, model.RunRunning, model.RunRunning)
	d.keys("u", "enter")
	s, runs := elsewhere(3, model.RunDone, model.RunDone)
	past.runs = runs
	d.arrive(s)
	d.seesWrapped("Over", "next: 3 more pipelines on ams: :evacuate ams moves them too")
	d.keys("E")
	d.seesWrapped("E: it is over; 3 more pipelines on ams")
	for i := range s.Pipelines {
		s.Pipelines[i].Active = "nyc"
	}
	s.Generation++
	d.arrive(s)
	d.keys("E")
	d.seesWrapped("E: it is over, and nothing is left on ams")
	if len(d.operator.evacuations) != 0 {
		t.Fatal("planned")
	}
}

// While an evacuation of this console is under way, another one does not take its
// place.
func TestAnotherEvacuationLeavesOnesOwn(t *testing.T) {
	d := evacuating(t, 120, 40)
	withPast(d)
	begin(t, d)
	own := runAt("trades", model.RunRunning, model.StepStop, 1, 4)
	begun(d, 2, own)
	s := outage(3, 5)
	s.Pipelines[0].Run, s.Pipelines[0].Verdict = own, model.PipelineMoving
	for _, i := range []int{1, 2} {
		r := runAt(s.Pipelines[i].Name, []model.RunState{"", model.RunRunning, model.RunInterrupted}[i], model.StepStop, 1, 4)
		r.Evacuation, r.RequestedBy = "evac-9", "alice@bastion-2"
		s.Pipelines[i].Run = r
	}
	d.snapshot(s)
	d.keys("esc", "u")
	d.m.runs.at = "evacuation evac-9"
	d.keys("enter")
	d.seesWrapped("cutover of "+s.Pipelines[2].Name, "a run of it: an evacuation of this console is under way")
	if !d.m.evacuating() || d.m.evacuation.plan.ID != "evac-1" {
		t.Fatalf("its own was forgotten: %+v", d.m.evacuation.plan.Evacuation)
	}
	d.keys("esc")
	d.typed("evacuate ams nyc")
	d.sees("an evacuation of this console is under way")
	d.keys("esc", "esc")
	own.State = model.RunDone // others of it are still to begin
	s.Generation++
	d.snapshot(s)
	d.keys("q")
	d.sees("Quit?")
	d.keys("esc", "E")
	d.sees("All together", "trades")
}

func TestAReadOnlyConsoleFollowsAnEvacuation(t *testing.T) {
	d, _ := watching(t, 80, 24, model.RunRunning, model.RunInterrupted)
	d.m.opts.ReadOnly = true
	d.keys("u", "enter")
	d.seesWrapped("Evacuation of ams to nyc", "1 run stands until a person takes it up", readOnlyHere)
	d.keys("E")
	d.sees("E: " + readOnlyHere)
}

// Without a database the runs of the snapshot are shown.
func TestEvacuationElsewhereWhileTheDatabaseFails(t *testing.T) {
	d, past := watching(t, 80, 24, model.RunRunning, model.RunRunning)
	past.err = errors.New("the database is locked")
	d.keys("u", "enter")
	d.seesWrapped("its runs could not be read: the database is locked", "2 moving")
	past.err = nil
	s, _ := elsewhere(3, model.RunRunning, model.RunRunning)
	d.arrive(s)
	d.lacks("locked")
	d.now = d.now.Add(time.Second)
}

func firstOf(s model.Snapshot, _ []model.Run) model.Snapshot { return s }

// follows follows an evacuation of another console to where its runs stand so.
func follows(states ...model.RunState) func(*driver) {
	return func(d *driver) {
		past := withPast(d)
		s, _ := elsewhere(2, model.RunRunning, model.RunRunning)
		d.arrive(s)
		d.keys("u", "enter")
		s, past.runs = elsewhere(3, states...)
		d.arrive(s)
	}
}

// Rows of a followed evacuation that sort in above do not take the selection.
func TestFollowedEvacuationSelectsAPipeline(t *testing.T) {
	e := evacuationPage{watched: true, runs: map[string]*evacuee{}}
	run := func(id, p string) model.Run { return model.Run{ID: id, Pipeline: p, State: model.RunRunning} }
	e.takeRuns([]model.Run{run("r2", "orders")})
	e.takeRuns([]model.Run{run("r2", "orders"), run("r1", "alerts")})
	if e.selected() != "orders" {
		t.Errorf("selected is %s", e.selected())
	}
}

// A picture that stood still goes on where an evacuation is followed.
func TestFollowingAnEvacuationThaws(t *testing.T) {
	d, _ := watching(t, 120, 40, model.RunRunning, model.RunRunning)
	d.keys("space", "u", "enter")
	d.sees("Evacuation of ams to nyc")
	if d.m.frozen() {
		t.Error("the picture stands still")
	}
	d.keys("esc", "space", "u", "enter") // the page is there already
	if d.m.frozen() {
		t.Error("the picture stands still")
	}
}
