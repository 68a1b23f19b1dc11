package ui

import (
	"errors"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// fails ends a run at a step.
func fails(r *model.Run, state model.RunState, name model.StepName, why string) {
	r.State, r.EndedAt = state, ptr(noon)
	past := false
	for i := range r.Steps {
		st := &r.Steps[i]
		switch {
		case past:
			*st = model.Step{Name: st.Name, State: model.StepPending}
		case st.Name == name:
			st.State, st.EndedAt, st.Detail, st.Error, past = model.StepFailed, ptr(noon), "", why, true
		}
	}
}

// followed is a run that this console began, as it is later.
func followed(change func(r *model.Run)) func(*driver) {
	return func(d *driver) {
		s := fakeSnapshot(2, 2, 0)
		r := fakeRun(false)
		change(r)
		s.Pipelines[0].Run, s.Pipelines[0].Verdict = r, model.PipelineMoving
		if r.State.Ended() {
			s.Pipelines[0].Verdict = model.PipelineStreaming
		}
		if r.State == model.RunDone {
			s.Pipelines[0].Active = "nyc"
		}
		d.snapshot(s)
	}
}

// asks is a run that waits with a question at a step.
func asks(name model.StepName, question string) model.Snapshot {
	r := runAt("trades", model.RunWaiting, name, 3, 9)
	r.Question = question
	return withRuns(1, r)
}

// goingBack is a run that was given up.
func goingBack(state model.RunState) *model.Run {
	r := runAt("trades", state, model.StepVerifyStop, 3, 9)
	for i := range r.Steps {
		if st := &r.Steps[i]; st.Name == model.StepVerifyStop {
			st.State, st.Error = model.StepFailed, "the client at ams still commits 10s after its drain: its log says why"
		}
	}
	r.Steps = append(r.Steps, model.Step{Name: model.StepRevert, State: model.StepDone, StartedAt: ptr(noon.Add(-3 * time.Second)), EndedAt: ptr(noon.Add(-time.Second)), Detail: "the client at ams is stopped"},
		model.Step{Name: model.StepRestart, State: model.StepRunning, StartedAt: ptr(noon.Add(-time.Second)), Detail: "starting the client at ams"})
	return r
}

// ofKind is a run of another kind, driven by somebody.
func ofKind(kind model.RunKind, from, to string) *model.Run {
	r := runAt("trades", model.RunRunning, model.StepCreate, 3, 9)
	r.Kind, r.From, r.To = kind, from, to
	return r
}

// runStates are runs on their way and at their end.
func runStates() []state {
	out := []state{
		{name: "run_begun", snap: fakeSnapshot(1, 2, 0), keys: begunHere},
		{name: "run_gap_question", snap: withRuns(1, waitingRun(9)), keys: []string{"enter", "=120"}},
		{name: "run_stop_question", snap: asks(model.StepVerifyStop, "nothing proves that the client of trades at ams is stopped: its metrics time out. Stop it by hand, look, then answer stopped"), keys: []string{"enter"}},
		{name: "run_cursor_question", snap: asks(model.StepCursor, "the client says its cursor is 312363655, the store says 312363640. Which is true? Answer with a slot; the lower one loses nothing"), keys: []string{"enter"}},
		{name: "run_start_question", snap: asks(model.StepStart, "start the client of trades at nyc, then answer yes"), keys: []string{"enter"}},
		{name: "run_long_question", snap: asks(model.StepPosition, strings.Repeat(gapQuestion+". ", 9)), keys: []string{"enter"}},
		{name: "run_no_answer_given", snap: withRuns(1, waitingRun(9)), keys: []string{"enter", "enter"}},
		{name: "run_answered", snap: withRuns(1, waitingRun(9)), keys: []string{"enter", "=1204"}, then: func(d *driver) { d.m.Update(keyPress("enter")) }},
		{name: "run_expired", snap: withRuns(1, waitingRun(9)), keys: []string{"enter"}, then: later(2 * time.Minute)},
		{name: "run_moved_on", snap: withRuns(1, waitingRun(9)), keys: []string{"enter", "=120"}, then: func(d *driver) { d.snapshot(withRuns(2, waitingRun(11))) }},
		{name: "run_ascii", snap: withRuns(1, waitingRun(9)), with: ascii, keys: []string{"enter"}},
		{name: "run_interrupted", snap: withRuns(1, runAt("trades", model.RunInterrupted, model.StepCreate, 3, 9)), keys: []string{"enter"}},
		{name: "run_unknown", snap: withRuns(1, runAt("trades", model.RunUnknown, model.StepStop, 3, 9)), keys: []string{"enter"}},
		{name: "run_not_taken_up", snap: withRuns(1, runAt("trades", model.RunInterrupted, model.StepCreate, 3, 9)), with: func(d *driver) {
			d.operator.runErr = errors.New("run run-of-trades of pipeline trades to nyc is driven by bob@bastion-1 (process 12)")
		}, keys: []string{"enter", "=nyc", "enter"}},
		{name: "run_giving_up", snap: withRuns(1, runAt("trades", model.RunUnknown, model.StepStop, 3, 9)), keys: []string{"enter", "tab"}},
		{name: "run_followed", snap: withRuns(1, runAt("trades", model.RunRunning, model.StepStop, 3, 9)), keys: []string{"u"}},
		{name: "run_taken_up", snap: withRuns(1, takenUp(runAt("trades", model.RunRunning, model.StepStop, 3, 9))), keys: []string{"u"}},
		{name: "run_read_only", snap: withRuns(1, waitingRun(9)), with: func(d *driver) { d.m.opts.ReadOnly = true }, keys: []string{"u", "enter"}},
		{name: "run_going_back", snap: withRuns(1, goingBack(model.RunRunning)), keys: []string{"u"}},
		{name: "run_interrupted_going_back", snap: withRuns(1, goingBack(model.RunInterrupted)), keys: []string{"enter"}},
		{name: "run_failback", snap: withRuns(1, ofKind(model.Failback, "nyc", "ams")), keys: []string{"u"}},
		{name: "run_recreate", snap: withRuns(1, ofKind(model.Recreate, "ams", "ams")), keys: []string{"u"}},
		{name: "run_gone", snap: withRuns(1, waitingRun(9)), keys: []string{"enter"}, then: func(d *driver) { d.snapshot(fakeSnapshot(2, 2, 0)) }},
		{name: "result_done", snap: fakeSnapshot(1, 2, 0), keys: begunHere, then: followed(func(r *model.Run) { *r = *fakeRun(true) })},
		{name: "result_measured", snap: fakeSnapshot(1, 2, 0), keys: begunHere, then: followed(func(r *model.Run) { *r = *measuredRun() })},
		{name: "result_failed", snap: fakeSnapshot(1, 2, 0), keys: begunHere, then: followed(func(r *model.Run) {
			fails(r, model.RunFailed, model.StepConfirm, "no commit in 5m00s: look at the client's log at nyc")
			r.Note = "the client at nyc runs: plan a failback when it is needed"
		})},
		{name: "result_aborted", snap: fakeSnapshot(1, 2, 0), keys: begunHere, then: followed(func(r *model.Run) {
			*r = *goingBack(model.RunAborted)
			r.ID, r.EndedAt = "run-7", ptr(noon)
			last := &r.Steps[len(r.Steps)-1]
			last.State, last.EndedAt, last.Detail = model.StepDone, ptr(noon), "the client at ams commits again"
		})},
		{name: "runs", snap: threeRuns()},
		{name: "runs_of_an_evacuation", snap: firstOf(elsewhere(1, model.RunInterrupted, model.RunInterrupted)), with: func(d *driver) { withPast(d) }},
		{name: "quit_question", snap: fakeSnapshot(1, 2, 0), keys: append(begunHere[:len(begunHere):len(begunHere)], "q")},
	}
	for _, name := range model.Steps() {
		out = append(out, state{name: "run_at_" + string(name), snap: fakeSnapshot(1, 2, 0), keys: begunHere, then: followed(func(r *model.Run) {
			*r = *runAt("trades", model.RunRunning, name, 1, 4)
			r.ID = "run-7"
		})})
	}
	return out
}

// begunHere are the keys of a cutover.
var begunHere = []string{"c", "=nyc", "enter"}

// pastStates are what has been: runs, reports, events.
func pastStates() []state {
	calm := fakeSnapshot(1, 3, 10*time.Minute)
	past := func(d *driver) { withPast(d) }
	empty := func(d *driver) { *withPast(d) = fakeHistorian{} }
	ends := func(d *driver) { withPast(d).err = errors.New("the database is locked") }
	return []state{
		{name: "history", snap: calm, with: past, keys: []string{"U", "down", "down", "down"}},
		{name: "history_empty", snap: calm, with: empty, keys: []string{"U"}},
		{name: "history_filtered", snap: calm, with: past, keys: []string{"U", "/", "=failed", "enter"}},
		{name: "history_filtered_to_none", snap: calm, with: past, keys: []string{"U", "/", "=zzz"}},
		{name: "history_unread", snap: calm, with: ends, keys: []string{"U"}},
		{name: "history_run", snap: calm, with: past, keys: []string{"U", "down", "enter"}},
		{name: "report", snap: calm, with: past, keys: []string{"U", "m"}},
		{name: "report_not_made", snap: calm, with: past, keys: []string{"U"}, then: func(d *driver) {
			d.m.opts.Historian = &fakeHistorian{err: errors.New("the database is locked")}
			d.keys("m")
		}},
		{name: "events", snap: calm, with: past, keys: []string{"e"}, then: func(d *driver) {
			s := outage(2, 3)
			s.Time = noon.Add(2 * time.Second)
			d.arrive(s)
			d.keys("down")
		}},
		{name: "events_of_then", snap: calm, with: past, keys: []string{"e", "end", "enter"}},
		{name: "events_empty", snap: calm, with: empty, keys: []string{"e"}},
		{name: "events_then", snap: calm, with: func(d *driver) {
			withPast(d).then = func(at time.Time) (model.Explanation, error) {
				c := outage(1, 1).Clusters[0]
				c.Since = at
				return model.Explanation{Time: at, Cluster: &c, Facts: []model.Fact{{ID: "E1", At: at.Add(-time.Second), Says: "48 of 48 calls failed"}}}, nil
			}
		}, keys: []string{"e", "end", "enter"}},
		{name: "events_then_unknown", snap: calm, with: past, keys: []string{"e", "end", "enter"}},
		{name: "events_filtered", snap: calm, with: past, keys: []string{"e", "/", "=home"}},
		{name: "config", snap: calm, with: past, keys: []string{"i"}},
	}
}
