package failover

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// hide has nothing be seen of a client, as where its host is not reachable.
func hide(c *fakeClient) { c.statusLies, c.portHangs = ClientUnknown, true }

// dies drives a run whose process dies at a step.
func dies(t *testing.T, u *universe, req model.Request, name model.StepName, and func()) {
	t.Helper()
	p := u.process()
	e := New(p, p, testSettings(), []model.Pipeline{u.pipes})
	at(e, u, name, model.StepRunning, func() { u.dead[p.pid] = true; and() })
	if _, err := begin(t, e, req).Run(t.Context()); err == nil {
		t.Fatal("it lives")
	}
}

// unstarted checks that the target's client was not started, and that nobody
// broke anything.
func unstarted(t *testing.T, u *universe) {
	t.Helper()
	if slices.Contains(u.log, "start nyc") || len(u.broken) > 0 {
		t.Error(u.log, u.broken)
	}
}

// What was last recorded of a cursor stands still by itself: that proves nothing.
func TestRecordedCursorIsNoLook(t *testing.T) {
	for _, hooks := range [][]Hook{{HookStart, HookStop, HookStatus}, allHooks} {
		bubble(t, func(t *testing.T, u *universe) {
			s, ams := u.ownSource(), u.clients["ams"]
			ams.hooks = hooks
			u.onLog = func(effect string) {
				if effect == "stop ams" || effect == "drain ams" {
					hide(ams)
					said := u.rows["ams"].Slot
					ams.ignoreStop, ams.drainSays = true, &said
					s.fails["ams"] = errors.New("no route to host")
				}
			}
			run := move(t, u.engine(), request("nyc", model.Planned))
			if v := run.Step(model.StepVerifyStop); v.State == model.StepDone || !strings.HasPrefix(v.Error, unproven) {
				t.Error(story(run))
			}
			unstarted(t, u)
		})
	}
}

// Two clients that were seen are passed by nothing but a person's word, and that
// only where nothing speaks against it.
func TestDoubleActiveNeedsAWord(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		ams := u.clients["ams"]
		dies(t, u, request("nyc", model.Reactive), model.StepStart, func() { u.startClient(ams) })
		run := resume(t, u.engine(), "run-1", "")
		wantState(t, run, model.RunWaiting)
		asks := run.Question
		if !strings.HasPrefix(asks, doubleActive) {
			t.Fatal(asks)
		}
		run = resume(t, u.engine(), "run-1", "yes")
		if !strings.HasPrefix(run.Question, doubleActive) || !strings.Contains(run.Question, `"yes", for its status hook says that it is running`) {
			t.Error(story(run))
		}
		hide(ams)
		ams.mute = true
		for _, answer := range []string{"", "no", "sure"} {
			run = resume(t, u.engine(), "run-1", answer)
			if run.State != model.RunWaiting || !strings.HasPrefix(run.Question, doubleActive) {
				t.Fatalf("%q: %s", answer, story(run))
			}
		}
		unstarted(t, u)
		u.fold()
		u.halt(ams)
		wantState(t, resume(t, u.engine(), "run-1", "yes"), model.RunDone)
		if !u.audited("double-active", "ops@bastion says so, and nothing speaks against it") {
			t.Errorf("%+v", u.audit)
		}
		u.sound(t)
	})
}

// Nobody watched the source while no driver was at work: an old proof of its stop
// is worth nothing, wherever the run stands.
func TestOldProofIsProvenAnew(t *testing.T) {
	for _, mode := range []model.Mode{model.Planned, model.Hybrid, model.Reactive} {
		for _, step := range []model.StepName{model.StepCursor, model.StepPosition, model.StepDelete, model.StepCreate, model.StepStart} {
			bubble(t, func(t *testing.T, u *universe) {
				ams := u.clients["ams"]
				dies(t, u, request("nyc", mode), step, func() {})
				time.Sleep(2 * time.Hour)
				u.fail("ams", model.ClassUnreachable)
				u.mu.Lock()
				u.startClient(ams)
				u.mu.Unlock()
				hide(ams)
				for range 2 {
					run := resume(t, u.engine(), "run-1", "")
					if run.State != model.RunWaiting || !strings.HasPrefix(run.Question, "no proof that the client of trades at ams is stopped: status unknown") {
						t.Fatalf("%s, %s: %s", mode, step, story(run))
					}
				}
				unstarted(t, u)
				u.halt(ams)
				run := resume(t, u.engine(), "run-1", "yes")
				if run.State != model.RunDone || run.Question != "" {
					t.Errorf("%s, %s: %s", mode, step, story(run))
				}
				u.sound(t)
			})
		}
	}
}

// exactly_once takes no word for it either; a person may end the run then.
func TestOldProofExactlyOnce(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.pipes.Guarantee = model.ExactlyOnce
		dies(t, u, request("nyc", model.Reactive), model.StepStart, func() {})
		hide(u.clients["ams"])
		run := resume(t, u.engine(), "run-1", "")
		wantState(t, run, model.RunWaiting)
		run = resume(t, u.engine(), "run-1", "yes")
		if !strings.HasPrefix(run.Question, unproven) || !strings.Contains(run.Question, `"yes", for exactly_once takes no word for it`) {
			t.Fatal(story(run))
		}
		unstarted(t, u)
		wantState(t, resume(t, u.engine(), "run-1", "fail"), model.RunFailed)
		unstarted(t, u)
	})
}

