package ui

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// evacuationOf plans for all pipelines of a snapshot that are asked for: the
// second asks, the third is refused, the fourth has a run already.
func evacuationOf(snap model.Snapshot) func(failover.Evacuation) (failover.EvacuationPlan, error) {
	return func(ev failover.Evacuation) (failover.EvacuationPlan, error) {
		out := failover.EvacuationPlan{Evacuation: ev, ID: "evac-1"}
		for i := range snap.Pipelines {
			p := &snap.Pipelines[i]
			if p.Active != ev.From || (ev.Only != nil && !slices.Contains(ev.Only, p.Name)) {
				continue
			}
			req := model.Request{Pipeline: p.Name, To: ev.To, Mode: ev.Mode}
			plan := fakePlan(req)
			item := failover.EvacuationItem{Pipeline: p.Name, Plan: &plan}
			switch i {
			case 1:
				plan = askingPlan(req)
			case 2:
				plan = refusedPlan(req)
			case 3:
				item.Plan, item.Held = nil, errors.New("run run-6 of ledger to nyc is driven by bob@bastion-1 (process 12)")
			}
			out.Pipelines = append(out.Pipelines, item)
		}
		return out, nil
	}
}

// evacuating is a console that plans an evacuation of five pipelines.
func evacuating(t *testing.T, w, h int) *driver {
	s := outage(1, 5)
	d := newDriver(t, w, h, s)
	d.operator.evacuate = evacuationOf(s)
	d.keys("E")
	return d
}

// begun lets the runs of pipelines begin, and be seen.
func begun(d *driver, generation uint64, runs ...*model.Run) {
	s := outage(generation, 5)
	for _, r := range runs {
		r.Evacuation = "evac-1"
		d.operator.observe.Begun(d.called(r.Pipeline), r.ID, false)
		for i := range s.Pipelines {
			if s.Pipelines[i].Name == r.Pipeline {
				s.Pipelines[i].Run, s.Pipelines[i].Verdict = r, model.PipelineMoving
			}
		}
	}
	d.m.Update(evacuationMsg{d.m.evacuation.seq, d.m.evacuation.news.take()})
	d.snapshot(s)
}

func TestEvacuateNeedsTheTypedName(t *testing.T) {
	d := evacuating(t, 120, 40)
	if got := d.operator.evacuations; len(got) != 1 || got[0].From != "ams" || got[0].To != "nyc" || got[0].Only != nil {
		t.Fatalf("planned %+v", got)
	}
	d.seesWrapped("Evacuation of ams to nyc", "trades planned 312363641", "will ask: position: a gap of 1,200 slots", "stays: home is stable",
		"stays: run run-6 of ledger", "Type nyc and press enter to move 3 pipelines")
	d.keys("=ams", "enter")
	d.sees("nothing was done")
	d.keys("tab") // another mode, and so another plan
	if got := d.operator.evacuations[1].Mode; got != model.Planned {
		t.Fatalf("mode %s", got)
	}
	d.now = d.now.Add(61 * time.Second)
	d.keys("=nyc", "enter")
	d.sees("Expired")
	if len(d.operator.evacuated) != 0 {
		t.Fatal("an expired plan was executed")
	}
	d.keys("r")
	begin(t, d)
}

// begin confirms the plan.
func begin(t testing.TB, d *driver) {
	t.Helper()
	c := d.m.asked()
	c.input.CharLimit = 0
	d.keys("ctrl+u", "="+clean(c.want))
	_, cmd := d.m.Update(keyPress("enter"))
	if cmd == nil {
		t.Fatalf("not confirmed:\n%s", d.screen())
	}
	runFirst(cmd)
	if len(d.operator.evacuated) != 1 {
		t.Fatal("not begun")
	}
}

