//go:build unix

package ui

import (
	"testing"
	"time"
)

// A console at peace costs next to nothing: below 300 bytes a second at 120x40
// with a new picture every second. One where something is wrong is drawn every
// second, below 2.5 kB.
func TestBytes(t *testing.T) {
	for kind, budget := range map[string]float64{"idle": 300, "busy": 2500} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			c := startConsoleAt(t, kind, 120, 40)
			c.Await("streaming")
			time.Sleep(idleSettled * idlePace)
			before, from := c.Bytes(), time.Now()
			time.Sleep((idleSeconds - idleSettled) * idlePace)
			spent, seconds := c.Bytes()-before, float64(time.Since(from))/float64(idlePace)
			c.Press("q")
			c.Ends(0)
			rate := float64(spent) / seconds
			t.Logf("%d bytes in %.0f s: %.0f bytes a second", spent, seconds, rate)
			if rate >= budget {
				t.Errorf("%.0f bytes a second, want below %.0f", rate, budget)
			}
			if spent < 100 {
				t.Errorf("only %d bytes: nothing moved", spent)
			}
		})
	}
}
