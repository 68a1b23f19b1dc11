package plain

import (
	"os"

	"golang.org/x/sys/unix"
)

// discardInput drops what a terminal holds of input that was not read.
func discardInput(f *os.File) error {
	return unix.IoctlSetInt(int(f.Fd()), unix.TCFLSH, unix.TCIFLUSH) //nolint:gosec // a descriptor
}
