//go:build unix

package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
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

// TestLostDatabase: what only looks makes no new database in the place of one that
// was lost, and tells of it.
func TestLostDatabase(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "10", "--pipelines", "1")
	before, err := os.ReadFile(sim.config)
	if err != nil {
		t.Fatal(err)
	}
	lost := filepath.Join(t.TempDir(), "lost.db")
	config := filepath.Join(filepath.Dir(sim.config), "lost.yaml")
	text := regexp.MustCompile(`(?m)^store:.*$`).ReplaceAllString(string(before), "store: "+lost)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		code int
		args []string
	}{
		{0, []string{"status"}}, {1, []string{"runs"}}, {1, []string{"history"}}, {3, []string{"plan", "cutover", "trades", "--to", "nyc"}},
	} {
		r := must(t, c.code, append(c.args, "--config", config)...)
		if out := strings.Join(strings.Fields(r.stdout+r.stderr), " "); !strings.Contains(out, "there is no database at "+lost+" yet") {
			t.Errorf("%v says:\n%s%s", c.args, r.stdout, r.stderr)
		}
		if _, err := os.Stat(lost); err == nil {
			t.Fatalf("%v made a database", c.args)
		}
	}
	if err := os.Mkdir(lost+".hooks", 0o700); err != nil {
		t.Fatal(err)
	}
	if r := must(t, 1, "runs", "--config", config); !strings.Contains(r.stderr, "but there was one") {
		t.Errorf("runs says:\n%s", r.stderr)
	}
	must(t, 1, "cursor", "set", "trades", "ams", "1", "--config", config)
	if err := os.Remove(lost + ".hooks"); err != nil {
		t.Fatal(err)
	}
	must(t, 0, "cursor", "set", "trades", "ams", "1", "--config", config)
	must(t, 0, "runs", "--config", config)
}
