package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/ui"
)

func newPlanCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Find out what a run would do, and whether it may, without doing it",
		Long: `plan makes all the checks of a run and prints its plan. Nothing of yours is
changed: where the canary is on, a small subscriber of fumtui's own is made at
the target for a moment, to prove that data comes.

Exit codes: 0 it may run, or there is nothing to do, 3 it would be refused, 4 it
would ask, 5 another driver is at work on a run of the pipeline.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return errors.New("say what to plan: cutover, failback, recreate or evacuate")
		},
	}
	cmd.AddCommand(newPlanCutoverCmd(), newPlanFailbackCmd(), newPlanRecreateCmd(), newPlanEvacuateCmd())
	return cmd
}

func newPlanCutoverCmd() *cobra.Command {
	var f runFlags
	cmd := newDryRun(&f, "cutover PIPELINE --to CLUSTER", "Plan to move a pipeline to another cluster", cutoverRequest)
	cmd.Example = `  fumtui plan cutover trades --to nyc
  fumtui plan cutover trades --to nyc --latest --json`
	cmd.Flags().StringVar(&f.to, "to", "", "the target cluster")
	f.addMode(cmd)
	f.addPosition(cmd)
	f.addForce(cmd)
	return cmd
}

func newPlanFailbackCmd() *cobra.Command {
	var f runFlags
	cmd := newDryRun(&f, "failback PIPELINE", "Plan to move a pipeline back to its home cluster", failbackRequest)
	cmd.Example = "  fumtui plan failback trades"
	cmd.Flags().StringVar(&f.to, "to", "", "the home cluster; another is refused")
	f.addMode(cmd)
	f.addPosition(cmd)
	f.addForce(cmd)
	return cmd
}

func newPlanRecreateCmd() *cobra.Command {
	var f runFlags
	cmd := newDryRun(&f, "recreate PIPELINE", "Plan to make a lost or stale subscriber again where it was", recreateRequest)
	cmd.Example = "  fumtui plan recreate trades"
	f.addMode(cmd)
	f.addGap(cmd)
	f.addForceRecreate(cmd)
	return cmd
}

// newDryRun is a command that plans a run of a pipeline and goes no further.
func newDryRun(f *runFlags, use, short string, ask func(pipeline string) asker) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withConsole(cmd, f.config, func(ctx context.Context, c *console) error {
				defer c.tellWaits(cmd.ErrOrStderr())()
				plan, err := c.dryRun(ctx, f, ask(args[0]))
				if err != nil {
					return err
				}
				return printPlan(cmd, plan, asJSON)
			}, makingNone)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	addConfigFlag(cmd, &f.config)
	return cmd
}

// dryRun plans what the flags ask for. A database that can only be read makes
// the plan a refused one; without any there is none.
func (c *console) dryRun(ctx context.Context, f *runFlags, ask asker) (model.Plan, error) {
	if c.engine == nil {
		return model.Plan{}, c.canAct()
	}
	request, err := ask(ctx, c, f)
	if err != nil {
		return model.Plan{}, err
	}
	c.settle(ctx, settleTime)
	plan, err := c.engine.Plan(ctx, request)
	var ended *failover.EndedError
	if errors.As(err, &ended) { // a run that was under way: what it left is planned for
		plan, err = c.engine.Plan(ctx, request)
	}
	if err != nil {
		return model.Plan{}, runError(err)
	}
	return plan, nil
}

// printPlan prints a plan; the exit code says what would become of it.
func printPlan(cmd *cobra.Command, plan model.Plan, asJSON bool) error {
	_, code := outcomeOf(&plan)
	out := cmd.OutOrStdout()
	if asJSON {
		if err := printJSON(out, newPlanJSON(plan), true); err != nil {
			return err
		}
	} else {
		fmt.Fprint(out, ui.PlanText(plan))
	}
	if code == exitDone {
		return nil
	}
	return &exitError{code: code}
}
