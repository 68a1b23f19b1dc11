package main_test

import (
	"strconv"
	"strings"
	"testing"
)

// planned is what the tests read of `plan --json`.
type planned struct {
	Outcome    string  `json:"outcome"`
	NoOp       *string `json:"no_op"`
	Mode       string  `json:"mode"`
	Cursor     *uint64 `json:"cursor"`
	ResumeSlot *uint64 `json:"resume_slot"`
	GapSlots   *uint64 `json:"gap_slots"`
	Checks     []struct{ Name, Level, Saw string }
}

// plan plans and expects an exit code.
func (s *simulator) plan(code int, args ...string) planned {
	s.t.Helper()
	var p planned
	decode(s.t, must(s.t, code, s.with(append([]string{"plan"}, append(args, "--json")...)...)...).stdout, &p)
	return p
}

// open is what the tests read of `runs --json` and `history --json`.
type open struct {
	ID, Pipeline, State string
	Origin, Evacuation  *string
	Question            *string
	DrivenBy            *string `json:"driven_by"`
	Resume, Abort       *string
}

func (s *simulator) runs() []open {
	s.t.Helper()
	var all []open
	decode(s.t, must(s.t, 0, s.with("runs", "--json")...).stdout, &all)
	return all
}

// TestPlanChangesNothing plans what may run, what asks, what is refused and what
// is done already.
func TestPlanChangesNothing(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	p := sim.plan(0, "cutover", "trades", "--to", "nyc")
	if p.Outcome != "may_run" || p.Mode != "planned" || p.Cursor == nil || p.ResumeSlot == nil || len(p.Checks) == 0 {
		t.Errorf("cutover: %+v", p)
	}
	if p := sim.plan(0, "cutover", "trades", "--to", "nyc", "--mode", "hybrid"); p.Mode != "hybrid" {
		t.Errorf("hybrid: %+v", p)
	}
	if p := sim.plan(0, "failback", "trades"); p.Outcome != "nothing_to_do" || p.NoOp == nil {
		t.Errorf("failback at home: %+v", p)
	}
	beyond := strconv.FormatUint(*p.Cursor+5000, 10)
	if p := sim.plan(3, "cutover", "trades", "--to", "nyc", "--from-slot", beyond); p.Outcome != "refused" {
		t.Logf("a slot that is not there yet: %+v", p)
	}
	if p := sim.plan(4, "cutover", "trades", "--to", "nyc", "--latest", "--mode", "reactive"); p.Outcome != "would_ask" {
		t.Errorf("the latest: %+v", p)
	}
	sim.fault("nyc", "down")
	if p := sim.plan(3, "cutover", "trades", "--to", "nyc"); p.Outcome != "refused" {
		t.Errorf("to a cluster that is down: %+v", p)
	}
	sim.heal("nyc")
	for _, args := range [][]string{
		{"cutover", "trades"},
		{"cutover", "trades", "--to", "fra"},
		{"cutover", "nosuch", "--to", "nyc"},
		{"failback", "trades", "--to", "nyc"},
		{"failback", "nosuch"},
		{"cutover", "trades", "--to", "nyc", "--latest", "--from-slot", "5"},
		{"cutover", "trades", "--to", "nyc", "--from-slot", "five"},
		{"cutover", "trades", "--to", "nyc", "--mode", "brutal"},
		{},
	} {
		must(t, 2, sim.with(append([]string{"plan"}, args...)...)...)
	}
	if out := strings.TrimSpace(must(t, 0, sim.with("history", "--json")...).stdout); out != "[]" {
		t.Errorf("planning began runs: %s", out)
	}
	sim.activeOn("ams")
	sim.audit()
}

// TestQuestionIsKept has a run stop at its question, in one process, and be
// given up and answered by others.
func TestQuestionIsKept(t *testing.T) {
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	t.Setenv("SSH_CONNECTION", "203.0.113.9 51022 192.0.2.1 22")
	latest := sim.with("cutover", "trades", "--to", "nyc", "--confirm", "nyc", "--latest", "--mode", "reactive")
	must(t, 4, latest...)
	runs := sim.runs()
	if len(runs) != 1 || runs[0].State != "waiting" || runs[0].Question == nil || runs[0].DrivenBy != nil || runs[0].Resume == nil || runs[0].Abort == nil {
		t.Fatalf("runs: %+v", runs)
	}
	if runs[0].Origin == nil || *runs[0].Origin != "203.0.113.9" {
		t.Errorf("origin: %v", runs[0].Origin)
	}
	if out := must(t, 0, sim.with("runs")...).stdout; !strings.Contains(out, "fumtui resume "+runs[0].ID) || !strings.Contains(out, "fumtui abort "+runs[0].ID) {
		t.Errorf("runs:\n%s", out)
	}
	must(t, 3, latest...) // another run of the pipeline must not begin
	must(t, 6, sim.with("abort", runs[0].ID)...)
	if runs := sim.runs(); len(runs) != 0 {
		t.Errorf("runs after the abort: %+v", runs)
	}
	sim.activeOn("ams")
	sim.audit()

	for _, args := range [][]string{{}, {"--markdown"}} {
		out := must(t, 0, sim.with(append([]string{"history", "show", runs[0].ID}, args...)...)...).stdout
		for _, want := range []string{"aborted", "by ssh from 203.0.113.9", "What is left"} {
			if !strings.Contains(out, want) {
				t.Errorf("the report %v lacks %q:\n%s", args, want, out)
			}
		}
	}
	must(t, 2, sim.with("history", "show", "nosuch")...)

	t.Log("approved beforehand it does not ask")
	must(t, 0, append(latest, "--approve-gap", "100000")...)
	sim.activeOn("nyc")
}

