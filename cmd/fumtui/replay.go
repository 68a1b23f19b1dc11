package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model/health"
	"github.com/fumtui/fumtui/model/recording"
)

func newReplayCmd() *cobra.Command {
	var o replayOptions
	cmd := &cobra.Command{
		Use:   "replay FILE [--preset NAME] [--set [PIPELINE.]KEY=VALUE]...",
		Short: "Play a recording through the rules with other thresholds: would it have fired, and when",
		Long: `replay plays a recording of ` + "`fumtui evidence export`" + ` through the rules, with the
thresholds that were in force and with others side by side, and says when each
verdict and advice changed, and what would have fired sooner, later or never.
FILE - is standard input.

The other thresholds are those recorded, or those of --preset or --config, with
each --set on top. A --set with the name of a pipeline is of that one only. The
thresholds are: ` + strings.Join(recording.Settings(), ", ") + `.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return replay(cmd, args[0], o)
		},
	}
	cmd.Flags().StringVar(&o.preset, "preset", "", "thresholds of this preset: "+strings.Join(health.Presets(), ", "))
	cmd.Flags().StringVar(&o.config, "config", "", "thresholds of this configuration")
	cmd.Flags().StringArrayVar(&o.set, "set", nil, "one threshold, such as down_after=1m or trades.silent_after=30s; may be repeated")
	cmd.Flags().BoolVar(&o.asJSON, "json", false, "print JSON")
	return cmd
}

// replayOptions are the flags of a replay.
type replayOptions struct {
	preset, config string
	set            []string
	asJSON         bool
}

// others reports whether thresholds other than the recorded ones are asked for.
func (o *replayOptions) others() bool { return o.preset != "" || o.config != "" || len(o.set) > 0 }

// thresholdSet are the rules of a replay.
type thresholdSet struct {
	rules health.Rules
	own   map[string]health.Rules // of pipelines that have their own
}

// replayed is what came of a replay. other is nil where no other thresholds
// were asked for.
type replayed struct {
	header          recording.Header
	recorded, other *playback
}

// playback is a recording as one set of thresholds has it.
type playback struct {
	thresholds thresholdSet
	timeline   recording.Timeline
	summary    recording.Summary
}

// replay reads, plays and prints.
func replay(cmd *cobra.Command, path string, o replayOptions) error {
	if o.preset != "" && o.config != "" {
		return usage(errors.New("--preset and --config exclude each other: take one, and --set for the rest"))
	}
	in := cmd.InOrStdin()
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return usage(err)
		}
		defer func() { _ = file.Close() }()
		in = file
	} else {
		path = "standard input"
	}
	r, err := recording.NewReader(in)
	if err != nil {
		return failed(fmt.Errorf("%s: %w", path, err))
	}
	found, err := play(cmd.Context(), r, o)
	if err != nil {
		var coded *exitError
		if errors.As(err, &coded) {
			return err
		}
		return failed(fmt.Errorf("%s: %w", path, err))
	}
	if o.asJSON {
		return failed(printJSON(cmd.OutOrStdout(), newReplayJSON(found), true))
	}
	return failed(printReplay(cmd.OutOrStdout(), found))
}

// play plays a recording with the thresholds recorded and, where they are asked
// for, with others.
func play(ctx context.Context, r *recording.Reader, o replayOptions) (*replayed, error) {
	h := r.Header()
	out := &replayed{header: h, recorded: &playback{thresholds: thresholdSet{h.Rules, h.PipelineRules}}}
	sides := []*playback{out.recorded}
	if o.others() {
		t, err := otherThresholds(ctx, &h, &o)
		if err != nil {
			return nil, usage(err)
		}
		out.other = &playback{thresholds: t}
		sides = append(sides, out.other)
	}
	players := make([]*recording.Player, len(sides))
	for i, side := range sides {
		players[i] = recording.NewPlayer(h, side.thresholds.rules, side.thresholds.own)
	}
	if err := recording.Replay(ctx, r, players...); err != nil {
		return nil, err
	}
	for i, side := range sides {
		side.timeline = players[i].End()
		side.summary = recording.Summarize(h, side.timeline)
	}
	return out, nil
}

// otherThresholds are those that a replay is to try.
func otherThresholds(ctx context.Context, h *recording.Header, o *replayOptions) (thresholdSet, error) {
	t := thresholdSet{rules: h.Rules, own: maps.Clone(h.PipelineRules)}
	switch {
	case o.preset != "":
		rules, ok := health.Preset(o.preset)
		if !ok {
			return t, fmt.Errorf("there is no preset %q: there are %s", o.preset, strings.Join(health.Presets(), ", "))
		}
		// How old evidence may be and how fast the chain is follows from what was
		// recorded, not from taste.
		rules.MaxAge, rules.SlotsPerSecond = h.Rules.MaxAge, h.Rules.SlotsPerSecond
		t = thresholdSet{rules: rules, own: map[string]health.Rules{}}
	case o.config != "":
		sys := machine()
		sys.NoTokens = true
		cfg, err := loadConfigWith(ctx, sys, o.config)
		if err != nil {
			return t, err
		}
		t = thresholdSet{rules: cfg.Detection, own: map[string]health.Rules{}}
		t.rules.MaxAge = h.Rules.MaxAge
		for _, p := range cfg.Pipelines {
			if p.Detection != cfg.Detection {
				own := p.Detection
				own.MaxAge = h.Rules.MaxAge
				t.own[p.Name] = own
			}
		}
	}
	return t, t.setAll(h, o.set)
}

// setAll changes single thresholds: first those of all pipelines, then those of
// one.
func (t *thresholdSet) setAll(h *recording.Header, settings []string) error {
	for _, ofOne := range []bool{false, true} {
		for _, s := range settings {
			key, value, ok := strings.Cut(s, "=")
			if !ok {
				return fmt.Errorf("--set %s: write KEY=VALUE, such as down_after=1m", s)
			}
			pipeline, key, own := cutLast(strings.TrimPrefix(key, "detection."))
			if own != ofOne {
				continue
			}
			if err := t.set(h, pipeline, key, value); err != nil {
				return fmt.Errorf("--set %s: %w", s, err)
			}
		}
	}
	return nil
}

// cutLast cuts the name of a pipeline, which may hold dots, from a key, which
// holds none.
func cutLast(name string) (pipeline, key string, ok bool) {
	dot := strings.LastIndexByte(name, '.')
	if dot <= 0 {
		return "", name, false
	}
	return name[:dot], name[dot+1:], true
}

// set changes one threshold, of one pipeline or, without a name, of all.
func (t *thresholdSet) set(h *recording.Header, pipeline, key, value string) error {
	if pipeline == "" {
		for name, own := range t.own {
			if err := recording.Set(&own, key, value); err != nil {
				return err
			}
			t.own[name] = own
		}
		return recording.Set(&t.rules, key, value)
	}
	var known []string
	for _, p := range h.Pipelines {
		known = append(known, p.Name)
	}
	if !slices.Contains(known, pipeline) {
		return fmt.Errorf("there is no pipeline %q in the recording: it has %s", pipeline, listed(known))
	}
	for _, threshold := range t.rules.Thresholds() {
		if threshold.Key == key && threshold.Of != health.OfPipelines {
			return fmt.Errorf("%s is of clusters and the same for all pipelines: leave the name away", key)
		}
	}
	own, ok := t.own[pipeline]
	if !ok {
		own = t.rules
	}
	if err := recording.Set(&own, key, value); err != nil {
		return err
	}
	t.own[pipeline] = own
	return nil
}

// printTo writes lines until one fails.
type printTo struct {
	out io.Writer
	err error
}

func (p *printTo) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format+"\n", args...)
	}
}
