package main_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// told is an event as `events --json` prints it.
type told struct {
	ID, Time, Kind, Word                       string
	Pipeline, Cluster, Run, Before, Target, By *string
	Reason                                     *string
}

// events are all that are printed.
func (s *simulator) events(flags ...string) []told {
	s.t.Helper()
	var all []told
	for line := range strings.Lines(must(s.t, 0, s.with(append([]string{"events", "--json"}, flags...)...)...).stdout) {
		var e told
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			s.t.Fatalf("%q: %v", line, err)
		}
		all = append(all, e)
	}
	return all
}

// TestEventsOfSeveralConsoles breaks a cluster beside three watches on one
// database: what changed is told once, in order, with what was done.
func TestEventsOfSeveralConsoles(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "2")
	for range 3 {
		watch := startWatch(t, sim)
		watch.drop()
		defer watch.interrupt()
	}
	await := func(what string, found func(told) bool) {
		t.Helper()
		for until := time.Now().Add(patience); ; time.Sleep(200 * time.Millisecond) {
			for _, e := range sim.events() {
				if found(e) {
					return
				}
			}
			if time.Now().After(until) {
				t.Fatalf("%s is told by nobody: %+v", what, sim.events())
			}
		}
	}
	verdict := func(cluster, word string) func(told) bool {
		return func(e told) bool {
			return e.Kind == "verdict" && e.Cluster != nil && *e.Cluster == cluster && e.Word == word
		}
	}
	await("that nyc is healthy", verdict("nyc", "healthy"))
	await("that ams is healthy", verdict("ams", "healthy"))
	sim.fault("ams", "down")
	await("that ams is down", verdict("ams", "down"))
	await("what to do", func(e told) bool {
		return e.Kind == "advice" && *e.Pipeline == "trades" && e.Word == "fail_over" && e.Target != nil && *e.Target == "nyc" && e.Reason != nil
	})
	must(t, 0, sim.with("cutover", "trades", "--to", "nyc", "--confirm", "nyc", "--mode", "reactive")...)
	await("the cutover", func(e told) bool {
		return e.Kind == "action" && e.Word == "done" && *e.Pipeline == "trades" && e.Run != nil && e.By != nil
	})

	last := map[string]string{}
	for _, e := range sim.events("--kind", "verdict", "--of", "ams") {
		of := fmt.Sprint(e.Kind, *e.Cluster)
		if last[of] == e.Word {
			t.Errorf("told twice: %+v", e)
		}
		if e.Before != nil && *e.Before != last[of] && last[of] != "" {
			t.Errorf("before it was %q, and not: %+v", last[of], e)
		}
		last[of] = e.Word
	}
	if last["verdictams"] != "down" {
		t.Errorf("in the end: %v", last)
	}
	text := must(t, 0, sim.with("events", "--since", "1h")...).stdout
	for _, want := range []string{" verdict ams cluster was ", ", is down: ", " advice trades was ", ", is fail over to nyc: ", " action trades done: "} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if few := sim.events("--limit", "2"); len(few) != 2 {
		t.Errorf("%d events, not 2", len(few))
	}
	must(t, 2, sim.with("events", "--kind", "nosuch")...)
}
