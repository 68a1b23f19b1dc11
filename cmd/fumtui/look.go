package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"
)

// lookFlags are those of a command that looks for a while and prints what it
// knows then.
type lookFlags struct {
	config string
	asJSON bool
	window time.Duration // how long to look before judging
}

// add adds them to a command.
func (f *lookFlags) add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "print JSON")
	cmd.Flags().DurationVar(&f.window, "for", settleTime, "how long to look before judging")
	addConfigFlag(cmd, &f.config)
}

// withConsole calls do with a console that looks, unless the flags are wrong.
func (f *lookFlags) withConsole(cmd *cobra.Command, do func(context.Context, *console) error) error {
	if f.window < 0 {
		return errors.New("--for must not be negative")
	}
	return withConsole(cmd, f.config, do, makingNone)
}
