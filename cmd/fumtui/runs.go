package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model"
)

// openRun is a run that has not ended, and who drives it.
type openRun struct {
	model.Run
	driver *model.Holder // nil: nobody
}

func newRunsCmd() *cobra.Command {
	var config string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "List the runs that have not ended, and how to go on with them",
		Long: `runs lists the runs that have not ended, newest first: at which step each is, who
drives it, what it asks, and the commands that resume it or give it up. It needs
the database only, and no cluster.`,
		Example: `  fumtui runs
  fumtui runs --json | jq -r '.[] | select(.question != null) | .resume'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withStore(cmd, config, func(ctx context.Context, c *console) error {
				runs, err := c.openRuns(ctx)
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(cmd.OutOrStdout(), c.newOpenRunsJSON(runs), true)
				}
				c.printOpenRuns(cmd.OutOrStdout(), runs)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	addConfigFlag(cmd, &config)
	return cmd
}

// openRuns reads the runs that have not ended, newest first.
func (c *console) openRuns(ctx context.Context) ([]openRun, error) {
	runs, err := c.store.Runs(ctx, "", true, 0)
	if err != nil {
		return nil, err
	}
	open := make([]openRun, 0, len(runs))
	for _, run := range runs {
		if run.State = c.engine.State(ctx, run); run.State.Ended() {
			continue // meanwhile
		}
		driver, err := c.engine.Driver(ctx, run)
		if err != nil {
			return nil, err
		}
		open = append(open, openRun{run, driver})
	}
	return open, nil
}

// printOpenRuns prints a paragraph for each.
func (c *console) printOpenRuns(out io.Writer, runs []openRun) {
	if len(runs) == 0 {
		fmt.Fprintln(out, "no run is under way")
	}
	for i, r := range runs {
		if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "%s: %s %s of %s from %s to %s is %s at step %s\n",
			r.ID, r.Mode, r.Kind, r.Pipeline, r.From, r.To, r.State, r.CurrentStep())
		fmt.Fprintf(out, "  begun %s by %s\n", r.StartedAt.UTC().Format("2006-01-02 15:04:05Z"), model.Clean(r.RequestedBy, 64))
		if r.Question != "" {
			fmt.Fprintf(out, "  asks: %s\n", model.Clean(r.Question, model.MaxMessage))
		}
		if r.driver != nil {
			fmt.Fprintf(out, "  driven by %s: follow it there, or on the screen of fumtui\n", holderText(*r.driver))
			continue
		}
		fmt.Fprintf(out, "  go on: %s\n", c.resumeCommand(r.Run))
		if abort := c.abortCommand(r.Run); abort != "" {
			fmt.Fprintf(out, "  or give it up: %s\n", abort)
		}
	}
}

// holderText names a process for a person.
func holderText(h model.Holder) string {
	return model.Clean(fmt.Sprintf("%s@%s (process %d)", h.User, h.Host, h.PID), model.MaxMessage)
}

func (c *console) newOpenRunsJSON(runs []openRun) []openRunJSON {
	out := make([]openRunJSON, 0, len(runs))
	for _, r := range runs {
		row := openRunJSON{runJSON: newRunJSON(r.Run)}
		if r.driver != nil {
			row.DrivenBy = orNull(holderText(*r.driver))
		} else {
			row.Resume, row.Abort = orNull(c.resumeCommand(r.Run)), orNull(c.abortCommand(r.Run))
		}
		out = append(out, row)
	}
	return out
}
