//go:build unix

package main_test

import (
	"os"
	"strings"
	"syscall"
	"testing"
)

// nowhere makes a home without a configuration.
func nowhere(t *testing.T) (home string) {
	t.Helper()
	home = t.TempDir()
	t.Setenv("HOME", home)
	for _, name := range []string{"FUMTUI_CONFIG", "FUMAROLE_CONFIG", "XDG_CONFIG_HOME", "XDG_STATE_HOME"} {
		t.Setenv(name, "")
	}
	return home
}

// TestFirstRun starts the console without a configuration: it explains itself,
// and q, a signal and the demo lead on from there.
func TestFirstRun(t *testing.T) {
	home := nowhere(t)
	x := openTerminal(t, 80, 24)
	x.Await("Yellowstone Fumarole", "d try the demo", "i write a configuration", home)
	x.Press("xq")
	x.Ends(0)
	for _, s := range []os.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		x := openTerminal(t, 80, 24)
		x.Await("d try the demo")
		x.Signal(s)
		x.Ends(0)
	}
	x = openTerminal(t, 100, 30)
	x.Await("d try the demo")
	x.Press("d")
	x.Await("✓ healthy", "✓ streaming", "Lag from tip")
	x.Press("q")
	x.Ends(0)
}

func TestFirstRunWithoutTerminal(t *testing.T) {
	home := nowhere(t)
	got := fumtui(t)
	said := strings.Join(strings.Fields(got.stderr), " ")
	for _, want := range []string{"there is no configuration", home + "/.config/fumtui/fumtui.yaml", "fumtui demo", "fumtui init"} {
		if got.code != 2 || !strings.Contains(said, want) {
			t.Errorf("exit code %d, lacks %q:\n%s", got.code, want, got.stderr)
		}
	}
	t.Setenv("FUMTUI_CONFIG", home+"/named.yaml")
	if got := fumtui(t); got.code != 2 || !strings.Contains(got.stderr, "terminal") {
		t.Errorf("exit code %d:\n%s", got.code, got.stderr)
	}
}

// TestReadOnlyDemo looks at a demo that cannot be acted on, but broken.
func TestReadOnlyDemo(t *testing.T) {
	x := openTerminal(t, 100, 30, "demo", "--read-only", "--speed", "20")
	x.Await("READ-ONLY", "✓ streaming")
	x.Press("c")
	x.Await("this console is read-only")
	x.Press("!")
	x.Await("break or heal a cluster")
	x.Press(escape + "q")
	x.Ends(0)
}
