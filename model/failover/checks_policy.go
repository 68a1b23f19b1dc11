package failover

import (
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
)

// checkGap applies the guarantee and the bootstrap policy to a gap.
func checkGap(plan *model.Plan, f *facts) model.Check {
	const name = "position"
	saw := fmt.Sprintf("a gap of %s slots: %s serves from slot %d, the cursor is %d",
		model.Count(plan.GapSlots), f.to, f.window.Min, *plan.Cursor)
	p := f.pipeline
	switch {
	case p.Guarantee == model.ExactlyOnce:
		return refuse(name, saw, "exactly_once allows no gap: choose a cluster that still has these slots")
	case p.Bootstrap == model.BootstrapReject:
		return refuse(name, saw+", and the policy is reject", "choose a cluster that still has these slots")
	case p.Bootstrap == model.BootstrapAllow && p.Guarantee == model.NoGuarantee:
		return warn(name, saw+"; the policy allows it", "")
	case approves(&f.request, plan.GapSlots):
		return warn(name, saw+"; approved up to "+model.Count(*f.request.ApproveGap), "")
	}
	return pose(name, saw, fmt.Sprintf("approve it with --approve-gap %d, or more, as the window moves on; or choose another cluster", plan.GapSlots))
}

// approves reports whether a person agreed to skip so many slots.
func approves(r *model.Request, gap uint64) bool { return r.ApproveGap != nil && *r.ApproveGap >= gap }

// checkRecent warns of a pipeline that was moved a short while ago.
func (e *Engine) checkRecent(f *facts) model.Check {
	ago := f.now.Sub(*f.last.EndedAt).Round(time.Second)
	return warn("recent", fmt.Sprintf("the pipeline was moved from %s to %s %s ago (run %s)", f.last.From, f.last.To, ago, f.last.ID),
		"moving to and fro costs repeats each time: look for the cause first")
}

// checkExactlyOnce refuses what cannot keep that promise.
func checkExactlyOnce(f *facts) model.Check {
	const name = "guarantee"
	switch {
	case !f.pipeline.Idempotent:
		return refuse(name, fmt.Sprintf("exactly_once, but about %d slots come twice and the pipeline is not idempotent", model.RepeatedSlots),
			"declare idempotent: true if it is, or use at_least_once")
	case f.pipeline.Overlap > 0:
		return refuse(name, "exactly_once with an overlap", "set overlap: 0")
	}
	return ok(name, "exactly_once, idempotent")
}

// checkStability holds a failback until home was healthy for its time.
func (e *Engine) checkStability(f *facts) model.Check {
	const name = "stability"
	needed := e.holdsOf(f.pipeline.Name).stability
	var stable time.Duration
	saw := f.to + " is not known to be stable"
	if !f.toHealth.StableSince.IsZero() {
		stable = f.now.Sub(f.toHealth.StableSince).Round(time.Second)
		saw = fmt.Sprintf("%s has been healthy for %s of %s", f.to, stable, needed)
		if stable >= needed {
			return ok(name, saw)
		}
	}
	switch {
	case needed <= 0:
		return ok(name, "no time of stability is asked for")
	case f.request.Force:
		return warn(name, saw, "the wait is skipped by force")
	case unwell(f):
		return warn(name, saw, "not waited for: "+f.from+" is not healthy")
	}
	return refuse(name, saw, fmt.Sprintf("leave fumtui or fumtui watch running for %s more, or use --force",
		(needed-stable).Round(time.Second)))
}

// unwell reports whether the active cluster is in trouble of its own.
func unwell(f *facts) bool {
	switch f.fromHealth.Verdict {
	case model.ClusterDown, model.ClusterStalled, model.ClusterDegraded:
		return true
	}
	return !answers(f.sourceErr) && model.ClassOf(f.sourceErr).Outage()
}
