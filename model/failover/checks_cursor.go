package failover

import (
	"fmt"

	"github.com/fumtui/fumtui/model"
)

// The names of the checks that may ask.
const (
	checkNameCursor   = "cursor"
	checkNamePosition = "position"
)

// checkCursor applies the bootstrap policy where there is no cursor, and says
// what kind of cursor there is.
func checkCursor(plan *model.Plan, f *facts) model.Check {
	const name = checkNameCursor
	if f.cursorErr != nil {
		return refuse(name, "the cursor of "+f.from+" cannot be read: "+f.cursorErr.Error(), "mend the store")
	}
	if f.cursor.cursor == nil {
		return checkNoCursor(f)
	}
	saw := fmt.Sprintf("slot %d of %s, %s", *f.cursor.slot(), f.from, f.cursor.age(f.now))
	if err := f.cursor.err; err != nil {
		saw += ", as last recorded: its source cannot be read: " + model.Clean(err.Error(), model.MaxMessage)
		if plan.Mode == model.Planned {
			return refuse(name, saw, "mend the cursor source; mode reactive takes what was recorded: an older cursor repeats slots, and loses none")
		}
		return warn(name, saw, "what was recorded is taken unless it can be read by then: an older cursor repeats slots, and loses none")
	}
	if !f.pipeline.Highest {
		return ok(name, saw+", contiguous")
	}
	if f.pipeline.Overlap == 0 {
		return warn(name, saw+", the highest slot seen: slots below it may be missing, and no overlap covers them",
			"set overlap to by how many slots the client may be out of order, or have it report a contiguous cursor")
	}
	return checkCover(plan, f, saw)
}

// checkCover says whether the overlap covers what may be missing below a cursor
// that is the highest slot seen: it does where the run begins so far back.
func checkCover(plan *model.Plan, f *facts, saw string) model.Check {
	const name = checkNameCursor
	saw += ", the highest slot seen: the overlap of " + model.Units(f.pipeline.Overlap, "slot")
	if plan.ResumeSlot == nil || *plan.ResumeSlot <= f.wish().needed() {
		return ok(name, saw+" covers what may be missing below it")
	}
	again := model.SlotsBetween(*plan.ResumeSlot, *plan.Cursor+1)
	return warn(name, fmt.Sprintf("%s would cover what may be missing below it, and only %s come again", saw, model.Units(again, "slot")),
		"what may be missing besides is a gap: see the position")
}

// checkNoCursor says what becomes of a run without a cursor.
func checkNoCursor(f *facts) model.Check {
	const name = checkNameCursor
	p := f.pipeline
	saw := "no cursor for " + f.from
	if err := f.cursor.err; err != nil {
		saw += " (its source cannot be read: " + model.Clean(err.Error(), model.MaxMessage) + ")"
	}
	mend := fmt.Sprintf("begin with --from-slot SLOT, or set one: fumtui cursor set %s %s SLOT", p.Name, f.from)
	switch {
	case p.Bootstrap == model.BootstrapReject:
		return refuse(name, saw+", and the policy is reject", mend)
	case p.Guarantee == model.ExactlyOnce:
		return refuse(name, saw+", and exactly_once needs one", mend)
	case f.request.FromSlot != nil:
		return warn(name, saw+fmt.Sprintf(": slot %d was chosen, and nobody can say how many slots that skips", *f.request.FromSlot), "")
	case f.request.Latest:
		return warn(name, saw+": the latest was chosen, and nobody can say how many slots that skips", "")
	case allowsGaps(p):
		return warn(name, saw+": the policy is to begin at the newest slot of "+f.to, mend)
	}
	return pose(name, saw, "answer with the slot to resume at, or latest, or "+mend)
}

// checkPosition says whether the target can serve the resume slot.
func (e *Engine) checkPosition(plan *model.Plan, f *facts) model.Check {
	const name = checkNamePosition
	resume, w := *plan.ResumeSlot, f.wish()
	ahead := model.SlotsBetween(f.window.Max+1, resume)
	saw := fmt.Sprintf("slot %d is %s above the newest of %s", resume, model.Units(ahead, "slot"), f.to)
	switch rate := f.toHealth.SlotsPerSecond; {
	case ahead > tolerance && w.from != nil:
		return refuse(name, saw, fmt.Sprintf("choose one up to %d, or the latest", f.window.Max+1))
	case ahead > tolerance && rate != nil && float64(ahead-tolerance) > *rate*e.settings.PositionWait.Seconds():
		return refuse(name, saw+", which will not be there in time",
			fmt.Sprintf("wait until it is, or look at the cursor: fumtui cursor get %s %s", f.pipeline.Name, f.from))
	case w.unserved(f.window) > 0 && plan.GapSlots == 0:
		return refuse(name, fmt.Sprintf("slot %d was chosen, and %s serves from slot %d", *w.from, f.to, f.window.Min),
			fmt.Sprintf("choose slot %d or a later one, or a cluster that still has it", f.window.Min))
	case plan.GapSlots > 0 || w.growing():
		return checkGap(plan, f)
	case ahead > tolerance:
		return warn(name, saw, fmt.Sprintf("the run waits up to %s for it, then refuses", e.settings.PositionWait))
	}
	return ok(name, fmt.Sprintf("slot %d, %s, is in the window of %s", resume, w.how(f.to, resume), f.to))
}

// checkGap applies the guarantee and the bootstrap policy to a gap.
func checkGap(plan *model.Plan, f *facts) model.Check {
	const name = checkNamePosition
	p, w := f.pipeline, f.wish()
	pos, _ := w.place(f.window, true)
	saw := w.gapText(pos, f.to, f.window)
	elsewhere := "choose a cluster that still has these slots"
	if w.latest || !w.left(f.window) {
		elsewhere = "resume after the cursor instead"
	}
	switch {
	case p.Guarantee == model.ExactlyOnce:
		return refuse(name, saw, "exactly_once allows no gap: "+elsewhere)
	case p.Bootstrap == model.BootstrapReject && w.left(f.window):
		return refuse(name, saw+", and the policy is reject", elsewhere)
	case allowsGaps(p):
		return warn(name, saw+"; the policy allows it", "")
	case approves(f.request.ApproveGap, plan.GapSlots):
		return warn(name, saw+"; approved up to "+model.Count(*f.request.ApproveGap), "")
	}
	return pose(name, saw, fmt.Sprintf("the run asks for it: answer with its number, or begin with --approve-gap %d or more, as it may grow; or %s", plan.GapSlots, elsewhere))
}

// approves reports whether a person agreed to skip so many slots.
func approves(approved *uint64, gap uint64) bool { return approved != nil && *approved >= gap }
