//go:build unix

package terminaltest

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// Screen is what a person sees, without styles: lines that end without blanks.
func (x *Terminal) Screen() string { return strings.Join(x.Lines(), "\n") }

// Lines are the lines of the screen.
func (x *Terminal) Lines() []string { return plain(x.screen.Render()) }

// plain takes styles away, and the blanks that lines end with.
func plain(screen string) []string {
	lines := strings.Split(ansi.Strip(screen), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \r")
	}
	return lines
}

// Shows gives the lines of a screen of the same size after these bytes, which no
// program here wrote.
func (x *Terminal) Shows(written []byte) []string {
	em := vt.NewEmulator(x.screen.Width(), x.screen.Height())
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		_, _ = io.Copy(io.Discard, em)
	}()
	_, _ = em.Write(written)
	_ = em.InputPipe().(io.Closer).Close()
	<-answered
	return plain(em.Render())
}

// Styled is the screen with its styles, as escape sequences.
func (x *Terminal) Styled() string { return x.screen.Render() }

// Output is all that was written to the terminal.
func (x *Terminal) Output() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.raw.String()
}

// Bytes is how much was written to the terminal, in bytes.
func (x *Terminal) Bytes() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.raw.Len()
}

// Await waits until the screen shows all of the texts at once.
func (x *Terminal) Await(texts ...string) {
	x.t.Helper()
	x.Until(fmt.Sprintf("shows %q", texts), func(screen string) bool {
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				return false
			}
		}
		return true
	})
}

// AwaitGone waits until the screen shows none of the texts.
func (x *Terminal) AwaitGone(texts ...string) {
	x.t.Helper()
	x.Until(fmt.Sprintf("no longer shows %q", texts), func(screen string) bool {
		for _, text := range texts {
			if strings.Contains(screen, text) {
				return false
			}
		}
		return true
	})
}

// Until waits until something is true of the screen, which what names.
func (x *Terminal) Until(what string, holds func(screen string) bool) {
	x.t.Helper()
	if !x.Within(Patience, holds) {
		x.t.Fatalf("%s: the screen never %s", x.name(), what)
	}
}

// Within waits until something is true of the screen, but no longer than d nor
// than the program lives, and reports whether it is. It is for what may be tried
// again.
func (x *Terminal) Within(d time.Duration, holds func(screen string) bool) bool {
	late := time.NewTimer(d)
	defer late.Stop()
	for over := false; ; {
		x.mu.Lock()
		changed := x.changed
		x.mu.Unlock()
		switch {
		case holds(x.Screen()):
			return true
		case over:
			return false
		}
		select {
		case <-changed:
		case <-x.ended: // nil, and so never, where nothing was started
			x.drain()
			over = true
		case <-late.C:
			over = true
		}
	}
}
