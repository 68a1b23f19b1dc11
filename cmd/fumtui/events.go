package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui"
)

// followEvery is how often events are asked for while they are followed.
const followEvery = time.Second

// eventFlags say which events are printed, and how.
type eventFlags struct {
	config string
	since  time.Duration
	of     []string
	kind   string
	limit  int
	follow bool
	asJSON bool
}

func newEventsCmd() *cobra.Command {
	var f eventFlags
	cmd := &cobra.Command{
		Use:   "events [--since DURATION] [--of NAME]... [--kind KIND] [--follow]",
		Short: "Print what changed and what was done, the newest last",
		Long: `events prints every change of a verdict or an advice, as all consoles and watches
on the database saw it, runs that their driver left, and the audit trail: what
people and runs did. Changes are kept for 30 days, the audit trail for ever.

Kinds are ` + strings.Join(eventKinds(), ", ") + `. With --json each event is an object on a line.`,
		Example: `  fumtui events --since 2h
  fumtui events --of trades --kind verdict --follow`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.check(); err != nil {
				return usage(err)
			}
			ctx, stop := leaveOnHangup(cmd.Context())
			defer stop()
			err := withStore(cmd, f.config, func(_ context.Context, c *console) error {
				return c.printEvents(ctx, cmd.OutOrStdout(), &f, time.Now())
			})
			return unlessLeft(ctx, err)
		},
	}
	flags := cmd.Flags()
	flags.DurationVar(&f.since, "since", 24*time.Hour, "how far to go back; 0 is all")
	flags.StringArrayVar(&f.of, "of", nil, "only of this cluster or pipeline; may be repeated")
	flags.StringVar(&f.kind, "kind", "", "only of this kind")
	flags.IntVar(&f.limit, "limit", 0, "at most so many, the newest; 0 is all")
	flags.BoolVar(&f.follow, "follow", false, "go on with what comes, until interrupted")
	flags.BoolVar(&f.asJSON, "json", false, "print an object per line")
	addConfigFlag(cmd, &f.config)
	return cmd
}

// eventKinds are the words of --kind.
func eventKinds() []string {
	var words []string
	for _, k := range model.EventKinds() {
		words = append(words, string(k))
	}
	return words
}

// check refuses what makes no sense.
func (f *eventFlags) check() error {
	switch {
	case f.since < 0 || f.limit < 0:
		return errors.New("--since and --limit must not be below 0")
	case f.kind != "" && !slices.Contains(eventKinds(), f.kind):
		return fmt.Errorf("--kind %s: there are %s", f.kind, strings.Join(eventKinds(), ", "))
	}
	return nil
}

// passes reports whether an event is to be printed.
func (f *eventFlags) passes(e *model.Event) bool {
	return (f.kind == "" || string(e.Kind) == f.kind) &&
		(len(f.of) == 0 || slices.Contains(f.of, e.Pipeline) || slices.Contains(f.of, e.Cluster))
}

// printEvents prints what there is, and what comes where that is asked for.
func (c *console) printEvents(ctx context.Context, out io.Writer, f *eventFlags, now time.Time) error {
	q := model.EventQuery{}
	if f.since > 0 {
		q.Since = now.Add(-f.since)
	}
	got, err := c.store.Events(ctx, q)
	if err != nil {
		return err
	}
	list := slices.DeleteFunc(got.List, func(e model.Event) bool { return !f.passes(&e) })
	if f.limit > 0 && len(list) > f.limit {
		list = list[len(list)-f.limit:]
	}
	if len(list) == 0 && !f.follow && !f.asJSON {
		_, err := fmt.Fprintln(out, "no event")
		return err
	}
	for err == nil {
		if err = printEventLines(out, list, f.asJSON); err != nil || !f.follow {
			return err
		}
		q.After = got.Next
		if got, err = c.nextEvents(ctx, q); err == nil {
			list = slices.DeleteFunc(got.List, func(e model.Event) bool { return !f.passes(&e) })
		}
	}
	return err
}

// nextEvents waits for events that were stored later.
func (c *console) nextEvents(ctx context.Context, q model.EventQuery) (model.Events, error) {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return model.Events{}, ctx.Err()
		case <-tick.C:
		}
		if got, err := c.store.Events(ctx, q); err != nil || len(got.List) > 0 {
			return got, err
		}
	}
}

// printEventLines prints a line an event.
func printEventLines(out io.Writer, list []model.Event, asJSON bool) error {
	for i := range list {
		e := &list[i]
		if asJSON {
			if err := printJSON(out, newEventJSON(e), false); err != nil {
				return err
			}
			continue
		}
		about := ""
		if of := e.Subject(); of != "" {
			about = model.Clean(of, model.MaxMessage) + " "
		}
		by := ""
		if e.Kind == model.EventAction {
			by = " (" + model.Clean(e.By, model.MaxMessage) + ")"
		}
		if _, err := fmt.Fprintf(out, "%s %s %s%s%s\n", e.At.UTC().Format("2006-01-02T15:04:05Z"), e.Kind, about, ui.EventText(e), by); err != nil {
			return err
		}
	}
	return nil
}

// eventJSON is an event. Its id is of this database alone.
type eventJSON struct {
	ID       string          `json:"id"`
	Time     string          `json:"time"`
	Kind     model.EventKind `json:"kind"`
	Pipeline *string         `json:"pipeline"`
	Cluster  *string         `json:"cluster"`
	Run      *string         `json:"run"`
	Before   *string         `json:"before"`
	Word     string          `json:"word"`
	Target   *string         `json:"target"`
	Reason   *string         `json:"reason"`
	By       *string         `json:"by"`
}

func newEventJSON(e *model.Event) eventJSON {
	return eventJSON{
		ID: e.ID, Time: jsonTime(e.At), Kind: e.Kind, Pipeline: orNull(e.Pipeline), Cluster: orNull(e.Cluster), Run: orNull(e.Run),
		Before: orNull(e.Before), Word: e.Word, Target: orNull(e.Target), Reason: orNull(e.Reason), By: orNull(e.By),
	}
}
