package ui

import (
	"errors"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// runAt is a run of a pipeline in some state at some step, driven by somebody;
// what comes after that step is pending.
func runAt(pipeline string, state model.RunState, name model.StepName, epoch int64, sequence uint64) *model.Run {
	r := fakeRun(false)
	r.ID, r.Pipeline, r.State, r.Epoch, r.Sequence = "run-of-"+pipeline, pipeline, state, epoch, sequence
	r.Holder = model.Holder{Host: "bastion-2", User: "alice", PID: 4711}
	past := false
	for i := range r.Steps {
		st := &r.Steps[i]
		switch {
		case past:
			*st = model.Step{Name: st.Name, State: model.StepPending}
		case st.Name == name:
			st.State, st.EndedAt, st.Detail, past = model.StepRunning, nil, "looking at it", true
		}
	}
	return r
}

// takenUp is a run that somebody took up from another one a moment ago.
func takenUp(r *model.Run) *model.Run {
	r.TakenUpAt = ptr(noon.Add(-4 * time.Second))
	return r
}

// withRuns is a console at peace on which runs have not ended.
func withRuns(generation uint64, runs ...*model.Run) model.Snapshot {
	s := fakeSnapshot(generation, 3, 10*time.Minute)
	for _, r := range runs {
		for i := range s.Pipelines {
			if s.Pipelines[i].Name == r.Pipeline {
				s.Pipelines[i].Run, s.Pipelines[i].Verdict = r, model.PipelineMoving
			}
		}
	}
	return s
}

const gapQuestion = "a gap of 1,204 slots: nyc serves from slot 312364845, the cursor is 312363640. To approve it type its number, 1204"

func waitingRun(sequence uint64) *model.Run {
	r := runAt("trades", model.RunWaiting, model.StepPosition, 3, sequence)
	r.Question = gapQuestion
	return r
}

func did(t *testing.T, d *driver, want ...string) {
	t.Helper()
	if !slices.Equal(d.operator.done, want) {
		t.Fatalf("done %q, want %q\n%s", d.operator.done, want, d.screen())
	}
}

func TestConsoleSaysUnendedRunsFirst(t *testing.T) {
	s := withRuns(1, waitingRun(9), runAt("accounts", model.RunInterrupted, model.StepConfirm, 2, 40),
		runAt("nft-index", model.RunRunning, model.StepStop, 1, 4))
	d := newDriver(t, 80, 24, s)
	d.seesWrapped("First of all: 3 runs have not ended", "waiting at position", gapQuestion, "interrupted at confirm",
		"begun 20s ago by oncall@bastion", "driven by alice@bastion-2 (process 4711)")
	d.keys("enter")
	d.seesWrapped("Go on", "cutover of accounts", "Type nyc and press enter")
	d.keys("esc")
	d.sees("2 runs stand still and need a person – u shows them")
	d.snapshot(withRuns(2, waitingRun(9)))
	d.sees("Its client:") // once is enough
	d.keys("u")
	d.seesWrapped("Your answer, then enter")

	d = newDriver(t, 80, 24, withRuns(1, runAt("trades", model.RunRunning, model.StepStop, 1, 4)))
	d.sees("Lag from tip") // somebody is at it: nothing to say first
	d.lacks("u opens it")
	d = newDriver(t, 80, 24, fakeSnapshot(1, 3, 0))
	d.keys("j")
	d.snapshot(withRuns(2, waitingRun(9)))
	d.sees("Its client:", "u opens it") // a person is at work already
}

// TestRunsAreSelectedByIdentity: a run that ends or comes moves no selection.
func TestRunsAreSelectedByIdentity(t *testing.T) {
	lost := runAt("accounts", model.RunInterrupted, model.StepStop, 2, 40)
	d := newDriver(t, 80, 24, withRuns(1, waitingRun(9)))
	d.snapshot(withRuns(2, lost, runAt("nft-index", model.RunUnknown, model.StepStop, 1, 4), waitingRun(9)))
	d.keys("enter")
	d.sees("cutover of trades")
	d.keys("esc", "u", "up", "enter")
	d.sees("cutover of nft-index")
	d.keys("esc", "u")
	d.snapshot(fakeSnapshot(3, 3, 0))
	d.sees("no run is under way any more")
	d.keys("enter", "esc", "u")
	d.sees("u: no run is under way")
}

func TestAnswerInPlace(t *testing.T) {
	d := newDriver(t, 80, 24, withRuns(1, waitingRun(9)))
	d.keys("enter", "enter")
	d.seesWrapped(gapQuestion, "type the answer first: nothing was done", "tab to give the run up instead")
	d.keys("=1,204", "enter")
	did(t, d, `resume run-of-trades at 3.9 with "1,204"`)
	d.sees("goes on: this console drives it now")
	d.snapshot(withRuns(2, waitingRun(9))) // from before it was taken up
	d.sees("its next step is not to be seen yet")
	d.lacks("Your answer")
	d.keys("=1", "enter")
	did(t, d, d.operator.done[0])
	r := runAt("trades", model.RunRunning, model.StepDelete, 4, 12)
	d.snapshot(withRuns(3, r))
	d.seesWrapped("running for", "delete", "tab gives it up")
	d.lacks("driven by alice")
	d.keys("q")
	d.sees("Quit?")
	d.keys("esc")
	r = runAt("trades", model.RunWaiting, model.StepStart, 4, 14)
	r.Question = "start the client of trades at nyc, then answer yes"
	d.snapshot(withRuns(4, r))
	d.seesWrapped("start the client of trades at nyc, then answer yes", "Your answer", "giving up: no longer")
	d.keys("tab")
	d.seesWrapped("going back could run two clients")
}

func TestResumeNeedsTheTypedTarget(t *testing.T) {
	d := newDriver(t, 80, 24, withRuns(1, runAt("trades", model.RunInterrupted, model.StepCreate, 3, 9)))
	d.keys("enter", "=ams", "enter")
	d.seesWrapped(`"ams" is not the target, "nyc": nothing was done`)
	d.keys("ctrl+u")
	d.send(tea.PasteMsg{Content: "nyc\r"})
	d.sees("pasted text does not count")
	did(t, d)
	d.now = d.now.Add(pasteSilence)
	d.operator.runErr = errors.New("run run-of-trades of pipeline trades to nyc is driven by bob@bastion-1 (process 12)")
	d.keys("=nyc", "enter")
	did(t, d, `resume run-of-trades at 3.9 with ""`)
	d.seesWrapped("going on with the cutover of trades failed", "is driven by bob@bastion-1", "Type nyc and press enter")
	d.operator.runErr = nil
	d.keys("enter")
	d.sees("type nyc first") // the old letters are gone
}

// TestRunThatMovedOnIsAskedAnew: what was typed is for what was shown.
func TestRunThatMovedOnIsAskedAnew(t *testing.T) {
	d := newDriver(t, 80, 24, withRuns(1, waitingRun(9)))
	d.keys("enter", "=120")
	d.m.Update(snapshotMsg{withRuns(2, waitingRun(11))})
	d.sees("the run moved on since this was on the screen: look again")
	d.keys("=4", "enter") // typed before that was painted
	did(t, d)
	d.m.Update(armMsg{d.m.arming})
	d.keys("enter")
	d.sees("type the answer first")
	d.m.Update(snapshotMsg{withRuns(3, waitingRun(11))}) // nothing new: what was typed stays
	d.keys("=12")
	d.m.Update(snapshotMsg{withRuns(4, waitingRun(11))})
	d.keys("=04", "enter")
	did(t, d, `resume run-of-trades at 3.11 with "1204"`)

	// Another console took it: nothing is asked any more.
	d = newDriver(t, 80, 24, withRuns(1, waitingRun(9)))
	d.keys("enter", "=1204")
	d.snapshot(withRuns(2, runAt("trades", model.RunRunning, model.StepDelete, 4, 12)))
	d.seesWrapped("the run moved on", "driven by alice@bastion-2 (process 4711)", "not acted on")
	d.keys("enter", "a")
	d.seesWrapped("give it up there")
	did(t, d)
}

func TestRunConfirmationExpires(t *testing.T) {
	d := newDriver(t, 80, 24, withRuns(1, waitingRun(9)))
	d.keys("enter", "=1204")
	d.now = d.now.Add(61 * time.Second)
	d.m.Update(tickMsg{})
	d.sees("Expired", "r asks anew")
	d.keys("enter")
	did(t, d)
	d.keys("r", "enter")
	d.sees("type the answer first", "expires in 1m ")
}

func TestGiveUp(t *testing.T) {
	d := newDriver(t, 80, 24, withRuns(1, runAt("trades", model.RunInterrupted, model.StepStop, 3, 9)))
	d.keys("enter", "tab")
	d.seesWrapped("Give it up", "Type ams and press enter to put its client there back to work")
	d.keys("=nyc", "enter")
	d.seesWrapped(`"nyc" is not the source`)
	d.keys("esc")
	d.sees("Go on")
	d.keys("tab", "=ams", "enter")
	did(t, d, "abort run-of-trades at 3")
	d.sees("goes back: this console drives it now")

	// One that this console drives, while it goes on.
	d = newDriver(t, 80, 24, fakeSnapshot(1, 3, 0))
	d.keys("c", "=nyc", "enter")
	r := runAt("trades", model.RunRunning, model.StepStop, 1, 4)
	r.ID = "run-7"
	d.snapshot(withRuns(2, r))
	d.keys("a", "=am")
	again := r.Clone()
	again.Sequence = 5 // it goes on: that takes nothing away
	d.snapshot(withRuns(3, &again))
	d.keys("=s", "enter")
	did(t, d, "abort run-7 at 1")

	d.operator.done = nil
	late := runAt("trades", model.RunRunning, model.StepConfirm, 2, 30)
	late.ID = "run-7"
	d.snapshot(withRuns(4, late))
	d.seesWrapped("it cannot be given up: the client at nyc was told to start")
	d.keys("a", "=ams", "enter")
	did(t, d)
}

// TestFollowsAnotherConsole: live, read-only, to the end and beyond.
func TestFollowsAnotherConsole(t *testing.T) {
	d := newDriver(t, 80, 24, withRuns(1, runAt("trades", model.RunRunning, model.StepStop, 1, 4)))
	d.keys("u")
	d.seesWrapped("» stop", "driven by alice@bastion-2 (process 4711): here it can be watched, live, and not acted on")
	d.keys("=nyc", "enter")
	d.snapshot(withRuns(2, runAt("trades", model.RunRunning, model.StepCursor, 1, 8)))
	d.seesWrapped("» cursor")
	done := fakeRun(true)
	done.ID = "run-of-trades"
	d.snapshot(withRuns(3, done))
	d.sees("Result", "the run took")
	d.snapshot(fakeSnapshot(4, 3, 0))
	d.sees("Result", "its report, for the post-mortem")
	d.lacks("no longer to be seen")
	d.keys("q")
	if !d.quit {
		t.Error("leaving another's run was asked about")
	}
	did(t, d)
}
