//go:build unix

package main_test

import (
	"regexp"
	"testing"
	"time"
)

// clockShown is the time of day in the first line of the screen.
var clockShown = regexp.MustCompile(`\d\d:\d\d:\d\d UTC`)

// rate gives how many bytes a second a console writes, over at least so long by
// its own clock: a machine that is busy slows both down.
func (x *terminal) rate(over time.Duration) float64 {
	x.t.Helper()
	shows := func() time.Time {
		at, _ := time.Parse("15:04:05 UTC", clockShown.FindString(x.Lines()[0]))
		return at
	}
	next := func(from time.Time) time.Time { // it begins and ends with a frame
		var at time.Time
		x.Until("has another time", func(string) bool { at = shows(); return !at.IsZero() && at.After(from) })
		return at
	}
	began := next(shows())
	before := x.Bytes()
	at := began
	for at.Sub(began) < over {
		at = next(at)
	}
	spent := x.Bytes() - before
	x.t.Logf("%d bytes in %s", spent, at.Sub(began))
	return float64(spent) / at.Sub(began).Seconds()
}

// TestBytesOfTheRealProgram holds the console to what a slow line bears: next to
// nothing while all is well, and not much while something is wrong.
func TestBytesOfTheRealProgram(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--pipelines", "5")
	x := openTerminal(t, 120, 40, "--config", sim.config)
	x.Await("ALL WELL", "✓ streaming")
	x.rate(10 * time.Second) // the first picture, and what is learnt in the first seconds
	idle := x.rate(20 * time.Second)
	sim.fault("ams", "down")
	x.AwaitGone("ALL WELL")
	busy := x.rate(12 * time.Second)
	t.Logf("%.0f bytes a second at rest, %.0f while a cluster is down", idle, busy)
	if idle >= 300 || busy >= 2500 {
		t.Errorf("%.0f bytes a second at rest, want below 300; %.0f while a cluster is down, want below 2500", idle, busy)
	}
	if idle < 5 || busy < 20 {
		t.Error("nothing moves")
	}
	x.Press("q")
	x.Ends(0)
}
