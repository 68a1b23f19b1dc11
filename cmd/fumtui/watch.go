package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model"
)

func newWatchCmd() *cobra.Command {
	var config string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "The console without a screen: a line per change",
		Long: `watch prints a line for every change of a verdict, an advice or a run, until it
is interrupted. With --json it prints one status object per line and interval.`,
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
	said := map[string]string{}
	for seen := uint64(1); ; { // the first picture knows nothing
		snap, err := c.withStoreNotice(c.monitor.Next(ctx, seen))
		if err != nil {
			return err
		}
		seen = snap.Generation
		for _, l := range facts(&snap) {
			if said[l.about] == l.state {
				continue
			}
			said[l.about] = l.state
			at := snap.Time.UTC().Format("2006-01-02T15:04:05Z")
			if _, err := fmt.Fprintf(out, "%s %s\n", at, l.text); err != nil {
				return err
			}
		}
	}
}

// fact is something that a watch reports when its state changes.
type fact struct{ about, state, text string }

// facts lists what a snapshot says, in words that change only when it matters.
func facts(snap *model.Snapshot) []fact {
	var all []fact
	for _, n := range snap.Notices {
		all = append(all, fact{"notice " + n, n, "notice: " + n})
	}
	for _, c := range snap.Clusters {
		all = append(all, fact{
			"cluster " + c.Name, string(c.Verdict),
			sentence("cluster "+c.Name, string(c.Verdict), c.Reason),
		})
	}
	for _, p := range snap.Pipelines {
		all = append(all,
			fact{"pipeline " + p.Name, string(p.Verdict) + " " + p.Active, sentence("pipeline "+p.Name+" at "+p.Active, string(p.Verdict), p.Reason)},
			fact{"advice " + p.Name, string(p.Advice.Action) + " " + p.Advice.Target, sentence("advice for "+p.Name, string(p.Advice.Action), p.Advice.Text)},
		)
		if b := p.WayBack; b != nil {
			all = append(all, fact{"way back " + p.Name, wayBackState(b), "way back of " + p.Name + ": " + b.Says})
		}
		if p.Run != nil {
			state := fmt.Sprintf("%s at step %s", p.Run.State, p.Run.CurrentStep())
			all = append(all, fact{"run " + p.Run.ID, state, fmt.Sprintf("run %s: %s of %s from %s to %s: %s", p.Run.ID, p.Run.Kind, p.Name, p.Run.From, p.Run.To, state)})
		}
	}
	return all
}

// wayBackState is what changes of a way back when it matters.
func wayBackState(b *model.WayBack) string {
	return fmt.Sprintf("%s %s, slot %s, urgent %t, known %t, gone %t", b.Cluster, b.Subscriber, known(b.Slot),
		b.Urgent, b.Left != nil, b.Left != nil && *b.Left == 0)
}

func sentence(about, state, why string) string {
	if why == "" {
		return about + ": " + state
	}
	return about + ": " + state + ": " + why
}
