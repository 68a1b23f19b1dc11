package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/probe/hook"
)

// supervisorCommand is the hidden command that runs a hook for a driver that may
// be killed meanwhile.
const supervisorCommand = "hook-supervisor"

// hooksSuffix makes the folder of locks and outcomes of hooks from the path of
// the database.
const hooksSuffix = ".hooks"

func newHookSupervisorCmd() *cobra.Command {
	return &cobra.Command{
		Use:    supervisorCommand,
		Short:  "Run one hook to its end, whatever becomes of the driver",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return failed(hook.Supervise(cmd.Context(), cmd.InOrStdin(), os.Stdout))
		},
	}
}

// superviseHooks has the hooks of every client run by a supervisor, where the
// system allows it and this program finds itself.
func (c *console) superviseHooks(database string) {
	self, err := ownProgram()
	if err != nil || !hook.CanSupervise {
		return
	}
	c.hooks = &hook.Supervisor{Command: []string{self, supervisorCommand}, Dir: database + hooksSuffix}
	for _, client := range c.clients {
		client.Supervisor = c.hooks
	}
}

// ownProgram is the path of this program. On Linux it is one that stays right,
// and of this version, when the file is replaced while this process runs.
func ownProgram() (string, error) {
	if runtime.GOOS == "linux" {
		const self = "/proc/self/exe"
		if _, err := os.Stat(self); err == nil {
			return self, nil
		}
	}
	return os.Executable()
}

// missing says why no database is made at a path where there is none; nil where
// there is anything, or one may be made. The folder of hooks tells of a database
// that was lost: a new one in its place would know nothing of where pipelines are.
func (c *console) missing(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return nil // what it is, opening it tells
	}
	if _, err := os.Stat(path + hooksSuffix); err == nil {
		return fmt.Errorf("there is no database at %s, but there was one, as %s%s is there: put it back; to begin anew, without what it knew of runs, cursors and active clusters, remove that folder",
			path, filepath.Base(path), hooksSuffix)
	}
	if !c.keepsOff {
		return nil
	}
	return fmt.Errorf("there is no database at %s yet: nothing was ever recorded here, and every pipeline counts as active at its configured home; the console, fumtui watch, fumtui cursor set and runs make it", path)
}
