package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

const (
	evacuationDegree = 16
	maxDegree        = 256
)

// evacuateFlags are the flags of evacuate and of its plan.
type evacuateFlags struct {
	runFlags
	degree int
}

func (f *evacuateFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.to, "to", "", "the target cluster")
	cmd.Flags().IntVar(&f.degree, "degree", evacuationDegree, "how many pipelines to move at once")
	f.addMode(cmd)
	cmd.Flags().Var(&f.approveGap, "approve-gap", "approve that up to this many slots are skipped, of each pipeline")
	addConfigFlag(cmd, &f.config)
}

// evacuation is what the flags ask for.
func (f *evacuateFlags) evacuation(c *console, from string) (failover.Evacuation, error) {
	if f.to == "" {
		return failover.Evacuation{}, errNoTarget
	}
	if f.degree < 1 || f.degree > maxDegree {
		return failover.Evacuation{}, fmt.Errorf("--degree %d: give a number from 1 to %d", f.degree, maxDegree)
	}
	for _, name := range []string{from, f.to} {
		if _, ok := c.clusters[name]; !ok {
			return failover.Evacuation{}, fmt.Errorf("there is no cluster %q in the configuration", name)
		}
	}
	r := f.request(c, "", f.to)
	return failover.Evacuation{
		From: from, To: f.to, Degree: f.degree, Mode: r.Mode, ApproveGap: r.ApproveGap,
		Reason: r.Reason, RequestedBy: r.RequestedBy, Origin: r.Origin,
	}, nil
}

func newEvacuateCmd() *cobra.Command {
	var f evacuateFlags
	cmd := &cobra.Command{
		Use:   "evacuate CLUSTER --to CLUSTER --confirm CLUSTER",
		Short: "Move all pipelines of a cluster to another one, side by side",
		Long: `evacuate plans a cutover of every pipeline that is active on a cluster, prints
them in one table and, as --confirm names the target, drives them side by side.
Each has a lease and a journal of its own: one that fails or asks does not hold
up the others, and each is reported.

The same command again goes on: it takes over the runs of the evacuation that
nobody drives, and begins those of the pipelines that are still there. Runs that
ask something are left to fumtui resume, unless they ask for a gap that
--approve-gap approves; runs of another driver are left to that one. A pipeline
whose run failed after it had left the cluster is told again, until a client is
seen at work at the target.

The first interrupt leaves all runs at their next durable point, a second one at
once. The exit code is the gravest of all, in this order: 7 interrupted or
unknown, 1 failed, 4 asks, 5 driven by another, 3 refused, 6 aborted, 0 moved.`,
		Example: `  fumtui plan evacuate ams --to nyc
  fumtui evacuate ams --to nyc --confirm nyc --reason "ams is down"
  fumtui evacuate ams --to nyc --confirm nyc --degree 64 --mode hybrid`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withConsole(cmd, f.config, func(ctx context.Context, c *console) error {
				return c.evacuate(ctx, cmd, &f, args[0])
			})
		},
	}
	f.add(cmd)
	f.addConfirm(cmd)
	return cmd
}

func newPlanEvacuateCmd() *cobra.Command {
	var f evacuateFlags
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "evacuate CLUSTER --to CLUSTER",
		Short:   "Plan to move all pipelines of a cluster to another one",
		Example: "  fumtui plan evacuate ams --to nyc --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withConsole(cmd, f.config, func(ctx context.Context, c *console) error {
				plan, err := c.planEvacuation(ctx, cmd, &f, args[0])
				if err != nil {
					return err
				}
				return c.printEvacuation(cmd, &plan, asJSON)
			}, makingNone)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	f.add(cmd)
	return cmd
}

// planEvacuation plans what the flags ask for.
func (c *console) planEvacuation(ctx context.Context, cmd *cobra.Command, f *evacuateFlags, from string) (failover.EvacuationPlan, error) {
	if c.engine == nil {
		return failover.EvacuationPlan{}, c.canAct()
	}
	evacuation, err := f.evacuation(c, from)
	if err != nil {
		return failover.EvacuationPlan{}, usage(err)
	}
	c.settle(ctx, settleTime)
	defer c.tellWaits(cmd.ErrOrStderr())()
	plan, err := c.engine.PlanEvacuation(ctx, evacuation)
	if err != nil {
		return plan, c.notBegun(ctx, "", err)
	}
	return plan, nil
}

// evacuate plans, shows, and drives all runs to where they end or stop.
func (c *console) evacuate(ctx context.Context, cmd *cobra.Command, f *evacuateFlags, from string) error {
	if err := c.canAct(); err != nil {
		return err
	}
	if f.to == "" {
		return usage(errNoTarget)
	}
	if err := confirmed(f.confirm, f.to); err != nil {
		return usage(err)
	}
	plan, err := c.planEvacuation(ctx, cmd, f, from)
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	printEvacuationTable(out, &plan)
	if len(plan.Pipelines) == 0 {
		return nil
	}
	surviveHangup()
	fmt.Fprintln(out)
	defer c.tellWaits(cmd.ErrOrStderr())()
	told := newTeller(out, 2*len(plan.Pipelines))
	leaving := sayLeaving(ctx, cmd.ErrOrStderr(), "all runs")
	settled := goOnBy(ctx, c.evacuateCommand(&plan))
	results := c.engine.Evacuate(ctx, plan, failover.EvacuationObserver{
		Begun: func(pipeline, run string, resumed bool) {
			verb := "begun"
			if resumed {
				verb = "resumed"
			}
			told.say(fmt.Sprintf("%s: run %s %s", pipeline, run, verb))
		},
		Ended: func(r failover.EvacuationResult) { told.say(c.resultLine(&r)) },
		Drive: func(ctx context.Context, drive *failover.Drive) (model.Run, error) { return c.latest(drive.Run(ctx)) },
	})
	leaving()
	told.end()
	codes := make([]int, len(results))
	for i := range results {
		codes[i] = resultCode(&results[i])
	}
	c.tellEvacuation(out, &plan, codes)
	if code := gravest(codes); code != exitDone {
		return &exitError{code: code}
	}
	settled()
	return nil
}

