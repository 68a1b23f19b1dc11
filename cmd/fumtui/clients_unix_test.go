//go:build unix

package main_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fumtui/fumtui/model"
)

// hook controls a client of the simulator behind fumtui's back.
func (s *simulator) hook(act, pipeline, cluster string) {
	s.t.Helper()
	must(s.t, 0, "sim", "hook", act, "--dir", s.dir, pipeline, cluster)
}

// atOnce fails the test unless the clients recorded so many times that two of
// them ran at once, and no slot is missing.
func (s *simulator) atOnce(want int) {
	s.t.Helper()
	code := 0
	if want > 0 {
		code = 1
	}
	var audit struct {
		Pipelines []struct {
			Missing int        `json:"missing"`
			AtOnce  []struct{} `json:"at_once"`
		} `json:"pipelines"`
	}
	r := must(s.t, code, "sim", "audit", "--dir", s.dir, "--json")
	decode(s.t, r.stdout, &audit)
	got, missing := 0, 0
	for _, p := range audit.Pipelines {
		got += len(p.AtOnce)
		missing += p.Missing
	}
	if got != want || missing != 0 {
		s.t.Errorf("two clients ran at once %d times, want %d; %d slots are missing", got, want, missing)
	}
}

// waits fails the test unless the newest run of a pipeline waits at a step, with
// a question that holds a text.
func (j *journal) waits(pipeline string, step model.StepName, question string) model.Run {
	j.t.Helper()
	run := j.newest(pipeline)
	if run.State != model.RunWaiting || run.CurrentStep() != step || !strings.Contains(run.Question, question) {
		j.t.Fatalf("the run does not wait at %s for an answer to %q:\n%s", step, question, j.tell(pipeline))
	}
	return run
}

// TestClientThatIgnoresItsStop: its hooks claim success and it runs on. It is
// found out, and no run goes past the proof.
func TestClientThatIgnoresItsStop(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "10", "--pipelines", "2")
	j := openJournal(t, sim)
	sim.fault("ams", "ignore-stop")

	t.Log("a planned run goes back")
	must(t, 6, sim.with("cutover", "trades", "--to", "nyc", "--confirm", "nyc", "--mode", "planned")...)
	if run := j.newest("trades"); run.Step(model.StepPosition).State != model.StepPending {
		t.Errorf("it went past verify-stop:\n%s", j.tell("trades"))
	}

	t.Log("a reactive one asks, and does not believe a person before its eyes")
	must(t, 4, sim.with("cutover", "accounts", "--to", "nyc", "--confirm", "nyc", "--mode", "reactive")...)
	run := j.waits("accounts", model.StepVerifyStop, "no proof")
	must(t, 4, sim.with("resume", run.ID, "--confirm", "nyc", "--answer", "yes")...)
	j.waits("accounts", model.StepVerifyStop, "no proof")
	sim.atOnce(0)

	t.Log("once it is stopped, the run goes on")
	sim.heal("ams")
	sim.hook("stop", "accounts", "ams")
	last := launch(t, sim.with("resume", run.ID, "--confirm", "nyc", "--answer", "yes")...)
	if last.ends(0, 4); last.code() == 4 {
		// What the client said of itself when it was first told to stop is behind.
		j.waits("accounts", model.StepCursor, "its durable cursor is")
		cursor, err := j.store.Cursor(t.Context(), "accounts", "ams")
		if err != nil {
			t.Fatal(err)
		}
		must(t, 0, sim.with("resume", run.ID, "--confirm", "nyc", "--answer", fmt.Sprint(cursor.Slot))...)
	}
	j.endedWell("accounts", "nyc")
	sim.atOnce(0)
}

// TestClientThatComesToLifeAgain: somebody starts it at the source, which has
// healed meanwhile.
func TestClientThatComesToLifeAgain(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "10", "--pipelines", "2")
	j := openJournal(t, sim)
	sim.fault("ams", "down")
	left := map[string]model.Run{}
	for pipeline, at := range map[string]boundary{
		"trades":   {model.StepCreate, true},   // the target's client was not started
		"accounts": {model.StepConfirm, false}, // it was
	} {
		j.hold(pipeline, at)
		p := launch(t, sim.with("cutover", pipeline, "--to", "nyc", "--confirm", "nyc", "--mode", "reactive")...)
		if !j.meet(p, pipeline, "", at) || !p.kill() {
			t.Fatalf("fumtui %s ended before it was %s\n%s", p.name, at, p.out.String())
		}
		j.letGo(pipeline)
		left[pipeline] = j.newest(pipeline)
	}
	sim.heal("ams")
	for pipeline := range left {
		sim.hook("start", pipeline, "ams")
	}

	t.Log("before the start of the other the run goes back")
	must(t, 6, sim.with("resume", left["trades"].ID, "--confirm", "nyc")...)
	if run := j.newest("trades"); run.Step(model.StepStart).State == model.StepDone {
		t.Errorf("a second client was started:\n%s", j.tell("trades"))
	}
	sim.atOnce(1) // of accounts, where this test did it

	t.Log("after it the run asks, and does not believe a person before its eyes")
	resume := []string{"resume", left["accounts"].ID, "--confirm", "nyc"}
	must(t, 4, sim.with(resume...)...)
	j.waits("accounts", model.StepConfirm, "double-active: ")
	resume = append(resume, "--answer", "yes")
	must(t, 4, sim.with(resume...)...)
	j.waits("accounts", model.StepConfirm, "double-active: ")
	sim.hook("stop", "accounts", "ams")
	must(t, 0, sim.with(resume...)...)
	j.endedWell("accounts", "nyc")
	sim.atOnce(1)
}
