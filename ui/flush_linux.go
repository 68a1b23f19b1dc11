package ui

import "golang.org/x/sys/unix"

// flushOutput drops what waits to be written to a terminal that takes nothing,
// so that the last few bytes have room.
func flushOutput(fd int) { _ = unix.IoctlSetInt(fd, unix.TCFLSH, unix.TCOFLUSH) }
