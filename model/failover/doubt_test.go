package failover

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

func TestCreatesAnswerIsLost(t *testing.T) {
	for _, mode := range []model.Mode{model.Planned, model.Reactive} {
		for _, kind := range []faultKind{lostBefore, lostAfter, crashBefore, crashAfter} {
			bubble(t, func(t *testing.T, u *universe) {
				created := 0
				u.onLog = func(effect string) {
					if strings.HasPrefix(effect, "delete nyc") && created == 0 {
						u.faults = []fault{{at: u.events + 3, kind: kind}} // outcome, intent, create
						created++
					}
				}
				s := scenario{to: "nyc"}
				if mode == model.Reactive {
					s.prepare = func(u *universe) { u.fail("ams", model.ClassTimeout) }
				}
				run := runThrough(t, u, s)
				wantState(t, run, model.RunDone)
				if run.SubscriberID != u.clusters["nyc"].sub.id {
					t.Errorf("subscriber %s, journaled %s", u.clusters["nyc"].sub.id, run.SubscriberID)
				}
				u.sound(t)
			})
		}
	}
}

func TestSubscriberAppearsBeforeCreate(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		times := 0
		u.clusters["nyc"].onCreate = func() {
			if times++; times == 1 {
				u.clusters["nyc"].sub = &fakeSub{id: "unsure", next: 77} // from where?
			}
		}
		run := move(t, u.engine(), request("nyc", ""))
		wantState(t, run, model.RunDone)
		if run.SubscriberID != "nyc-1" {
			t.Errorf("subscriber %s", run.SubscriberID)
		}
		u.sound(t)
	})
}

func TestReadBackIsAnothers(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.clusters["nyc"].afterCreate = func() {
			if u.clusters["nyc"].made == 1 {
				u.clusters["nyc"].sub = &fakeSub{id: "other", next: 1}
			}
		}
		run := move(t, u.engine(), request("nyc", ""))
		wantState(t, run, model.RunDone)
		if run.SubscriberID != "nyc-2" {
			t.Errorf("subscriber %s", run.SubscriberID)
		}
		u.sound(t)
	})
}

// TestContradictingEvidence has a client that stands still, so that only what
// is said of it speaks for or against its stop.
func TestContradictingEvidence(t *testing.T) {
	for name, c := range map[string]struct {
		mode   model.Mode
		status ClientStatus
		lives  bool // the process goes on, without consuming
		hangs  bool // its port does not answer in time
		want   model.RunState
	}{
		"says running, port gone":                    {model.Reactive, ClientRunning, false, false, model.RunWaiting},
		"says running, port gone, planned":           {model.Planned, ClientRunning, false, false, model.RunWaiting},
		"says nothing, port gone":                    {model.Reactive, ClientUnknown, false, false, model.RunDone},
		"says nothing, port hangs":                   {model.Reactive, ClientUnknown, false, true, model.RunWaiting},
		"says stopped, port hangs":                   {model.Reactive, ClientStopped, false, true, model.RunDone},
		"says stopped, port answers":                 {model.Reactive, ClientStopped, true, false, model.RunWaiting},
		"says stopped, port answers, planned, still": {model.Planned, ClientStopped, true, false, model.RunDone},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				u.fold()
				ams := u.clients["ams"]
				u.onLog = func(effect string) {
					if effect == "stop ams" || effect == "drain ams" {
						ams.statusLies, ams.portHangs = c.status, c.hangs
						ams.portStays = c.lives
					}
				}
				began := time.Now()
				run := move(t, u.engine(), request("nyc", c.mode))
				wantState(t, run, c.want)
				if v := run.Step(model.StepVerifyStop); c.lives && v.State == model.StepDone &&
					v.EndedAt.Sub(*v.StartedAt) < testSettings().Settle {
					t.Errorf("taken for stopped after %s", v.EndedAt.Sub(began))
				}
				if c.want != model.RunDone && slices.Contains(u.log, "start nyc") {
					t.Error(u.log)
				}
			})
		})
	}
}

// TestNearTheTipIsNotEnough has a target, or its client, that stands still
// where the lag is small.
func TestNearTheTipIsNotEnough(t *testing.T) {
	for name, freeze := range map[string]func(*universe){
		"tip": func(u *universe) {
			nyc := u.clusters["nyc"]
			nyc.top, nyc.frozen = u.newest(nyc)+40, true
		},
		"client": func(u *universe) {
			u.clients["nyc"].portHangs, u.clients["nyc"].stopsAfter = true, 1
		},
		"metrics": func(u *universe) { u.clients["nyc"].pageStill = true },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				u.onLog = func(effect string) {
					if effect == "start nyc" {
						freeze(u)
					}
				}
				wantState(t, move(t, u.engine(), request("nyc", "")), model.RunFailed)
			})
		})
	}
}

func TestSomebodyStartsTheSource(t *testing.T) {
	for _, mode := range []model.Mode{model.Planned, model.Reactive} {
		bubble(t, func(t *testing.T, u *universe) {
			e := u.engine()
			e.observe = func(r model.Run) {
				u.mu.Lock()
				defer u.mu.Unlock()
				if r.Step(model.StepCreate).State == model.StepDone && r.Step(model.StepStart).State == model.StepPending {
					u.startClient(u.clients["ams"])
				}
			}
			run := move(t, e, request("nyc", mode))
			wantState(t, run, model.RunAborted)
			if slices.Contains(u.log, "start nyc") || !slices.Equal(u.running(), []string{"ams"}) {
				t.Errorf("%v, %v", u.log, u.running())
			}
			u.sound(t)
		})
	}
}

func TestSomebodyStartsTheSourceAfterACrash(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		p := u.process()
		e := New(p, p, testSettings(), []model.Pipeline{u.pipes})
		e.observe = func(r model.Run) {
			u.mu.Lock()
			defer u.mu.Unlock()
			if r.Step(model.StepStart).State == model.StepRunning {
				u.dead[p.pid] = true
			}
		}
		_, err := begin(t, e, request("nyc", "")).Run(t.Context())
		if err == nil {
			t.Fatal("it lives")
		}
		u.startClient(u.clients["ams"])
		run := resume(t, u.engine(), "run-1", "")
		wantState(t, run, model.RunWaiting)
		if !strings.Contains(run.Question, "double-active") || slices.Contains(u.log, "start nyc") {
			t.Error(story(run))
		}
		u.halt(u.clients["ams"])
		wantState(t, resume(t, u.engine(), run.ID, "yes"), model.RunDone)
		u.sound(t)
	})
}
