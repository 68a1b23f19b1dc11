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
// fumtui's own there, and removes it. An error means that no plan could be made: a [UsageError], or a
// ledger that cannot be read. What speaks against the run is in the plan's
// checks.
func (e *Engine) Plan(ctx context.Context, req model.Request) (model.Plan, error) {
	p, from, err := e.route(ctx, req)
	if err != nil {
		return model.Plan{}, err
	}
	if from == req.To {
		return e.noOp(ctx, req, p)
	}
	f := e.gather(ctx, req, p, from)
	if err := ctx.Err(); err != nil {
		return model.Plan{}, err
	}
	return e.draw(f), nil
}

// noOp is the plan of a run to where the pipeline is already.
func (e *Engine) noOp(ctx context.Context, req model.Request, p model.Pipeline) (model.Plan, error) {
	plan := model.Plan{
		Request: req, Kind: kindOf(p, req.To), Mode: req.Mode, From: req.To, To: req.To,
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
func kindOf(p model.Pipeline, to string) model.RunKind {
	if to == p.Home {
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
		Request: f.request, Kind: kindOf(f.pipeline, f.to), Mode: f.request.Mode,
		From: f.from, To: f.to, Subscriber: f.pipeline.Subscriber,
		Guarantee: f.pipeline.Guarantee, MadeAt: f.now,
	}
	if plan.Mode == "" {
		plan.Mode = model.Reactive
		if answers(f.sourceErr) {
			plan.Mode = model.Planned
		}
	}
	if f.cursor != nil {
		e.placePlan(&plan, f)
	}
	plan.Actions = actions(&plan, f)
	plan.Checks = e.checks(&plan, f)
	return plan
}

// placePlan fills in where the run would resume.
func (e *Engine) placePlan(plan *model.Plan, f *facts) {
	cursor := f.cursor.Slot
	plan.Cursor, plan.CursorAge = &cursor, f.now.Sub(f.cursor.UpdatedAt)
	pos := place(cursor, f.pipeline.Overlap, f.window, f.windowErr == nil)
	plan.ResumeSlot, plan.GapSlots, plan.DuplicateSlots = &pos.resume, pos.gap, pos.duplicates
	if f.windowErr == nil {
		replay := model.SlotsBetween(pos.resume, f.window.Max+1)
		plan.ReplaySlots = &replay
	}
}

// position is where a target's subscriber begins, and what that means.
type position struct {
	resume     model.Slot
	gap        uint64 // slots after the cursor that the target no longer has
	duplicates uint64 // slots expected twice, about
}

// place applies the position rule: the slot after the cursor, less the
// overlap, but never below what the target can still serve.
func place(cursor model.Slot, overlap uint64, window model.SlotRange, known bool) position {
	next := cursor + 1
	pos := position{resume: next}
	if overlap >= uint64(next) {
		pos.resume = 0
	} else {
		pos.resume = next - model.Slot(overlap)
	}
	if known && pos.resume < window.Min {
		pos.resume = window.Min
		pos.gap = model.SlotsBetween(next, window.Min)
	}
	pos.duplicates = model.SlotsBetween(pos.resume, next) + model.RepeatedSlots
	return pos
}
