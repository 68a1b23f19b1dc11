package failover

import (
	"errors"
	"fmt"

	"github.com/fumtui/fumtui/model"
)

// preflight looks whether the run may go on. What Begin has just found out
// under the eyes of the caller is not asked again; a resumed run is checked
// anew. Where it needs a person's answer it stands still, with nothing touched.
func (d *Drive) preflight() (outcome, error) {
	plan, f := d.checked, d.facts
	d.checked, d.facts = nil, nil
	if err := d.hearApproval(); err != nil {
		return outcome{}, err
	}
	if plan == nil {
		var err error
		if f, err = d.lookAgain(); err != nil {
			return outcome{}, err
		}
		again := d.engine.draw(f)
		plan = &again
	}
	for plan.Worst() == model.CheckAsk {
		if err := d.settle(plan, f); err != nil {
			return outcome{}, err
		}
		f.request = d.request()
		again := d.engine.draw(f)
		plan = &again
	}
	if plan.Worst() == model.CheckRefuse {
		return outcome{}, errors.New(tell(plan.Checks, model.CheckRefuse))
	}
	d.idle = true
	out := outcome{detail: fmt.Sprintf("%d checks passed", len(plan.Checks))}
	if warned := tell(plan.Checks, model.CheckWarn); warned != "" {
		out.detail += "; warned of " + warned
	}
	return out, nil
}

// lookAgain gathers the facts of the run anew.
func (d *Drive) lookAgain() (*facts, error) {
	home, err := d.engine.homeOf(d.wait, d.pipeline)
	if err != nil {
		return nil, err
	}
	if err := d.awaitHealth(); err != nil {
		return nil, err
	}
	f := d.engine.gather(d.wait, d.request(), d.pipeline, d.run.From, home, d.run.Mode)
	if err := d.wait.Err(); err != nil {
		return nil, err
	}
	if f.busy != nil && f.busy.ID == d.run.ID {
		f.busy = nil
	}
	return f, nil
}

// awaitHealth has a failback that was interrupted before anything was touched
// wait until this process knows for how long home has been healthy, or what
// else it is: what is merely not known yet speaks against nothing.
func (d *Drive) awaitHealth() error {
	e := d.engine
	if d.run.Kind != model.Failback || d.run.Forced || e.holdsOf(d.run.Pipeline).stability <= 0 {
		return nil
	}
	until := e.elapsed() + e.settings.PositionWait
	for e.elapsed() < until && (!healthKnown(e.world.Health(d.run.To)) || !healthKnown(e.world.Health(d.run.From))) {
		if err := d.pause(e.settings.Poll); err != nil {
			return err
		}
	}
	return nil
}

// healthKnown reports whether there is a verdict of a cluster, and where that
// is healthy, since when.
func healthKnown(s model.ClusterState) bool {
	switch s.Verdict {
	case "", model.ClusterUnknown:
		return false
	case model.ClusterHealthy:
		return !s.StableSince.IsZero()
	}
	return true
}

// request is what the run was asked for, as its journal has it.
func (d *Drive) request() model.Request {
	r := &d.run
	return model.Request{
		Pipeline: r.Pipeline, To: r.To, Mode: r.Mode, Recreate: r.Kind == model.Recreate,
		FromSlot: r.FromSlot, Latest: r.Latest, Force: r.Forced, ApproveGap: r.ApprovedGap,
		Reason: r.Reason, RequestedBy: r.RequestedBy, Origin: r.Origin, Evacuation: r.Evacuation,
	}
}
