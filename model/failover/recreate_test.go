package failover

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fumtui/fumtui/model"
)

// again1 asks for the subscriber at ams to be made again.
func again1() model.Request {
	req := request("ams", "")
	req.Recreate = true
	return req
}

func lostSub(u *universe) { u.fold(); u.halt(u.clients["ams"]); u.clusters["ams"].sub = nil }
func staleSub(u *universe) {
	u.fold()
	u.clusters["ams"].sub.stale = true
	u.clients["ams"].mute = true
}

func TestRecreate(t *testing.T) {
	for name, c := range map[string]struct {
		world func(*universe)
		log   []string
	}{
		"lost":  {lostSub, []string{"stop ams", "create ams 20151", "start ams"}},
		"stale": {staleSub, []string{"stop ams", "delete ams", "create ams 20151", "start ams"}},
		"lost under its client": {func(u *universe) {
			u.fold()
			u.clusters["ams"].sub = nil
		}, []string{"stop ams", "create ams 20151", "start ams"}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				c.world(u)
				u.onLog = func(effect string) {
					if effect == "start ams" {
						u.clients["ams"].mute = false
					}
				}
				run := move(t, u.engine(), again1())
				wantState(t, run, model.RunDone)
				if run.Kind != model.Recreate || run.Mode != model.Reactive || run.From != "ams" || run.To != "ams" || run.Note != "" {
					t.Errorf("%+v", run)
				}
				if !slices.Equal(u.log, c.log) || u.active != "ams" || !slices.Equal(u.running(), []string{"ams"}) {
					t.Errorf("effects %v, active %s", u.log, u.active)
				}
				u.sound(t)
			})
		})
	}
}

func TestRecreateIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		world func(*universe)
		force bool
		check string
		level model.CheckLevel
		saw   string
	}{
		"well":         {func(*universe) {}, false, "subscriber", model.CheckRefuse, "nothing to recreate"},
		"well, forced": {func(*universe) {}, true, "subscriber", model.CheckWarn, "by force"},
		"down":         {func(u *universe) { u.fail("ams", model.ClassUnreachable) }, true, "target", model.CheckRefuse, "unreachable"},
		"auth":         {func(u *universe) { u.fail("ams", model.ClassAuth) }, false, "target", model.CheckRefuse, "token"},
		"hook missing": {func(u *universe) { lostSub(u); u.clients["ams"].hooks = []Hook{HookStop, HookStatus} }, false, "hooks", model.CheckRefuse, "missing: start at ams"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				c.world(u)
				req := again1()
				req.Force = c.force
				plan, err := u.engine().Plan(t.Context(), req)
				if err != nil {
					t.Fatal(err)
				}
				wantCheck(t, plan, c.check, c.level, c.saw)
				for _, check := range plan.Checks {
					if check.Name == "source" || check.Name == "target client" || check.Name == "stability" {
						t.Errorf("a check that is not for it: %+v", check)
					}
				}
			})
		})
	}
	bubble(t, func(t *testing.T, u *universe) {
		req := again1()
		req.To = "nyc"
		var usage *UsageError
		if _, err := u.engine().Plan(t.Context(), req); !errors.As(err, &usage) || !strings.Contains(err.Error(), "active on ams") {
			t.Error(err)
		}
	})
}

// A client that ignores its stop keeps its subscriber.
func TestRecreateUnderALiveClient(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.clusters["ams"].sub.stale = true
		u.clients["ams"].ignoreStop = true
		run := move(t, u.engine(), again1())
		wantState(t, run, model.RunWaiting)
		if u.clusters["ams"].sub == nil || u.clusters["ams"].sub.id != "ams-0" {
			t.Error(u.log)
		}
		d, err := u.engine().Abort(t.Context(), run.ID)
		if err != nil {
			t.Fatal(err)
		}
		run, _ = d.Run(t.Context())
		wantState(t, run, model.RunAborted)
		u.sound(t)
	})
}

