package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model/failover"
)

func newHomeCmd() *cobra.Command {
	var config string
	cmd := &cobra.Command{
		Use:   "home PIPELINE [CLUSTER]",
		Short: "Make the cluster where a pipeline is its new home, or print its home",
		Long: `home makes the active cluster of a pipeline its home: to fail forward. Nothing is
moved; from then on fumtui advises to come back there, and failback goes there.
It stands until it is set again, or the configured home changes. Without a
cluster it prints the home in force.`,
		Example: `  fumtui home trades nyc
  fumtui home trades`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return errors.New("name the pipeline, and the cluster that is to be its home: fumtui home PIPELINE [CLUSTER]")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return withStore(cmd, config, func(ctx context.Context, c *console) error {
				if len(args) == 2 {
					if err := c.setHome(ctx, args[0], args[1]); err != nil {
						return err
					}
				}
				return c.printHome(ctx, cmd, args[0])
			})
		},
	}
	addConfigFlag(cmd, &config)
	return cmd
}

// setHome makes a cluster the home of a pipeline.
func (c *console) setHome(ctx context.Context, pipeline, cluster string) error {
	if err := c.canAct(); err != nil {
		return err
	}
	err := c.engine.SetHome(ctx, pipeline, cluster, c.actor())
	var moved *failover.MovedError
	switch {
	case errors.As(err, &moved):
		err = fmt.Errorf("pipeline %s is active on %s, and only that cluster can become its home: cut over to %s first",
			pipeline, moved.Active, cluster)
		return &exitError{code: exitRefused, err: err}
	case err != nil:
		return runError(err)
	}
	return nil
}

// printHome says which home is in force, and why.
func (c *console) printHome(ctx context.Context, cmd *cobra.Command, pipeline string) error {
	home, err := c.home(ctx, pipeline)
	if err != nil {
		return err
	}
	p, _ := c.cfg.Pipeline(pipeline)
	why := "as configured"
	if home != p.Home {
		why = "chosen by a person; the configuration says " + p.Home
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: home is %s (%s)\n", pipeline, home, why)
	return err
}
