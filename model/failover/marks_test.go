package failover

import (
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// A run carries what was seen when it began, who asked for it and from where.
func TestRunCarriesItsEvidence(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.fail("ams", model.ClassTimeout)
		u.outage.since = time.Now().Add(-3 * time.Minute)
		u.outage.reason = "every call failed\x1b[31m " + strings.Repeat("x", 2*model.MaxMessage)
		req := request("nyc", "")
		req.Origin, req.Evacuation = "10.0.0.7", "ev-1"
		run := move(t, u.engine(), req)
		wantState(t, run, model.RunDone)
		if run.Origin != "10.0.0.7" || run.Evacuation != "ev-1" || run.RequestedBy != "ops@bastion" {
			t.Errorf("%+v", run)
		}
		if run.DetectedAt == nil || !run.DetectedAt.Equal(u.outage.since) {
			t.Errorf("detected at %v, want %v", run.DetectedAt, u.outage.since)
		}
		want := []string{"ams was down for 3m (every call failed[31m xxx", "nyc was healthy", "the client at ams: status running, its metrics port answered, cursor 20150, 0s old"}
		if len(run.Evidence) != len(want) {
			t.Fatalf("%q", run.Evidence)
		}
		for i, e := range run.Evidence {
			if !strings.HasPrefix(e, want[i]) || len(e) > model.MaxMessage || strings.ContainsRune(e, '\x1b') {
				t.Errorf("%q, want %q", e, want[i])
			}
		}
	})
	bubble(t, func(t *testing.T, u *universe) {
		run := move(t, u.engine(), request("nyc", ""))
		if run.DetectedAt != nil {
			t.Errorf("a healthy source was detected at %v", run.DetectedAt)
		}
	})
}

// The marks of recovery are true, in order, and survive a crash.
func TestMarks(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.fail("ams", model.ClassTimeout)
		time.Sleep(time.Hour) // there is something to catch up with
		u.onLog = func(effect string) {
			if effect == "start nyc" {
				u.clients["nyc"].mute = true
				time.AfterFunc(3500*time.Millisecond, func() {
					u.mu.Lock()
					defer u.mu.Unlock()
					c := u.clients["nyc"]
					c.mute, c.since = false, time.Now()
				})
			}
		}
		p := u.process()
		e := New(p, p, testSettings(), []model.Pipeline{u.pipes})
		e.observe = func(r model.Run) {
			u.mu.Lock()
			defer u.mu.Unlock()
			if r.FirstSlotAt != nil {
				u.dead[p.pid] = true // right after the first mark
			}
		}
		_, _ = begin(t, e, request("nyc", "")).Run(t.Context())
		first := *u.runs[0].FirstSlotAt
		began := u.clients["nyc"].since
		time.Sleep(5 * time.Second)
		run := resume(t, u.engine(), "run-1", "")
		wantState(t, run, model.RunDone)
		switch {
		case run.FirstSlot == nil || *run.FirstSlot != *run.ResumeSlot:
			t.Errorf("first slot %v", run.FirstSlot)
		case !run.FirstSlotAt.Equal(first) || first.Before(began) || first.After(began.Add(2*time.Second)):
			t.Errorf("first slot at %v, stored %v; it began to consume at %v", run.FirstSlotAt, first, began)
		case run.LiveAt == nil || !run.LiveAt.After(first) || run.EndedAt.Sub(*run.LiveAt) < testSettings().Settle:
			t.Errorf("live at %v, ended at %v", run.LiveAt, run.EndedAt)
		}
		u.sound(t)
	})
}

