package failover

import (
	"context"
	"errors"
	"fmt"

	"github.com/fumtui/fumtui/model"
)

// Begin takes the pipeline's lease and writes the run of a plan that a person
// saw and confirmed. It looks at the world once more, and begins nothing when
// that moved. Its errors, all without any change made: [NoOpError],
// [HeldError] (another driver is at work), [BusyError] (a run waits to be
// resumed or aborted), [RefusedError], [QuestionError], [PlanMovedError],
// [MovedError].
//
// The caller drives the run by [Drive.Run], soon: the lease runs from now.
func (e *Engine) Begin(ctx context.Context, shown model.Plan) (*Drive, error) {
	plan, err := e.Plan(ctx, shown.Request)
	if err != nil {
		return nil, err
	}
	if plan.NoOp != "" {
		return nil, &NoOpError{Plan: plan}
	}
	if err := e.busy(ctx, shown.Request.Pipeline); err != nil {
		return nil, err
	}
	if what := moved(&shown, &plan); len(what) > 0 {
		return nil, &PlanMovedError{What: what, Now: plan}
	}
	switch plan.Worst() {
	case model.CheckRefuse:
		return nil, &RefusedError{Plan: plan}
	case model.CheckAsk:
		return nil, &QuestionError{Plan: plan}
	}
	run := e.newRun(&plan)
	asked := e.elapsed()
	lease, err := e.ledgerBegin(ctx, run)
	if err != nil {
		return nil, err
	}
	run.Epoch = lease.Epoch
	d := e.newDrive(ctx, run, lease, asked)
	d.checked = &plan
	return d, nil
}

// busy fails while a run of the pipeline has not ended.
func (e *Engine) busy(ctx context.Context, pipeline string) error {
	run, err := e.unendedRun(ctx, pipeline)
	if err != nil {
		return fmt.Errorf("read the runs of pipeline %s: %w", pipeline, err)
	}
	if run == nil {
		return nil
	}
	return e.busyWith(ctx, *run)
}

// busyWith tells a run that is being driven from one that waits for somebody.
func (e *Engine) busyWith(ctx context.Context, run model.Run) error {
	lease, err := e.driven(ctx, run)
	if err != nil {
		return err
	}
	if lease != nil {
		return &HeldError{Run: run, Lease: *lease}
	}
	return &BusyError{Run: run}
}

// moved names the material facts in which the world left the plan behind. The
// cursor of a source that lives goes forward; that is no move, and nor is a gap
// that grew within what was approved.
func moved(shown, now *model.Plan) []string {
	var what []string
	differ := func(name string, was, is any) {
		if was != is {
			what = append(what, fmt.Sprintf("%s was %v and is %v", name, was, is))
		}
	}
	differ("the active cluster", shown.From, now.From)
	differ("the target", shown.To, now.To)
	differ("the mode", shown.Mode, now.Mode)
	differ("the kind", shown.Kind, now.Kind)
	switch {
	case shown.Cursor == nil && now.Cursor == nil:
	case shown.Cursor == nil:
		what = append(what, fmt.Sprintf("there was no cursor, and now it is %d", *now.Cursor))
	case now.Cursor == nil:
		what = append(what, fmt.Sprintf("the cursor was %d, and now there is none", *shown.Cursor))
	case *now.Cursor < *shown.Cursor:
		what = append(what, fmt.Sprintf("the cursor went back from %d to %d", *shown.Cursor, *now.Cursor))
	}
	if now.GapSlots > shown.GapSlots && !approves(&now.Request, now.GapSlots) {
		what = append(what, fmt.Sprintf("the gap was %s slots and is %s", model.Count(shown.GapSlots), model.Count(now.GapSlots)))
	}
	return what
}

// newRun is the first journal of a plan: its lease step done, all else ahead.
func (e *Engine) newRun(plan *model.Plan) model.Run {
	now := e.now()
	run := model.Run{
		ID: e.world.NewID(), Pipeline: plan.Request.Pipeline, Subscriber: plan.Subscriber,
		Kind: plan.Kind, Mode: plan.Mode, From: plan.From, To: plan.To, State: model.RunRunning,
		RequestedBy: plan.Request.RequestedBy, Reason: plan.Request.Reason, Forced: plan.Request.Force,
		StartedAt: now, Holder: e.world.Holder(),
	}
	if n := plan.Request.ApproveGap; n != nil {
		approved := *n
		run.ApprovedGap = &approved
	}
	for _, name := range model.Steps() {
		run.Steps = append(run.Steps, model.Step{Name: name, State: model.StepPending})
	}
	first := &run.Steps[0]
	first.State, first.StartedAt, first.EndedAt = model.StepDone, &now, &now
	first.Detail = "held by " + who(run.Holder)
	return run
}

// ledgerBegin begins in the ledger. Where the answer was lost it looks whether
// the run is there.
func (e *Engine) ledgerBegin(ctx context.Context, run model.Run) (Lease, error) {
	lease, err := e.ledger.Begin(ctx, run, e.settings.Lease)
	var busy *BusyError
	var gone *MovedError
	switch {
	case err == nil:
		return lease, nil
	case errors.As(err, &busy):
		return Lease{}, e.busyWith(ctx, busy.Run)
	case errors.As(err, &gone):
		return Lease{}, err
	}
	seen, lookErr := e.ledger.LeaseOf(ctx, run.Pipeline)
	if lookErr == nil && seen != nil && seen.RunID == run.ID {
		return *seen, nil
	}
	return Lease{}, fmt.Errorf("begin run %s of pipeline %s: %w", run.ID, run.Pipeline, err)
}
