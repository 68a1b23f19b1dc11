package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

func TestRecreateKey(t *testing.T) {
	s := fakeSnapshot(1, 1, 0)
	d := newDriver(t, 80, 24, s)
	d.keys("R")
	d.sees("is neither lost nor stale")
	s = lostSubscriber(2)
	d.snapshot(s)
	d.sees("press R")
	d.operator.plan = recreatePlan
	d.keys("R")
	if got := d.operator.planned; len(got) != 1 || !got[0].Recreate || got[0].To != "ams" {
		t.Fatalf("planned %+v", got)
	}
	d.sees("recreate of trades at ams", "Confirm the recreate", "Type ams and press enter")
	d.keys("=ams", "enter")
	if len(d.operator.executed) != 1 {
		t.Fatal("not executed")
	}
}

// lostSubscriber is a console whose first pipeline lost its subscriber.
func lostSubscriber(generation uint64) model.Snapshot {
	s := fakeSnapshot(generation, 1, 0)
	p := &s.Pipelines[0]
	p.Verdict = model.PipelineSubscriberLost
	p.Advice = model.Advice{Action: model.ActionRecreateSubscriber, Text: "ams is healthy but has no subscriber trades-prod"}
	return s
}

func recreatePlan(req model.Request) model.Plan {
	p := fakePlan(req)
	p.Kind, p.From, p.To = model.Recreate, req.To, req.To
	p.Actions = []string{"drain the client at ams", "prove that it stands still", "delete the subscriber trades-prod at ams, if there is one", "create it from slot 312363641"}
	return p
}

func TestHomeKey(t *testing.T) {
	s := fakeSnapshot(1, 2, 0)
	d := newDriver(t, 80, 24, s)
	d.keys("H")
	d.sees("trades is active at its home, ams")
	moved := func(generation uint64) model.Snapshot {
		s := fakeSnapshot(generation, 2, 0)
		s.Pipelines[0].Active = "nyc"
		return s
	}
	d.snapshot(moved(2))
	d.keys("H", "=ams", "enter")
	d.seesWrapped(`"ams" is not the cluster, "nyc"`, "the advice to fail back to ams goes away")
	d.operator.runErr = errors.New("the database is locked")
	d.keys("ctrl+u", "=nyc", "enter")
	d.sees("nothing was changed: the database is locked", "Type nyc")
	d.operator.runErr = nil
	d.keys("=nyc", "enter")
	d.sees("the home of trades is nyc now", "Lag from tip")
	did(t, d, "home of trades is nyc", "home of trades is nyc")

	d.keys("H", "=ny")
	s = moved(3)
	s.Pipelines[0].Run = runAt("trades", model.RunRunning, model.StepStop, 1, 1)
	d.snapshot(s)
	d.sees("moved on since this was on the screen: nothing was done")
	d.snapshot(moved(4))
	d.keys("H")
	d.sees("what was being typed is not asked for any more, so H did nothing")
	later(strayWithin)(d)
	d.keys("H")
	s = moved(5)
	s.Pipelines[0].Home = "nyc"
	d.snapshot(s)
	d.sees("the home of trades is nyc now")
}

func TestModeKey(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 1, 0))
	d.operator.plan = func(req model.Request) model.Plan {
		p := fakePlan(req)
		if req.Mode != "" {
			p.Mode = req.Mode
		}
		return p
	}
	d.keys("c", "=m") // a letter, while the name is typed
	for _, want := range []model.Mode{model.Reactive, model.Hybrid, model.Planned} {
		d.keys("tab")
		if got := d.operator.planned[len(d.operator.planned)-1].Mode; got != want {
			t.Fatalf("planned %s, want %s", got, want)
		}
		d.sees("mode              " + string(want))
	}
	d.keys("tab", "tab", "=nyc", "enter")
	if got := d.operator.executed; len(got) != 1 || got[0].Mode != model.Hybrid {
		t.Fatalf("executed %+v", got)
	}
}

// measuredRun is a run of an outage that is done, and whose moments are known.
func measuredRun() *model.Run {
	r := fakeRun(true)
	r.Mode = model.Reactive
	r.DetectedAt, r.FirstSlot = ptr(r.StartedAt.Add(-4*time.Minute-5*time.Second)), ptr(model.Slot(312363641))
	r.FirstSlotAt, r.LiveAt = ptr(r.StartedAt.Add(9*time.Second)), ptr(r.StartedAt.Add(17*time.Second))
	return r
}

func TestResultTellsTheRecovery(t *testing.T) {
	s := fakeSnapshot(1, 2, 0)
	d := newDriver(t, 80, 24, s)
	d.keys("c", "=nyc", "enter")
	s = fakeSnapshot(2, 2, 0)
	s.Pipelines[0].Run, s.Pipelines[0].Active = measuredRun(), "nyc"
	d.snapshot(s)
	d.seesWrapped("recovery took 17s, and 4m22s since the outage was seen; first data after 9.0s", "detected 11:55:35 UTC, 4m05s before the decision",
		"first data 11:59:49 UTC, 9.0s after the decision, slot 312363641", "at the tip 11:59:57 UTC, 17s after the decision, and stayed",
		"b plans the failback to ams, H makes nyc the new home")
	if text := ResultText(*measuredRun(), noon); !strings.Contains(text, "at the tip") {
		t.Errorf("the text lacks the times:\n%s", text)
	}
}
