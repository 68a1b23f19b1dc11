package main

import (
	"bufio"
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
how to mend it, then explains every setting in force: what it does, and whether
the file, the preset or a formula gives it. It changes nothing, but makes the
database where there is none. It exits 1 when anything is wrong.`,
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
func examine(ctx context.Context, to io.Writer, c *console) error {
	out := bufio.NewWriter(to)
	troubles := printChecks(out, c.checks(ctx))
	printSettings(out, c.cfg)
	if err := out.Flush(); err != nil {
		return failed(err)
	}
	if troubles > 0 {
		return failed(fmt.Errorf("%d of the above need a look", troubles))
	}
	return nil
}

// printChecks prints checks, and counts those that need a look.
func printChecks(out io.Writer, checks []model.Check) (troubles int) {
	for _, check := range checks {
		if check.Level != model.CheckOK {
			troubles++
		}
		printCheck(out, check)
	}
	return troubles
}

func printCheck(out io.Writer, check model.Check) {
	word := map[model.CheckLevel]string{model.CheckOK: "ok", model.CheckWarn: "warning"}[check.Level]
	if word == "" {
		word = "wrong"
	}
	const indent = "         "
	printWrapped(out, fmt.Sprintf("%-8s ", word), indent, check.Name+": "+model.Clean(check.Saw, model.MaxMessage))
	if check.Mend != "" {
		printWrapped(out, indent+"→ ", indent+"  ", check.Mend)
	}
}

// checks looks at everything, the places side by side, in the order of the
// configuration.
func (c *console) checks(ctx context.Context) []model.Check {
	tasks := []func() []model.Check{
		func() []model.Check { return checkConfig(c.cfg) },
		func() []model.Check { return []model.Check{c.checkStore(ctx)} },
		c.checkSupervisor,
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

// checkConfig tells what is legal in the configuration but hardly meant.
func checkConfig(cfg *config.Config) []model.Check {
	if len(cfg.Warnings) == 0 {
		return []model.Check{{Name: "configuration", Level: model.CheckOK, Saw: cfg.Path}}
	}
	var all []model.Check
	for _, warning := range cfg.Warnings {
		all = append(all, model.Check{Name: "configuration", Level: model.CheckWarn, Saw: warning.Error()})
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
