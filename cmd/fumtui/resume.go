package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

func newResumeCmd() *cobra.Command {
	var config, confirm, answer string
	cmd := &cobra.Command{
		Use:   "resume RUN --confirm CLUSTER",
		Short: "Go on with a run that was interrupted or waits for an answer",
		Long: `resume takes over a run that has not ended and drives it on from its journal: at
once where its driver left it or is dead on this host, else after its lease stood
still for a term, which it says. A lease that is being renewed is left alone, and
resume exits 5. fumtui runs lists what can be resumed. A run that was given up goes
on going back: there --confirm names its source, whose client is put to work again.`,
		Example: `  fumtui resume 20260304-120000-abcdef --confirm nyc
  fumtui resume 20260304-120000-abcdef --confirm nyc --answer 1204`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return takeUp(cmd, config, args[0], func(ctx context.Context, c *console) (*failover.Drive, error) {
				run, err := c.store.Run(ctx, args[0])
				if err != nil {
					return nil, err
				}
				if err := confirmedResume(confirm, &run); err != nil {
					return nil, &failover.UsageError{Text: err.Error()}
				}
				return c.engine.Resume(ctx, run.ID, answer)
			})
		},
	}
	cmd.Flags().StringVar(&confirm, "confirm", "", "the name of the cluster that the run goes to: its target, or its source where it goes back")
	cmd.Flags().StringVar(&answer, "answer", "", "the answer to the run's question")
	addConfigFlag(cmd, &config)
	return cmd
}

// confirmedResume checks the typed name of the cluster that a run goes to.
func confirmedResume(typed string, run *model.Run) error {
	if !run.GoingBack() || typed == run.From {
		return confirmed(typed, run.Toward())
	}
	what := fmt.Sprintf("this run was given up and goes back: going on puts the client at %s to work again", run.From)
	if typed == "" {
		return fmt.Errorf("nothing was done: %s: --confirm %s", what, run.From)
	}
	return fmt.Errorf("nothing was done: --confirm %s is not where this run goes: %s: --confirm %s", typed, what, run.From)
}

func newAbortCmd() *cobra.Command {
	var config string
	cmd := &cobra.Command{
		Use:   "abort RUN",
		Short: "Give up a run that has not begun to start its target, and put the source back to work",
		Long: `abort takes over a run as fumtui resume does and goes back: the client at the
source, whose subscriber was not touched, is put to work again. From the step
start on that could run two clients, and abort says why it refuses. A run that was
given up exits 6.`,
		Example: "  fumtui abort 20260304-120000-abcdef",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return takeUp(cmd, config, args[0], func(ctx context.Context, c *console) (*failover.Drive, error) {
				return c.engine.Abort(ctx, args[0])
			})
		},
	}
	addConfigFlag(cmd, &config)
	return cmd
}

// takeUp drives a run that somebody left.
func takeUp(cmd *cobra.Command, config, id string, take func(context.Context, *console) (*failover.Drive, error)) error {
	return withConsole(cmd, config, func(ctx context.Context, c *console) error {
		if err := c.canAct(); err != nil {
			return err
		}
		c.settle(ctx, settleTime)
		surviveHangup()
		defer c.tellWaits(cmd.ErrOrStderr())()
		drive, err := take(ctx, c)
		if err != nil {
			if errors.Is(err, failover.ErrNotFound) {
				err = noRun(id)
			}
			return c.notTaken(ctx, id, err)
		}
		return c.drive(ctx, cmd, drive)
	})
}
