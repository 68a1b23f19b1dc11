package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/crash"
	"github.com/fumtui/fumtui/model/failover"
)

// operator acts for the screen. It owns the goroutines of the runs.
type operator struct {
	*console
	ctx context.Context // of the runs and of what was confirmed: they outlive the screen, not the process

	wg     sync.WaitGroup
	mu     sync.Mutex
	under  map[string]*ownRun // the runs under way, by id
	acts   map[string]int     // what was confirmed and is being done, in words, and how often
	empty  map[string]int     // the clusters that are being evacuated, and how often
	untold map[string]error   // how runs and acts ended whose end no screen tells, by what they are
	left   *leftScreen        // nil while the screen is there
}

func newOperator(ctx context.Context, c *console) *operator {
	return &operator{
		console: c, ctx: ctx, under: map[string]*ownRun{}, acts: map[string]int{}, empty: map[string]int{}, untold: map[string]error{},
	}
}

// ownRun is a run that this console drives.
type ownRun struct {
	ctx   context.Context    // of driving it
	leave context.CancelFunc // leave it at its next durable point
	left  chan struct{}      // closed when it is not driven here any more
}

// Plan implements ui.Operator.
func (o *operator) Plan(ctx context.Context, req model.Request) (model.Plan, error) {
	if err := o.canAct(); err != nil {
		return model.Plan{}, err
	}
	req.RequestedBy, req.Origin = o.actor(), o.origin
	defer o.waited(req.Pipeline)
	return o.engine.Plan(ctx, req)
}

// Execute implements ui.Operator.
func (o *operator) Execute(_ context.Context, plan model.Plan) (id string, err error) {
	if err := o.canAct(); err != nil {
		return "", err
	}
	pipeline := plan.Request.Pipeline
	defer o.waited(pipeline)
	err = o.act("the "+string(plan.Kind)+" of "+pipeline+" is being begun", pipeline, func() error {
		drive, err := o.engine.Begin(o.ctx, plan)
		if err != nil {
			return err
		}
		id = drive.ID()
		o.background(drive)
		return nil
	}, func(err error) error { return o.notBegun(o.ctx, pipeline, err) })
	return id, err
}

// Resume implements ui.Operator.
func (o *operator) Resume(_ context.Context, shown model.Run, answer string) error {
	return o.takeUp("taken up", shown, func() (*failover.Drive, error) {
		return o.engine.Resume(o.ctx, shown.ID, answer)
	})
}

// Abort implements ui.Operator. A run that is driven here is left first, at its
// next durable point; where that is too late to go back, it goes on.
func (o *operator) Abort(_ context.Context, shown model.Run) error {
	return o.takeUp("given up", shown, func() (*failover.Drive, error) {
		o.mu.Lock()
		own := o.under[shown.ID]
		o.mu.Unlock()
		if own != nil {
			own.leave()
			select {
			case <-own.left:
			case <-o.ctx.Done(): // it is left all the same, to be resumed by anybody
				return nil, o.ctx.Err()
			}
		}
		drive, err := o.engine.Abort(o.ctx, shown.ID)
		var late *failover.ForwardOnlyError
		if own != nil && errors.As(err, &late) {
			if on, resumeErr := o.engine.Resume(o.ctx, shown.ID, ""); resumeErr == nil {
				o.background(on)
			}
		}
		return drive, err
	})
}

// takeUp does something to a run that makes this console drive it, and drives it.
func (o *operator) takeUp(how string, shown model.Run, do func() (*failover.Drive, error)) error {
	if err := o.canAct(); err != nil {
		return err
	}
	defer o.waited(shown.Pipeline)
	return o.act("run "+shown.ID+" is being "+how, shown.ID, func() error {
		if err := o.unmoved(o.ctx, shown); err != nil {
			return err
		}
		drive, err := do()
		if err != nil {
			return err
		}
		o.background(drive)
		return nil
	}, func(err error) error { return o.notTaken(o.ctx, shown.ID, err) })
}