// tellEvacuation says how the whole was left, and what is to be done about it.
func (c *console) tellEvacuation(out io.Writer, plan *failover.EvacuationPlan, codes []int) {
	counts := map[int]int{}
	for _, code := range codes {
		counts[code]++
	}
	fmt.Fprintf(out, "\n%s to %s: %d of %d moved", plan.From, plan.To, counts[exitDone], len(codes))
	for _, code := range gravity {
		if n := counts[code]; n > 0 && code != exitDone {
			fmt.Fprintf(out, ", %d %s", n, codeWords[code])
		}
	}
	fmt.Fprintln(out)
	if counts[exitUnknown]+counts[exitRefused] > 0 {
		fmt.Fprintln(out, "go on with the rest: "+c.evacuateCommand(plan))
	}
}

// evacuateCommand is the command that goes on with an evacuation.
func (c *console) evacuateCommand(plan *failover.EvacuationPlan) string {
	how := wayArguments(plan)
	if plan.Degree != evacuationDegree {
		how += fmt.Sprintf(" --degree %d", plan.Degree)
	}
	return fmt.Sprintf("fumtui evacuate %s --to %s --confirm %s%s%s", plan.From, plan.To, plan.To, how, c.configArgument())
}

// wayArguments are the arguments that say how pipelines are to be moved.
func wayArguments(plan *failover.EvacuationPlan) string {
	var how strings.Builder
	if plan.Mode != "" {
		fmt.Fprintf(&how, " --mode %s", plan.Mode)
	}
	if plan.ApproveGap != nil {
		fmt.Fprintf(&how, " --approve-gap %d", *plan.ApproveGap)
	}
	if plan.Reason != "" {
		fmt.Fprintf(&how, " --reason %q", plan.Reason)
	}
	return how.String()
}

// gravity is the order in which exit codes of many runs count, gravest first:
// what may still have an effect under way, what ended badly, what waits for a
// person, for another driver or for a remedy, what is as it was, what is done.
var gravity = []int{exitUnknown, exitFailed, exitQuestion, exitLeaseHeld, exitRefused, exitAborted, exitDone}

// codeWords are what the codes mean of one pipeline.
var codeWords = map[int]string{
	exitUnknown: "interrupted, unknown or not begun", exitFailed: "failed", exitQuestion: "asking", exitLeaseHeld: "driven by another",
	exitRefused: "refused", exitAborted: "aborted",
}

// gravest is the exit code of them all.
func gravest(codes []int) int {
	for _, code := range gravity {
		if slices.Contains(codes, code) {
			return code
		}
	}
	return exitDone
}

// resultCode is the exit code of one pipeline's result.
func resultCode(r *failover.EvacuationResult) int {
	switch {
	case r.Err == nil:
		return stateCode(r.Run.State)
	case r.Begun && runErrorCode(r.Err) != exitLeaseHeld:
		return exitUnknown
	}
	return notBegunCode(r.Err)
}

// notBegunCode is the exit code of one pipeline whose run was not begun.
func notBegunCode(err error) int {
	var notBegun *failover.NotBegunError
	var busy *failover.BusyError
	switch {
	case errors.As(err, &notBegun):
		return exitUnknown
	case errors.As(err, &busy) && busy.Run.State == model.RunWaiting:
		return exitQuestion
	}
	if code := runErrorCode(err); code != exitUsage {
		return code
	}
	return exitRefused // of this pipeline, and no fault of the command line
}

// resultLine is what became of one pipeline, in a line.
func (c *console) resultLine(r *failover.EvacuationResult) string {
	var text string
	var notBegun *failover.NotBegunError
	switch {
	case errors.As(r.Err, &notBegun):
		text = "not begun"
	case r.Begun && r.Err != nil:
		text = fmt.Sprintf("run %s: %s: %v", r.Run.ID, codeWords[resultCode(r)], r.Err)
	case r.Err != nil:
		text = fmt.Sprintf("%s: %v", codeWords[resultCode(r)], r.Err)
		if resultCode(r) == exitDone {
			text = r.Err.Error() // there was nothing to do
		}
	default:
		text = c.runLine(&r.Run)
	}
	return r.Pipeline + ": " + model.Clean(text, 4*model.MaxMessage)
}

// runLine is how a run was left, in a line.
func (c *console) runLine(run *model.Run) string {
	switch run.State {
	case model.RunDone:
		return fmt.Sprintf("done: active on %s, resumed at slot %s, gap %s, repeats %s",
			run.To, known(run.ResumeSlot), known(run.GapSlots), known(run.DuplicateSlots))
	case model.RunWaiting:
		return fmt.Sprintf("asks: %s: %s", run.Question, c.resumeCommand(*run))
	case model.RunInterrupted, model.RunUnknown, model.RunRunning:
		return fmt.Sprintf("left at step %s: %s", run.CurrentStep(), c.resumeCommand(*run))
	case model.RunAborted, model.RunFailed:
	}
	text := fmt.Sprintf("%s at step %s", run.State, run.FailedAt())
	if failed := run.Failed(); failed != nil {
		text += ": " + failed.Error
	}
	if run.Note != "" {
		text += ": " + run.Note
	}
	return text
}
