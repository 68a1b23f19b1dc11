package failover

import (
	"context"
	"fmt"

	"github.com/fumtui/fumtui/model"
)

// tolerance is by how many slots a cluster's newest slot, and a client's first
// slot, may differ from what they should be: slots are skipped, and what a
// cluster calls newest may trail.
const tolerance = 32

// Plan finds out what a run would do, and whether it may, without changing
// anything. Only where a cluster is a [DataProver] does it make a subscriber of
// fumtui's own there, and removes it; and what a cursor source says is kept in
// the ledger. An error means that no plan could be made: a [UsageError], or a
// ledger that cannot be read. What speaks against the run is in the plan's
// checks.
func (e *Engine) Plan(ctx context.Context, req model.Request) (model.Plan, error) {
	plan, _, err := e.plan(ctx, req, req.Mode)
	return plan, err
}

// plan makes a plan, and gives the facts that it rests on; they are nil where
// there is nothing to do.
func (e *Engine) plan(ctx context.Context, req model.Request, mode model.Mode) (model.Plan, *facts, error) {
	p, from, err := e.route(ctx, req)
	if err != nil {
		return model.Plan{}, nil, err
	}
	home, err := e.homeOf(ctx, p)
	if err != nil {
		return model.Plan{}, nil, err
	}
	if from == req.To && !req.Recreate {
		plan, err := e.noOp(ctx, req, p, home)
		return plan, nil, err
	}
	f := e.gather(ctx, req, p, from, home, mode)
	if err := ctx.Err(); err != nil {
		return model.Plan{}, nil, err
	}
	return e.draw(f), f, nil
}

// noOp is the plan of a run to where the pipeline is already.
func (e *Engine) noOp(ctx context.Context, req model.Request, p model.Pipeline, home string) (model.Plan, error) {
	plan := model.Plan{
		Request: req, Kind: kindOf(req, home), Mode: req.Mode, From: req.To, To: req.To,
		Subscriber: p.Subscriber, Guarantee: p.Guarantee, MadeAt: e.now(),
		NoOp: fmt.Sprintf("pipeline %s is active on %s already", p.Name, req.To),
	}
	busy, err := e.unendedRun(ctx, p.Name)
	if err != nil {
		return plan, fmt.Errorf("read the runs of pipeline %s: %w", p.Name, err)
	}
	if busy != nil { // it is on its way elsewhere: that must end first
		return plan, e.busyWith(ctx, *busy)
	}
	return plan, nil
}

// kindOf tells a failback from a cutover.
func kindOf(req model.Request, home string) model.RunKind {
	switch {
	case req.Recreate:
		return model.Recreate
	case req.To == home:
		return model.Failback
	}
	return model.Cutover
}

// answers reports whether a cluster answers at all, be it to turn us away.
func answers(err error) bool {
	class := model.ClassOf(err)
	return err == nil || class.RefusesUs() || class == model.ClassNotFound
}

// draw makes the plan from the facts.
func (e *Engine) draw(f *facts) model.Plan {
	plan := model.Plan{
		Request: f.request, Kind: kindOf(f.request, f.home), Mode: f.request.Mode,
		From: f.from, To: f.to, Subscriber: f.pipeline.Subscriber,
		Guarantee: f.pipeline.Guarantee, MadeAt: f.now,
	}
	if plan.Mode == "" {
		plan.Mode = model.Reactive
		if plan.Kind != model.Recreate && answers(f.sourceErr) {
			plan.Mode = model.Planned
		}
	}
	e.placePlan(&plan, f)
	plan.Actions = actions(&plan, f)
	plan.Checks = e.checks(&plan, f)
	return plan
}

// placePlan fills in where the run would resume.
func (e *Engine) placePlan(plan *model.Plan, f *facts) {
	if c := f.cursor.cursor; c != nil {
		plan.Cursor, plan.CursorAge = f.cursor.slot(), f.now.Sub(c.UpdatedAt)
	}
	if f.cursorErr != nil {
		return
	}
	pos, ok := f.wish().place(f.window, f.windowErr == nil)
	if !ok {
		return
	}
	plan.ResumeSlot, plan.GapSlots, plan.DuplicateSlots = &pos.resume, pos.gap, pos.duplicates
	if f.windowErr == nil {
		replay := model.SlotsBetween(pos.resume, f.window.Max+1)
		plan.ReplaySlots = &replay
	}
}
