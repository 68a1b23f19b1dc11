//go:build unix

package terminaltest

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"golang.org/x/term"
)

// The modes that are noted, in the words of [Terminal.Left].
const (
	modeAltScreen = "the alternate screen is on"
	modeHidden    = "the cursor is hidden"
	modePaste     = "bracketed paste is on"
	modeMouse     = "the mouse is captured"
	modeFocus     = "focus is reported"
	modeSync      = "output is held back"
	modeLevels    = "a keyboard protocol is pushed"
	modeOtherKeys = "other keys are modified"
)

// decModes names the private modes that a program must not leave on.
var decModes = map[ansi.Mode]string{
	ansi.ModeAltScreenSaveCursor: modeAltScreen,
	ansi.ModeTextCursorEnable:    modeHidden,
	ansi.ModeBracketedPaste:      modePaste,
	ansi.ModeMouseX10:            modeMouse,
	ansi.ModeMouseNormal:         modeMouse,
	ansi.ModeMouseButtonEvent:    modeMouse,
	ansi.ModeMouseAnyEvent:       modeMouse,
	ansi.ModeFocusEvent:          modeFocus,
	ansi.ModeSynchronizedOutput:  modeSync,
}

// watchModes notes which modes are on. The emulator calls while it is written to.
func (x *Terminal) watchModes() {
	note := func(name string, level int) {
		x.mu.Lock()
		defer x.mu.Unlock()
		switch name {
		case "": // none that matters
		case modeHidden: // what is set is that it shows
			x.modes[name] = 1 - level
		default:
			x.modes[name] = max(0, level)
		}
	}
	x.screen.SetCallbacks(vt.Callbacks{
		EnableMode:  func(mode ansi.Mode) { note(decModes[mode], 1) },
		DisableMode: func(mode ansi.Mode) { note(decModes[mode], 0) },
	})
	levels := func(by int) vt.CsiHandler {
		return func(ansi.Params) bool {
			note(modeLevels, x.modes[modeLevels]+by)
			return true
		}
	}
	x.screen.RegisterCsiHandler(ansi.Command('>', 0, 'u'), levels(1))
	x.screen.RegisterCsiHandler(ansi.Command('<', 0, 'u'), levels(-1))
	x.screen.RegisterCsiHandler(ansi.Command('>', 0, 'm'), func(params ansi.Params) bool {
		if what, _, _ := params.Param(0, 0); what == 4 {
			value, _, _ := params.Param(1, 0)
			note(modeOtherKeys, value)
		}
		return true
	})
}

// boundRegion ignores scroll regions that reach beyond the screen, as those that a
// program sets before it knows of a new size. The emulator does not bear them.
func (x *Terminal) boundRegion() {
	x.screen.RegisterCsiHandler('r', func(params ansi.Params) bool {
		bottom, _, _ := params.Param(1, 0)
		return bottom > x.screen.Emulator.Height()
	})
}

// Left is what of the terminal is not as it was before the program, which has
// ended; nothing where all is in order.
func (x *Terminal) Left() []string {
	x.t.Helper()
	x.drain()
	x.mu.Lock()
	var left []string
	for name, level := range x.modes {
		if level > 0 {
			left = append(left, name)
		}
	}
	x.mu.Unlock()
	now, err := term.GetState(int(x.tty.Fd())) //nolint:gosec // a descriptor
	switch {
	case err != nil:
		x.t.Fatal(err)
	case *now != *x.cooked:
		left = append(left, "lines are not edited as before")
	}
	slices.Sort(left)
	return left
}

// CursorHidden reports whether the cursor is hidden.
func (x *Terminal) CursorHidden() bool { return x.on(modeHidden) }

// AltScreen reports whether the program has the alternate screen.
func (x *Terminal) AltScreen() bool { return x.on(modeAltScreen) }

func (x *Terminal) on(mode string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.modes[mode] > 0
}

// PID is the process id of the program.
func (x *Terminal) PID() int { return x.cmd.Process.Pid }

// Signal sends the program a signal.
func (x *Terminal) Signal(s os.Signal) {
	x.t.Helper()
	if err := x.cmd.Process.Signal(s); err != nil {
		x.t.Fatal(err)
	}
}

// HasEnded reports whether the program has ended.
func (x *Terminal) HasEnded() bool {
	select {
	case <-x.ended:
		return true
	default:
		return false
	}
}

// Kill ends the program at once.
func (x *Terminal) Kill() { x.end() }

func (x *Terminal) end() {
	if x.cmd != nil {
		_ = x.cmd.Process.Kill()
		<-x.ended
	}
}

// Exit waits for the program's end and gives its exit code. Nothing is asked of
// the terminal.
func (x *Terminal) Exit() int {
	x.t.Helper()
	select {
	case <-x.ended:
	case <-time.After(Patience):
		x.t.Fatalf("%s did not end in %s", x.name(), Patience)
	}
	return x.cmd.ProcessState.ExitCode()
}

// Ends waits for the program's end. The test goes wrong where its exit code is
// another, or the terminal was not left as it was found.
func (x *Terminal) Ends(code int) {
	x.t.Helper()
	if got := x.Exit(); got != code {
		x.t.Errorf("%s: exit code %d, want %d", x.name(), got, code)
	}
	if left := x.Left(); len(left) > 0 {
		x.t.Errorf("%s left the terminal in disorder: %s", x.name(), strings.Join(left, ", "))
	}
}

// drain waits until all that the program wrote was shown: a mark that is written
// after its end comes last. It must not be called while the line is stuck.
func (x *Terminal) drain() {
	x.mu.Lock()
	x.marks++
	mark := fmt.Sprintf("\x1b]7777;%d\x07", x.marks)
	x.mu.Unlock()
	if _, err := x.tty.WriteString(mark); err != nil {
		return // it was hung up: nothing more comes
	}
	late := time.AfterFunc(Patience, func() { x.change(func() { x.marks = -1 }) })
	defer late.Stop()
	x.until(func() bool { return x.marks < 0 || bytes.Contains(x.raw.Bytes(), []byte(mark)) })
}
