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
// resumed or aborted), [RefusedError], [PlanMovedError], [MovedError]. A plan
// that asks is begun: the run stands at its question then, with nothing touched.
//
// Where another console may be driving the pipeline it first waits for as long
// as it takes to know, a lease's term at most: see [WithWaiting]. The caller
// drives the run by [Drive.Run], soon: the lease runs from now.
func (e *Engine) Begin(ctx context.Context, shown model.Plan) (*Drive, error) {
	const tries = 3
	for try := 1; ; try++ {
		d, err := e.tryBegin(ctx, shown)
		var ended *EndedError // the run that was in the way: there is a new situation
		if err == nil || try == tries || !errors.As(err, &ended) {
			return d, err
		}
	}
}

// tryBegin begins, or fails with [EndedError] where the run that it waited for
// ended meanwhile.
func (e *Engine) tryBegin(ctx context.Context, shown model.Plan) (*Drive, error) {
	if err := e.busy(ctx, shown.Request.Pipeline); err != nil {
		return nil, err
	}
	plan, f, err := e.plan(ctx, shown.Request, shown.Mode)
	if err != nil {
		return nil, err
	}
	if plan.NoOp != "" {
		return nil, &NoOpError{Plan: plan}
	}
	if err := e.busy(ctx, shown.Request.Pipeline); err != nil {
		return nil, err // it began while we looked
	}
	if what := moved(&shown, &plan); len(what) > 0 {
		return nil, &PlanMovedError{What: what, Now: plan}
	}
	if plan.Worst() == model.CheckRefuse {
		return nil, &RefusedError{Plan: plan}
	}
	run := e.newRun(&plan, f)
	asked := e.elapsed()
	lease, err := e.ledgerBegin(ctx, run)
	if err != nil {
		return nil, err
	}
	run.Epoch = lease.Epoch
	d := e.newDrive(ctx, run, lease, asked)
	d.checked, d.facts = &plan, f
	return d, nil
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
	if grown(shown, now) {
		what = append(what, fmt.Sprintf("the gap was %s and is %s", model.Units(shown.GapSlots, "slot"), model.Count(now.GapSlots)))
	}
	return what
}

// grown reports whether a gap grew beyond what was shown. One that was shown, or
// that grows with the chain, and that nobody approved the run asks for by its
// number.
func grown(shown, now *model.Plan) bool {
	asked := now.Worst() == model.CheckAsk && (shown.GapSlots > 0 || now.Request.Latest)
	return now.GapSlots > shown.GapSlots && !asked && !approves(now.Request.ApproveGap, now.GapSlots)
}

// newRun is the first journal of a plan: its lease step done, all else ahead.
func (e *Engine) newRun(plan *model.Plan, f *facts) model.Run {
	now := e.now()
	run := model.Run{
		ID: e.world.NewID(), Pipeline: plan.Request.Pipeline, Subscriber: plan.Subscriber,
		Kind: plan.Kind, Mode: plan.Mode, From: plan.From, To: plan.To, State: model.RunRunning,
		RequestedBy: plan.Request.RequestedBy, Reason: plan.Request.Reason, Forced: plan.Request.Force,
		Origin: plan.Request.Origin, Evacuation: plan.Request.Evacuation,
		FromSlot: plan.Request.FromSlot, Latest: plan.Request.Latest,
		Evidence: evidence(f), DetectedAt: detected(f),
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
