package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/model/failover"
)

func left(state model.RunState) failover.EvacuationResult {
	return failover.EvacuationResult{Pipeline: "p", Begun: true, Run: model.Run{ID: "r1", To: "nyc", State: state, Question: "how many?"}}
}

func notBegun(err error) failover.EvacuationResult {
	return failover.EvacuationResult{Pipeline: "p", Err: err}
}

// TestEvacuationExitCode is each outcome of one pipeline, gravest first, and so
// the order in which they count.
func TestEvacuationExitCode(t *testing.T) {
	grave := []struct {
		results []failover.EvacuationResult
		code    int
		says    string
	}{
		{[]failover.EvacuationResult{
			left(model.RunInterrupted), left(model.RunUnknown), left(model.RunRunning),
			{Pipeline: "p", Begun: true, Run: model.Run{State: model.RunUnknown}, Err: errors.New("no journal")},
			notBegun(&failover.NotBegunError{Pipeline: "p", Err: errors.New("interrupted")}),
		}, 7, ""},
		{[]failover.EvacuationResult{left(model.RunFailed), notBegun(errors.New("the database is gone")), notBegun(&failover.LeftError{Run: model.Run{ID: "r1", State: model.RunFailed}})}, 1, "failed"},
		{[]failover.EvacuationResult{
			left(model.RunWaiting),
			notBegun(&failover.BusyError{Run: model.Run{ID: "r1", State: model.RunWaiting}}),
		}, 4, ""},
		{[]failover.EvacuationResult{
			notBegun(&failover.HeldError{}),
			{Pipeline: "p", Begun: true, Err: fmt.Errorf("run r1: %w", failover.ErrFenced)},
		}, 5, "driven by another"},
		{[]failover.EvacuationResult{
			notBegun(&failover.RefusedError{}), notBegun(&failover.PlanMovedError{}), notBegun(&failover.UsageError{Text: "no client there"}),
			notBegun(&failover.BusyError{Run: model.Run{ID: "r1", State: model.RunInterrupted}}),
		}, 3, "refused"},
		{[]failover.EvacuationResult{left(model.RunAborted)}, 6, "aborted"},
		{[]failover.EvacuationResult{left(model.RunDone), notBegun(&failover.NoOpError{Plan: model.Plan{NoOp: "it is there"}})}, 0, ""},
	}
	c := &console{cfg: &config.Config{Path: "/x.yaml"}}
	var lighter []int
	for i := len(grave) - 1; i >= 0; i-- {
		for _, r := range grave[i].results {
			if got := resultCode(&r); got != grave[i].code {
				t.Errorf("%+v: exit code %d, want %d", r, got, grave[i].code)
			}
			line := c.resultLine(&r)
			if !strings.HasPrefix(line, "p: ") || !strings.Contains(line, grave[i].says) {
				t.Errorf("%d: %s", grave[i].code, line)
			}
		}
		lighter = append(lighter, grave[i].code)
		if got := gravest(lighter); got != grave[i].code {
			t.Errorf("of %v the gravest is %d, want %d", lighter, got, grave[i].code)
		}
	}
	if got := gravest(nil); got != 0 {
		t.Errorf("of none: %d", got)
	}
}

func TestEvacuationTable(t *testing.T) {
	plan := func(name string, checks ...model.Check) failover.EvacuationItem {
		return failover.EvacuationItem{Pipeline: name, Plan: &model.Plan{
			Mode: model.Reactive, ResumeSlot: ptr(model.Slot(391204418)), GapSlots: 0, DuplicateSlots: 32, Checks: checks,
		}}
	}
	unknown := plan("nothing known", model.Check{Name: "cursor", Level: model.CheckAsk, Saw: "no cursor\x1b[2J for ams"})
	unknown.Plan.ResumeSlot = nil
	var b strings.Builder
	printEvacuationTable(&b, &failover.EvacuationPlan{
		Evacuation: failover.Evacuation{From: "ams", To: "nyc"}, ID: "e1", Pipelines: []failover.EvacuationItem{
			plan("fine"), plan("warned", model.Check{Name: "source", Level: model.CheckWarn, Saw: "ams is healthy"}), unknown,
			{Pipeline: "left", Run: &model.Run{ID: "r1", Mode: model.Planned, ResumeSlot: ptr(model.Slot(7))}},
			{Pipeline: "held", Held: errors.New("driven by eve")},
			{Pipeline: "none", Err: errors.New("no client there")},
		},
	})
	const want = `evacuation, resumed, e1 from ams to nyc: 6 pipelines

PIPELINE       MODE      RESUME SLOT  GAP  REPEATS  WORST CHECK
fine           reactive  391204418    0    32       ok
warned         reactive  391204418    0    32       warn: source: ams is healthy
nothing known  reactive  -            -    -        ask: cursor: no cursor[2J for ams
left           planned   7            -    -        run r1 is resumed at step lease
held           -         -            -    -        driven by eve
none           -         -            -    -        refuse: no client there
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// stalled is a terminal that takes nothing until it is let go.
type stalled struct{ free chan struct{} }

func (s stalled) Write(p []byte) (int, error) {
	<-s.free
	return len(p), nil
}

func TestTellerNeverBlocks(t *testing.T) {
	out := stalled{make(chan struct{})}
	defer close(out.free)
	told := newTeller(out, 2)
	said := make(chan struct{})
	go func() {
		for range 100 {
			told.say("a line")
		}
		close(said)
	}()
	select {
	case <-said:
	case <-time.After(10 * time.Second):
		t.Fatal("it blocks whoever has something to say")
	}
}
