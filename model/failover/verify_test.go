package failover

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// TestProofsOfAStop has every combination that proves a stop, or does not, from
// a client that stands still unless it says otherwise.
func TestProofsOfAStop(t *testing.T) {
	const (
		hook = "its status hook says so"
		port = "its metrics port, which answered before, refuses connections"
		tip  = "it stands still for"
	)
	for name, c := range map[string]struct {
		mode   model.Mode
		status ClientStatus
		world  func(*universe) // once it was told to stop
		proof  string          // "": none
	}{
		"hook and port":                    {model.Planned, ClientStopped, nil, hook + ", and its metrics port refuses connections"},
		"hook, port hangs":                 {model.Planned, ClientStopped, hangs, hook + ", and nothing moves"},
		"hook, port answers":               {model.Reactive, ClientStopped, lives, ""},
		"hook, port answers, hybrid":       {model.Hybrid, ClientStopped, lives, tip},
		"hook, port answers, drained":      {model.Planned, ClientStopped, lives, tip},
		"hook, port answers, source still": {model.Planned, ClientStopped, func(u *universe) { lives(u); freeze(u) }, ""},
		"hook, but the cursor moves":       {model.Planned, ClientStopped, creeps, ""},
		"hook, but its metrics move":       {model.Reactive, ClientStopped, ignores, ""},
		"port alone":                       {model.Reactive, ClientUnknown, nil, port + ", and nothing moves"},
		"port alone, source still":         {model.Planned, ClientUnknown, freeze, port + ", and nothing moves"},
		"port hangs":                       {model.Reactive, ClientUnknown, hangs, ""},
		"port hangs, drained":              {model.Planned, ClientUnknown, hangs, tip},
		"port hangs, source still":         {model.Planned, ClientUnknown, func(u *universe) { hangs(u); freeze(u) }, ""},
		"port hangs, source out":           {model.Planned, ClientUnknown, func(u *universe) { hangs(u); u.clusters["ams"].down = failed(model.ClassTimeout) }, ""},
		"port answers, drained":            {model.Planned, ClientUnknown, lives, tip},
		"port answers, moves":              {model.Planned, ClientUnknown, ignores, ""},
		"said to run":                      {model.Planned, ClientRunning, nil, ""},
		"said to run, port refuses":        {model.Reactive, ClientRunning, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				u.fold()
				u.onLog = func(effect string) {
					if effect == "stop ams" || effect == "drain ams" {
						u.clients["ams"].statusLies = c.status
						if c.world != nil {
							c.world(u)
						}
					}
				}
				run := move(t, u.engine(), request("nyc", c.mode))
				step := run.Step(model.StepVerifyStop)
				if c.proof == "" {
					if step.State == model.StepDone || slices.Contains(u.log, "start nyc") {
						t.Error(story(run))
					}
					return
				}
				wantState(t, run, model.RunDone)
				if want := "the client at ams is stopped: " + c.proof; !strings.HasPrefix(step.Detail, want) {
					t.Errorf("%q, want %q", step.Detail, want)
				}
				if took := step.EndedAt.Sub(*step.StartedAt); c.proof == tip && took < testSettings().Settle {
					t.Errorf("taken for stopped after %s", took)
				}
			})
		})
	}
}

// What becomes of a client that was told to stop.
func hangs(u *universe) { u.clients["ams"].portHangs = true }
func lives(u *universe) { u.clients["ams"].portStays = true }
func freeze(u *universe) {
	u.clusters["ams"].top, u.clusters["ams"].frozen = u.newest(u.clusters["ams"]), true
}
func ignores(u *universe) { u.clients["ams"].ignoreStop = true }
func creeps(u *universe) {
	hangs(u)
	for i := range 100 {
		time.AfterFunc(time.Duration(i)*time.Second+250*time.Millisecond, func() {
			u.mu.Lock()
			defer u.mu.Unlock()
			u.rows["ams"].Slot++
		})
	}
}

// A word is no proof for exactly_once.
func TestExactlyOnceTakesNoWord(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.pipes.Guarantee = model.ExactlyOnce
		u.clients["ams"].hooks = nil
		u.onLog = func(string) {}
		run := move(t, u.engine(), request("nyc", model.Reactive))
		wantState(t, run, model.RunWaiting)
		u.fold()
		u.clients["ams"].portHangs = true
		u.halt(u.clients["ams"])
		for range 2 {
			run = resume(t, u.engine(), run.ID, "yes")
			wantState(t, run, model.RunWaiting)
		}
		if !strings.Contains(run.Question, "exactly_once takes no word for it") {
			t.Error(run.Question)
		}
		d, err := u.engine().Abort(t.Context(), run.ID)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = d.Run(t.Context())
	})
}

