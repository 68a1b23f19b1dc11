//go:build unix

package terminaltest_test

import (
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"github.com/fumtui/fumtui/ui/terminaltest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shell runs a script on a terminal.
func shell(t *testing.T, script string) *terminaltest.Terminal {
	t.Helper()
	return terminaltest.Start(t, exec.CommandContext(t.Context(), "sh", "-c", script), 40, 10)
}

func TestTerminalIsSeenAndTypedOn(t *testing.T) {
	t.Parallel()
	x := shell(t, `printf 'name? '; read name; printf '\033[5;10Hhello %s' "$name"; read -r end; exit 3`)
	x.Await("name?")
	x.Press("Ada" + terminaltest.Enter)
	x.Await("hello Ada")
	if line := x.Lines()[4]; line != "         hello Ada" {
		t.Errorf("the fifth line is %q", line)
	}
	x.Press(terminaltest.Enter)
	x.Ends(3)
}

// TestLeftSaysWhatIsInDisorder: every mode that a console sets is missed where it
// is not undone, and the modes of the line too.
func TestLeftSaysWhatIsInDisorder(t *testing.T) {
	t.Parallel()
	set := `\033[?1049h\033[?25l\033[?2004h\033[?1002h\033[?2026h\033[>1u\033[>4;2m`
	x := shell(t, `stty raw; printf '`+set+`up'`)
	if x.Exit() != 0 {
		t.Fatal(x.Screen())
	}
	if got := x.Left(); len(got) != 8 {
		t.Errorf("in disorder: %q", got)
	}
	x = shell(t, `printf '`+set+`\033[?2026l\033[?1002l\033[?2004l\033[>4m\033[<u\033[?1049l\033[?25h'`)
	x.Ends(0)
}

// TestStallHoldsTheProgramUp: what is written beyond the buffers of the system
// waits until the line moves again.
func TestStallHoldsTheProgramUp(t *testing.T) {
	t.Parallel()
	x := shell(t, `read -r go; i=0; while [ $i -lt 3000 ]; do echo "a line of some length that fills the line"; i=$((i+1)); done; echo all`)
	x.Stall()
	before := x.Bytes()
	x.Press(terminaltest.Enter)
	if got := x.Bytes(); got != before {
		t.Errorf("%d bytes came through", got-before)
	}
	x.Go()
	x.Await("all")
	x.Ends(0)
	if got := strings.Count(x.Output(), "a line of"); got != 3000 {
		t.Errorf("%d lines came", got)
	}
}

func TestHangUpAndResizeAreSignalled(t *testing.T) {
	t.Parallel()
	x := shell(t, `trap 'stty size' WINCH; trap 'exit 7' HUP; echo ready; while :; do sleep 0.05; done`)
	x.Await("ready")
	x.Resize(50, 12)
	x.Await("12 50")
	x.HangUp()
	if code := x.Exit(); code != 7 {
		t.Errorf("exit code %d", code)
	}
	x = shell(t, `echo ready; sleep 60`)
	x.Await("ready")
	x.Signal(syscall.SIGTERM)
	if code := x.Exit(); code != -1 {
		t.Errorf("exit code %d", code)
	}
}