// SetHome implements ui.Operator.
func (o *operator) SetHome(_ context.Context, pipeline, cluster string) error {
	if err := o.canAct(); err != nil {
		return err
	}
	defer o.newest().monitor.Kick()
	return o.act("the home of "+pipeline+" is being set", "home "+pipeline, func() error {
		return o.engine.SetHome(o.ctx, pipeline, cluster, o.actor())
	}, failed)
}

// act does what a person confirmed. The screen may be left meanwhile: where it fails
// then, and nothing worse is known of what it is about, outcome of that is told at
// the end.
func (o *operator) act(what, about string, do func() error, outcome func(error) error) error {
	o.mu.Lock()
	o.acts[what]++
	o.mu.Unlock()
	err := do()
	told := err
	if err != nil {
		told = outcome(err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.acts[what]--; o.acts[what] == 0 {
		delete(o.acts, what)
	}
	if err != nil && o.unseen() && o.untold[about] == nil {
		o.untold[about] = told
	}
	return err
}

// unseen reports whether what happens now is not told by the screen.
func (o *operator) unseen() bool { return o.left != nil || o.ctx.Err() != nil }

// unmoved fails where a run is not as it was shown, or nothing can be done here.
// One that goes on writes its journal all the time: there its driver counts.
func (o *operator) unmoved(ctx context.Context, shown model.Run) error {
	if err := o.canAct(); err != nil {
		return err
	}
	run, err := o.store.Run(ctx, shown.ID)
	if err != nil {
		return fmt.Errorf("read run %s: %w", shown.ID, err)
	}
	stood := shown.State != model.RunRunning
	if run.Epoch != shown.Epoch || (stood && run.Sequence != shown.Sequence) {
		return fmt.Errorf("run %s moved on since it was shown (it is %s at step %s): nothing was done, look again",
			run.ID, o.engine.State(ctx, run), run.CurrentStep())
	}
	return nil
}

// PlanEvacuation implements ui.Operator.
func (o *operator) PlanEvacuation(ctx context.Context, ev failover.Evacuation) (failover.EvacuationPlan, error) {
	if err := o.canAct(); err != nil {
		return failover.EvacuationPlan{}, err
	}
	ev.RequestedBy, ev.Origin = o.actor(), o.origin
	return o.engine.PlanEvacuation(ctx, ev)
}

// Evacuate implements ui.Operator.
func (o *operator) Evacuate(_ context.Context, plan failover.EvacuationPlan, observe failover.EvacuationObserver, over func()) error {
	if err := o.canAct(); err != nil {
		return err
	}
	observe.Drive = func(ctx context.Context, drive *failover.Drive) (model.Run, error) {
		return o.drive(o.own(ctx, drive.ID()), drive)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.empty[plan.From]++
	crash.Go(o.ctx, &o.wg, func() {
		defer over()
		o.engine.Evacuate(o.ctx, plan, observe)
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.empty[plan.From]--; o.empty[plan.From] == 0 {
			delete(o.empty, plan.From)
		}
	})
	return nil
}

// background drives a run in the background.
func (o *operator) background(drive *failover.Drive) {
	own := o.own(o.ctx, drive.ID())
	crash.Go(o.ctx, &o.wg, func() { _, _ = o.drive(own, drive) })
}

// own notes that a run is driven here from now on.
func (o *operator) own(ctx context.Context, id string) *ownRun {
	own := &ownRun{left: make(chan struct{})}
	own.ctx, own.leave = context.WithCancel(ctx)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.under[id] = own
	if o.left != nil {
		o.followOn(id, goesOn(id))
	}
	return own
}

// drive drives a run to where it ends or stops.
func (o *operator) drive(own *ownRun, drive *failover.Drive) (model.Run, error) {
	defer close(own.left)
	defer own.leave()
	settled := func() {}
	if begun, err := o.store.Run(o.ctx, drive.ID()); err == nil {
		settled = goOnBy(o.ctx, o.resumeCommand(begun))
	}
	run, driveErr := o.latest(drive.Run(own.ctx))
	if run.State.Ended() || o.ctx.Err() == nil {
		settled()
	}
	err := o.driveOutcome(run, driveErr)
	o.newest().monitor.Kick()
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.under, drive.ID())
	if o.unseen() {
		o.untold[drive.ID()] = err
	}
	return run, driveErr
}
