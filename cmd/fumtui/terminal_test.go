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
			if strings.Contains(x.text(), "begin: "+name) {
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
	x.mu.Lock()
	raw := x.raw.String()
	x.mu.Unlock()
	if strings.LastIndex(raw, "\x1b[?1049l") < strings.LastIndex(raw, "\x1b[?1049h") {
		x.t.Error("the alternate screen was not left")
	}
	if strings.LastIndex(raw, "\x1b[?25h") < strings.LastIndex(raw, "\x1b[?25l") {
		x.t.Error("the cursor stays hidden")
	}
	after, err := term.GetState(int(x.tty.Fd()))
	if err != nil {
		x.t.Fatal(err)
	}
	if *after != *x.cooked {
		x.t.Error("the modes of the terminal were not restored")
	}
}

const (
	enter  = "\r"
	escape = "\x1b"
)

// TestDemoByKeyboard breaks a cluster, cuts over, heals it and fails back, all
// by keys, and finds no slot missing.
func TestDemoByKeyboard(t *testing.T) {
	dir := t.TempDir()
	x := openTerminal(t, 100, 30, "demo", "--speed", "20", "--dir", dir)
	x.sees("ams", "nyc", "✓ healthy", "✓ streaming", "Lag from tip")

	x.press("!")
	x.sees("break or heal a cluster")
	x.press(enter)
	x.sees("break: down")
	x.press("j" + enter)
	x.sees("FAIL OVER", "ams has been down")

	t.Log("leaving the plan does nothing")
	x.press("c")
	x.sees("Type nyc and press enter")
	x.press(escape)
	x.sees("FAIL OVER", "PIPELINE")

	t.Log("a wrong name does nothing")
	x.press("c")
	x.sees("Type nyc and press enter")
	x.types("ams")
	x.press(enter)
	x.sees("nothing was done")
	if history := must(t, 0, "history", "--json", "--config", dir+"/fumtui.yaml").stdout; strings.TrimSpace(history) != "[]" {
		t.Fatalf("something was done: %s", history)
	}
	x.press(escape)
	x.sees("PIPELINE")

	t.Log("the cutover")
	x.press("c")
	x.sees("Type nyc and press enter", "reactive")
	x.types("nyc")
	x.press(enter)
	x.sees("trades is active on nyc")
	x.press(escape)
	x.sees("PIPELINE")

	t.Log("the failback")
	x.press("!")
	x.sees("break or heal a cluster")
	x.press(enter)
	x.sees("heal: end all faults")
	x.press(enter)
	x.sees("PIPELINE", "active for 2")
	x.press("b")
	x.sees("f plans again with force")
	x.press("f")
	x.sees("Type ams and press enter", "with force")
	x.types("ams")
	x.press(enter)
	x.sees("trades is active on ams")
	x.press(escape)
	x.sees("PIPELINE")

	x.press("q")
	x.ends(0)
	(&simulator{t: t, dir: dir}).audit()
}

// TestTerminalIsRestoredBySignals ends the console by each signal.
func TestTerminalIsRestoredBySignals(t *testing.T) {
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	for _, s := range []os.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		t.Run(s.String(), func(t *testing.T) {
			x := openTerminal(t, 80, 24, "--config", sim.config)
			x.sees("✓ healthy", "✓ streaming")
			if err := x.cmd.Process.Signal(s); err != nil {
				t.Fatal(err)
			}
			x.ends(0)
		})
	}
}

// TestSmallTerminal shows what matters and how large it needs to be.
func TestSmallTerminal(t *testing.T) {
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	x := openTerminal(t, 60, 10, "--config", sim.config)
	x.sees("ams", "nyc", "healthy", "80x24")
	if err := pty.Setsize(x.pty, &pty.Winsize{Cols: 80, Rows: 24}); err != nil {
		t.Fatal(err)
	}
	x.screen.Resize(80, 24)
	x.sees("Lag from tip", "✓ streaming")
	x.press("q")
	x.ends(0)
}

// BenchmarkFirstFrame is the time from the start of the process to the first
// frame on a terminal, with two clusters and a pipeline.
func BenchmarkFirstFrame(b *testing.B) {
	sim := startSim(b, "--pipelines", "1")
	path, err := binary()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		cmd := exec.Command(path, "--config", sim.config)
		cmd.Env = append(os.Environ(), "TERM=xterm-256color", "NO_COLOR=1")
		screen, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 80, Rows: 24})
		if err != nil {
			b.Fatal(err)
		}
		var seen strings.Builder
		buf := make([]byte, 32<<10)
		for !strings.Contains(seen.String(), "PIPELINE") {
			n, err := screen.Read(buf)
			if err != nil {
				b.Fatalf("%v after %q", err, seen.String())
			}
			seen.Write(buf[:n])
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = screen.Close()
	}
}
