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
	_ = c.cmd.Wait()
	<-c.done
	if want := `TMUX is "/tmp/tmux-0/default,1,0"`; !strings.Contains(c.output(), want) {
		t.Errorf("the environment afterwards: %q, want %q", c.output(), want)
	}
	c = startConsole(t, "plain", env...)
	c.waitFor("FAIL OVER")
	c.press("q")
	c.ends()
	if calls, err := os.ReadFile(called); err == nil {
		t.Errorf("tmux was run: %s", calls)
	}
}
