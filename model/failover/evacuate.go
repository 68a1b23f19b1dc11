package failover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/crash"
)

// Evacuation asks to move all pipelines of a cluster to another one.
type Evacuation struct {
	From, To    string
	Only        []string // of its pipelines, by name; nil: all
	Degree      int      // how many pipelines are planned or moved at once; below 1 is 1
	Mode        model.Mode
	ApproveGap  *uint64 // slots that each pipeline may skip, at most
	Reason      string
	RequestedBy string
	Origin      string
}

// EvacuationPlan is what an evacuation would do. Each of its pipelines has a
// lease, a run and a journal of its own; there is nothing else to be resumed.
type EvacuationPlan struct {
	Evacuation
	ID        string // that its runs share; that of runs which are still to be resumed
	Pipelines []EvacuationItem
}

// EvacuationItem is one pipeline of an evacuation. Exactly one of Plan, Run,
// Held and Err is there.
type EvacuationItem struct {
	Pipeline string
	Plan     *model.Plan // its run is to begin
	Run      *model.Run  // a run of this evacuation that nobody drives: to be resumed
	Answer   string      // to the question at which Run waits; "": it asks nothing
	Held     error       // it is under a run that is not ours to go on with: [HeldError] or [BusyError]
	Err      error       // there is no plan; [LeftError]: it is not there any more, and consumes nowhere
}

// Resumes reports whether an earlier evacuation is gone on with.
func (p *EvacuationPlan) Resumes() bool {
	return slices.ContainsFunc(p.Pipelines, func(i EvacuationItem) bool { return i.Run != nil })
}

// EvacuationResult is what became of one pipeline of an evacuation.
type EvacuationResult struct {
	Pipeline string
	Begun    bool      // a run of it was begun or resumed by us
	Run      model.Run // as it was left; where it was not begun, without an id
	Err      error     // why it was not begun, or [Drive.Run]'s
}

// PlanEvacuation looks at all pipelines that are active on a cluster, and at the
// runs that empty it already, changing nothing.
func (e *Engine) PlanEvacuation(ctx context.Context, ev Evacuation) (EvacuationPlan, error) {
	plan := EvacuationPlan{Evacuation: ev}
	if ev.From == ev.To {
		return plan, &UsageError{Text: fmt.Sprintf("cluster %s cannot be emptied into itself", ev.From)}
	}
	unended, err := e.ledger.Runs(ctx, "", true, 0)
	if err != nil {
		return plan, fmt.Errorf("read the runs that have not ended: %w", err)
	}
	under := map[string]*model.Run{}
	for i := range unended { // newest first
		run := &unended[i]
		under[run.Pipeline] = run
		if plan.ID == "" && ev.resumes(run) {
			plan.ID = run.Evacuation
		}
	}
	if plan.ID == "" {
		plan.ID = e.world.NewID()
	}
	left, err := e.left(ctx, ev, under)
	if err != nil {
		return plan, err
	}
	names, err := e.evacuees(ctx, ev, under, left)
	if err != nil {
		return plan, err
	}
	plan.Pipelines = make([]EvacuationItem, len(names))
	side(len(names), ev.Degree, func(i int) {
		defer crash.Catch(ctx)
		if run := left[names[i]]; run != nil {
			plan.Pipelines[i] = EvacuationItem{Pipeline: names[i], Err: &LeftError{Run: *run}}
			return
		}
		plan.Pipelines[i] = e.planEvacuee(ctx, &plan, names[i], under[names[i]])
	})
	return plan, ctx.Err()
}

// resumes reports whether a run is of an earlier evacuation of the same cluster
// to the same target.
func (ev *Evacuation) resumes(run *model.Run) bool {
	return run.Evacuation != "" && run.From == ev.From && run.To == ev.To
}

// evacuees are the pipelines to be moved, by name: those that are active on the
// cluster, those with a run away from it, and those whose run left it and failed.
func (e *Engine) evacuees(ctx context.Context, ev Evacuation, under, left map[string]*model.Run) ([]string, error) {
	var names []string
	known, target := false, false
	for name, p := range e.pipelines {
		known = known || slices.Contains(p.Clusters, ev.From)
		target = target || slices.Contains(p.Clusters, ev.To)
		active, err := e.ledger.Active(ctx, name)
		if err != nil {
			return nil, fmt.Errorf("read the active cluster of pipeline %s: %w", name, err)
		}
		if active == "" {
			active = p.Home
		}
		if ev.Only != nil && !slices.Contains(ev.Only, name) {
			continue
		}
		if run := under[name]; active == ev.From || left[name] != nil || (run != nil && ev.resumes(run)) {
			names = append(names, name)
		}
	}
	for cluster, ok := range map[string]bool{ev.From: known, ev.To: target} {
		if !ok {
			return nil, &UsageError{Text: fmt.Sprintf("no pipeline of the configuration has a client at %q", cluster)}
		}
	}
	slices.Sort(names)
	return names, nil
}