// The same of a client whose subscriber is made again.
func TestRecreateIsProvenAnew(t *testing.T) {
	for _, seen := range []bool{true, false} {
		bubble(t, func(t *testing.T, u *universe) {
			staleSub(u)
			ams := u.clients["ams"]
			live := func() { u.clusters["ams"].sub.stale = false; u.startClient(ams) }
			begins := "no proof that the client of trades at ams is stopped"
			if seen {
				e := u.engine()
				at(e, u, model.StepDelete, model.StepRunning, live)
				run := move(t, e, again1())
				begins = "the client of trades at ams was stopped and runs again"
				if run.State != model.RunWaiting || !strings.HasPrefix(run.Question, begins) {
					t.Fatal(story(run))
				}
			} else {
				dies(t, u, again1(), model.StepDelete, live)
			}
			hide(ams)
			ams.mute = true
			for _, answer := range []string{"", "no"} {
				run := resume(t, u.engine(), "run-1", answer)
				if run.State != model.RunWaiting || !strings.HasPrefix(run.Question, begins) {
					t.Fatalf("%q: %s", answer, story(run))
				}
			}
			if slices.Contains(u.log, "delete ams") {
				t.Fatal(u.log)
			}
			u.fold()
			u.halt(ams)
			ams.portHangs, ams.mute = false, false
			wantState(t, resume(t, u.engine(), "run-1", "yes"), model.RunDone)
			u.sound(t)
		})
	}
}

// Its hook and its port say that it is stopped, and its cursor goes on: nothing is
// started beside it.
func TestMovesThoughHookAndPortSayStopped(t *testing.T) {
	for _, mode := range []model.Mode{model.Planned, model.Hybrid, model.Reactive} {
		bubble(t, func(t *testing.T, u *universe) {
			u.onLog = func(effect string) {
				if effect == "stop ams" || effect == "drain ams" {
					creeps(u)
					u.clients["ams"].portHangs = false
				}
			}
			if run := move(t, u.engine(), request("nyc", mode)); run.State == model.RunDone {
				t.Error(story(run))
			}
			unstarted(t, u)
		})
	}
}

// While a run waits somebody starts a client at the target: its subscriber is not
// deleted under it, nor its cursor set back.
func TestNothingIsDeletedUnderTheTargetsClient(t *testing.T) {
	for name, c := range map[string]struct {
		status ClientStatus
		hangs  bool
	}{"seen": {"", false}, "its port": {ClientStopped, false}, "its cursor": {ClientStopped, true}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				nyc := u.clients["nyc"]
				u.clusters["nyc"].sub = &fakeSub{id: "old", next: 20000}
				u.onLog = func(effect string) {
					if effect == "stop ams" {
						hide(u.clients["ams"])
					}
				}
				run := move(t, u.engine(), request("nyc", model.Reactive))
				wantState(t, run, model.RunWaiting)
				u.mu.Lock()
				u.startClient(nyc)
				nyc.statusLies, nyc.portHangs = c.status, c.hangs
				u.mu.Unlock()
				time.Sleep(10 * time.Second)
				run = resume(t, u.engine(), run.ID, "yes")
				wantState(t, run, model.RunFailed)
				if s := run.Step(model.StepDelete); !strings.Contains(s.Error, "runs at nyc, and this run has not started it") || slices.Contains(u.log, "delete nyc") {
					t.Error(story(run))
				}
				unstarted(t, u)
			})
		})
	}
}

// Nothing tells what the target's client is at, in a run that was resumed.
func TestTargetThatCannotBeSeenAnyMore(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		dies(t, u, request("nyc", ""), model.StepCreate, func() { hide(u.clients["nyc"]) })
		run := resume(t, u.engine(), "run-1", "")
		wantState(t, run, model.RunAborted)
		if s := run.Step(model.StepStart); !strings.Contains(s.Error, "nothing tells whether a client of trades runs at nyc") {
			t.Error(story(run))
		}
		unstarted(t, u)
	})
}

// A client whose metrics port answers is there, whatever is said of it.
func TestWordAgainstAnAnsweringPort(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		ams := u.clients["ams"]
		u.onLog = func(effect string) {
			if effect == "stop ams" {
				freeze(u)
				ams.ignoreStop, ams.statusLies, ams.pageStill = true, ClientUnknown, true
			}
		}
		run := move(t, u.engine(), request("nyc", model.Reactive))
		wantState(t, run, model.RunWaiting)
		run = resume(t, u.engine(), run.ID, "yes")
		if run.State != model.RunWaiting || !strings.Contains(run.Question, "its metrics port still answers") {
			t.Fatal(story(run))
		}
		unstarted(t, u)
		u.fold()
		u.halt(ams)
		wantState(t, resume(t, u.engine(), run.ID, "yes"), model.RunDone)
		u.sound(t)
	})
}

// A revert does not believe a status hook that says stopped of what moves.
func TestRevertStartsNoSecond(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		ams := u.clients["ams"]
		u.onLog = func(effect string) {
			if effect == "stop ams" || effect == "drain ams" {
				ams.ignoreStop, ams.statusLies = true, ClientStopped
			}
		}
		run := move(t, u.engine(), request("nyc", model.Planned))
		if run.State != model.RunWaiting || !strings.HasPrefix(run.Question, uncertain) {
			t.Fatal(story(run))
		}
		run = resume(t, u.engine(), run.ID, "yes")
		wantState(t, run, model.RunAborted)
		if slices.Contains(u.log, "start ams") || !slices.Equal(u.running(), []string{"ams"}) {
			t.Error(u.log)
		}
		u.sound(t)
	})
}
