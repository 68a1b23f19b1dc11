package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model"
)

const (
	// shortestLook is how long a check looks itself, whatever a running console
	// left in the database: long enough for two looks of a kind.
	shortestLook = 3 * onceInterval
	// checkReserve is the part of a check's time that is left to judge, to write
	// and to end.
	checkReserve = 1500 * time.Millisecond
	// shortestCheck is the least time that a check can do with.
	shortestCheck = 3 * time.Second
)

// newCheckCmd is the monitoring plugin. Whatever happens it prints one line and
// exits 0, 1, 2 or 3: other commands' exit codes mean something else to a
// monitoring system.
func newCheckCmd() *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check [--pipeline PIPELINE | --cluster CLUSTER]",
		Short: "Be a monitoring plugin: one line, and exit code 0 ok, 1 warning, 2 critical, 3 unknown",
		Long: `check prints one line with performance data, as monitoring plugins do, and exits
0 ok, 1 warning, 2 critical or 3 unknown; also a wrong configuration, a wrong
flag or no answer in time is 3. Without --pipeline and --cluster it is about all
pipelines, and about the clusters they could go to.

It looks for some seconds only. What takes longer to tell, such as that a
cluster is down, it knows from the evidence that a running console or
` + "`fumtui watch`" + ` stores: run one beside it.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return pluginUnknown("%q is not expected here: name a pipeline with --pipeline", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return check(cmd, o) },
	}
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return pluginUnknown("%v", err) })
	cmd.Flags().StringVar(&o.of.pipeline, "pipeline", "", "check this pipeline only")
	cmd.Flags().StringVar(&o.of.cluster, "cluster", "", "check this cluster only")
	cmd.Flags().DurationVar(&o.timeout, "timeout", 10*time.Second, "give up after this, with exit code 3")
	cmd.Flags().BoolVar(&o.alone, "alone", false, "check in this process, without a supervisor")
	_ = cmd.Flags().MarkHidden("alone") // it is defined above
	addConfigFlag(cmd, &o.config)
	return cmd
}

// checkOptions are the flags of a check.
type checkOptions struct {
	of      examined
	config  string
	timeout time.Duration
	alone   bool
}

// pluginError ends a check: its line goes to standard output.
type pluginError struct{ line string }

// Error implements error.
func (e *pluginError) Error() string { return e.line }

// pluginUnknown is the end of a check that can say nothing.
func pluginUnknown(format string, args ...any) error {
	return &exitError{
		code: int(model.AlertUnknown),
		err:  &pluginError{pluginLine(model.AlertUnknown, fmt.Sprintf(format, args...), nil)},
	}
}

// check looks and prints, in a process of its own: what a check must never do,
// such as to hang or to end with the code of a panic, which monitoring systems
// take for critical, its supervisor turns into unknown.
func check(cmd *cobra.Command, o checkOptions) error {
	if o.timeout < shortestCheck {
		return pluginUnknown("--timeout %s is too short: a check takes at least %s", o.timeout, shortestCheck)
	}
	if !o.alone {
		return supervised(cmd, o)
	}
	line, alert, err := checkOnce(cmd, o)
	if err != nil {
		return pluginUnknown("%v", err)
	}
	return endCheck(cmd.OutOrStdout(), line, alert)
}

// endCheck prints the line of a check and gives its exit code. A line that
// cannot be printed told nobody that all is well.
func endCheck(out io.Writer, line string, alert model.Alert) error {
	if _, err := fmt.Fprintln(out, line); err != nil {
		return &exitError{code: int(alert.Worse(model.AlertUnknown)), err: fmt.Errorf("print the result: %w", err)}
	}
	if alert == model.AlertOK {
		return nil
	}
	return &exitError{code: int(alert)}
}

// checkOnce looks until all is judged, but not for longer than its time allows.
func checkOnce(cmd *cobra.Command, o checkOptions) (line string, alert model.Alert, err error) {
	began := time.Now()
	c, err := openConsole(cmd.Context(), o.config, probingOnce, makingNone)
	if err != nil {
		return "", model.AlertUnknown, err
	}
	defer c.close()
	if err := c.has(o.of); err != nil {
		return "", model.AlertUnknown, err
	}
	doubts := c.doubts(cmd.Context(), o.of)
	err = c.looking(cmd.Context(), func(ctx context.Context) error {
		if _, err := c.picture(ctx, shortestLook); err != nil {
			return err
		}
		left := o.timeout - checkReserve - time.Since(began)
		c.settle(ctx, max(min(left, c.cfg.Probe.Timeout), 0)) // then whoever would answer has
		snap := c.monitor.Snapshot()
		line, alert = pluginReport(&snap, o.of, doubts...)
		return ctx.Err()
	})
	return line, alert, err
}

// doubts are what a check cannot know by itself and nobody tells it: where
// pipelines are active, which the database says, and what was before it came,
// which a console beside it saw. Without the latter an outage is a blip for
// ever, so a check that is alone says so.
func (c *console) doubts(ctx context.Context, of examined) []finding {
	if c.store == nil && of.cluster == "" {
		return []finding{{alert: model.AlertUnknown, text: fmt.Sprintf("where pipelines are active is not known: %v", c.storeErr)}}
	}
	err := c.storeErr
	if c.store != nil {
		var seen []model.Evidence
		if seen, err = c.store.Evidence(ctx, time.Now().Add(-c.cfg.Detection.MaxAge)); len(seen) > 0 {
			return nil
		}
	}
	text := "nobody looks beside this check, which alone cannot tell an outage: run `fumtui watch`"
	if err != nil {
		text = fmt.Sprintf("what was seen before this check cannot be read: %v", err)
	}
	return []finding{{alert: model.AlertOK, text: text}}
}

// has fails where what a check is about is not in the configuration.
func (c *console) has(of examined) error {
	switch _, known := c.cfg.Cluster(of.cluster); {
	case of.pipeline != "" && of.cluster != "":
		return errors.New("--pipeline and --cluster exclude each other: run two checks")
	case of.cluster != "" && !known:
		var names []string
		for _, cluster := range c.cfg.Clusters {
			names = append(names, cluster.Name)
		}
		return fmt.Errorf("there is no cluster %q in the configuration: it has %s", of.cluster, listed(names))
	case of.pipeline != "":
		_, err := c.pipelinesNamed([]string{of.pipeline})
		return err
	}
	return nil
}
