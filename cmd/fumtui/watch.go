package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model/change"
)

func newWatchCmd() *cobra.Command {
	var config string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "A line per change, for scripts and logs",
		Long: `watch prints a line for every change of a verdict, an advice, a subscriber, a
cursor or a run and its steps, until it is interrupted. With --json it prints one
status object per line and interval. To act as well, or to be read to, open the
console with --plain.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := leaveOnHangup(cmd.Context())
			defer stop()
			c, err := openConsole(ctx, config, watchingLong)
			if err != nil {
				return err
			}
			defer c.close()
			err = c.looking(ctx, func(ctx context.Context) error {
				if asJSON {
					return c.watchJSON(ctx, cmd.OutOrStdout())
				}
				return c.watchLines(ctx, cmd.OutOrStdout())
			})
			return unlessLeft(ctx, failed(err)) // an interrupt is how a watch ends
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a status object per line and interval")
	addConfigFlag(cmd, &config)
	return cmd
}

// watchJSON prints a status object per interval.
func (c *console) watchJSON(ctx context.Context, out io.Writer) error {
	ticker := time.NewTicker(max(c.interval, tickShortest))
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
		snap, _ := c.withStoreNotice(c.monitor.Snapshot(), nil)
		if err := printJSON(out, newStatusJSON(snap), false); err != nil {
			return err
		}
	}
}

// watchLines prints a line for every change.
func (c *console) watchLines(ctx context.Context, out io.Writer) error {
	said := change.Said{}
	for seen := uint64(1); ; { // the first picture knows nothing
		snap, err := c.withStoreNotice(c.monitor.Next(ctx, seen))
		if err != nil {
			return err
		}
		seen = snap.Generation
		for _, f := range said.News(change.Facts(&snap)) {
			at := snap.Time.UTC().Format("2006-01-02T15:04:05Z")
			if _, err := fmt.Fprintf(out, "%s %s\n", at, f.Text); err != nil {
				return err
			}
		}
	}
}
