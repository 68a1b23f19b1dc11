package main

import (
	"fmt"
	"regexp"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// versionText is the release that this binary was built from, else the commit.
func versionText() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "development"
	}
	return versionOf(info)
}

// versionOf reads a release, which is a plain version tag, or a commit from what
// Go stamped into the binary.
func versionOf(info *debug.BuildInfo) string {
	if release.MatchString(info.Main.Version) {
		return info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "development " + s.Value[:12]
		}
	}
	return "development"
}

// release is a version that is neither made up from a commit nor built from a
// changed tree.
var release = regexp.MustCompile(`^v\d+\.\d+\.\d+$`)

func newVersionCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "fumtui %s (%s, %s/%s)\n",
				versionText(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}