// planEvacuee plans for one pipeline; run is its unended run, or nil.
func (e *Engine) planEvacuee(ctx context.Context, plan *EvacuationPlan, name string, run *model.Run) EvacuationItem {
	item := EvacuationItem{Pipeline: name}
	if run != nil {
		var busy *BusyError
		var over *EndedError
		switch err := e.busyWith(ctx, *run); {
		case errors.As(err, &over): // meanwhile: it is planned for as any other
		case errors.As(err, &busy) && plan.resumes(run) && busy.Run.State != model.RunWaiting:
			item.Run = &busy.Run
			return item
		case errors.As(err, &busy) && plan.resumes(run) && plan.approves(&busy.Run) != "":
			item.Run, item.Answer = &busy.Run, plan.approves(&busy.Run)
			return item
		case isBusy(err), isHeld(err):
			item.Held = err
			return item
		default:
			item.Err = err
			return item
		}
	}
	p, err := e.Plan(ctx, plan.request(name))
	if err != nil {
		item.Err = err
		return item
	}
	item.Plan = &p
	return item
}

// request asks for the run of one pipeline.
func (p *EvacuationPlan) request(pipeline string) model.Request {
	return model.Request{
		Pipeline: pipeline, To: p.To, Mode: p.Mode, ApproveGap: p.ApproveGap, Reason: p.Reason,
		RequestedBy: p.RequestedBy, Origin: p.Origin, Evacuation: p.ID,
	}
}

// EvacuationObserver is told how an evacuation goes on, from many goroutines,
// and must not block. Nil functions are passed over.
type EvacuationObserver struct {
	Begun func(pipeline, run string, resumed bool)
	Ended func(EvacuationResult)
	// Drive drives a run to where it ends or stops, as [Drive.Run] does, which
	// takes its place where it is nil. It is what blocks.
	Drive func(ctx context.Context, drive *Drive) (model.Run, error)
}

// Evacuate begins or resumes the runs of a plan that a person saw and confirmed,
// side by side, at most Degree at once. One that fails does not keep the others
// from going on. When ctx is done no other begins, and those under way leave at
// their next durable point. The results are in the order of the plan.
func (e *Engine) Evacuate(ctx context.Context, plan EvacuationPlan, observe EvacuationObserver) []EvacuationResult {
	results := make([]EvacuationResult, len(plan.Pipelines))
	side(len(results), plan.Degree, func(i int) {
		defer crash.Catch(ctx)
		results[i] = e.evacuateOne(ctx, &plan.Pipelines[i], observe)
		if observe.Ended != nil {
			observe.Ended(results[i])
		}
	})
	return results
}

// evacuateOne moves one pipeline as far as it goes.
func (e *Engine) evacuateOne(ctx context.Context, item *EvacuationItem, observe EvacuationObserver) EvacuationResult {
	result := EvacuationResult{Pipeline: item.Pipeline}
	drive, err := e.takeEvacuee(ctx, item)
	if err != nil {
		result.Err = err
		return result
	}
	result.Begun = true
	if observe.Begun != nil {
		observe.Begun(item.Pipeline, drive.ID(), item.Run != nil)
	}
	if observe.Drive != nil {
		result.Run, result.Err = observe.Drive(ctx, drive)
	} else {
		result.Run, result.Err = drive.Run(ctx)
	}
	return result
}

// takeEvacuee begins or resumes the run of one pipeline.
func (e *Engine) takeEvacuee(ctx context.Context, item *EvacuationItem) (*Drive, error) {
	if ctx.Err() != nil {
		return nil, &NotBegunError{Pipeline: item.Pipeline, Err: context.Cause(ctx)}
	}
	var drive *Drive
	var err error
	switch {
	case item.Err != nil:
		return nil, item.Err
	case item.Held != nil:
		return nil, item.Held
	case item.Run != nil:
		drive, err = e.Resume(ctx, item.Run.ID, item.Answer)
	case item.Plan.NoOp != "":
		return nil, &NoOpError{Plan: *item.Plan}
	default:
		drive, err = e.Begin(ctx, *item.Plan)
	}
	if err != nil && ctx.Err() != nil && !isBusy(err) && !isHeld(err) {
		return nil, &NotBegunError{Pipeline: item.Pipeline, Err: err}
	}
	return drive, err
}

// side does n things side by side, in order, at most degree of them at once, and
// waits for all.
func side(n, degree int, do func(i int)) {
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(max(degree, 1), n) {
		workers.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	workers.Wait()
}
