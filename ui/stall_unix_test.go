//go:build unix

package ui

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// TestStallStopsNothing: while the line is stuck keys, snapshots and pages go
// on, and once it moves again the screen is right.
func TestStallStopsNothing(t *testing.T) {
	t.Parallel()
	c := startConsole(t, "stalled")
	c.waitFor("FAIL OVER")
	c.gate.Lock()
	for range 12 { // pages that have little in common
		for _, key := range []string{"?", "\x1b"} {
			c.press(key)
			time.Sleep(230 * time.Millisecond) // an escape is one only after a while
		}
	}
	c.press("j\r")
	time.Sleep(time.Second)
	before := len(c.output())
	c.gate.Unlock()
	c.waitFor("accounts-prod")
	c.waitFor("What to do")
	time.Sleep(300 * time.Millisecond)
	t.Logf("%d bytes to catch up", len(c.output())-before)
	seen := strings.Split(c.screen(), "\n")
	for _, rows := range []uint16{23, 24} { // all is drawn anew
		if err := pty.Setsize(c.tty, &pty.Winsize{Cols: 80, Rows: rows}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(500 * time.Millisecond)
	}
	differs := ""
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if differs = firstDifference(seen, strings.Split(c.screen(), "\n")); differs == "" {
			break
		}
	}
	if differs != "" {
		t.Errorf("after the stall and drawn anew: %s", differs)
	}
	c.press("q")
	c.ends()
	var gap int
	out := c.output()
	if at := strings.LastIndex(out, "longest gap: "); at < 0 {
		t.Fatalf("it did not end in order: %q", out[max(0, len(out)-200):])
	} else if _, err := fmt.Sscanf(out[at:], "longest gap: %d ms", &gap); err != nil || gap > 1000 {
		t.Errorf("the console stood still for %d ms (%v)", gap, err)
	}
	t.Logf("longest gap: %d ms", gap)
}

// firstDifference is a line that differs between two screens, but for times.
func firstDifference(a, b []string) string {
	for i := 1; i < min(len(a), len(b)); i++ {
		if !strings.Contains(b[i], " ago") && !strings.Contains(b[i], " for ") && a[i] != b[i] {
			return fmt.Sprintf("line %d: %q, %q", i, a[i], b[i])
		}
	}
	return ""
}

func TestStalledTerminalDoesNotKeepTheProcess(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only here is the terminal opened without blocking")
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), childEnv+"=churning", "TERM=xterm-256color")
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 200, Rows: 50})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tty.Close() }()
	one := make([]byte, 1) // it has begun to draw; nothing else is ever read
	if _, err := tty.Read(one); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2500 * time.Millisecond) // frames go on until nothing more fits
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	signalled, ended := time.Now(), make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		t.Logf("left %s after the signal: %v", time.Since(signalled), err)
	case <-time.After(10 * time.Second):
		_ = cmd.Process.Kill()
		t.Fatal("it hung on a terminal that takes nothing")
	}
	rest := make([]byte, 1<<16) // reading goes on: what comes last leaves the screen
	var all strings.Builder
	for {
		n, err := tty.Read(rest)
		all.Write(rest[:n])
		if err != nil {
			break
		}
	}
	if out := all.String(); !strings.Contains(out, "\x1b[?1049l") || !strings.Contains(out, "left in order") {
		t.Errorf("the terminal was not put in order: %q", out[max(0, len(out)-200):])
	}
}
