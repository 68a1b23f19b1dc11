package main

import (
	"context"
	"errors"
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
	var config string
	var asJSON bool
	var window time.Duration
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Print one picture of all clusters and pipelines",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if window < 0 {
				return errors.New("--for must not be negative")
			}
			return withConsole(cmd, config, func(ctx context.Context, c *console) error {
				snap, err := c.picture(ctx, window)
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(cmd.OutOrStdout(), newStatusJSON(snap), true)
				}
				_, err = fmt.Fprint(cmd.OutOrStdout(), ui.StatusText(snap, textWidth(), shownConfig(c.cfg.Path)))
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().DurationVar(&window, "for", settleTime, "how long to look before judging")
	addConfigFlag(cmd, &config)
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
