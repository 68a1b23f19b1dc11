//go:build !unix

package hook

import (
	"os/exec"
	"time"
)

// isolate leaves the command as it is.
func isolate(*exec.Cmd) {}

// terminate kills the command; its children go on.
func terminate(cmd *exec.Cmd) error { return cmd.Process.Kill() }

// sweep has nothing to do: the command was killed.
func sweep(*exec.Cmd, time.Time) {}