// Up to the moment at which the subscriber may be deleted there is a way back;
// from then on only the way forward.
func TestRecreateGoesOnlyForward(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		staleSub(u)
		u.clusters["ams"].noCreate = failed(model.ClassThrottled)
		run := move(t, u.engine(), again1())
		wantState(t, run, model.RunFailed)
		for _, want := range []string{"do not start that client by hand", "fumtui recreate trades --confirm ams"} {
			if !strings.Contains(run.Note, want) {
				t.Errorf("the note does not say %q: %s", want, run.Note)
			}
		}
		if len(u.running()) > 0 {
			t.Error(u.running())
		}
		u.clusters["ams"].noCreate, u.clients["ams"].mute = nil, false
		wantState(t, move(t, u.engine(), again1()), model.RunDone)
		u.sound(t)
	})
	for name, c := range map[string]struct {
		step model.StepName
		late bool
	}{"before": {model.StepCursor, false}, "after": {model.StepDelete, true}} {
		bubble(t, func(t *testing.T, u *universe) {
			staleSub(u)
			p := u.process()
			e := New(p, p, testSettings(), []model.Pipeline{u.pipes})
			at(e, u, c.step, model.StepDone, func() { u.dead[p.pid] = true })
			_, _ = begin(t, e, again1()).Run(t.Context())
			run := u.runs[0].Clone()
			d, err := u.engine().Abort(t.Context(), "run-1")
			var only *ForwardOnlyError
			if errors.As(err, &only) != c.late || run.CanAbort() == c.late {
				t.Fatalf("%s: %v, can abort %t", name, err, run.CanAbort())
			}
			if c.late {
				if !strings.Contains(err.Error(), "may have deleted the subscriber at ams") {
					t.Error(err)
				}
				u.clients["ams"].mute = false
				wantState(t, resume(t, u.engine(), "run-1", ""), model.RunDone)
				return
			}
			run, _ = d.Run(t.Context())
			wantState(t, run, model.RunAborted)
			if u.clusters["ams"].sub.id != "ams-0" || !slices.Equal(u.running(), []string{"ams"}) {
				t.Errorf("%s: %v", name, u.running())
			}
		})
	}
}

// Who gives up to make a lost subscriber again leaves all as it was: the client
// is started, and cannot run.
func TestRecreateOfALostOneIsGivenUp(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		lostSub(u)
		p := u.process()
		e := New(p, p, testSettings(), []model.Pipeline{u.pipes})
		at(e, u, model.StepCursor, model.StepDone, func() { u.dead[p.pid] = true })
		_, _ = begin(t, e, again1()).Run(t.Context())
		d, err := u.engine().Abort(t.Context(), "run-1")
		if err != nil {
			t.Fatal(err)
		}
		run, _ := d.Run(t.Context())
		wantState(t, run, model.RunAborted)
		if s := run.Step(model.StepRestart); !strings.Contains(s.Detail, "as it was before, lost or stale") || u.clusters["ams"].sub != nil {
			t.Errorf("%+v", s)
		}
	})
}

// Somebody starts the client while its subscriber is made again: nothing is
// deleted under it.
func TestRecreateAndSomebodyStarts(t *testing.T) {
	for _, step := range []model.StepName{model.StepPosition, model.StepDelete, model.StepCreate} {
		bubble(t, func(t *testing.T, u *universe) {
			staleSub(u)
			e := u.engine()
			at(e, u, step, model.StepDone, func() { u.clients["ams"].mute = false; u.startClient(u.clients["ams"]) })
			run := move(t, e, again1())
			if step == model.StepDelete { // without a subscriber it did not run
				wantState(t, run, model.RunDone)
				u.sound(t)
				return
			}
			wantState(t, run, model.RunWaiting)
			if !strings.Contains(run.Question, "runs again") || !strings.Contains(run.Question, "Stop it, then answer yes") {
				t.Fatal(run.Question)
			}
			u.fold()
			u.halt(u.clients["ams"])
			wantState(t, resume(t, u.engine(), run.ID, "yes"), model.RunDone)
			u.sound(t)
		})
	}
}

// TestRecreateCrashes kills the driver everywhere, and resumes.
func TestRecreateCrashes(t *testing.T) {
	for _, own := range []bool{false, true} {
		for kind := crashBefore; kind <= lostAfter; kind++ {
			for at := 1; ; at++ {
				reached := false
				synctest.Test(t, func(t *testing.T) {
					u := newUniverse(t)
					if own {
						u.ownSource()
					}
					staleSub(u)
					u.onLog = func(effect string) {
						if strings.HasPrefix(effect, "create") {
							u.clients["ams"].mute = false
						}
					}
					u.faults = []fault{{at: at, kind: kind}}
					run := again2(t, u)
					reached = u.events >= at
					name := fmt.Sprintf("own source %t, fault %d at %d", own, kind, at)
					if run.State != model.RunDone || !slices.Equal(u.running(), []string{"ams"}) || u.clusters["ams"].sub.id != run.SubscriberID {
						t.Errorf("%s: %s, %v run", name, story(run), u.running())
					}
					u.sound(t)
				})
				if !reached {
					break
				}
			}
		}
	}
}

// again2 makes the subscriber again, whatever happens.
func again2(t *testing.T, u *universe) model.Run {
	t.Helper()
	for range 6 {
		e := u.engine()
		var d *Drive
		var err error
		if run := u.unended(); run != nil {
			d, err = e.Resume(t.Context(), run.ID, "")
		} else {
			var plan model.Plan
			if plan, err = e.Plan(t.Context(), again1()); err == nil {
				d, err = e.Begin(t.Context(), plan)
			}
		}
		if err == nil {
			_, _ = d.Run(t.Context())
		}
		if n := len(u.runs); n > 0 && u.runs[n-1].State.Ended() {
			return u.runs[n-1]
		}
		time.Sleep(7 * time.Second)
	}
	t.Fatal("it does not end")
	return model.Run{}
}
