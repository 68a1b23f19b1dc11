package ui

import (
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// leaveSequence undoes the modes that the framework sets: synchronized output,
// bracketed paste, the mouse, wide characters, keyboard modes, the alternate screen;
// and shows the cursor.
// It begins with what ends a sequence that was cut off.
const leaveSequence = "\x18\x1b[?2026l\x1b[?2004l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2027l\x1b[>4m\x1b[<u\x1b[?1049l\x1b[?25h\x1b[m"

// terminal is where the console is shown, and how it was before.
type terminal struct {
	fd    int
	state *term.State
	quick *output   // nil: only plain is there
	plain io.Writer // what the options or the process have
	box   *outbox   // before either of them
	end   *ending
}

// openTerminal notes the terminal's mode, where there is a terminal.
func openTerminal(opts Options) *terminal {
	t := newTerminal(opts.Output, mostBytes)
	t.fd, t.end = int(os.Stdin.Fd()), newEnding() //nolint:gosec // a descriptor
	if f, ok := opts.Input.(*os.File); ok {
		t.fd = int(f.Fd()) //nolint:gosec // a descriptor
	}
	t.state, _ = term.GetState(t.fd)
	return t
}

// newTerminal writes to out; nil is the standard output of the process, which is
// opened again without blocking where that is possible. At most so many bytes wait.
func newTerminal(out io.Writer, most int) *terminal {
	if out != nil {
		return &terminal{plain: out, box: newOutbox(out, most)}
	}
	t := &terminal{plain: os.Stdout, quick: openOutput()}
	if t.quick != nil {
		t.box = newOutbox(t.quick, most)
	} else {
		t.box = newOutbox(t.plain, most)
	}
	return t
}

// writer is where frames go.
func (t *terminal) writer() io.Writer {
	if t.quick != nil {
		return outboxFile{t.box, t.quick.Fd()}
	}
	if f, ok := t.plain.(*os.File); ok {
		return outboxFile{t.box, f.Fd()}
	}
	return t.box
}

// giveUp ends a write that the terminal does not take, where that is possible.
func (t *terminal) giveUp() {
	if t.quick != nil {
		t.quick.giveUp()
	}
}

// close gives the terminal's second opening back.
func (t *terminal) close() {
	t.giveUp()
	t.box.close(killWithin)
	if t.quick != nil {
		_ = t.quick.Close()
	}
}

// restore puts a terminal in order that did not take the ordinary way out, and
// reports whether that went well. It does not wait for long.
func (t *terminal) restore() bool {
	if t.state != nil {
		_ = term.Restore(t.fd, t.state)
	}
	if t.quick != nil {
		return t.quick.last(leaveSequence)
	}
	written := make(chan error, 1)
	go func() {
		_, err := io.WriteString(t.plain, leaveSequence)
		written <- err
	}()
	select {
	case err := <-written:
		return err == nil
	case <-time.After(200 * time.Millisecond):
		return false
	}
}
