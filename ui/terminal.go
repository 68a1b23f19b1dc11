package ui

import (
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// leaveSequence undoes the modes that the framework sets: synchronized output,
// bracketed paste, keyboard modes, the alternate screen; and shows the cursor.
const leaveSequence = "\x18\x1b[?2026l\x1b[?2004l\x1b[>4m\x1b[<u\x1b[?1049l\x1b[?25h\x1b[m"

// savedTerminal is how the terminal was before.
type savedTerminal struct {
	fd    int
	state *term.State
	out   io.Writer
}

// saveTerminal notes the terminal's mode, where there is a terminal.
func saveTerminal(opts Options) savedTerminal {
	s := savedTerminal{fd: int(os.Stdin.Fd()), out: opts.Output} //nolint:gosec // a descriptor
	if f, ok := opts.Input.(*os.File); ok {
		s.fd = int(f.Fd()) //nolint:gosec // a descriptor
	}
	if s.out == nil {
		s.out = os.Stdout
	}
	s.state, _ = term.GetState(s.fd)
	return s
}

// restore puts the terminal in order as far as it lets us, and does not wait
// for it.
func (s savedTerminal) restore() {
	if s.state != nil {
		_ = term.Restore(s.fd, s.state)
	}
	if f, ok := s.out.(interface{ Fd() uintptr }); ok {
		flushOutput(int(f.Fd())) //nolint:gosec // a descriptor
	}
	written := make(chan struct{})
	go func() {
		_, _ = io.WriteString(s.out, leaveSequence)
		close(written)
	}()
	select {
	case <-written:
	case <-time.After(200 * time.Millisecond):
	}
}
