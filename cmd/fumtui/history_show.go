package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/model/report"
)

func newHistoryShowCmd() *cobra.Command {
	var config string
	var markdown bool
	cmd := &cobra.Command{
		Use:   "show RUN",
		Short: "Print a report of one run, fit for a post-mortem",
		Long: `show prints who asked for a run and why, what was seen when it was decided, when
each thing happened, how long recovery took, what was lost and repeated, its
checks, steps, questions and answers, what its hooks said, and what is left to
do. All of it is read from the journal and the audit trail.`,
		Example: `  fumtui history show 20260304-120000-abcdef
  fumtui history show 20260304-120000-abcdef --markdown > postmortem.md`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withStore(cmd, config, func(ctx context.Context, c *console) error {
				facts, err := c.reportFacts(ctx, args[0])
				if err != nil {
					return err
				}
				text := report.New(facts).Text
				if markdown {
					text = report.New(facts).Markdown
				}
				_, err = fmt.Fprint(cmd.OutOrStdout(), text())
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&markdown, "markdown", false, "print Markdown")
	addConfigFlag(cmd, &config)
	return cmd
}

// reportFacts gathers what the report of a run is made of.
func (c *console) reportFacts(ctx context.Context, id string) (report.Facts, error) {
	run, err := c.store.Run(ctx, id)
	if err != nil {
		if errors.Is(err, failover.ErrNotFound) {
			return report.Facts{}, usage(noRun(id))
		}
		return report.Facts{}, err
	}
	facts := report.Facts{Run: run, State: c.engine.State(ctx, run), SlotsPerSecond: c.cfg.Detection.SlotsPerSecond}
	if facts.Audit, err = c.store.AuditOf(ctx, run.ID); err != nil {
		return facts, err
	}
	if p, ok := c.cfg.Pipeline(run.Pipeline); ok { // it may be gone from the configuration
		if facts.Home, err = c.home(ctx, p.Name); err != nil {
			return facts, err
		}
	}
	if facts.State.Ended() {
		facts.WayBack, err = c.wayBack(ctx, &run)
		return facts, err
	}
	driver, err := c.engine.Driver(ctx, run)
	if err != nil {
		return facts, err
	}
	if driver != nil {
		facts.DrivenBy = holderText(*driver)
	}
	facts.Resume, facts.Abort = c.resumeCommand(run), c.abortCommand(run)
	return facts, nil
}

// noRun says how a run is found.
func noRun(id string) error {
	return fmt.Errorf("there is no run %s: `fumtui history` lists them: %w", model.Clean(id, model.MaxMessage), failover.ErrNotFound)
}
