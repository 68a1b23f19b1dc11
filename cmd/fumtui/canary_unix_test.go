//go:build unix

package main_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/probe"
)

// subscribers are those of a cluster of the simulator: id by name.
func (s *simulator) subscribers(cluster string) map[string]string {
	s.t.Helper()
	cfg, err := config.Load(s.t.Context(), config.System{
		ReadFile: os.ReadFile, LookupEnv: os.LookupEnv, HomeDir: os.UserHomeDir,
	}, s.config)
	if err != nil {
		s.t.Fatal(err)
	}
	c, _ := cfg.Cluster(cluster)
	client, err := probe.Dial(probe.Endpoint{URL: c.Endpoint, Token: c.Token, Timeout: 10 * time.Second})
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = client.Close() }()
	ctx, cancel := context.WithTimeout(s.t.Context(), 10*time.Second)
	defer cancel()
	subs, err := client.Subscribers(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	all := map[string]string{}
	for _, sub := range subs {
		all[sub.Name] = sub.ID
	}
	return all
}

// own names fumtui's own subscribers in a cluster of the simulator.
func (s *simulator) own(cluster string) []string {
	s.t.Helper()
	var names []string
	for name := range s.subscribers(cluster) {
		if strings.HasPrefix(name, model.CanaryPrefix) {
			names = append(names, name)
		}
	}
	return names
}

// awaitOwn waits until both clusters have so many subscribers of fumtui's own.
func (s *simulator) awaitOwn(n int) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		ams, nyc := s.own("ams"), s.own("nyc")
		if len(ams) == n && len(nyc) == n {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("ams has %v and nyc %v, want %d in each", ams, nyc, n)
		}
	}
}

// TestWatchRemovesItsCanaries, however it is left.
func TestWatchRemovesItsCanaries(t *testing.T) {
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	for _, left := range []string{"interrupted", "hung up", "unread"} {
		t.Run(left, func(t *testing.T) {
			watch := startWatch(t, sim, "--json")
			watch.drop()
			sim.awaitOwn(1)
			var err error
			switch left {
			case "interrupted":
				err = watch.process.Signal(os.Interrupt)
			case "hung up":
				err = watch.process.Signal(syscall.SIGHUP)
			case "unread":
				err = watch.stdout.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
			watch.endsWell()
			sim.awaitOwn(0)
		})
	}
}

// TestCutoverNeedsDataAtTheTarget: one that answers and sends nothing is found
// out before anything is stopped.
func TestCutoverNeedsDataAtTheTarget(t *testing.T) {
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	sim.fault("nyc", "withhold")
	before := sim.status().Pipelines[0].Cursors["ams"].Slot
	r := must(t, 3, sim.with("cutover", "trades", "--to", "nyc", "--confirm", "nyc")...)
	if !strings.Contains(r.stdout+r.stderr, "no data came") {
		t.Errorf("it was refused with\n%s%s", r.stdout, r.stderr)
	}
	sim.activeOn("ams")
	if after := sim.status().Pipelines[0].Cursors["ams"].Slot; after <= before {
		t.Errorf("the cursor stands at %d, after %d: the client was stopped", after, before)
	}
	if left := sim.own("nyc"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	sim.heal("nyc")
	r = must(t, 0, sim.with("cutover", "trades", "--to", "nyc", "--confirm", "nyc")...)
	if !slices.ContainsFunc(strings.Split(r.stdout+r.stderr, "\n"), func(line string) bool { return strings.Contains(line, "data at nyc") }) {
		t.Errorf("the plan does not tell of the proof:\n%s%s", r.stdout, r.stderr)
	}
	sim.activeOn("nyc")
	sim.audit()
}