func TestEvacuationIsFollowed(t *testing.T) {
	d := evacuating(t, 120, 40)
	begin(t, d)
	d.sees("5 to begin")
	moved := fakeRun(true)
	moved.ID, moved.Pipeline = "run-of-trades", "trades"
	waiting := runAt("accounts", model.RunWaiting, model.StepPosition, 3, 7)
	waiting.Question = gapQuestion
	begun(d, 2, moved, waiting, runAt("alerts", model.RunRunning, model.StepStop, 1, 4))
	d.seesWrapped("1 asks, 1 moved, 1 moving, 2 to begin", "▲ asks", gapQuestion[:20])
}

func TestEvacuationOpensItsRuns(t *testing.T) {
	d := evacuating(t, 120, 40)
	begin(t, d)
	waiting := runAt("accounts", model.RunWaiting, model.StepPosition, 3, 7)
	waiting.Question = gapQuestion
	begun(d, 2, waiting, runAt("alerts", model.RunRunning, model.StepStop, 1, 4))
	d.keys("down", "enter")
	d.seesWrapped("cutover of accounts", "Your answer, then enter")
	d.keys("=1204", "enter")
	did(t, d, `resume run-of-accounts at 3.7 with "1204"`)
	d.keys("esc")
	d.sees("Evacuation of ams to nyc", "All together")
	d.keys("esc", "q")
	d.sees("Quit?")
	d.keys("esc", "E") // back to it, and not a second one
	d.sees("All together")
	d.operator.observe.Ended(failover.EvacuationResult{Pipeline: "nft-index", Err: errors.New("refused: home is not stable")})
	d.operator.over()
	d.m.Update(evacuationMsg{d.m.evacuation.seq, d.m.evacuation.news.take()})
	d.seesWrapped("Over", "not begun", "refused: home is not stable")
}

func TestEvacuateMarked(t *testing.T) {
	s := outage(1, 5)
	s.Pipelines[4].Active = "nyc"
	d := newDriver(t, 120, 40, s)
	d.operator.evacuate = evacuationOf(s)
	d.m.mark("trades", true)
	d.m.mark("alerts", true)
	d.keys("E")
	d.sees("marked are some on ams and on nyc: mark those of one, as by /ams and V")
	d.m.mark("alerts", false)
	d.m.mark("accounts", true)
	d.keys("E")
	if got := d.operator.evacuations; len(got) != 1 || !slices.Equal(got[0].Only, []string{"trades", "accounts"}) {
		t.Fatalf("planned %+v", got)
	}
	d.lacks("ledger")
	d.keys("esc")
	d.sees("2 marked")
	d.operator.evacuate = func(failover.Evacuation) (failover.EvacuationPlan, error) {
		return failover.EvacuationPlan{}, errors.New("the database is locked")
	}
	d.keys("E")
	d.sees("the database is locked", "r plans again")
}

// What was brought home is not to be failed back.
func TestNextAfterAnEvacuation(t *testing.T) {
	for home, want := range map[string]string{"ams": "fail each back with b", "nyc": "next: watch the lag on the overview"} {
		s := fakeSnapshot(1, 1, 0)
		s.Pipelines[0].Active, s.Pipelines[0].Home = "nyc", home
		d := newDriver(t, 120, 40, s)
		e := &evacuationPage{plan: failover.EvacuationPlan{
			Evacuation: failover.Evacuation{From: "ams", To: "nyc"}, Pipelines: []failover.EvacuationItem{{Pipeline: "trades"}},
		}}
		e.stage, e.over = stageExecuting, true
		r := fakeRun(true)
		r.Pipeline, r.Evacuation = "trades", ""
		e.runs = map[string]*evacuee{"trades": {run: r.ID}}
		d.m.evacuation = *e
		rows := d.m.evacuationRows()
		rows[0].run = r
		if text := strings.Join(d.m.resultLines(d.m.scene(), rows, 100), "\n"); !strings.Contains(text, want) {
			t.Errorf("home is %s: it does not say %q:\n%s", home, want, text)
		}
	}
}
