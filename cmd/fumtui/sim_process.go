package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/probe/sim"
)

// newSimHookCmd is what the hooks of a simulator's configuration run.
func newSimHookCmd() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:    "hook --dir DIR start|stop|drain|status PIPELINE CLUSTER",
		Short:  "Control a client of the simulator, as the configuration's hooks do",
		Hidden: true,
		Args:   cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			code, err := sim.RunHook(cmd.Context(), dir, args[0], args[1], args[2], cmd.OutOrStdout())
			if err != nil && cmd.Context().Err() != nil {
				return &exitError{code: exitFailed} // it was stopped: whoever did that knows
			}
			if err != nil {
				return failed(err)
			}
			if code != exitDone {
				return &exitError{code: code}
			}
			return nil
		},
	}
	simDirFlag(cmd, &dir)
	return cmd
}

// newSimClientCmd is the process of a simulated client.
func newSimClientCmd() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:    "client --dir DIR PIPELINE CLUSTER",
		Short:  "Be a client of the simulator, as the simulator starts it",
		Hidden: true,
		Args:   cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return failed(sim.RunClient(cmd.Context(), dir, args[0], args[1], os.Stdin, cmd.OutOrStdout(), cmd.ErrOrStderr()))
		},
	}
	simDirFlag(cmd, &dir)
	return cmd
}
