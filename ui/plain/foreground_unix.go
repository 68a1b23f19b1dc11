//go:build unix

package plain

import (
	"os"

	"golang.org/x/sys/unix"
)

// inForeground reports whether this process may read from a terminal: one in the
// background would be stopped by it.
func inForeground(f *os.File) bool {
	group, err := unix.IoctlGetInt(int(f.Fd()), unix.TIOCGPGRP) //nolint:gosec // a descriptor
	return err != nil || group == unix.Getpgrp()
}
