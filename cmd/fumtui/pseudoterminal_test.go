//go:build unix

package main_test

import (
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"golang.org/x/term"
)

// terminal is the binary on a pseudo-terminal, with an emulator that shows what
// a person would see.
type terminal struct {
	t      testing.TB
	cmd    *exec.Cmd
	screen *vt.SafeEmulator
	pty    *os.File
	tty    *os.File // kept open, to look at its modes after the program's end
	cooked *term.State

	mu     sync.Mutex
	raw    strings.Builder // all that was written
	ended  chan struct{}
	exited error
}

// openTerminal starts the binary on a terminal of the given size.
func openTerminal(t testing.TB, columns, rows int, args ...string) *terminal {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(master, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)}); err != nil {
		t.Fatal(err)
	}
	x := &terminal{t: t, screen: vt.NewSafeEmulator(columns, rows), pty: master, tty: tty, ended: make(chan struct{})}
	if x.cooked, err = term.GetState(int(tty.Fd())); err != nil {
		t.Fatal(err)
	}
	x.cmd = exec.Command(path, args...)
	x.cmd.Stdin, x.cmd.Stdout, x.cmd.Stderr = tty, tty, tty
	x.cmd.Env = append(os.Environ(), "TERM=xterm-256color", "NO_COLOR=1")
	x.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := x.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(x.show)
	wg.Go(func() { _, _ = io.Copy(master, x.screen) }) // the emulator's answers to queries
	go func() { x.exited = x.cmd.Wait(); close(x.ended) }()
	t.Cleanup(func() {
		_ = x.cmd.Process.Kill()
		<-x.ended
		_ = tty.Close()
		_ = master.Close()
		_ = x.screen.InputPipe().(io.Closer).Close() // its own Close races with Read
		wg.Wait()
	})
	return x
}

// show feeds the emulator.
func (x *terminal) show() {
	buf := make([]byte, 32<<10)
	for {
		n, err := x.pty.Read(buf)
		x.mu.Lock()
		x.raw.Write(buf[:n])
		x.mu.Unlock()
		_, _ = x.screen.Write(buf[:n])
		if err != nil {
			return
		}
	}
}

// text is the screen as text.
func (x *terminal) text() string { return ansi.Strip(x.screen.Render()) }

// sees waits until the screen shows all of the texts.
func (x *terminal) sees(texts ...string) {
	x.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		screen := x.text()
		missing := ""
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				missing = text
			}
		}
		switch {
		case missing == "":
			return
		case time.Now().After(deadline):
			x.t.Fatalf("the screen never showed %q:\n%s", missing, screen)
		}
		select {
		case <-x.ended:
			x.t.Fatalf("the program ended (%v) without showing %q:\n%s", x.exited, missing, screen)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// press types keys.
func (x *terminal) press(keys string) {
	x.t.Helper()
	if _, err := x.pty.WriteString(keys); err != nil {
		x.t.Fatal(err)
	}
}

// types types a name into the confirmation. What is typed before it was on the
// screen for a moment does not count, so it tries again until it shows.
func (x *terminal) types(name string) {
	x.t.Helper()
	const eraseLine = "\x15"
	for range 20 {
		x.press(eraseLine + name)
		for range 25 {
			if strings.Contains(x.text(), ": "+name+"▏") {
				time.Sleep(60 * time.Millisecond) // enter at once would look like a paste
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	x.t.Fatalf("%q cannot be typed:\n%s", name, x.text())
}

// ends waits for the program's end and checks that the terminal is as it was.
func (x *terminal) ends(code int) {
	x.t.Helper()
	select {
	case <-x.ended:
	case <-time.After(patience):
		x.t.Fatalf("the program did not end:\n%s", x.text())
	}
	if got := x.cmd.ProcessState.ExitCode(); got != code {
		x.t.Errorf("exit code %d, want %d\n%s", got, code, x.text())
	}
	// What was written last may still be on its way through the terminal.
	for deadline := time.Now().Add(patience); !x.restored(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			x.t.Errorf("the alternate screen was not left, or the cursor stays hidden:\n%s", x.text())
			break
		}
	}
	after, err := term.GetState(int(x.tty.Fd()))
	if err != nil {
		x.t.Fatal(err)
	}
	if *after != *x.cooked {
		x.t.Error("the modes of the terminal were not restored")
	}
}

// restored reports whether the alternate screen was left and the cursor shown.
func (x *terminal) restored() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	raw := x.raw.String()
	return strings.LastIndex(raw, "\x1b[?1049l") >= strings.LastIndex(raw, "\x1b[?1049h") &&
		strings.LastIndex(raw, "\x1b[?25h") >= strings.LastIndex(raw, "\x1b[?25l")
}

const (
	enter  = "\r"
	escape = "\x1b"
)
