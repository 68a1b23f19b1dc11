package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/store"
)

func newCursorCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "cursor",
		Short: "Read or write the last slot that a pipeline fully consumed from a cluster",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return errors.New("say get or set") },
	}
	cmd.AddCommand(newCursorGetCmd(), newCursorSetCmd())
	return cmd
}

func newCursorGetCmd() *cobra.Command {
	var config string
	cmd := &cobra.Command{
		Use:   "get PIPELINE CLUSTER",
		Short: "Print a cursor",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withCursor(cmd, config, args, func(ctx context.Context, c *console) error {
				cursor, err := c.store.Cursor(ctx, args[0], args[1])
				if err != nil {
					return err
				}
				if cursor == nil {
					return fmt.Errorf("pipeline %s has no cursor at %s", args[0], args[1])
				}
				_, err = fmt.Fprintln(cmd.OutOrStdout(), cursor.Slot)
				return err
			})
		},
	}
	addConfigFlag(cmd, &config)
	return cmd
}

func newCursorSetCmd() *cobra.Command {
	var config string
	var force bool
	cmd := &cobra.Command{
		Use:   "set PIPELINE CLUSTER SLOT",
		Short: "Write a cursor; it refuses to move it back without --force",
		Args:  cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			slot, err := strconv.ParseUint(args[2], 10, 63)
			if err != nil {
				return fmt.Errorf("%q is not a slot: write a whole number", args[2])
			}
			return withCursor(cmd, config, args, func(ctx context.Context, c *console) error {
				return c.setCursor(ctx, cmd.ErrOrStderr(), seat{args[0], args[1]}, model.Slot(slot), force)
			})
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "allow to move the cursor back")
	addConfigFlag(cmd, &config)
	return cmd
}

// setCursor sets a cursor by hand, and says where that is not the last word.
func (c *console) setCursor(ctx context.Context, out io.Writer, at seat, slot model.Slot, force bool) error {
	if err := c.onlyLooks(); err != nil {
		return err
	}
	if err := c.prepareCursors(); err != nil {
		return usage(err)
	}
	var word *store.SourceWord
	if source := c.cursors[at]; source != nil {
		asking, cancel := context.WithTimeout(ctx, c.cfg.Probe.Timeout)
		said, err := source.Read(asking)
		cancel()
		word = &store.SourceWord{Slot: said, Unread: err != nil}
	}
	if err := c.store.SetCursor(ctx, at.pipeline, at.cluster, slot, force, word); err != nil {
		return cursorError(err)
	}
	if word != nil {
		p, _ := c.cfg.Pipeline(at.pipeline)
		_, _ = fmt.Fprintf(out, "the cursor of %s is read from its own source (%s): slot %d stands until that says something else\n",
			at.pipeline, p.Cursor.Source, slot)
	}
	return c.tellReadCursor(ctx, out, at)
}

// tellReadCursor says where a run under way has read the cursor already.
func (c *console) tellReadCursor(ctx context.Context, out io.Writer, at seat) error {
	runs, err := c.store.Runs(ctx, at.pipeline, true, 1)
	if err != nil || len(runs) == 0 {
		return err
	}
	run := &runs[0]
	if read := run.Step(model.StepCursor); run.From != at.cluster || read == nil || read.State != model.StepDone {
		return nil
	}
	_, err = fmt.Fprintf(out, "run %s to %s has read the cursor of %s before: %s; it goes on from that\n",
		run.ID, run.To, run.From, model.Clean(run.Step(model.StepCursor).Detail, model.MaxMessage))
	return err
}

// withCursor opens the database for the cursor of a pipeline at a cluster, named
// by the first two arguments.
func withCursor(cmd *cobra.Command, configFlag string, args []string, do func(context.Context, *console) error) error {
	return withStore(cmd, configFlag, func(ctx context.Context, c *console) error {
		p, ok := c.cfg.Pipeline(args[0])
		if !ok {
			return usage(noPipeline(args[0], c.pipelineNames()))
		}
		if _, ok := p.Clients[args[1]]; !ok {
			return usage(fmt.Errorf("pipeline %s has no client at %q: it has them at %v", p.Name, args[1], p.Clusters))
		}
		return do(ctx, c)
	}, making)
}

// cursorError gives a refusal to move back its exit code.
func cursorError(err error) error {
	var backward *store.BackwardError
	if errors.As(err, &backward) {
		return &exitError{code: exitRefused, err: err}
	}
	return err
}

// making makes the database where there is none.
func making(c *console) { c.keepsOff = false }