// What became of the source is said at the end, with the command of the way back.
func TestWayBackIsKept(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		e := u.engine()
		plan, err := e.Plan(t.Context(), request("nyc", ""))
		if err != nil || !strings.Contains(plan.Actions[len(plan.Actions)-1], "leave the subscriber trades-prod at ams alone") {
			t.Errorf("%v %v", plan.Actions, err)
		}
		run := move(t, e, request("nyc", ""))
		if want := "the subscriber trades-prod at ams is left alone: it is the way back, by fumtui failback trades --confirm ams"; !strings.HasPrefix(run.Note, want) {
			t.Error(run.Note)
		}
		if u.clusters["ams"].sub.id != "ams-0" {
			t.Error(u.clusters["ams"].sub)
		}
		time.Sleep(time.Minute)
		run = move(t, e, request("ams", ""))
		if want := "by fumtui cutover trades --to nyc --confirm nyc"; !strings.Contains(run.Note, want) || strings.Contains(run.Note, "To stay") {
			t.Error(run.Note)
		}
	})
}

// Pipeline implements [PipelineViewer].
func (p *process) Pipeline(string) model.PipelineState { return p.u.view }

// A dead client, or a lost subscriber, at a healthy cluster is trouble too, from
// when the pipeline was seen to have it.
func TestPipelineTroubleIsDetected(t *testing.T) {
	for verdict, bad := range map[model.PipelineVerdict]bool{
		model.PipelineClientDown: true, model.PipelineSubscriberLost: true, model.PipelineCutOff: true,
		model.PipelineStreaming: false, model.PipelineCatchingUp: false, model.PipelineUnknown: false, "": false,
	} {
		for _, outage := range []time.Duration{0, time.Minute, 10 * time.Minute} {
			bubble(t, func(t *testing.T, u *universe) {
				now := time.Now()
				u.view = model.PipelineState{Verdict: verdict, Since: now.Add(-5 * time.Minute), Reason: "no commits"}
				want := time.Duration(0)
				if bad {
					want = 5 * time.Minute
				}
				if outage > 0 {
					u.fail("ams", model.ClassTimeout)
					u.outage.since = now.Add(-outage)
					want = max(want, outage)
				}
				run := move(t, u.engine(), request("nyc", ""))
				wantState(t, run, model.RunDone)
				switch {
				case want == 0 && run.DetectedAt != nil:
					t.Errorf("%q: detected at %s", verdict, run.DetectedAt)
				case want > 0 && (run.DetectedAt == nil || !run.DetectedAt.Equal(now.Add(-want))):
					t.Errorf("%q, outage %s: detected at %v, want %s ago", verdict, outage, run.DetectedAt, want)
				}
				if told := strings.Contains(strings.Join(run.Evidence, "\n"), "pipeline trades was "+string(verdict)+" for 5m (no commits)"); bad && !told {
					t.Errorf("%q", run.Evidence)
				}
			})
		}
	}
}

// The evidence of a recreate says how its subscriber was, and it is no move.
func TestEvidenceOfARecreate(t *testing.T) {
	for want, world := range map[string]func(*universe){"was absent": lostSub, "was stale": staleSub} {
		bubble(t, func(t *testing.T, u *universe) {
			world(u)
			u.onLog = func(effect string) {
				if effect == "start ams" {
					u.clients["ams"].mute = false
				}
			}
			run := move(t, u.engine(), again1())
			wantState(t, run, model.RunDone)
			if !strings.Contains(strings.Join(run.Evidence, "\n"), "the subscriber trades-prod at ams "+want) {
				t.Errorf("%q", run.Evidence)
			}
			plan, err := u.engine().Plan(t.Context(), request("nyc", ""))
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range plan.Checks {
				if c.Name == "recent" {
					t.Error(c.Saw)
				}
			}
		})
	}
}

// A run that failed after its client was to be started has moved the pipeline.
func TestAFailedRunThatArrivedIsAMove(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		e := u.engine()
		at(e, u, model.StepConfirm, model.StepRunning, func() { u.clusters["nyc"].sub = &fakeSub{id: "other", next: 1} })
		wantState(t, move(t, e, request("nyc", "")), model.RunFailed)
		req := request("ams", "")
		req.Force = true
		plan, err := u.engine().Plan(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		wantCheck(t, plan, "recent", model.CheckWarn, "moved from ams to nyc")
	})
}
