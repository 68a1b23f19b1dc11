package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/crash"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/ui"
)

// openScreen is the console on the configured clusters.
func openScreen(cmd *cobra.Command, configFlag string, how shown) error {
	if path, none := unconfigured(configFlag); none {
		return firstRun(cmd, path, how)
	}
	if err := how.canShow(); err != nil {
		return err
	}
	ctx := cmd.Context()
	mode := how.lookingOrActing()
	c, err := openConsole(ctx, configFlag, mode)
	if err != nil {
		return err
	}
	return c.screen(ctx, cmd.ErrOrStderr(), nil, how, mode)
}

// keepSmall has the memory collected more often than usual, unless a person chose
// otherwise: a console is left open for weeks beside what matters, and makes
// little that lives long.
func keepSmall() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}

// screen shows the console until a person leaves it. Runs that were begun there
// go on without it, to their end or their next question.
func (c *console) screen(ctx context.Context, out io.Writer, faults ui.Faults, how shown, options ...consoleOption) error {
	surviveHangup()
	report := newCrashReport(ctx, c, out)
	ctx = crash.Into(ctx, report.end)
	keepSmall()
	l := newLive(ctx, c, how.face, options)
	defer l.close()
	reloads, end := reloadSignals()
	defer end()
	err := how.show(ctx, c.cfg.Console, ui.Options{
		Feed: l, Operator: liveOperator{l}, Explainer: l, Canary: l, Faults: faults, Historian: historianOf(l),
		History: chartHistory(l), Reloader: l, Reloads: reloads, Rescue: report.rescue, Hooks: hookReader{c}, Waits: l.waitsFor,
		Settings: settingsText(c.cfg, c.storePath()), Keeper: keeper{}, ReadOnly: c.onlyLooks() != nil, Version: versionText(),
		ConfigPath: shownConfig(c.cfg.Path), Where: c.whereabouts(faults != nil),
	})
	return errors.Join(report.told(failed(err)), l.finish(out))
}

// whereabouts say who and where this console is, and what it shows.
func (c *console) whereabouts(demo bool) []string {
	if demo {
		return []string{c.actor(), "demo"}
	}
	return []string{c.actor(), filepath.Base(c.cfg.Path)}
}

// operator acts for the screen. It owns the goroutines of the runs.
type operator struct {
	*console
	ctx context.Context // of the runs: they outlive the screen, not the process

	wg      sync.WaitGroup
	mu      sync.Mutex
	under   map[string]*ownRun // the runs under way, by id
	worst   error              // how the run ended that ended worst, of those whose end no screen tells
	leaving bool               // the screen is gone
	empty   map[string]int     // the clusters that are being evacuated, and how often
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
	defer o.waited(plan.Request.Pipeline)
	drive, err := o.engine.Begin(ctx, plan)
	if err != nil {
		return "", err
	}
	o.background(drive)
	return drive.ID(), nil
}

// Resume implements ui.Operator.
func (o *operator) Resume(ctx context.Context, shown model.Run, answer string) error {
	if err := o.unmoved(ctx, shown); err != nil {
		return err
	}
	defer o.waited(shown.Pipeline)
	drive, err := o.engine.Resume(ctx, shown.ID, answer)
	if err != nil {
		return err
	}
	o.background(drive)
	return nil
}

// Abort implements ui.Operator. A run that is driven here is left first, at its
// next durable point; where that is too late to go back, it goes on.
func (o *operator) Abort(ctx context.Context, shown model.Run) error {
	if err := o.unmoved(ctx, shown); err != nil {
		return err
	}
	o.mu.Lock()
	own := o.under[shown.ID]
	o.mu.Unlock()
	if own != nil {
		own.leave()
		select {
		case <-own.left:
		case <-ctx.Done(): // it is left all the same, to be resumed by anybody
			return ctx.Err()
		}
	}
	defer o.waited(shown.Pipeline)
	drive, err := o.engine.Abort(ctx, shown.ID)
	var late *failover.ForwardOnlyError
	if own != nil && errors.As(err, &late) {
		if on, resumeErr := o.engine.Resume(ctx, shown.ID, ""); resumeErr == nil {
			o.background(on)
		}
	}
	if err != nil {
		return err
	}
	o.background(drive)
	return nil
}

// SetHome implements ui.Operator.
func (o *operator) SetHome(ctx context.Context, pipeline, cluster string) error {
	if err := o.canAct(); err != nil {
		return err
	}
	defer o.newest().monitor.Kick()
	return o.engine.SetHome(ctx, pipeline, cluster, o.actor())
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
	return own
}

// drive drives a run to where it ends or stops.
func (o *operator) drive(own *ownRun, drive *failover.Drive) (model.Run, error) {
	defer close(own.left)
	defer own.leave()
	if begun, err := o.store.Run(o.ctx, drive.ID()); err == nil {
		defer goOnBy(o.ctx, o.resumeCommand(begun))()
	}
	run, driveErr := o.latest(drive.Run(own.ctx))
	err := o.driveOutcome(run, driveErr)
	o.newest().monitor.Kick()
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.under, drive.ID())
	if unseen := o.leaving || o.ctx.Err() != nil; unseen && exitOf(err) > exitOf(o.worst) {
		o.worst = err
	}
	return run, driveErr
}

// goOn notes that the screen is left, and gives the clusters that are being emptied
// and the runs that are driven. Whoever drives needs the same lock: nothing may be
// written to a terminal under it.
func (o *operator) goOn() (clusters, runs []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.leaving = true
	return slices.Sorted(maps.Keys(o.empty)), slices.Sorted(maps.Keys(o.under))
}

// finish waits for the runs that are under way, and says so. Only they, and those
// that a signal ended before, decide the exit code: of the others the screen has
// told.
func (o *operator) finish(out io.Writer) error {
	clusters, runs := o.goOn()
	teller := newTeller(out, len(clusters)+len(runs))
	for _, cluster := range clusters {
		teller.say(fmt.Sprintf("the evacuation of %s goes on; interrupt to leave its runs at their next durable point", cluster))
	}
	for _, id := range runs {
		teller.say(fmt.Sprintf("run %s goes on; interrupt to leave it at its next durable point", id))
	}
	teller.end() // before their steps are told
	for _, id := range runs {
		defer o.follow(id, out)()
	}
	o.wg.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.worst
}
