package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
	"github.com/fumtui/fumtui/model/recording"
)

func newEvidenceCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "evidence",
		Short: "Take what was seen out of the database",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return errors.New("say export") },
	}
	cmd.AddCommand(newEvidenceExportCmd())
	return cmd
}

func newEvidenceExportCmd() *cobra.Command {
	var config, output string
	var since time.Duration
	cmd := &cobra.Command{
		Use:   "export [--since DURATION] [--output FILE]",
		Short: "Write what was seen as a recording, for `fumtui replay`",
		Long: `export writes what consoles saw and stored, where each pipeline was active and
how its runs went, as JSON lines: a recording that ` + "`fumtui replay`" + ` plays through
the rules with other thresholds. It holds names and messages of errors, but no
tokens and no addresses of the configuration.

Evidence is kept for probe.keep.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if since <= 0 {
				return errors.New("--since must be above 0")
			}
			return withStore(cmd, config, func(ctx context.Context, c *console) error {
				return writeTo(output, cmd.OutOrStdout(), func(out io.Writer) error {
					return c.export(ctx, out, time.Now(), since)
				})
			})
		},
	}
	cmd.Flags().DurationVar(&since, "since", 2*time.Hour, "how far to go back")
	cmd.Flags().StringVar(&output, "output", "", "a file that does not exist yet (default: standard output)")
	addConfigFlag(cmd, &config)
	return cmd
}

// export writes a recording of what the database holds.
func (c *console) export(ctx context.Context, out io.Writer, now time.Time, back time.Duration) error {
	h, active, err := c.recordingHeader(ctx, now, back)
	if err != nil {
		return err
	}
	runs, err := c.store.Runs(ctx, "", false, 0)
	if err != nil {
		return err
	}
	for i := range runs {
		runs[i].State = c.engine.State(ctx, runs[i])
	}
	told := recording.Standing(h.Pipelines, active, runs, h.Since)
	return recording.Export(ctx, out, h, told, func(ctx context.Context, do func(model.Evidence) error) error {
		return c.store.EachEvidence(ctx, h.Since, do)
	})
}

// recordingHeader says what a recording is of, and where each pipeline is
// active.
func (c *console) recordingHeader(ctx context.Context, now time.Time, back time.Duration) (recording.Header, map[string]string, error) {
	h := recording.Header{
		Made: now, By: versionText(), Since: now.Add(-back), Rules: c.cfg.Detection,
		PipelineRules: map[string]health.Rules{}, Interval: c.cfg.Probe.Interval, Timeout: c.cfg.Probe.Timeout,
	}
	for _, cluster := range c.cfg.Clusters {
		h.Clusters = append(h.Clusters, cluster.Cluster)
	}
	active := map[string]string{}
	for _, p := range c.cfg.Pipelines {
		h.Pipelines = append(h.Pipelines, p.Pipeline)
		if p.Detection != c.cfg.Detection {
			h.PipelineRules[p.Name] = p.Detection
		}
		at, err := c.store.Active(ctx, p.Name)
		if err != nil {
			return h, nil, err
		}
		active[p.Name] = at
	}
	return h, active, nil
}

// writeTo has a file written that nobody else can read and that did not exist,
// or, without a path, standard output. Of a file that could not be written to
// its end nothing is left.
func writeTo(path string, stdout io.Writer, write func(io.Writer) error) (err error) {
	if path == "" || path == "-" {
		out := bufio.NewWriter(stdout)
		if err := write(out); err != nil {
			return err
		}
		return out.Flush()
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s exists already and is left alone: name another file with --output, or remove it", path)
	}
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(file, 64<<10)
	err = write(out)
	if err == nil {
		err = out.Flush()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		_ = os.Remove(path) // it is ours, and of no use
	}
	return err
}
