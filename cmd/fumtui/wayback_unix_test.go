//go:build unix

package main_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// TestWayBack: while a pipeline is away from home, everything that tells of it
// tells where its subscriber at home stands, and for how long it can be had.
func TestWayBack(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "10", "--pipelines", "1")
	j := openJournal(t, sim)
	must(t, 0, sim.with("cutover", "trades", "--to", "nyc", "--confirm", "nyc")...)
	run := j.newest("trades")
	stands := fmt.Sprintf("%s at ams stands at slot %d, leaves the window in about ", run.Subscriber, *run.Cursor+1)
	for _, args := range [][]string{{"status"}, {"explain", "trades"}, {"history", "show", run.ID}} {
		if out := must(t, 0, sim.with(args...)...).stdout; !strings.Contains(strings.Join(strings.Fields(out), " "), stands) {
			t.Errorf("%v does not say %q:\n%s", args, stands, out)
		}
	}
	var status struct {
		Pipelines []struct {
			WayBack *struct {
				Cluster     string     `json:"cluster"`
				Slot        model.Slot `json:"slot"`
				LeftSeconds *float64   `json:"left_seconds"`
			} `json:"way_back"`
		} `json:"pipelines"`
	}
	decode(t, must(t, 0, sim.with("status", "--json")...).stdout, &status)
	if b := status.Pipelines[0].WayBack; b == nil || b.Cluster != "ams" || b.Slot != *run.Cursor+1 || b.LeftSeconds == nil || *b.LeftSeconds <= 0 {
		t.Errorf("way back: %+v", b)
	}

	must(t, 0, sim.with("failback", "trades", "--confirm", "ams", "--force")...)
	if out := must(t, 0, sim.with("status")...).stdout; strings.Contains(out, "way back") || strings.Contains(out, "both make progress") {
		t.Errorf("at home again:\n%s", out)
	}
	if out := must(t, 0, sim.with("history", "show", run.ID)...).stdout; strings.Contains(out, "the way back now") {
		t.Errorf("the run of before:\n%s", out)
	}
}

// TestInterruptedBeforeARun: an interrupt that comes before a run was begun, or
// taken over, changes nothing, and says so.
func TestInterruptedBeforeARun(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "10", "--pipelines", "1")
	j := openJournal(t, sim)
	sim.fault("nyc", "blackhole") // planning takes as long as its calls
	p := launch(t, sim.with("cutover", "trades", "--to", "nyc", "--confirm", "nyc")...)
	time.Sleep(1500 * time.Millisecond) // it looks for a verdict on nyc, and then plans
	p.signal(syscall.SIGTERM)
	if out := p.ends(6); !strings.Contains(out, "nothing was begun") {
		t.Errorf("it says:\n%s", out)
	}
	if r := j.newest("trades"); r.ID != "" {
		t.Errorf("run %+v", r)
	}
}
