package main

import (
	"context"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// liveOperator acts for the screen on the console in force, or, where it is about
// a run that is driven here, on the one that drives it.
type liveOperator struct{ *live }

// Plan implements ui.Operator.
func (o liveOperator) Plan(ctx context.Context, req model.Request) (model.Plan, error) {
	t, letGo := o.use()
	defer letGo()
	return t.op.Plan(ctx, req)
}

// Execute implements ui.Operator.
func (o liveOperator) Execute(ctx context.Context, plan model.Plan) (string, error) {
	t, letGo := o.use()
	defer letGo()
	if err := t.notSince(plan.MadeAt); err != nil {
		return "", err
	}
	return t.op.Execute(ctx, plan)
}

// Resume implements ui.Operator.
func (o liveOperator) Resume(ctx context.Context, shown model.Run, answer string) error {
	t, letGo := o.driving(shown.ID)
	defer letGo()
	return t.op.Resume(ctx, shown, answer)
}

// Abort implements ui.Operator.
func (o liveOperator) Abort(ctx context.Context, shown model.Run) error {
	t, letGo := o.driving(shown.ID)
	defer letGo()
	return t.op.Abort(ctx, shown)
}

// PlanEvacuation implements ui.Operator.
func (o liveOperator) PlanEvacuation(ctx context.Context, ev failover.Evacuation) (failover.EvacuationPlan, error) {
	t, letGo := o.use()
	defer letGo()
	return t.op.PlanEvacuation(ctx, ev)
}

// Evacuate implements ui.Operator.
func (o liveOperator) Evacuate(ctx context.Context, plan failover.EvacuationPlan, observe failover.EvacuationObserver, over func()) error {
	t, letGo := o.use()
	defer letGo()
	for _, item := range plan.Pipelines {
		if item.Plan == nil {
			continue
		}
		if err := t.notSince(item.Plan.MadeAt); err != nil {
			return err
		}
	}
	return t.op.Evacuate(ctx, plan, observe, over)
}

// SetHome implements ui.Operator.
func (o liveOperator) SetHome(ctx context.Context, pipeline, cluster string) error {
	t, letGo := o.use()
	defer letGo()
	return t.op.SetHome(ctx, pipeline, cluster)
}

// holds keeps the operator's console from being closed while it drives a run, until
// its group is told; false where it does not drive it.
func (o *operator) holds(run string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.under[run] == nil {
		return false
	}
	o.wg.Add(1)
	return true
}
