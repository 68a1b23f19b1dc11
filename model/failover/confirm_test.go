package failover

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

func TestSubscriberLostWhileConfirming(t *testing.T) {
	for name, stops := range map[string]bool{"client goes on": false, "client stops": true} {
		for _, kind := range []faultKind{noFault, crashBefore, crashAfter, lostBefore, lostAfter} {
			for later := range 4 {
				bubble(t, func(t *testing.T, u *universe) {
					e := u.engine()
					at(e, u, model.StepConfirm, model.StepRunning, func() {
						time.AfterFunc(5*time.Second, func() {
							u.mu.Lock()
							defer u.mu.Unlock()
							u.fold()
							u.clusters["nyc"].sub = nil
							if stops {
								u.halt(u.clients["nyc"])
							}
							u.faults = []fault{{at: u.events + 1 + later, kind: kind}}
						})
					})
					_, err := begin(t, e, request("nyc", "")).Run(t.Context())
					run := u.runs[0]
					if err != nil && !run.State.Ended() {
						run = resume(t, u.engine(), "run-1", "")
					}
					wantState(t, run, model.RunDone)
					if run.SubscriberID != "nyc-2" || u.clusters["nyc"].sub.id != "nyc-2" {
						t.Errorf("%s, fault %d %d later: subscriber %s", name, kind, later, run.SubscriberID)
					}
					if !u.audited("create again", "nyc-1") || !u.audited("created again", "nyc-2") {
						t.Errorf("audit: %+v", u.audit)
					}
					if !slices.Equal(u.running(), []string{"nyc"}) {
						t.Errorf("%v run", u.running())
					}
					u.sound(t)
				})
			}
		}
	}
}

func TestSubscriberStaleOrForeignWhileConfirming(t *testing.T) {
	for name, c := range map[string]struct {
		sub        *fakeSub
		step, note string
	}{
		"stale":   {&fakeSub{id: "nyc-1", next: 1, stale: true}, "is stale", "fumtui recreate trades --confirm nyc makes it again from the slot after the cursor"},
		"foreign": {&fakeSub{id: "other", next: 1}, "somebody else", "--mode reactive --from-slot 20151"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				e := u.engine()
				at(e, u, model.StepConfirm, model.StepRunning, func() { u.clusters["nyc"].sub = c.sub })
				run := move(t, e, request("nyc", ""))
				wantState(t, run, model.RunFailed)
				if !strings.Contains(run.Step(model.StepConfirm).Error, c.step) || !strings.Contains(run.Note, c.note) {
					t.Error(story(run))
				}
			})
		})
	}
}

func TestHoleIsToldWithItsCommands(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.fail("ams", model.ClassTimeout)
		time.Sleep(time.Hour)
		u.clients["nyc"].skipsFirst = 50
		run := move(t, u.engine(), request("nyc", ""))
		wantState(t, run, model.RunFailed)
		for _, want := range []string{
			"slots 20151 to 20200", "stop the client at nyc; then",
			"fumtui cutover trades --to ams --confirm ams --mode reactive --from-slot 20151",
		} {
			if !strings.Contains(run.Note, want) {
				t.Errorf("the note does not say %q: %s", want, run.Note)
			}
		}
		if strings.Contains(run.Note, "Nothing is lost") || strings.Contains(run.Note, "nothing is lost") {
			t.Error(run.Note)
		}
		// What it says is so.
		u.halt(u.clients["nyc"])
		u.clusters["ams"].down = nil
		req := request("ams", model.Reactive)
		req.Force, req.FromSlot = true, at1(20151)
		wantState(t, move(t, u.engine(), req), model.RunDone)
		u.sound(t)
	})
}

func TestFirstSlotWithinTheTolerance(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.fail("ams", model.ClassTimeout)
		time.Sleep(time.Hour)
		u.clients["nyc"].skipsFirst = 3
		run := move(t, u.engine(), request("nyc", ""))
		wantState(t, run, model.RunDone)
		if s := run.Step(model.StepConfirm); !strings.Contains(s.Detail, "first slot 20154, 3 after the resume slot") {
			t.Error(s.Detail)
		}
		if run.PossibleLoss != 3 || !strings.Contains(run.Note, "up to 3 slots may be lost") || !u.audited("possible loss", "3 slots after its resume slot") {
			t.Errorf("possible loss %d, note %q", run.PossibleLoss, run.Note)
		}
	})
}

func TestSourceLivesWhileConfirming(t *testing.T) {
	for name, wake := range map[string]func(*universe){
		"status": func(u *universe) { u.clients["ams"].statusLies = ClientRunning },
		"metrics": func(u *universe) {
			u.clients["ams"].statusLies = ClientUnknown
			u.startClient(u.clients["ams"])
			u.broken = nil // that was not the engine
			u.rows["ams"].Slot += 1 << 20
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				e := u.engine()
				at(e, u, model.StepConfirm, model.StepRunning, func() {
					time.AfterFunc(3*time.Second, func() {
						u.mu.Lock()
						defer u.mu.Unlock()
						wake(u)
					})
				})
				run := move(t, e, request("nyc", ""))
				wantState(t, run, model.RunWaiting)
				if !strings.HasPrefix(run.Question, doubleActive) {
					t.Fatal(run.Question)
				}
				u.fold()
				u.halt(u.clients["ams"])
				u.clients["ams"].statusLies = ""
				// Nobody forgets it: not without an answer, and not in a crash.
				again := resume(t, u.engine(), run.ID, "")
				wantState(t, again, model.RunWaiting)
				if again.Question != run.Question {
					t.Error(again.Question)
				}
				u.faults = []fault{{at: u.events + 2, kind: crashBefore}}
				if d, err := u.engine().Resume(t.Context(), run.ID, ""); err == nil {
					_, _ = d.Run(t.Context())
				}
				wantState(t, resume(t, u.engine(), run.ID, ""), model.RunWaiting)
				wantState(t, resume(t, u.engine(), run.ID, "yes"), model.RunDone)
				if !u.audited("double-active", "says that the client at ams is stopped") {
					t.Errorf("audit: %+v", u.audit)
				}
			})
		})
	}
}

// A subscriber that somebody deletes again and again is not made without end.
func TestSubscriberIsLostAgainAndAgain(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		e := u.engine()
		u.onLog = func(effect string) {
			if effect == "start nyc" {
				u.clusters["nyc"].afterCreate = func() {
					time.AfterFunc(3*time.Second, func() {
						u.mu.Lock()
						defer u.mu.Unlock()
						u.fold()
						u.clusters["nyc"].sub = nil
					})
				}
				u.clusters["nyc"].afterCreate()
			}
		}
		run := move(t, e, request("nyc", ""))
		wantState(t, run, model.RunFailed)
		if made := u.clusters["nyc"].made; made != 1+mostAgain || !strings.Contains(run.Note, "its subscriber there is gone") {
			t.Errorf("made %d times: %s", made, story(run))
		}
		u.sound(t)
	})
}
