//go:build unix

package cursor

import (
	"os"
	"syscall"
)

// open opens a file to be read. It does not wait for the writer of a pipe: what
// is no regular file is refused afterwards.
func open(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
}
