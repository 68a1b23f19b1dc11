//go:build unix

package ui

import (
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestStallStopsNothing: while the line is stuck keys, snapshots and pages go
// on, and once it moves again the screen is right.
func TestStallStopsNothing(t *testing.T) {
	t.Parallel()
	c := startConsole(t, "stalled")
	c.Await("FAIL OVER")
	c.Stall()
	for range 12 { // pages that have little in common
		for _, key := range []string{"?", "\x1b"} {
			c.Press(key)
			time.Sleep(230 * time.Millisecond) // an escape is one only after a while
		}
	}
	c.Press("j\r")
	time.Sleep(time.Second)
	before := c.Bytes()
	c.Go()
	c.Await("accounts-prod")
	c.Await("What to do")
	time.Sleep(300 * time.Millisecond)
	t.Logf("%d bytes to catch up", c.Bytes()-before)
	seen := c.Lines()
	c.Resize(80, 23) // all is drawn anew
	c.Await("needs 80x24")
	c.Resize(80, 24)
	differs := ""
	if !c.Within(10*time.Second, func(string) bool {
		differs = firstDifference(seen, c.Lines())
		return differs == ""
	}) {
		t.Errorf("after the stall and drawn anew: %s", differs)
	}
	c.Press("q")
	c.Ends(0)
	var gap int
	out := c.Output()
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
	c := startConsoleAt(t, "churning", 200, 50)
	c.Until("shows something", func(screen string) bool { return strings.TrimSpace(screen) != "" })
	c.Stall()
	time.Sleep(2500 * time.Millisecond) // frames go on until nothing more fits
	c.Signal(syscall.SIGTERM)
	signalled := time.Now()
	if code := c.Exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if took := time.Since(signalled); took > 10*time.Second {
		t.Errorf("it left %s after the signal", took)
	}
	c.Go() // what comes last leaves the screen
	c.Ends(0)
	c.Await("left in order")
}
