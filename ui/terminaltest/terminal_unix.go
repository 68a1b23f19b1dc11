//go:build unix

package terminaltest

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// Keys that are no characters.
const (
	Enter  = "\r"
	Escape = "\x1b"
	CtrlC  = "\x03"
	// EraseLine deletes all that was typed into a field.
	EraseLine = "\x15"
)

// Patience bounds every wait for something that must happen.
const Patience = 90 * time.Second

// Terminal is a pseudo-terminal with an emulator, and mostly a program on it.
// Its methods fail the test, with the screen, where they cannot do what they say.
type Terminal struct {
	t      testing.TB
	screen *vt.SafeEmulator
	master *os.File // where the person is
	tty    *os.File // where the program is; kept open, to look at its modes afterwards
	cooked *term.State

	cmd   *exec.Cmd // nil: nothing was started here
	ended chan struct{}

	mu      sync.Mutex
	changed chan struct{} // closed at the next change
	raw     bytes.Buffer  // all that was written
	modes   map[string]int
	stalled bool
	parked  bool // the reader, because of that
	marks   int
}

// Open makes a terminal of a size, in columns and rows, with nothing on it.
func Open(t testing.TB, columns, rows int) *Terminal {
	t.Helper()
	x := &Terminal{t: t, screen: vt.NewSafeEmulator(columns, rows), changed: make(chan struct{}), modes: map[string]int{}}
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	x.master, x.tty = wakeable(t, master), tty
	x.setSize(columns, rows)
	if x.cooked, err = term.GetState(int(tty.Fd())); err != nil { //nolint:gosec // a descriptor
		t.Fatal(err)
	}
	x.watchModes()
	x.boundRegion()
	var all sync.WaitGroup
	all.Go(x.read)
	all.Go(x.answer)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the screen of %s at last:\n%s", x.name(), x.Screen())
		}
		x.end()
		x.Go()
		_ = x.tty.Close()
		_ = x.master.Close()
		_ = x.screen.InputPipe().(io.Closer).Close() // its own Close races with Read
		all.Wait()
	})
	return x
}

// Start starts a program on a new terminal, as the leader of a session whose
// terminal it is. Without an environment it gets a plain one. It is killed with
// the test at the latest.
func Start(t testing.TB, cmd *exec.Cmd, columns, rows int) *Terminal {
	t.Helper()
	x := Open(t, columns, rows)
	if cmd.Env == nil {
		cmd.Env = Environment()
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = x.tty, x.tty, x.tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	x.cmd, x.ended = cmd, make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(x.ended)
	}()
	return x
}

// Environment is that of this process, on a terminal with 256 colours that is
// not inside another one, and more variables.
func Environment(more ...string) []string {
	return append(append(os.Environ(), "TERM=xterm-256color", "NO_COLOR=", "COLORTERM=", "TMUX=", "STY="), more...)
}

// wakeable gives the same file opened so that a deadline or closing it ends a
// read.
func wakeable(t testing.TB, f *os.File) *os.File {
	t.Helper()
	fd, err := syscall.Dup(int(f.Fd())) //nolint:gosec // a descriptor
	if err != nil {
		t.Fatal(err)
	}
	syscall.CloseOnExec(fd)
	if err := syscall.SetNonblock(fd, true); err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	return os.NewFile(uintptr(fd), "terminal") //nolint:gosec // a descriptor
}

// read feeds the emulator, until the terminal is closed.
func (x *Terminal) read() {
	buf := make([]byte, 32<<10)
	for {
		n, err := x.master.Read(buf)
		if n > 0 {
			_, _ = x.screen.Write(buf[:n])
			x.change(func() { x.raw.Write(buf[:n]) })
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			x.park()
			continue
		}
		if err != nil {
			return
		}
	}
}

// answer types the emulator's answers to queries, until it is closed.
func (x *Terminal) answer() {
	buf := make([]byte, 4<<10)
	for {
		n, err := x.screen.Read(buf)
		if err != nil {
			return
		}
		_, _ = x.master.Write(buf[:n]) // nobody may be there any more
	}
}

// change changes something and tells whoever waits for it.
func (x *Terminal) change(what func()) {
	x.mu.Lock()
	defer x.mu.Unlock()
	what()
	close(x.changed)
	x.changed = make(chan struct{})
}

// park waits until the line moves again.
func (x *Terminal) park() {
	x.change(func() { x.parked = true })
	x.until(func() bool { return !x.stalled })
	x.change(func() { x.parked = false })
}

// until waits until something is so, without bounds. The condition is looked at
// with the lock held.
func (x *Terminal) until(so func() bool) {
	for {
		x.mu.Lock()
		changed, done := x.changed, so()
		x.mu.Unlock()
		if done {
			return
		}
		<-changed
	}
}

// Stall stops reading, as a line that is stuck: once the buffers of the system
// are full the program's writes wait. [Terminal.Go] ends it.
func (x *Terminal) Stall() {
	x.change(func() { x.stalled = true })
	_ = x.master.SetReadDeadline(time.Unix(1, 0))
	x.until(func() bool { return x.parked })
}

// Go lets the line move again.
func (x *Terminal) Go() {
	_ = x.master.SetReadDeadline(time.Time{})
	x.change(func() { x.stalled = false })
}

// HangUp closes the line, as when ssh drops: the system sends the session a
// hang-up, and nothing more is read or shown.
func (x *Terminal) HangUp() { _ = x.master.Close() }

// Resize changes the size of the window, in columns and rows.
func (x *Terminal) Resize(columns, rows int) {
	x.t.Helper()
	x.screen.Resize(columns, rows) // not with the lock held: the emulator calls back
	_, _ = x.screen.Write([]byte("\x1b7\x1b[r\x1b8"))
	x.change(func() {})
	x.setSize(columns, rows)
}

func (x *Terminal) setSize(columns, rows int) {
	x.t.Helper()
	raw, err := x.master.SyscallConn() // asking the file for its descriptor would make it block
	if err != nil {
		x.t.Fatal(err)
	}
	size := unix.Winsize{Col: uint16(columns), Row: uint16(rows)}                                                                   //nolint:gosec // a small size
	if e := raw.Control(func(fd uintptr) { err = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, &size) }); e != nil || err != nil { //nolint:gosec // a descriptor
		x.t.Fatal(errors.Join(e, err))
	}
}

// TTY is the program's side of the terminal, for what runs in this process.
func (x *Terminal) TTY() *os.File { return x.tty }

// Press types keys: the bytes that a terminal sends for them. What the terminal has
// answered to before what is on the screen comes first, as on a real line.
func (x *Terminal) Press(keys string) {
	x.t.Helper()
	_, _ = x.screen.InputPipe().Write(nil) // taken only once the answer before it was typed
	if _, err := x.master.WriteString(keys); err != nil {
		x.t.Fatalf("cannot type %q: %v", keys, err)
	}
}

// name is what runs.
func (x *Terminal) name() string {
	if x.cmd == nil {
		return "the terminal"
	}
	return strings.Join(x.cmd.Args, " ")
}
