package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model"
)

func newRecreateCmd() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "recreate PIPELINE --confirm CLUSTER",
		Short: "Make a lost or stale subscriber again at its active cluster",
		Long: `recreate is for a subscriber that was lost or went stale at a cluster that does
well. By the steps of a cutover, with source and target the same, it proves that
the client is stopped, deletes what is left of the subscriber, creates it from
the slot after the cursor and starts the client again. It is the only run that
may delete the subscriber at the active cluster.`,
		Example: `  fumtui recreate trades --confirm ams`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return execute(cmd, &f, recreateRequest(args[0]))
		},
	}
	f.addConfirm(cmd)
	f.addMode(cmd)
	f.addGap(cmd)
	f.addForceRecreate(cmd)
	addConfigFlag(cmd, &f.config)
	return cmd
}

// recreateRequest leaves a pipeline where it is.
func recreateRequest(pipeline string) asker {
	return func(ctx context.Context, c *console, f *runFlags) (model.Request, error) {
		active, err := c.active(ctx, pipeline)
		if err != nil {
			return model.Request{}, err
		}
		request := f.request(c, pipeline, active)
		request.Recreate = true
		return request, nil
	}
}

// active is where a pipeline consumes now.
func (c *console) active(ctx context.Context, pipeline string) (string, error) {
	p, ok := c.cfg.Pipeline(pipeline)
	if !ok {
		return "", usage(noPipeline(pipeline, c.pipelineNames()))
	}
	active, err := c.store.Active(ctx, p.Name)
	if err != nil {
		return "", c.notBegun(ctx, p.Name, fmt.Errorf("read the active cluster of pipeline %s: %w", p.Name, err))
	}
	if active == "" {
		return p.Home, nil
	}
	return active, nil
}
