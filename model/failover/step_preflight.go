package failover

import (
	"errors"
	"fmt"

	"github.com/fumtui/fumtui/model"
)

// preflight looks whether the run may go on. What Begin has just found out
// under the eyes of the caller is not asked again; a resumed run is checked
// anew.
func (d *Drive) preflight() (outcome, error) {
	plan := d.checked
	if plan == nil {
		if err := d.awaitHealth(); err != nil {
			return outcome{}, err
		}
		f := d.engine.gather(d.wait, d.request(), d.pipeline, d.run.From)
		if err := d.wait.Err(); err != nil {
			return outcome{}, err
		}
		if f.busy != nil && f.busy.ID == d.run.ID {
			f.busy = nil
		}
		again := d.engine.draw(f)
		plan = &again
	}
	switch plan.Worst() {
	case model.CheckRefuse:
		return outcome{}, errors.New(tell(plan.Checks, model.CheckRefuse))
	case model.CheckAsk:
		return outcome{}, errors.New(tell(plan.Checks, model.CheckAsk))
	}
	out := outcome{detail: fmt.Sprintf("%d checks passed", len(plan.Checks))}
	if warned := tell(plan.Checks, model.CheckWarn); warned != "" {
		out.detail += "; warned of " + warned
	}
	return out, nil
}

// awaitHealth has a failback that was interrupted before anything was touched
// wait until this process knows for how long home has been healthy, or what
// else it is: what is merely not known yet speaks against nothing.
func (d *Drive) awaitHealth() error {
	e := d.engine
	if kindOf(d.pipeline, d.run.To) != model.Failback || d.run.Forced || e.holdsOf(d.run.Pipeline).stability <= 0 {
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
	return model.Request{
		Pipeline: d.run.Pipeline, To: d.run.To, Mode: d.run.Mode, Force: d.run.Forced,
		ApproveGap: d.run.ApprovedGap, Reason: d.run.Reason, RequestedBy: d.run.RequestedBy,
	}
}
