package failover

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// begin plans and begins.
func begin(t *testing.T, e *Engine, req model.Request) *Drive {
	t.Helper()
	plan, err := e.Plan(t.Context(), req)
	if err != nil {
		t.Fatalf("plan: %v", err)
	}
	d, err := e.Begin(t.Context(), plan)
	if err != nil {
		t.Fatalf("begin: %v", err)
	}
	return d
}

// resume takes a run over and drives it on.
func resume(t *testing.T, e *Engine, id, answer string) model.Run {
	t.Helper()
	d, err := e.Resume(t.Context(), id, answer)
	if err != nil {
		t.Fatalf("resume: %v", err)
	}
	run, err := d.Run(t.Context())
	if err != nil {
		t.Fatalf("run: %v", err)
	}
	return run
}

func TestDrainTimeoutReverts(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.clients["ams"].drainTakes = 25 * time.Second
		run := move(t, u.engine(), request("nyc", ""))
		wantState(t, run, model.RunAborted)
		if s := run.Step(model.StepStop); s.State != model.StepFailed || !strings.Contains(s.Error, "drain") {
			t.Errorf("stop: %+v", s)
		}
		want := []string{"drain ams", "stop ams", "start ams"}
		if !slices.Equal(u.log, want) {
			t.Errorf("effects %v, want %v", u.log, want)
		}
		if got := u.running(); !slices.Equal(got, []string{"ams"}) || u.clusters["ams"].sub.id != "ams-0" || u.active != "" {
			t.Errorf("%v runs, active %q", got, u.active)
		}
		u.sound(t)
	})
}

func TestIgnoredStop(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.clients["ams"].ignoreStop = true
		run := move(t, u.engine(), request("nyc", ""))
		wantState(t, run, model.RunAborted)
		if !strings.Contains(run.Step(model.StepVerifyStop).Error, "still answers") {
			t.Error(story(run))
		}
		if got := u.running(); !slices.Equal(got, []string{"ams"}) {
			t.Errorf("%v run", got)
		}

		run = move(t, u.engine(), request("nyc", model.Reactive))
		wantState(t, run, model.RunWaiting)
		run = resume(t, u.engine(), run.ID, "yes") // a word does not stand against evidence
		wantState(t, run, model.RunWaiting)
		u.clients["ams"].ignoreStop = false
		u.halt(u.clients["ams"])
		run = resume(t, u.engine(), run.ID, "yes")
		wantState(t, run, model.RunDone)
		u.sound(t)
	})
}

func TestLyingStatusIsFoundOut(t *testing.T) {
	for _, mode := range []model.Mode{model.Planned, model.Reactive} {
		bubble(t, func(t *testing.T, u *universe) {
			u.clients["ams"].ignoreStop, u.clients["ams"].statusLies = true, ClientStopped
			run := move(t, u.engine(), request("nyc", mode))
			if run.State == model.RunDone || slices.Contains(u.running(), "nyc") {
				t.Error(story(run))
			}
			u.sound(t)
		})
	}
}

func TestDrainedAndDurableDiffer(t *testing.T) {
	for answer, want := range map[string]model.RunState{"": model.RunWaiting, "5": model.RunWaiting, "20,100": model.RunDone} {
		bubble(t, func(t *testing.T, u *universe) {
			says := model.Slot(20100)
			u.clients["ams"].drainSays = &says
			run := move(t, u.engine(), request("nyc", ""))
			wantState(t, run, model.RunWaiting)
			if !strings.Contains(run.Question, "20100") || !strings.Contains(run.Question, "durable cursor is 2") {
				t.Error(run.Question)
			}
			run = resume(t, u.engine(), run.ID, answer)
			wantState(t, run, want)
			if want == model.RunDone && *run.ResumeSlot != 20101 {
				t.Errorf("resume slot %d", *run.ResumeSlot)
			}
			u.sound(t)
		})
	}
}

func TestTargetBehind(t *testing.T) {
	for name, c := range map[string]struct {
		behind model.Slot
		want   model.RunState
	}{"a little": {100, model.RunDone}, "too far": {5000, model.RunAborted}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				u.clusters["nyc"].top -= c.behind
				run := move(t, u.engine(), request("nyc", ""))
				wantState(t, run, c.want)
				if c.want == model.RunAborted && !slices.Equal(u.running(), []string{"ams"}) {
					t.Error(u.running())
				}
				u.sound(t)
			})
		})
	}
}

