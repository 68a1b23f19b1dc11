package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"
)

// runCommand runs the command line. An unknown flag takes the next word for its
// value, so `--nosuch check` reaches no check; but it is a monitoring system
// that reads the outcome, and to that every fault of the command line must be
// unknown.
func runCommand(ctx context.Context, args []string) error {
	root := newRootCmd()
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		if cmd == root && slices.Contains(args, "check") {
			return pluginUnknown("%v", err)
		}
		return err
	})
	root.SetArgs(args)
	return root.ExecuteContext(ctx)
}

// newRootCmd is the whole command line.
func newRootCmd() *cobra.Command {
	var config string
	var how shown
	root := &cobra.Command{
		Use:   "fumtui",
		Short: "A console to fail Fumarole pipelines over between clusters, and back",
		Long: `fumtui watches Yellowstone Fumarole clusters and the pipelines that read from
them, says what is wrong and what to do, and moves a pipeline to another cluster
and back when you confirm it.

Without a command it opens the console, on a terminal that can only print in
lines (--plain). Try ` + "`fumtui demo`" + ` first; ` + "`fumtui init`" + `
writes a configuration.

Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 refused, 4 needs an
answer that was not given, 5 another driver holds the lease, 6 aborted (the
source runs as before), 7 unknown or interrupted (resume it).`,
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return openScreen(cmd, config, how)
		},
	}
	addConfigFlag(root, &config)
	how.add(root, "open the console to look only: nothing can be changed from it")
	root.AddCommand(
		newDemoCmd(), newInitCmd(), newStatusCmd(), newExplainCmd(), newCheckCmd(), newWatchCmd(), newDoctorCmd(),
		newPlanCmd(), newCutoverCmd(), newFailbackCmd(), newRecreateCmd(), newEvacuateCmd(), newHomeCmd(),
		newRunsCmd(), newResumeCmd(), newAbortCmd(), newHistoryCmd(), newEventsCmd(),
		newEvidenceCmd(), newReplayCmd(),
		newCursorCmd(), newSimCmd(), newHookSupervisorCmd(), newVersionCmd(),
	)
	return root
}
