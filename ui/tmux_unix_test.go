//go:build unix

package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTmuxIsNeverRun proves that neither the styling library, while it is
// initialised, nor the framework, when it starts, runs tmux; and that what this
// process starts, hooks above all, still finds the variable.
func TestTmuxIsNeverRun(t *testing.T) {
	dir := t.TempDir()
	called := filepath.Join(dir, "called")
	script := "#!/bin/sh\necho \"$@\" >> " + called + "\n"
	if err := os.WriteFile(filepath.Join(dir, "tmux"), []byte(script), 0o700); err != nil { //nolint:gosec // it must be executable
		t.Fatal(err)
	}
	env := []string{"TMUX=/tmp/tmux-0/default,1,0", "PATH=" + dir + ":" + os.Getenv("PATH"), "COLORTERM="}

	c := startConsole(t, "environment", env...)
	c.Ends(0)
	if want := `TMUX is "/tmp/tmux-0/default,1,0"`; !strings.Contains(c.Output(), want) {
		t.Errorf("the environment afterwards: %q, want %q", c.Output(), want)
	}
	c = startConsole(t, "plain", env...)
	c.Await("FAIL OVER")
	c.Press("q")
	c.Ends(0)
	if calls, err := os.ReadFile(called); err == nil {
		t.Errorf("tmux was run: %s", calls)
	}
}