// TestFailForward makes the cluster that a pipeline was moved to its home.
func TestFailForward(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	if r := must(t, 3, sim.with("home", "trades", "nyc")...); !strings.Contains(r.stderr, "active on ams") {
		t.Errorf("a home elsewhere: %s", r.stderr)
	}
	must(t, 2, sim.with("home", "nosuch", "nyc")...)
	must(t, 2, sim.with("home", "trades", "fra")...)
	must(t, 0, sim.with("cutover", "trades", "--to", "nyc", "--confirm", "nyc")...)
	must(t, 0, sim.with("home", "trades", "nyc")...)
	if out := must(t, 0, sim.with("home", "trades")...).stdout; !strings.Contains(out, "home is nyc (chosen") {
		t.Errorf("home: %s", out)
	}
	if p := sim.plan(0, "failback", "trades"); p.Outcome != "nothing_to_do" {
		t.Errorf("failback at the new home: %+v", p)
	}
	var s struct {
		Pipelines []struct{ Home, Active string }
	}
	decode(t, must(t, 0, sim.with("status", "--json")...).stdout, &s)
	if p := s.Pipelines[0]; p.Home != "nyc" || p.Active != "nyc" {
		t.Errorf("status: %+v", p)
	}
	sim.audit()
}

// TestRecreate makes a lost subscriber again where it was.
func TestRecreate(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	sim.fault("ams", "lose-subscriber")
	must(t, 2, sim.with("recreate", "trades", "--confirm", "nyc")...)
	must(t, 0, sim.with("recreate", "trades", "--confirm", "ams")...)
	sim.activeOn("ams")
	sim.audit()
	var history []struct{ Kind, From, To, State string }
	decode(t, must(t, 0, sim.with("history", "--json")...).stdout, &history)
	if len(history) != 1 || history[0].Kind != "recreate" || history[0].From != "ams" || history[0].To != "ams" || history[0].State != "done" {
		t.Errorf("history: %+v", history)
	}
}

// TestEvacuate empties a cluster that is down, by one command.
func TestEvacuate(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "3")
	sim.fault("ams", "down")
	must(t, 2, sim.with("evacuate", "ams", "--to", "nyc")...)
	must(t, 2, sim.with("evacuate", "ams", "--to", "fra", "--confirm", "fra")...)
	must(t, 2, sim.with("evacuate", "ams", "--to", "nyc", "--confirm", "nyc", "--degree", "0")...)
	var plan struct {
		Evacuation string
		Pipelines  []struct {
			Pipeline string
			Plan     *planned
		}
	}
	decode(t, must(t, 0, sim.with("plan", "evacuate", "ams", "--to", "nyc", "--json")...).stdout, &plan)
	if len(plan.Pipelines) != 3 || plan.Pipelines[0].Plan == nil || plan.Pipelines[0].Plan.Mode != "reactive" {
		t.Errorf("plan: %+v", plan)
	}
	out := must(t, 0, sim.with("evacuate", "ams", "--to", "nyc", "--confirm", "nyc", "--reason", "ams is down")...).stdout
	if !strings.Contains(out, "ams to nyc: 3 of 3 moved") {
		t.Errorf("it said:\n%s", out)
	}
	for _, p := range sim.status().Pipelines {
		if p.Active != "nyc" {
			t.Errorf("%s is active on %s", p.Name, p.Active)
		}
	}
	var history []open
	decode(t, must(t, 0, sim.with("history", "--json")...).stdout, &history)
	for _, r := range history {
		if r.Evacuation == nil || *r.Evacuation != *history[0].Evacuation || r.State != "done" {
			t.Errorf("history: %+v", r)
		}
	}
	if out := must(t, 0, sim.with("evacuate", "ams", "--to", "nyc", "--confirm", "nyc")...).stdout; !strings.Contains(out, "nothing to do") {
		t.Errorf("again: %s", out)
	}
	sim.audit()
}
