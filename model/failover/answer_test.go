package failover

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

func TestLateStopIsNotIgnored(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.clients["ams"].drainTakes, u.clients["ams"].stopTakes = 10*time.Minute, 40*time.Second
		run := move(t, u.engine(), request("nyc", ""))
		wantState(t, run, model.RunWaiting)
		if !strings.HasPrefix(run.Question, uncertain) {
			t.Error(run.Question)
		}
		time.Sleep(time.Minute)
		u.clients["ams"].stopTakes, u.clients["ams"].mute = 0, false
		run = resume(t, u.engine(), run.ID, "")
		wantState(t, run, model.RunAborted)
		if got := u.running(); !slices.Equal(got, []string{"ams"}) {
			t.Errorf("%v run", got)
		}
		u.sound(t)
	})
}

func TestPersonKnowsThatTheSourceRuns(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.clients["ams"].drainTakes, u.clients["ams"].stopTakes = 10*time.Minute, time.Hour
		run := move(t, u.engine(), request("nyc", ""))
		wantState(t, run, model.RunWaiting)
		wantState(t, resume(t, u.engine(), run.ID, "yes"), model.RunAborted)
	})
}

func TestAnswerWithoutAQuestion(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		u.clients["ams"].drainTakes = 4 * time.Second
		run, _ := begin(t, u.engine(), request("nyc", "")).Run(ctx)
		wantState(t, run, model.RunInterrupted)
		_, err := u.engine().Resume(t.Context(), run.ID, "yes")
		var usage *UsageError
		if !errors.As(err, &usage) || !strings.Contains(err.Error(), "asks nothing") {
			t.Errorf("resume: %v", err)
		}
		wantState(t, resume(t, u.engine(), run.ID, ""), model.RunDone)
	})
}

func TestRunTellsWhenItWasTakenUp(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.clients["nyc"].hooks = nil
		run := move(t, u.engine(), request("nyc", ""))
		wantState(t, run, model.RunWaiting)
		asks := run.CurrentStep()
		if since, again := run.DrivenSince(run.Step(asks)); again || !since.Equal(*run.Step(asks).StartedAt) {
			t.Errorf("its first driver is at %s since %s, again: %v", asks, since, again)
		}
		time.Sleep(time.Hour)
		now, e, seen := time.Now(), u.engine(), false
		e.observe = func(r model.Run) {
			if s := r.Step(asks); s.State == model.StepRunning {
				since, again := r.DrivenSince(s)
				if seen = true; !again || since.Before(now) {
					t.Errorf("taken up at %s, and at %s since %s, again: %v", now, asks, since, again)
				}
			}
		}
		u.startClient(u.clients["nyc"])
		run = resume(t, e, run.ID, "yes")
		wantState(t, run, model.RunDone)
		if _, again := run.DrivenSince(run.Step(model.StepActivate)); again || !seen {
			t.Errorf("a step that began afterwards was taken up again: %v; seen at %s: %v", again, asks, seen)
		}
	})
}

func TestAnswerIsForItsQuestionOnly(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.clients["nyc"].hooks = nil
		e := u.engine()
		at(e, u, model.StepStart, model.StepRunning, func() { u.startClient(u.clients["ams"]) })
		run := move(t, e, request("nyc", ""))
		wantState(t, run, model.RunWaiting)
		if !strings.HasPrefix(run.Question, doubleActive) {
			t.Fatal(run.Question)
		}
		u.fold()
		u.halt(u.clients["ams"])
		run = resume(t, u.engine(), run.ID, "yes")
		wantState(t, run, model.RunWaiting)
		if !strings.HasPrefix(run.Question, "start the client") {
			t.Error(run.Question)
		}
	})
}

func TestGapGrowsWithinItsApproval(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.fail("ams", model.ClassTimeout)
		u.clusters["nyc"].min, u.clusters["nyc"].top = 20200, 20500
		n := uint64(60)
		req := request("nyc", "")
		req.ApproveGap = &n
		e := u.engine()
		plan, err := e.Plan(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		u.clusters["nyc"].min = 20205
		d, err := e.Begin(t.Context(), plan)
		if err != nil {
			t.Fatal(err)
		}
		at(e, u, model.StepPreflight, model.StepDone, func() {
			if r := u.runs[0]; r.GapSlots != nil || r.ApprovedGap == nil || *r.ApprovedGap != 60 {
				t.Errorf("gap %v, approved %v before the position", r.GapSlots, r.ApprovedGap)
			}
			u.clusters["nyc"].min = 20210
		})
		run, err := d.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		wantState(t, run, model.RunDone)
		if *run.GapSlots != 59 || *run.ApprovedGap != 60 {
			t.Errorf("gap %d, approved %d", *run.GapSlots, *run.ApprovedGap)
		}
	})
}
