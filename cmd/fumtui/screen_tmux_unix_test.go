//go:build unix

package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/ui/terminaltest"
)

// multiplexer is a tmux of our own with one window.
type multiplexer struct {
	t      *testing.T
	socket string
}

// do runs a command of tmux and gives what it prints.
func (m multiplexer) do(args ...string) string {
	m.t.Helper()
	cmd := exec.Command("tmux", append([]string{"-S", m.socket, "-f", "/dev/null"}, args...)...)
	cmd.Env = terminaltest.Environment("LANG=C.UTF-8", "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	if err != nil {
		m.t.Fatalf("tmux %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// lines are the lines of the window.
func (m multiplexer) lines() []string {
	m.t.Helper()
	lines := strings.Split(strings.TrimSuffix(m.do("capture-pane", "-p"), "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return lines
}

// await waits until the window shows a text.
func (m multiplexer) await(text string) {
	m.t.Helper()
	for deadline := time.Now().Add(patience); !strings.Contains(strings.Join(m.lines(), "\n"), text); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			m.t.Fatalf("tmux never showed %q:\n%s", text, strings.Join(m.lines(), "\n"))
		}
	}
}

// TestTmuxShowsTheSame runs the console in a real tmux, through pages that have
// little in common, and gives the same bytes to the emulator: both show the same.
func TestTmuxShowsTheSame(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("there is no tmux here")
	}
	sim := startSim(t, "--speed", "20", "--pipelines", "3")
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "tmux-") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	m := multiplexer{t, filepath.Join(dir, "s")}
	raw := filepath.Join(dir, "raw")
	m.do("new-session", "-d", "-x", "110", "-y", "35", fmt.Sprintf(`read -r go; exec %q --config %q`, path, sim.config))
	t.Cleanup(func() { _ = exec.Command("tmux", "-S", m.socket, "kill-server").Run() })
	m.do("set-option", "-g", "status", "off")
	m.do("resize-window", "-x", "110", "-y", "35")
	m.do("pipe-pane", "-O", "exec cat >> "+raw)
	m.do("send-keys", "go", "Enter")
	m.await("✓ streaming")
	for _, key := range []string{"?", "Escape", "z", "Escape", "Down", "Enter", "NPage", "Escape", ":", "Escape", "Down"} {
		m.do("send-keys", key)
		time.Sleep(300 * time.Millisecond) // an escape is one only after a while
	}
	m.do("send-keys", "Space")
	m.await("FROZEN")

	x := terminaltest.Open(t, 110, 35)
	differs := ""
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		written, err := os.ReadFile(raw)
		if err != nil {
			t.Fatal(err)
		}
		if differs = different(m.lines(), x.Shows(written)); differs == "" {
			break
		}
	}
	if differs != "" {
		t.Error(differs)
	}
	m.do("send-keys", "q")
}

// different is the first line that differs, but for the first, which has the
// clock and for how long the picture is frozen.
func different(tmux, emulator []string) string {
	for i := 1; i < len(emulator); i++ {
		if i >= len(tmux) || tmux[i] != emulator[i] {
			return fmt.Sprintf("line %d of tmux and of the emulator:\n%q\n%q", i, strings.Join(tmux[i:min(i+1, len(tmux))], ""), emulator[i])
		}
	}
	return ""
}
