package main

import (
	"context"
	"errors"
	"fmt"
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
			return withCursor(cmd, config, args, func(ctx context.Context, db *store.Store) error {
				cursor, err := db.Cursor(ctx, args[0], args[1])
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
			return withCursor(cmd, config, args, func(ctx context.Context, db *store.Store) error {
				return cursorError(db.SetCursor(ctx, args[0], args[1], model.Slot(slot), force))
			})
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "allow to move the cursor back")
	addConfigFlag(cmd, &config)
	return cmd
}

// withCursor opens the database for the cursor of a pipeline at a cluster, named
// by the first two arguments.
func withCursor(cmd *cobra.Command, configFlag string, args []string, do func(context.Context, *store.Store) error) error {
	return withStore(cmd, configFlag, func(ctx context.Context, c *console) error {
		p, ok := c.cfg.Pipeline(args[0])
		if !ok {
			return usage(noPipeline(args[0], c.pipelineNames()))
		}
		if _, ok := p.Clients[args[1]]; !ok {
			return usage(fmt.Errorf("pipeline %s has no client at %q: it has them at %v", p.Name, args[1], p.Clusters))
		}
		return do(ctx, c.store)
	})
}

// cursorError gives a refusal to move back its exit code.
func cursorError(err error) error {
	var backward *store.BackwardError
	if errors.As(err, &backward) {
		return &exitError{code: exitRefused, err: err}
	}
	return err
}
