package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/model/failover"
)

func newDoctorCmd() *cobra.Command {
	var configFlag string
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check the configuration, clusters, tokens, subscribers, metrics, hooks and database",
		Long: `doctor looks at everything that a failover will need and says what is wrong and
how to mend it. It changes nothing, but makes the database where there is none.
It exits 1 when anything is wrong.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			c, err := openConsole(ctx, configFlag)
			if err != nil {
				return err
			}
			defer c.close()
			return examine(ctx, cmd.OutOrStdout(), c)
		},
	}
	addConfigFlag(cmd, &configFlag)
	return cmd
}

// examine prints what the checks find, and the settings in force.
func examine(ctx context.Context, out io.Writer, c *console) error {
	troubles := 0
	for _, check := range c.checks(ctx) {
		if check.Level != model.CheckOK {
			troubles++
		}
		printCheck(out, check)
	}
	printSettings(out, c.cfg)
	if troubles > 0 {
		return failed(fmt.Errorf("%d of the above need a look", troubles))
	}
	return nil
}

func printCheck(out io.Writer, check model.Check) {
	word := map[model.CheckLevel]string{model.CheckOK: "ok", model.CheckWarn: "warning"}[check.Level]
	if word == "" {
		word = "wrong"
	}
	fmt.Fprintf(out, "%-8s %s: %s\n", word, check.Name, model.Clean(check.Saw, model.MaxMessage))
	if check.Mend != "" {
		fmt.Fprintf(out, "%-8s → %s\n", "", check.Mend)
	}
}

// printSettings shows every default and setting in force.
func printSettings(out io.Writer, cfg *config.Config) {
	d, f := cfg.Detection, cfg.Failover
	fmt.Fprintln(out, "\nin force:")
	for _, line := range []struct {
		name  string
		value any
	}{
		{"probe.interval", cfg.Probe.Interval},
		{"probe.timeout", cfg.Probe.Timeout},
		{"detection.down_after", d.DownAfter},
		{"detection.degraded_after", d.DegradedAfter},
		{"detection.window", d.Window},
		{"detection.silent_after", d.SilentAfter},
		{"detection.stability", d.Stability},
		{"detection.block", d.Block},
		{"detection.latency", d.Latency},
		{"detection.error_rate", d.ErrorRate},
		{"detection.slots_per_second", d.SlotsPerSecond},
		{"failover.drain_timeout", f.DrainTimeout},
		{"failover.hook_timeout", f.HookTimeout},
		{"failover.settle", f.Settle},
		{"failover.position_wait", f.PositionWait},
		{"failover.confirm_timeout", f.ConfirmTimeout},
		{"failover.live_slots", f.LiveSlots},
		{"failover.lease", f.Lease},
	} {
		fmt.Fprintf(out, "  %-28s %v\n", line.name, line.value)
	}
	for _, p := range cfg.Pipelines {
		fmt.Fprintf(out, "  pipelines.%-18s subscriber %s, home %s, guarantee %s, bootstrap %s, idempotent %t, overlap %d, cursor from the store\n",
			p.Name, p.Subscriber, p.Home, p.Guarantee, p.Bootstrap, p.Idempotent, p.Overlap)
	}
}

// checks looks at everything, the places side by side, in the order of the
// configuration.
func (c *console) checks(ctx context.Context) []model.Check {
	tasks := []func() []model.Check{
		func() []model.Check {
			return []model.Check{{Name: "configuration", Level: model.CheckOK, Saw: c.cfg.Path}}
		},
		func() []model.Check { return []model.Check{c.checkStore(ctx)} },
	}
	for _, cluster := range c.cfg.Clusters {
		tasks = append(tasks, func() []model.Check { return []model.Check{c.checkCluster(ctx, cluster)} })
	}
	for _, p := range c.cfg.Pipelines {
		tasks = append(tasks, func() []model.Check { return c.checkPipeline(ctx, p) })
	}
	found := make([][]model.Check, len(tasks))
	var wg sync.WaitGroup
	for i, task := range tasks {
		wg.Go(func() { found[i] = task() })
	}
	wg.Wait()
	var all []model.Check
	for _, checks := range found {
		all = append(all, checks...)
	}
	return all
}

func (c *console) checkStore(ctx context.Context) model.Check {
	check := model.Check{Name: "database", Level: model.CheckOK}
	err := c.storeErr
	if err == nil {
		err = c.store.Writable(ctx)
	}
	if err != nil {
		check.Level, check.Saw = model.CheckRefuse, err.Error()
		return check
	}
	check.Saw = c.store.Path() + " can be written"
	return check
}

// bounded runs one look that must end in time.
func bounded(ctx context.Context, timeout time.Duration, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return do(ctx)
}

// status asks a client's status hook.
func (c *console) status(ctx context.Context, at seat) (failover.ClientStatus, error) {
	var result failover.HookResult
	err := bounded(ctx, c.cfg.Failover.HookTimeout, func(ctx context.Context) (err error) {
		result, err = c.clients[at].Run(ctx, failover.HookStatus, failover.HookEnv{Pipeline: at.pipeline, Cluster: at.cluster})
		return err
	})
	return result.Status, err
}