func TestGapThatOpensInTheRun(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.fail("ams", model.ClassUnreachable)
		u.clusters["nyc"].top += 500
		u.onLog = func(effect string) {
			if effect == "stop ams" {
				u.clusters["nyc"].min = 20200
			}
		}
		run := move(t, u.engine(), request("nyc", ""))
		wantState(t, run, model.RunWaiting)
		if !strings.Contains(run.Question, "a gap of ") {
			t.Error(run.Question)
		}
		for _, answer := range []string{"yes", "48", "20200"} { // too few, and what must be a slot
			run = resume(t, u.engine(), run.ID, answer)
			wantState(t, run, model.RunWaiting)
		}
		u.clusters["nyc"].min = 20210 // it grew since
		run = resume(t, u.engine(), run.ID, "49")
		wantState(t, run, model.RunWaiting)
		run = resume(t, u.engine(), run.ID, "1,000") // with room for more
		wantState(t, run, model.RunDone)
		if *run.GapSlots != 59 || *run.ApprovedGap != 1000 || *run.ResumeSlot != 20210 || u.lost() != 59 {
			t.Errorf("%s gap %d lost %d", story(run), *run.GapSlots, u.lost())
		}
	})
}

func TestAnothersSubscriber(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		e := u.engine()
		d := begin(t, e, request("nyc", ""))
		e.observe = func(r model.Run) {
			u.mu.Lock()
			defer u.mu.Unlock()
			if r.Step(model.StepCreate).State == model.StepDone {
				u.clusters["nyc"].sub = &fakeSub{id: "other", next: 1}
			}
		}
		run, err := d.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		wantState(t, run, model.RunAborted)
		if u.clusters["nyc"].sub.id != "other" || !slices.Equal(u.running(), []string{"ams"}) {
			t.Error(u.running())
		}
		u.sound(t)
	})
}

func TestNoProgressAtTheTarget(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.clients["nyc"].mute = true
		run := move(t, u.engine(), request("nyc", ""))
		wantState(t, run, model.RunFailed)
		if !strings.Contains(run.Step(model.StepConfirm).Error, "seed") || run.Note == "" {
			t.Error(story(run))
		}
		if u.active != "nyc" || u.clusters["nyc"].sub == nil || !slices.Equal(u.running(), []string{"nyc"}) {
			t.Errorf("active %s", u.active)
		}
		// The way on is a failback, from where the cursor is certain.
		run = move(t, u.engine(), request("ams", ""))
		wantState(t, run, model.RunDone)
		u.sound(t)
	})
}

func TestFirstSlotTooHigh(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.fail("ams", model.ClassTimeout)
		time.Sleep(time.Hour)
		u.clients["nyc"].skipsFirst = 50
		run := move(t, u.engine(), request("nyc", ""))
		wantState(t, run, model.RunFailed)
		if !strings.Contains(run.Step(model.StepConfirm).Error, "50 slots are missing") {
			t.Error(story(run))
		}
	})
}

func TestManualClients(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.clients["ams"].hooks, u.clients["nyc"].hooks = nil, nil
		run := move(t, u.engine(), request("nyc", ""))
		wantState(t, run, model.RunWaiting)
		u.fold()
		u.halt(u.clients["ams"])
		run = resume(t, u.engine(), run.ID, "yes")
		wantState(t, run, model.RunWaiting)
		if !strings.Contains(run.Question, "start the client of trades at nyc") {
			t.Error(run.Question)
		}
		u.startClient(u.clients["nyc"])
		run = resume(t, u.engine(), run.ID, "yes")
		wantState(t, run, model.RunDone)
		u.sound(t)
	})
}

func TestManualAbort(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.clients["ams"].hooks = nil
		run := move(t, u.engine(), request("nyc", ""))
		wantState(t, run, model.RunWaiting)
		d, err := u.engine().Abort(t.Context(), run.ID)
		if err != nil {
			t.Fatal(err)
		}
		run, _ = d.Run(t.Context())
		wantState(t, run, model.RunWaiting)
		run = resume(t, u.engine(), run.ID, "yes")
		wantState(t, run, model.RunAborted)
	})
}