// What a client said of its cursor is dropped when it went on after it.
func TestDisprovedCursor(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.fold()
		says := u.rows["ams"].Slot
		u.clients["ams"].ignoreStop, u.clients["ams"].drainSays = true, &says
		run := move(t, u.engine(), request("nyc", model.Reactive))
		wantState(t, run, model.RunWaiting)
		u.fold()
		u.clients["ams"].ignoreStop, u.clients["ams"].drainSays = false, nil
		u.halt(u.clients["ams"])
		run = resume(t, u.engine(), run.ID, "yes")
		wantState(t, run, model.RunDone)
		if run.ReportedCursor != nil || !u.audited("verify-stop", "its word is dropped") {
			t.Errorf("%v", run.ReportedCursor)
		}
		u.sound(t)
	})
}

// The source's client comes to life at every moment between the proof of its stop
// and the end: nobody starts a second one beside it unseen.
func TestSourceComesToLifeAtEveryStep(t *testing.T) {
	for _, mode := range []model.Mode{model.Planned, model.Reactive, model.Hybrid} {
		for _, lies := range []ClientStatus{"", ClientStopped} {
			for _, step := range []model.StepName{model.StepVerifyStop, model.StepCursor, model.StepPosition, model.StepDelete, model.StepCreate, model.StepStart} {
				bubble(t, func(t *testing.T, u *universe) {
					e := u.engine()
					at(e, u, step, model.StepDone, func() {
						u.clients["ams"].statusLies = lies
						u.startClient(u.clients["ams"])
						u.broken = nil // that was not the engine
					})
					run := move(t, e, request("nyc", mode))
					want := model.RunAborted
					if step == model.StepStart {
						want = model.RunWaiting
					}
					if run.State != want && lies == "" {
						t.Errorf("%s, %s: %s", mode, step, story(run))
					}
					if run.State == model.RunDone || (step != model.StepStart && (slices.Contains(u.log, "start nyc") || u.active != "")) {
						t.Errorf("%s, %s, lies %q: %v", mode, step, lies, u.log)
					}
				})
			}
		}
	}
}

// A client that is started at the target by somebody else is not joined by ours.
func TestSomebodyStartsTheTarget(t *testing.T) {
	for name, lies := range map[string]ClientStatus{"seen": "", "hidden": ClientStopped} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				e := u.engine()
				at(e, u, model.StepCreate, model.StepDone, func() {
					u.clients["nyc"].statusLies = lies
					u.startClient(u.clients["nyc"])
				})
				run := move(t, e, request("nyc", model.Reactive))
				wantState(t, run, model.RunFailed)
				if slices.Contains(u.log, "start nyc") || !strings.Contains(run.Step(model.StepStart).Error, "runs at nyc, and this run has not started it") {
					t.Error(story(run))
				}
			})
		})
	}
}

// In preflight too what moves is running, whatever a hook says.
func TestTargetsCursorMoves(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.canary = true // it takes a moment
		u.rows["nyc"] = &model.Cursor{Pipeline: "trades", Cluster: "nyc", Slot: 500}
		time.AfterFunc(20*time.Millisecond, func() {
			u.mu.Lock()
			defer u.mu.Unlock()
			u.rows["nyc"].Slot++
		})
		plan, err := u.engine().Plan(t.Context(), request("nyc", ""))
		if err != nil {
			t.Fatal(err)
		}
		wantCheck(t, plan, "target client", model.CheckRefuse, "the cursor of nyc moves")
	})
}

// The window may move past the resume slot while the subscriber is made.
func TestWindowMovesInTheCreate(t *testing.T) {
	for _, mode := range []model.Mode{model.Planned, model.Reactive} {
		bubble(t, func(t *testing.T, u *universe) {
			u.clusters["nyc"].afterCreate = func() { u.clusters["nyc"].min = 20200 }
			run := move(t, u.engine(), request("nyc", mode))
			if run.State == model.RunDone || slices.Contains(u.log, "start nyc") ||
				!strings.Contains(run.Step(model.StepCreate).Error, "49 slots are gone") {
				t.Error(story(run))
			}
		})
	}
}

// A client that is seen at every other look only does not stand still unseen, and
// one that is seen late has to stand still from then on.
func TestSeenNowAndThen(t *testing.T) {
	for name, c := range map[string]struct {
		moves  bool
		readAt func(second int) bool
		proven bool
	}{
		"moves":         {true, func(s int) bool { return s%2 == 0 }, false},
		"stands still":  {false, func(s int) bool { return s%2 == 0 }, true},
		"seen too late": {false, func(s int) bool { return s >= 14 }, false},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				s, ams := u.ownSource(), u.clients["ams"]
				u.onLog = func(effect string) {
					if effect != "stop ams" && effect != "drain ams" {
						return
					}
					hide(ams)
					s.fails["ams"] = failed(model.ClassTimeout)
					for i := range 60 {
						time.AfterFunc(time.Duration(i)*time.Second+500*time.Millisecond, func() {
							u.mu.Lock()
							defer u.mu.Unlock()
							if delete(s.fails, "ams"); !c.readAt(i) {
								s.fails["ams"] = failed(model.ClassTimeout)
							}
							if c.moves {
								s.said["ams"]++
							}
						})
					}
				}
				run := move(t, u.engine(), request("nyc", model.Planned))
				if got := run.Step(model.StepVerifyStop).State == model.StepDone; got != c.proven {
					t.Error(story(run))
				}
			})
		})
	}
}
