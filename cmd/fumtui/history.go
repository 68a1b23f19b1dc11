package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model"
)

func newHistoryCmd() *cobra.Command {
	var config string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "history",
		Short: "List past and present runs, newest first; show one in full",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withStore(cmd, config, func(ctx context.Context, c *console) error {
				runs, err := c.store.Runs(ctx, "", false, 0)
				if err != nil {
					return err
				}
				for i := range runs {
					runs[i].State = c.engine.State(ctx, runs[i])
				}
				if asJSON {
					return printJSON(cmd.OutOrStdout(), newRunsJSON(runs), true)
				}
				return printRuns(cmd, runs)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	addConfigFlag(cmd, &config)
	cmd.AddCommand(newHistoryShowCmd())
	return cmd
}

// printRuns prints a table for people.
func printRuns(cmd *cobra.Command, runs []model.Run) error {
	if len(runs) == 0 {
		_, err := fmt.Fprintln(cmd.OutOrStdout(), "no run yet")
		return err
	}
	w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RUN\tPIPELINE\tKIND\tMODE\tFROM\tTO\tSTATE\tSTARTED\tTOOK\tRESUME SLOT\tGAP\tREPEATS\tBY")
	for _, r := range runs {
		took := "-"
		if r.EndedAt != nil {
			took = r.EndedAt.Sub(r.StartedAt).Round(100 * time.Millisecond).String()
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
			r.ID, r.Pipeline, r.Kind, r.Mode, r.From, r.To, r.State,
			r.StartedAt.UTC().Format("2006-01-02 15:04:05Z"), took,
			known(r.ResumeSlot), known(r.GapSlots), known(r.DuplicateSlots), model.Clean(r.RequestedBy, 64))
	}
	return w.Flush()
}

// known prints a number, or a dash where it is not known.
func known[T ~uint64](n *T) string {
	if n == nil {
		return "-"
	}
	return fmt.Sprint(*n)
}

// withStore opens the database alone, for commands that need no cluster, and so
// no token. They make none where there is none, unless an option says so.
func withStore(cmd *cobra.Command, configFlag string, do func(context.Context, *console) error, options ...consoleOption) error {
	sys := machine()
	sys.NoTokens = true
	cfg, err := loadConfigWith(cmd.Context(), sys, configFlag)
	if err != nil {
		return err
	}
	c := newConsole(cfg)
	makingNone(c)
	for _, option := range options {
		option(c)
	}
	c.openStore(cmd.Context())
	c.wire()
	defer c.close()
	if c.store == nil {
		return failed(c.storeErr)
	}
	return failed(do(cmd.Context(), c))
}
