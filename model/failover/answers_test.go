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

// A start hook that fails is no end: the run waits until it is mended.
func TestStartFails(t *testing.T) {
	for answer, want := range map[string]model.RunState{"yes": model.RunDone, "fail": model.RunFailed} {
		bubble(t, func(t *testing.T, u *universe) {
			u.clients["nyc"].startFails = true
			run := move(t, u.engine(), request("nyc", ""))
			wantState(t, run, model.RunWaiting)
			const asks = "the start hook of trades at nyc failed: hook start of the client at nyc ended with exit code 1: no such unit; mend it, then answer yes to try again, or fail to end"
			if !strings.HasPrefix(run.Question, asks) || run.CurrentStep() != model.StepStart {
				t.Fatal(story(run))
			}
			tries := len(u.log)
			for _, odd := range []string{"", "no", "foo"} {
				run = resume(t, u.engine(), run.ID, odd)
				wantState(t, run, model.RunWaiting)
				if !strings.HasPrefix(run.Question, asks) || len(u.log) != tries {
					t.Fatalf("%q: %s %v", odd, run.Question, u.log)
				}
			}
			run = resume(t, u.engine(), run.ID, "yes")
			wantState(t, run, model.RunWaiting)
			if !strings.Contains(run.Question, `"yes", for it failed again`) || len(u.log) == tries {
				t.Error(run.Question)
			}
			u.clients["nyc"].startFails = false
			run = resume(t, u.engine(), run.ID, answer)
			wantState(t, run, want)
			if slices.Contains(u.log[tries:], "delete nyc") || (want == model.RunFailed && !strings.Contains(run.Step(model.StepStart).Error, "ops@bastion ends the run here")) {
				t.Error(story(run), u.log)
			}
			if want == model.RunDone {
				u.sound(t)
			}
		})
	}
}

// A run whose source nobody can see needs a word for every try to start, and ends
// by one.
func TestStartFailsAndItsSourceIsGone(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.clients["nyc"].startFails = true
		run := move(t, u.engine(), request("nyc", ""))
		hide(u.clients["ams"])
		u.fail("ams", model.ClassUnreachable)
		run = resume(t, u.engine(), run.ID, "yes")
		if run.State != model.RunWaiting || !strings.HasPrefix(run.Question, unproven) || !strings.HasSuffix(run.Question, `"yes", for it does not answer what is asked)`) {
			t.Fatal(story(run))
		}
		run = resume(t, u.engine(), run.ID, "yes")
		if run.State != model.RunWaiting || !strings.HasPrefix(run.Question, startFailed) {
			t.Fatal(story(run))
		}
		wantState(t, resume(t, u.engine(), run.ID, "fail"), model.RunFailed)
		running := u.running()
		if len(running) > 0 || len(u.broken) > 0 {
			t.Error(running, u.broken)
		}
	})
}

// Who starts the client by hand instead need not answer.
func TestStartedByHandAfterItsHookFailed(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.clients["nyc"].startFails = true
		run := move(t, u.engine(), request("nyc", ""))
		wantState(t, run, model.RunWaiting)
		u.startClient(u.clients["nyc"])
		wantState(t, resume(t, u.engine(), run.ID, ""), model.RunDone)
		u.sound(t)
	})
}

