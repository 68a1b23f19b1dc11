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

// request is what the run was asked for, as its journal has it.
func (d *Drive) request() model.Request {
	return model.Request{
		Pipeline: d.run.Pipeline, To: d.run.To, Mode: d.run.Mode, Force: d.run.Forced,
		ApproveGap: d.run.GapSlots, Reason: d.run.Reason, RequestedBy: d.run.RequestedBy,
	}
}
