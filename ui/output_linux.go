package ui

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// output is the terminal of the process, opened anew without blocking: a write
// that the terminal does not take waits here and not in the kernel, where
// nothing could wake it and every other write to the terminal would queue
// behind it. It does not embed the file, whose other ways to write would go
// around this one.
type output struct {
	file *os.File
	mu   sync.Mutex  // one write at a time
	dead atomic.Bool // given up: nothing but the last words is written
	fd   uintptr     // of the standard output: asking the file for its own would make it block
}

// openOutput gives nil where the standard output is no terminal that can be
// opened again.
func openOutput() *output {
	if !term.IsTerminal(int(os.Stdout.Fd())) { //nolint:gosec // a descriptor
		return nil
	}
	name, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", os.Stdout.Fd()))
	if err != nil {
		return nil
	}
	fd, err := unix.Open(name, unix.O_WRONLY|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	return &output{file: os.NewFile(uintptr(fd), name), fd: os.Stdout.Fd()} //nolint:gosec // a descriptor
}

// errGivenUp answers writes after [output.giveUp].
var errGivenUp = errors.New("the terminal was given up")

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.dead.Load() {
		return 0, errGivenUp
	}
	return o.file.Write(p)
}

// Read implements io.Reader, which the framework wants of a terminal.
func (o *output) Read([]byte) (int, error) { return 0, errors.New("the output is not for reading") }

// Close implements io.Closer.
func (o *output) Close() error { return o.file.Close() }

// Fd is the descriptor whose size and modes count.
func (o *output) Fd() uintptr { return o.fd }

// giveUp ends a write that waits, and all that follow.
func (o *output) giveUp() {
	o.dead.Store(true)
	_ = o.file.SetWriteDeadline(time.Unix(1, 0))
}

// last drops what the terminal has not taken, writes text, and reports whether
// there was room for it. It does not wait for long.
func (o *output) last(text string) bool {
	o.giveUp()
	o.mu.Lock()
	defer o.mu.Unlock()
	_ = unix.IoctlSetInt(int(o.fd), unix.TCFLSH, unix.TCOFLUSH) //nolint:gosec // a descriptor
	_ = o.file.SetWriteDeadline(time.Now().Add(200 * time.Millisecond))
	_, err := o.file.WriteString(text)
	return err == nil
}
