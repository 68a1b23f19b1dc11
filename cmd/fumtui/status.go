package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui"
)

// textWidth is the width of texts for people: that of the terminal, else 100.
func textWidth() int {
	if width, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil && width > 0 {
		return width
	}
	return 100
}

func newStatusCmd() *cobra.Command {
	var f lookFlags
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Print one picture of all clusters and pipelines",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.withConsole(cmd, func(ctx context.Context, c *console) error {
				snap, err := c.picture(ctx, f.window)
				if err != nil {
					return err
				}
				if f.asJSON {
					return printJSON(cmd.OutOrStdout(), newStatusJSON(snap), true)
				}
				_, err = fmt.Fprint(cmd.OutOrStdout(), ui.StatusText(snap, textWidth(), shownConfig(c.cfg.Path)))
				return err
			})
		},
	}
	f.add(cmd)
	return cmd
}

// picture looks for the given time and gives what is known then. Evidence that
// a running console stored counts too.
func (c *console) picture(ctx context.Context, window time.Duration) (model.Snapshot, error) {
	timer := time.NewTimer(window)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return model.Snapshot{}, ctx.Err()
	case <-timer.C:
	}
	last := c.monitor.Snapshot()
	c.monitor.Kick()
	return c.withStoreNotice(c.monitor.Next(ctx, last.Generation))
}

// withStoreNotice adds to a snapshot why the database cannot be used.
func (c *console) withStoreNotice(snap model.Snapshot, err error) (model.Snapshot, error) {
	if err == nil && c.storeErr != nil {
		snap.Notices = append([]string{model.Clean(c.storeErr.Error(), model.MaxMessage)}, snap.Notices...)
	}
	return snap, err
}
