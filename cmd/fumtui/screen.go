package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/ui"
)

// openScreen is the console on the configured clusters.
func openScreen(cmd *cobra.Command, configFlag string) error {
	if err := needTerminal(); err != nil {
		return err
	}
	ctx := cmd.Context()
	c, err := openConsole(ctx, configFlag, watchingLong)
	if err != nil {
		return err
	}
	defer c.close()
	return c.screen(ctx, cmd.ErrOrStderr(), nil)
}

// needTerminal refuses to draw where nobody could see it.
func needTerminal() error {
	if term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stdout.Fd())) {
		return nil
	}
	return errors.New("the console needs a terminal: use `fumtui status` or `fumtui watch` without one")
}

// screen shows the console until a person leaves it. Runs that were begun there
// go on without it, to their end or their next question.
func (c *console) screen(ctx context.Context, out io.Writer, faults ui.Faults) error {
	defer surviveHangup()()
	op := &operator{console: c, ctx: ctx, under: map[string]bool{}}
	return c.looking(ctx, func(ctx context.Context) error {
		err := ui.Run(ctx, ui.Options{
			Feed: feed{c}, Operator: op, Explainer: c.monitor, Canary: switches{c}, Faults: faults, Version: versionText(),
			ConfigPath: shownConfig(c.cfg.Path),
		})
		return errors.Join(failed(err), op.finish(out))
	})
}

// feed gives the monitor's snapshots to the screen.
type feed struct{ *console }

// Next implements ui.Feed.
func (f feed) Next(ctx context.Context, after uint64) (model.Snapshot, error) {
	return f.withStoreNotice(f.monitor.Next(ctx, after))
}

// switches switches the canaries for the screen.
type switches struct{ *console }

// SetCanary implements ui.Canary.
func (s switches) SetCanary(_ context.Context, on bool) error {
	for _, canary := range s.canaries {
		canary.Enable(on)
	}
	return nil
}

// operator acts for the screen. It owns the goroutines of the runs.
type operator struct {
	*console
	ctx context.Context // of the runs: they outlive the screen, not the process

	wg    sync.WaitGroup
	mu    sync.Mutex
	under map[string]bool // the runs under way, by id
	worst error           // how the run ended that ended worst
}

// Plan implements ui.Operator.
func (o *operator) Plan(ctx context.Context, req model.Request) (model.Plan, error) {
	if err := o.canAct(); err != nil {
		return model.Plan{}, err
	}
	req.RequestedBy = o.actor()
	return o.engine.Plan(ctx, req)
}

// Execute implements ui.Operator.
func (o *operator) Execute(ctx context.Context, plan model.Plan) (string, error) {
	if err := o.canAct(); err != nil {
		return "", err
	}
	drive, err := o.engine.Begin(ctx, plan)
	if err != nil {
		return "", err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.under[drive.ID()] = true
	o.wg.Go(func() { o.run(drive) })
	return drive.ID(), nil
}

// run drives a run to where it ends or stops.
func (o *operator) run(drive *failover.Drive) {
	run, err := drive.Run(o.ctx)
	err = o.driveOutcome(run, err)
	o.monitor.Kick()
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.under, drive.ID())
	if exitOf(err) > exitOf(o.worst) {
		o.worst = err
	}
}

// finish waits for the runs that are under way, and says so. Only they decide
// the exit code: of the others the screen has told.
func (o *operator) finish(out io.Writer) error {
	o.mu.Lock()
	left := len(o.under)
	o.worst = nil
	for id := range o.under {
		fmt.Fprintf(out, "run %s goes on; interrupt to leave it at its next durable point\n", id)
		defer o.follow(id, out)()
	}
	o.mu.Unlock()
	o.wg.Wait()
	if left == 0 {
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.worst
}
