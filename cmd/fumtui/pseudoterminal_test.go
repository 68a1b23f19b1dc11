//go:build unix

package main_test

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/ui/terminaltest"
)

const (
	enter  = terminaltest.Enter
	escape = terminaltest.Escape
)

// terminal is the binary on a pseudo-terminal.
type terminal struct {
	*terminaltest.Terminal
	t testing.TB
}

// openTerminal starts the binary on a terminal of the given size.
func openTerminal(t testing.TB, columns, rows int, args ...string) *terminal {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Env = terminaltest.Environment("NO_COLOR=1", "XDG_STATE_HOME="+t.TempDir()) // for the screens that are saved
	return &terminal{terminaltest.Start(t, cmd, columns, rows), t}
}

// openShell starts a script on a terminal, in which FUMTUI is the binary.
func openShell(t testing.TB, columns, rows int, script string, args ...string) *terminal {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", append([]string{"-c", script}, args...)...)
	cmd.Env = terminaltest.Environment("NO_COLOR=1", "FUMTUI="+path)
	return &terminal{terminaltest.Start(t, cmd, columns, rows), t}
}

// cutsOver plans to move the selected pipeline to nyc, and confirms that.
func (x *terminal) cutsOver() {
	x.t.Helper()
	x.Press("c")
	x.Await("Type nyc and press enter")
	x.confirms("nyc")
}

// confirms types a name into the confirmation, and enter. What is typed before
// it was on the screen for a moment does not count, so it tries again until the
// name shows.
func (x *terminal) confirms(name string) {
	x.t.Helper()
	typed := func(screen string) bool { return strings.Contains(screen, ": "+name+"▏") }
	for shown := false; !shown; {
		x.Until("takes a name", func(screen string) bool { return strings.Contains(screen, "▏") })
		x.Press(terminaltest.EraseLine + name)
		shown = x.Within(2*time.Second, typed)
	}
	time.Sleep(60 * time.Millisecond) // enter at once would look like a paste
	x.Press(enter)
}
