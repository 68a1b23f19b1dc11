package main

import (
	"github.com/spf13/cobra"
)

// newRootCmd is the whole command line.
func newRootCmd() *cobra.Command {
	var config string
	root := &cobra.Command{
		Use:   "fumtui",
		Short: "A console to fail Fumarole pipelines over between clusters, and back",
		Long: `fumtui watches Yellowstone Fumarole clusters and the pipelines that read from
them, says what is wrong and what to do, and moves a pipeline to another cluster
and back when you confirm it.

Without a command it opens the console. Try ` + "`fumtui demo`" + ` first.

Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 refused, 4 needs an
answer that was not given, 5 another driver holds the lease, 6 aborted (the
source runs as before), 7 unknown or interrupted (resume it).`,
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return openScreen(cmd, config)
		},
	}
	addConfigFlag(root, &config)
	root.AddCommand(
		newDemoCmd(), newStatusCmd(), newExplainCmd(), newCheckCmd(), newWatchCmd(), newDoctorCmd(),
		newCutoverCmd(), newFailbackCmd(), newResumeCmd(), newAbortCmd(), newHistoryCmd(),
		newEvidenceCmd(), newReplayCmd(),
		newCursorCmd(), newSimCmd(), newVersionCmd(),
	)
	return root
}
