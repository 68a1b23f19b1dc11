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

// runFlags are the flags of cutover and failback.
type runFlags struct {
	config, to, confirm, mode, reason string
	force                             bool
	approveGap                        uint64
}

func (f *runFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.confirm, "confirm", "", "the name of the target cluster, to confirm the run")
	cmd.Flags().StringVar(&f.mode, "mode", "", "planned (drain the source) or reactive (it is not reachable); by default planned while the source answers")
	cmd.Flags().StringVar(&f.reason, "reason", "", "why, for the record")
	cmd.Flags().BoolVar(&f.force, "force", false, "do not wait for home to have been stable; it is recorded")
	cmd.Flags().Uint64Var(&f.approveGap, "approve-gap", 0, "approve that up to this many slots are skipped")
	addConfigFlag(cmd, &f.config)
}

func newCutoverCmd() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "cutover PIPELINE --to CLUSTER --confirm CLUSTER",
		Short: "Move a pipeline to another cluster",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.to == "" {
				return errors.New("name the target cluster with --to")
			}
			return execute(cmd, args[0], f, func(*console) (string, error) { return f.to, nil })
		},
	}
	cmd.Flags().StringVar(&f.to, "to", "", "the target cluster")
	f.add(cmd)
	return cmd
}

func newFailbackCmd() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "failback PIPELINE --confirm CLUSTER",
		Short: "Move a pipeline back to its home cluster",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return execute(cmd, args[0], f, func(c *console) (string, error) {
				p, ok := c.cfg.Pipeline(args[0])
				if !ok {
					return "", fmt.Errorf("there is no pipeline %q in the configuration", args[0])
				}
				return p.Home, nil
			})
		},
	}
	f.add(cmd)
	return cmd
}

// execute plans a run, shows the plan, and drives the run to its end.
func execute(cmd *cobra.Command, pipeline string, f runFlags, target func(*console) (string, error)) error {
	return withConsole(cmd, f.config, func(ctx context.Context, c *console) error {
		if err := c.canAct(); err != nil {
			return err
		}
		to, err := target(c)
		if err != nil {
			return usage(err)
		}
		if err := confirmed(f.confirm, to); err != nil {
			return usage(err)
		}
		c.settle(ctx, settleTime)
		request := model.Request{
			Pipeline: pipeline, To: to, Mode: model.Mode(f.mode), Force: f.force,
			Reason: model.Clean(f.reason, model.MaxMessage), RequestedBy: c.actor(),
		}
		if cmd.Flags().Changed("approve-gap") {
			request.ApproveGap = &f.approveGap
		}
		plan, err := c.engine.Plan(ctx, request)
		if err != nil {
			return runError(err)
		}
		out := cmd.OutOrStdout()
		if plan.NoOp != "" {
			fmt.Fprintln(out, plan.NoOp)
			return nil
		}
		fmt.Fprintln(out, ui.PlanText(plan))
		defer surviveHangup()()
		drive, err := c.engine.Begin(ctx, plan)
		if err != nil {
			return runError(err)
		}
		return c.drive(ctx, out, drive)
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
func (c *console) drive(ctx context.Context, out io.Writer, drive *failover.Drive) error {
	followed := c.follow(drive.ID(), out)
	run, err := drive.Run(ctx)
	followed()
	fmt.Fprint(out, "\n", ui.ResultText(run, time.Now()))
	return c.driveOutcome(run, err)
}

// driveOutcome is how [failover.Drive.Run] left a run. Where the journal could
// not be kept, the run says what is known.
func (c *console) driveOutcome(run model.Run, err error) error {
	switch {
	case err == nil:
		return c.runOutcome(run)
	case errors.Is(err, failover.ErrFenced):
		return runError(err)
	}
	return errors.Join(&exitError{code: exitUnknown, err: err}, c.runOutcome(run))
}

// runOutcome turns the state in which a run was left into an exit code.
func (c *console) runOutcome(run model.Run) error {
	code := exitUnknown
	switch run.State {
	case model.RunDone:
		return nil
	case model.RunFailed:
		code = exitFailed
	case model.RunWaiting:
		code = exitQuestion
	case model.RunAborted:
		code = exitAborted
	case model.RunInterrupted, model.RunUnknown, model.RunRunning:
		config := shownConfig(c.cfg.Path)
		if config != "" {
			config = fmt.Sprintf(" --config %q", config)
		}
		return &exitError{code: code, err: fmt.Errorf("run %s was left at step %s: go on with: fumtui resume %s --confirm %s%s",
			run.ID, run.CurrentStep(), run.ID, run.To, config)}
	}
	return &exitError{code: code}
}

// runError gives an error of the engine its exit code.
func runError(err error) error {
	return &exitError{code: runErrorCode(err), err: err}
}

func runErrorCode(err error) int {
	var (
		usage    *failover.UsageError
		refused  *failover.RefusedError
		question *failover.QuestionError
		held     *failover.HeldError
		busy     *failover.BusyError
		moved    *failover.MovedError
		stale    *failover.PlanMovedError
		ended    *failover.EndedError
		forward  *failover.ForwardOnlyError
		noOp     *failover.NoOpError
	)
	switch {
	case errors.As(err, &noOp):
		return exitDone
	case errors.As(err, &usage), errors.Is(err, failover.ErrNotFound):
		return exitUsage
	case errors.As(err, &question):
		return exitQuestion
	case errors.As(err, &held), errors.Is(err, failover.ErrFenced):
		return exitLeaseHeld
	case errors.As(err, &refused), errors.As(err, &busy), errors.As(err, &moved),
		errors.As(err, &stale), errors.As(err, &ended), errors.As(err, &forward):
		return exitRefused
	}
	return exitFailed
}

// addConfigFlag adds the flag that names the configuration.
func addConfigFlag(cmd *cobra.Command, into *string) {
	cmd.Flags().StringVar(into, "config", "", "the configuration file (default: $"+configEnv+", else fumtui/fumtui.yaml in the XDG configuration folder)")
}
