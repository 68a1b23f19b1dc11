//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package plain

import (
	"os"

	"golang.org/x/sys/unix"
)

// unread is FREAD of sys/fcntl.h: the input.
const unread = 1

// discardInput drops what a terminal holds of input that was not read.
func discardInput(f *os.File) error {
	return unix.IoctlSetPointerInt(int(f.Fd()), unix.TIOCFLUSH, unread) //nolint:gosec // a descriptor
}
