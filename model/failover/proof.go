package failover

import (
	"context"
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
)

// proof is one try whether the target sends data.
type proof struct {
	from model.Slot // where it began
	data model.CanaryData
	took time.Duration
	err  error
}

// proveData has the target prove that it sends data from the resume slot, once,
// where fumtui may have a subscriber of its own there. Where the target does not
// answer, or there is no resume slot, that alone speaks against the run.
func (e *Engine) proveData(ctx context.Context, f *facts) {
	if f.targetErr != nil || f.windowErr != nil || f.cursorErr != nil {
		return
	}
	pos, ok := f.wish().place(f.window, true)
	if !ok {
		return
	}
	c, err := e.world.Cluster(f.to)
	if err != nil {
		return
	}
	prover, able := c.(DataProver)
	if !able {
		return
	}
	p := proof{from: proofSlot(pos, f.window)}
	began := e.elapsed()
	// It is a session of several calls.
	p.data, p.err = call(ctx, 2*e.settings.CallTimeout, func(ctx context.Context) (model.CanaryData, error) {
		return prover.ProveData(ctx, p.from)
	})
	p.took = e.elapsed() - began
	f.proof = &p
}

// proofSlot is where a proof begins: at the resume slot, but at the newest slot
// where the target has not come so far, and with some room to the end of a
// window that moves on.
func proofSlot(pos position, window model.SlotRange) model.Slot {
	from := pos.resume
	if pos.gap > 0 {
		from += tolerance
	}
	return min(from, window.Max)
}

// checkData refuses when the target sends no data. A proof that could not be
// made at all speaks neither for the target nor against it.
func checkData(plan *model.Plan, f *facts) model.Check {
	const own = " (asked as a subscriber of fumtui's own, made for this and removed)"
	name, p := "data at "+f.to, f.proof
	switch {
	case p.err == nil:
	case model.ClassOf(p.err).Outage() || timedOut(p.err):
		return refuse(name, fmt.Sprintf("no data came from slot %d on: %s%s", p.from, p.err, own),
			"choose another cluster, or wait until "+f.to+" sends data; to move without this proof switch the canary off (probe: canary: false)")
	default:
		return warn(name, fmt.Sprintf("not proved from slot %d on: %s%s", p.from, p.err, own),
			"let fumtui have a subscriber of its own at "+f.to+", or switch the canary off (probe: canary: false)")
	}
	saw := fmt.Sprintf("slot %d came from %s in %s%s", p.data.Slot, f.to, p.took.Round(time.Millisecond), own)
	resume := *plan.ResumeSlot // where a proof was tried there is one
	if model.SlotsBetween(f.window.Max+1, resume) > tolerance {
		return warn(name, fmt.Sprintf("%s, but from slot %d on: it has not come to the resume slot %d", saw, p.from, resume), "wait until it has")
	}
	return ok(name, saw)
}
