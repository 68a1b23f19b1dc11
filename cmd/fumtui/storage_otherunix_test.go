//go:build unix && !linux

package main_test

import (
	"os"
	"os/exec"
	"testing"
)

// obeyModes makes sure that a command obeys the modes of files.
func obeyModes(t *testing.T, _ *exec.Cmd) {
	t.Helper()
	if os.Geteuid() == 0 {
		t.Skip("root obeys no modes")
	}
}
