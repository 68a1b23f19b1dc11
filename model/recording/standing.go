package recording

import (
	"cmp"
	"slices"
	"time"

	"github.com/fumtui/fumtui/model"
)

// Standing is what the rules were told beside evidence since that moment, found
// out from the journal of runs: where each pipeline was active, how its runs
// went on, and when it was last moved. active is where each is now; "" is home.
// Runs may come in any order. The records are in the order of time.
func Standing(pipelines []model.Pipeline, active map[string]string, runs []model.Run, since time.Time) []Record {
	var all []Record
	for _, p := range pipelines {
		s := standing{pipeline: p.Name, since: since}
		now := active[p.Name]
		if now == "" {
			now = p.Home
		}
		s.tell(now, runsOf(p.Name, runs))
		all = append(all, s.records...)
	}
	slices.SortStableFunc(all, func(a, b Record) int { return a.At.Compare(b.At) })
	return all
}

// runsOf are the runs of a pipeline, oldest first.
func runsOf(pipeline string, runs []model.Run) []*model.Run {
	var own []*model.Run
	for i := range runs {
		if runs[i].Pipeline == pipeline {
			own = append(own, &runs[i])
		}
	}
	slices.SortStableFunc(own, func(a, b *model.Run) int {
		return cmp.Or(a.StartedAt.Compare(b.StartedAt), cmp.Compare(a.ID, b.ID))
	})
	return own
}

// standing finds out what the rules were told of one pipeline.
type standing struct {
	pipeline string
	since    time.Time
	records  []Record
}

// add appends a record, no older than the one before.
func (s *standing) add(at time.Time, r Record) {
	if at.Before(s.since) {
		at = s.since
	}
	if n := len(s.records); n > 0 && at.Before(s.records[n-1].At) {
		at = s.records[n-1].At
	}
	r.At = at
	s.records = append(s.records, r)
}

// tell goes through the runs of the pipeline, oldest first.
func (s *standing) tell(now string, runs []*model.Run) {
	var moved time.Time
	first := len(runs)
	for i, run := range runs {
		if run.EndedAt == nil || !run.EndedAt.Before(s.since) {
			first = i
			break
		}
		if run.State == model.RunDone {
			moved = *run.EndedAt
		}
	}
	at := now
	for _, run := range runs[first:] {
		if run.State == model.RunDone {
			at = run.From // the first one that moved it took it from there
			break
		}
	}
	s.add(s.since, Record{Active: &Active{s.pipeline, at}})
	if !moved.IsZero() {
		s.add(s.since, Record{Moved: &Moved{s.pipeline, moved}})
	}
	for _, run := range runs[first:] {
		s.tellRun(run)
	}
}

// tellRun goes through the steps of a run and its end.
func (s *standing) tellRun(run *model.Run) {
	say := func(at time.Time, state model.RunState, step model.StepName) {
		s.add(at, Record{Run: &Run{
			Pipeline: s.pipeline, ID: run.ID, Kind: run.Kind, From: run.From, To: run.To, State: state, Step: step,
		}})
	}
	say(run.StartedAt, model.RunRunning, model.StepLease)
	latest := run.StartedAt
	for _, step := range run.Steps {
		if step.StartedAt == nil {
			continue
		}
		say(*step.StartedAt, model.RunRunning, step.Name)
		latest = *step.StartedAt
		if step.EndedAt != nil {
			latest = *step.EndedAt
		}
	}
	switch {
	case run.EndedAt == nil:
		say(latest, run.State, run.CurrentStep())
	case run.State == model.RunDone:
		s.add(*run.EndedAt, Record{Active: &Active{s.pipeline, run.To}})
		say(*run.EndedAt, run.State, run.CurrentStep())
		s.add(*run.EndedAt, Record{Moved: &Moved{s.pipeline, *run.EndedAt}})
	default:
		say(*run.EndedAt, run.State, run.CurrentStep())
	}
}