// Who gives an answer that is not taken is told why, in the question and in the
// audit trail, until another is given.
func TestAnswersThatAreNotTaken(t *testing.T) {
	gap := func(u *universe) {
		u.fail("ams", model.ClassTimeout)
		u.clusters["nyc"].min, u.clusters["nyc"].top = 20200, 20500
	}
	port := func(u *universe) {
		u.onLog = func(effect string) {
			if effect == "stop ams" {
				u.clients["ams"].statusLies, u.clients["ams"].portStays, u.clients["ams"].pageStill = ClientUnknown, true, true
			}
		}
	}
	for name, c := range map[string]struct {
		world  func(*universe)
		answer string
		why    string
	}{
		"no number":      {gap, "foo", `"foo", for it is no number`},
		"too few":        {gap, "1", `"1", for the gap is 49 slots`},
		"another number": {gap, "99999", `"99999", for it is too large to be meant: the gap is 49 slots`},
		"no slot":        {noCursorAt, "yes", `"yes", for it is neither latest nor a slot that nyc has`},
		"against":        {port, "yes", `"yes", for what is seen does not allow it: status unknown, its metrics port still answers`},
		"no yes":         {port, "sure", `"sure", for it is not yes`},
		"by hand":        {func(u *universe) { u.clients["ams"].hooks = nil }, "20150", `"20150", for it is not yes`},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				u.fold()
				c.world(u)
				run := move(t, u.engine(), request("nyc", model.Reactive))
				wantState(t, run, model.RunWaiting)
				asks := run.Question
				for range 2 {
					run = resume(t, u.engine(), run.ID, c.answer)
					wantState(t, run, model.RunWaiting)
					if want := asks + noAnswer + c.why + ")"; !strings.HasPrefix(run.Question, asks) || run.Question != want {
						t.Fatalf("%q, want %q", run.Question, want)
					}
				}
				if !u.audited("answer not accepted", c.why) {
					t.Errorf("%+v", u.audit)
				}
				if run = resume(t, u.engine(), run.ID, ""); run.Question != asks {
					t.Errorf("%q stays: %q", c.why, run.Question)
				}
			})
		})
	}
}

// A gap that is gone for a moment when its approval is heard is approved all the
// same.
func TestApprovalOutlivesAGap(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.fail("ams", model.ClassTimeout)
		u.clusters["nyc"].min, u.clusters["nyc"].top = 20200, 20500
		run := move(t, u.engine(), request("nyc", ""))
		wantState(t, run, model.RunWaiting)
		u.clusters["nyc"].min = 20100
		u.onLog = func(effect string) {
			if effect == "stop ams" {
				u.clusters["nyc"].min = 20210
			}
		}
		run = resume(t, u.engine(), run.ID, "2000")
		wantState(t, run, model.RunDone)
		if run.ApprovedGap == nil || *run.ApprovedGap != 2000 || *run.GapSlots != 59 || !u.audited("approve-gap", "approved up to 2,000") {
			t.Error(story(run))
		}
	})
}

// busyClient has a start hook that waits in vain for another hook to end, so
// often.
type busyClient struct {
	Client
	busy *int
}

func (c busyClient) Run(ctx context.Context, h Hook, env HookEnv) (HookResult, error) {
	if h == HookStart && take(c.busy) {
		<-ctx.Done()
		return HookResult{ExitCode: -1}, errors.Join(errors.New("another hook still runs, not started"), ctx.Err())
	}
	return c.Client.Run(ctx, h, env)
}

// A start hook that did not end in time is run again: to start what runs is
// harmless.
func TestBusyStart(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		busy := 1
		w := &wrong{process: u.process()}
		w.client = func(c *clientPort) Client {
			if c.c.cluster == "nyc" {
				return busyClient{c, &busy}
			}
			return c
		}
		e := New(w, w, testSettings(), []model.Pipeline{u.pipes})
		at(e, u, model.StepStart, model.StepRunning, func() { u.clients["nyc"].statusLies = ClientUnknown })
		wantState(t, move(t, e, request("nyc", "")), model.RunDone)
		u.sound(t)
	})
}

// elsewhere is a process on another host.
type elsewhere struct{ *process }

func (e elsewhere) Holder() model.Holder { return model.Holder{Host: "elsewhere", PID: e.pid} }

func (e elsewhere) Alive(model.Holder) (bool, bool) { return false, false }

// A run that was left while it waited for a hook is not taken over from another
// host, which cannot see that hook, before it must have ended.
func TestLeftOverAHook(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		left(t, u)
		l := &lingering{process: u.process(), until: time.Now().Add(20 * time.Second)}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		d, err := New(l, l.process, testSettings(), []model.Pipeline{u.pipes}).Resume(t.Context(), "run-1", "")
		if err != nil {
			t.Fatal(err)
		}
		run, _ := d.Run(ctx)
		wantState(t, run, model.RunUnknown)
		o := elsewhere{u.process()}
		run = resume(t, New(o, o.process, testSettings(), []model.Pipeline{u.pipes}), "run-1", "")
		wantState(t, run, model.RunDone)
		if s := run.Step(model.StepStop); s.EndedAt.Before(l.until) {
			t.Errorf("it went on %s before the hook had ended", l.until.Sub(*s.EndedAt))
		}
		u.sound(t)
	})
}
