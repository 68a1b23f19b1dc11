package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
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
	acts   map[string]int     // what was confirmed and is being done, in words for whoever leaves, and how often
	untold endings
	left   *leftScreen // nil while the screen is there
}

func newOperator(ctx context.Context, c *console) *operator {
	return &operator{
		console: c, ctx: ctx, under: map[string]*ownRun{}, acts: map[string]int{}, untold: endings{},
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
func (o *operator) Execute(ctx context.Context, plan model.Plan) (string, error) {
	if err := o.canAct(); err != nil {
		return "", err
	}
	pipeline, id := plan.Request.Pipeline, ""
	err := o.act(ctx, deed{
		what: "the " + string(plan.Kind) + " of " + pipeline + " is being begun", about: pipeline,
		do: func() error {
			defer o.waited(pipeline)
			drive, err := o.engine.Begin(o.ctx, plan)
			if err != nil {
				return err
			}
			id = drive.ID()
			o.background(ctx, drive)
			return nil
		},
		outcome: func(err error) error { return o.notBegun(o.ctx, pipeline, err) },
	})
	if err != nil {
		return "", err
	}
	return id, nil
}

// Resume implements ui.Operator.
func (o *operator) Resume(ctx context.Context, shown model.Run, answer string) error {
	return o.takeUp(ctx, "taken up", shown, func() (*failover.Drive, error) {
		return o.engine.Resume(o.ctx, shown.ID, answer)
	})
}

// Abort implements ui.Operator. A run that is driven here is left first, at its
// next durable point; where that is too late to go back, it goes on.
func (o *operator) Abort(ctx context.Context, shown model.Run) error {
	return o.takeUp(ctx, "given up", shown, func() (*failover.Drive, error) {
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
				o.background(ctx, on)
			}
		}
		return drive, err
	})
}

// takeUp does something to a run that makes this console drive it, and drives it.
func (o *operator) takeUp(ctx context.Context, how string, shown model.Run, do func() (*failover.Drive, error)) error {
	if err := o.canAct(); err != nil {
		return err
	}
	what := "run " + shown.ID + " is being " + how
	return o.act(ctx, deed{
		what: what, about: what, // it may fail beside the run
		do: func() error {
			defer o.waited(shown.Pipeline)
			if err := o.unmoved(o.ctx, shown); err != nil {
				return err
			}
			drive, err := do()
			if err != nil {
				return err
			}
			o.background(ctx, drive)
			return nil
		},
		outcome: func(err error) error { return o.notTaken(o.ctx, shown.ID, err) },
	})
}

// SetHome implements ui.Operator.
func (o *operator) SetHome(ctx context.Context, pipeline, cluster string) error {
	if err := o.canAct(); err != nil {
		return err
	}
	what := "the home of " + pipeline + " is being set"
	return o.act(ctx, deed{
		what: what, about: what,
		do: func() error {
			defer o.newest().monitor.Kick()
			return o.engine.SetHome(o.ctx, pipeline, cluster, o.actor())
		},
		outcome: failed,
	})
}

// deed is something that a person confirmed.
type deed struct {
	what, about string // it is being done; whose outcome it is
	do          func() error
	outcome     func(error) error // how it ends the process where that fails
}

// act does a deed, and gives how it went, or ends with ctx, which is that of the
// screen. The deed goes on without it: whoever leaves has said yes before. Where it
// fails then, the end of the process tells.
func (o *operator) act(ctx context.Context, d deed) error {
	acted := o.acting(d.what + "; interrupt to leave that")
	done := make(chan error)
	crash.Go(o.ctx, &o.wg, func() {
		defer acted()
		err := d.do()
		if ctx.Err() == nil {
			select {
			case done <- err:
				return
			case <-ctx.Done():
			}
		}
		if err != nil {
			o.tellLater(d.about, ending{outcome: d.outcome(err)})
		}
	})
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// acting notes that something is being done, until what comes back is called.
func (o *operator) acting(what string) (acted func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.acts[what]++
	return func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.acts[what]--; o.acts[what] == 0 {
			delete(o.acts, what)
		}
	}
}

// tellLater notes how something ended that no screen tells. What ends well later
// takes the place of what did not.
func (o *operator) tellLater(about string, how ending) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.untold[about] = how
}

// takeEndings gives how all ended that no screen told, once.
func (o *operator) takeEndings() endings {
	o.mu.Lock()
	defer o.mu.Unlock()
	taken := o.untold
	o.untold = endings{}
	return taken
}

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
func (o *operator) Evacuate(ctx context.Context, plan failover.EvacuationPlan, observe failover.EvacuationObserver, over func()) error {
	if err := o.canAct(); err != nil {
		return err
	}
	observe.Drive = func(run context.Context, drive *failover.Drive) (model.Run, error) {
		return o.drive(ctx, o.own(run, drive.ID()), drive)
	}
	acted := o.acting("the evacuation of " + plan.From + " goes on; interrupt to leave its runs at their next durable point")
	crash.Go(o.ctx, &o.wg, func() {
		defer over()
		defer acted()
		results := o.engine.Evacuate(o.ctx, plan, observe)
		if ctx.Err() != nil {
			o.tellLater("evacuation of "+plan.From, ending{outcome: o.notEvacuated(&plan, results)})
		}
	})
	return nil
}

// notEvacuated is how the process ends for the pipelines of an evacuation whose runs
// were not begun; nil where there are none.
func (o *operator) notEvacuated(plan *failover.EvacuationPlan, results []failover.EvacuationResult) error {
	var codes []int
	var left []string
	var why error
	for i := range results {
		r := &results[i]
		if code := resultCode(r); !r.Begun && r.Err != nil && code != exitDone {
			codes, left = append(codes, code), append(left, r.Pipeline)
			why = cmp.Or(why, fmt.Errorf("%s: %w", r.Pipeline, r.Err))
		}
	}
	if why == nil {
		return nil
	}
	were := map[bool]string{true: " was", false: " were"}[len(left) == 1]
	return &exitError{code: gravest(codes), err: fmt.Errorf("of the evacuation of %s, %s not begun; the first, %w: go on with: %s",
		plan.From, model.Units(len(left), "run")+were, why, o.goOnEvacuating(plan, left))}
}

// goOnEvacuating are the commands that go on with an evacuation: the one that moves
// all of the cluster only where that was meant.
func (o *operator) goOnEvacuating(plan *failover.EvacuationPlan, left []string) string {
	if plan.Only == nil {
		return o.evacuateCommand(plan)
	}
	const most = 3
	var commands []string
	for _, pipeline := range left[:min(most, len(left))] {
		commands = append(commands, fmt.Sprintf("fumtui cutover %s --to %s --confirm %s%s%s", pipeline, plan.To, plan.To, wayArguments(plan), o.configArgument()))
	}
	text := strings.Join(commands, "; ")
	if more := left[min(most, len(left)):]; len(more) > 0 {
		text += "; and likewise for " + strings.Join(more, ", ")
	}
	return text
}

// background drives a run in the background; ctx is that of the screen.
func (o *operator) background(ctx context.Context, drive *failover.Drive) {
	own := o.own(o.ctx, drive.ID())
	crash.Go(o.ctx, &o.wg, func() { _, _ = o.drive(ctx, own, drive) })
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

// drive drives a run to where it ends or stops; ctx is that of the screen.
func (o *operator) drive(ctx context.Context, own *ownRun, drive *failover.Drive) (model.Run, error) {
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
	if ctx.Err() != nil {
		o.tellLater(drive.ID(), ending{err, run.Pipeline + ": " + o.runLine(&run)})
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.under, drive.ID())
	return run, driveErr
}
