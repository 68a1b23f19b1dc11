package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/ui"
)

func newCutoverCmd() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "cutover PIPELINE --to CLUSTER --confirm CLUSTER",
		Short: "Move a pipeline to another cluster",
		Long: `cutover plans a run, prints the plan and, as --confirm names the target, drives
it to its end, printing its steps. A run that must ask stops durably at its
question and exits 4: fumtui resume answers it, from any console.

The first interrupt leaves the run at its next durable point and says which, a
second one at once; both exit 7. A run goes on when its terminal goes away.`,
		Example: `  fumtui cutover trades --to nyc --confirm nyc
  fumtui cutover trades --to nyc --confirm nyc --mode hybrid --reason "ams withholds data"
  fumtui cutover trades --to nyc --confirm nyc --from-slot 391204000`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return execute(cmd, &f, cutoverRequest(args[0]))
		},
	}
	cmd.Flags().StringVar(&f.to, "to", "", "the target cluster")
	f.addConfirm(cmd)
	f.addMode(cmd)
	f.addPosition(cmd)
	f.addForce(cmd)
	addConfigFlag(cmd, &f.config)
	return cmd
}

func newFailbackCmd() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "failback PIPELINE --confirm CLUSTER",
		Short: "Move a pipeline back to its home cluster",
		Long: `failback is a cutover to the pipeline's home cluster, with a preflight of its own:
home must have been healthy for detection.stability, as a running console or
fumtui watch has seen it. See fumtui cutover for questions and signals.`,
		Example: `  fumtui failback trades --confirm ams
  fumtui failback trades --confirm ams --force --reason "nyc is to be rebooted"`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return execute(cmd, &f, failbackRequest(args[0]))
		},
	}
	f.addConfirm(cmd)
	f.addMode(cmd)
	f.addPosition(cmd)
	f.addForce(cmd)
	addConfigFlag(cmd, &f.config)
	return cmd
}

var errNoTarget = errors.New("name the target cluster with --to")

// asker makes the request of a run from its flags. Its errors carry their exit
// codes.
type asker func(context.Context, *console, *runFlags) (model.Request, error)

// cutoverRequest moves a pipeline to the cluster that --to names.
func cutoverRequest(pipeline string) asker {
	return func(_ context.Context, c *console, f *runFlags) (model.Request, error) {
		if f.to == "" {
			return model.Request{}, usage(errNoTarget)
		}
		return f.request(c, pipeline, f.to), nil
	}
}

// failbackRequest moves a pipeline to its home.
func failbackRequest(pipeline string) asker {
	return func(ctx context.Context, c *console, f *runFlags) (model.Request, error) {
		home, err := c.home(ctx, pipeline)
		if err != nil {
			return model.Request{}, err
		}
		if f.to != "" && f.to != home {
			return model.Request{}, usage(fmt.Errorf("the home of pipeline %s is %s and not %s: use cutover to go elsewhere", pipeline, home, f.to))
		}
		return f.request(c, pipeline, home), nil
	}
}

// home is where a pipeline belongs: what a person chose by `fumtui home`, else
// what the configuration says.
func (c *console) home(ctx context.Context, pipeline string) (string, error) {
	p, ok := c.cfg.Pipeline(pipeline)
	if !ok {
		return "", usage(noPipeline(pipeline, c.pipelineNames()))
	}
	if c.engine == nil {
		return p.Home, nil
	}
	home, err := c.engine.Home(ctx, p.Name)
	if err != nil {
		return "", c.notBegun(ctx, p.Name, err)
	}
	return home, nil
}

// pipelineNames are those of the configuration.
func (c *console) pipelineNames() []string {
	var names []string
	for _, p := range c.cfg.Pipelines {
		names = append(names, p.Name)
	}
	return names
}

// execute plans a run, shows the plan, and drives the run to its end.
func execute(cmd *cobra.Command, f *runFlags, ask asker) error {
	return withConsole(cmd, f.config, func(ctx context.Context, c *console) error {
		if err := c.canAct(); err != nil {
			return err
		}
		request, err := ask(ctx, c, f)
		if err != nil {
			return err
		}
		if err := confirmed(f.confirm, request.To); err != nil {
			return usage(err)
		}
		c.settle(ctx, settleTime)
		defer c.tellWaits(cmd.ErrOrStderr())()
		plan, err := c.engine.Plan(ctx, request)
		if err != nil {
			return c.notBegun(ctx, request.Pipeline, err)
		}
		out := cmd.OutOrStdout()
		if plan.NoOp != "" {
			fmt.Fprintln(out, plan.NoOp)
			return nil
		}
		fmt.Fprintln(out, ui.PlanText(plan))
		surviveHangup()
		drive, err := c.engine.Begin(ctx, plan)
		if err != nil {
			return c.notBegun(ctx, request.Pipeline, err)
		}
		return c.drive(ctx, cmd, drive)
	})
}

// confirmed checks the typed name of the target.
func confirmed(typed, target string) error {
	switch typed {
	case target:
		return nil
	case "":
		return fmt.Errorf("nothing was done: confirm the run by naming its target: --confirm %s", target)
	}
	return fmt.Errorf("nothing was done: --confirm %s is not the target of this run, which is %s", typed, target)
}

// drive follows a run to where it ends or stops, printing its steps.
func (c *console) drive(ctx context.Context, cmd *cobra.Command, drive *failover.Drive) error {
	out := cmd.OutOrStdout()
	followed := c.follow(drive.ID(), out)
	leaving := sayLeaving(ctx, cmd.ErrOrStderr(), "run "+drive.ID())
	goOn := ""
	if run, err := c.store.Run(ctx, drive.ID()); err == nil {
		goOn = c.resumeCommand(run)
	}
	settled := goOnBy(ctx, goOn)
	left, err := drive.Run(ctx)
	leaving()
	followed()
	run, err := c.latest(left, err)
	if run.State.Ended() { // else a second signal says it up to the end of the process
		settled()
	}
	if text := takenOver(&left, &run); text != "" {
		fmt.Fprintf(out, "\n%s\n", text)
	}
	fmt.Fprint(out, "\n", ui.ResultText(run, time.Now()))
	return c.driveOutcome(run, err)
}

// sayLeaving says, once ctx is done, that what is under way is being left, until
// the function that comes back is called. It prints from a goroutine of its own,
// for which nobody waits on a terminal that stalls.
func sayLeaving(ctx context.Context, out io.Writer, what string) (end func()) {
	stop := context.AfterFunc(ctx, func() {
		fmt.Fprintf(out, "leaving %s at the next durable point; a second signal ends at once\n", what)
	})
	return func() { stop() }
}

// addConfigFlag adds the flag that names the configuration.
func addConfigFlag(cmd *cobra.Command, into *string) {
	cmd.Flags().StringVar(into, "config", "", "the configuration file (default: $"+configEnv+", else fumtui/fumtui.yaml in the XDG configuration folder)")
}
