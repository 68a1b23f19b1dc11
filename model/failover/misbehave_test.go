package failover

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// outcomes are how a planned and a reactive run end.
type outcomes struct{ planned, reactive model.RunState }

var (
	passes    = outcomes{model.RunDone, model.RunDone}
	isLasting = outcomes{model.RunAborted, model.RunFailed}
)

// wellLeft checks that what a run left behind is what its state says, and that
// the way on is as it should be.
func wellLeft(t *testing.T, u *universe, run model.Run) {
	t.Helper()
	running := u.running()
	switch run.State {
	case model.RunDone:
		if !slices.Equal(running, []string{"nyc"}) || u.clusters["nyc"].sub.id != run.SubscriberID || u.active != "nyc" {
			t.Errorf("%v run, subscriber %+v, active on %q", running, u.clusters["nyc"].sub, u.active)
		}
	case model.RunAborted:
		if !slices.Equal(running, []string{"ams"}) || u.active != "" {
			t.Errorf("%v run, active on %q", running, u.active)
		}
	case model.RunFailed:
		if run.Note == "" {
			t.Error("it does not say what to do next")
		}
	}
	if u.clusters["ams"].sub.id != "ams-0" {
		t.Errorf("the source's subscriber is %+v", u.clusters["ams"].sub)
	}
	u.sound(t)
}

// A target that misbehaves while its subscriber is made: what passes is made
// good, and of the rest nothing is lost and the source is the way back.
func TestTargetMisbehaves(t *testing.T) {
	for name, c := range map[string]struct {
		odd  odd
		old  bool // the target has an old subscriber
		want outcomes
		says string // of what went wrong
	}{
		"the answer of create is lost":            {odd: odd{lost: 1}, want: passes},
		"lost, and then it exists already":        {odd: odd{lost: 1, hides: 1}, want: passes},
		"all answers of create are lost":          {odd: odd{lost: always}, want: isLasting, says: "create the subscriber"},
		"what was created is not seen at first":   {odd: odd{hides: 1}, want: passes},
		"what was created is never seen":          {odd: odd{hides: always}, want: isLasting, says: "exists"},
		"delete did nothing":                      {odd: odd{keeps: 1}, old: true, want: passes},
		"delete never does anything":              {odd: odd{keeps: always}, old: true, want: isLasting, says: "exists"},
		"what was created is stale":               {odd: odd{stales: 1}, want: passes},
		"whatever is created is stale":            {odd: odd{stales: always}, want: isLasting, says: "not the one just created"},
		"another id is read back":                 {odd: odd{swaps: 1}, want: passes},
		"another id is read back always":          {odd: odd{swaps: always}, want: isLasting, says: "not the one just created"},
		"lost, and delete does nothing, and more": {odd: odd{lost: 1, keeps: 1}, old: true, want: passes},
	} {
		for mode, want := range map[model.Mode]model.RunState{model.Planned: c.want.planned, model.Reactive: c.want.reactive} {
			t.Run(name+", "+string(mode), func(t *testing.T) {
				bubble(t, func(t *testing.T, u *universe) {
					if c.old {
						u.clusters["nyc"].sub = &fakeSub{id: "old", next: 1}
					}
					o := c.odd
					run := move(t, u.oddEngine(&o), request("nyc", mode))
					wantState(t, run, want)
					if want != model.RunDone && !strings.Contains(story(run), c.says) {
						t.Errorf("it does not say %q: %s", c.says, story(run))
					}
					wellLeft(t, u, run)
					again(t, u, scenario{to: "nyc"}) // once the target is well
					if last := u.runs[len(u.runs)-1]; want == model.RunAborted && last.State != model.RunDone {
						t.Errorf("and then: %s", story(last))
					}
				})
			})
		}
	}
}

// Another's subscriber appears at the target, sooner or later.
func TestAnothersSubscriberAppears(t *testing.T) {
	foreign := func(u *universe) { u.clusters["nyc"].sub = &fakeSub{id: "theirs", next: 1} }
	for name, c := range map[string]struct {
		when func(*universe, *Engine)
		want outcomes
		kept bool // theirs is left alone
	}{
		"before create, once": {func(u *universe, _ *Engine) {
			u.clusters["nyc"].onCreate = func() { u.clusters["nyc"].onCreate = nil; foreign(u) }
		}, passes, false},
		"before create, always": {func(u *universe, _ *Engine) {
			u.clusters["nyc"].onCreate = func() { foreign(u) }
		}, isLasting, false},
		"between create and its reading back": {func(u *universe, _ *Engine) {
			u.clusters["nyc"].afterCreate = func() { u.clusters["nyc"].afterCreate = nil; foreign(u) }
		}, passes, false},
		"between create and start": {func(u *universe, e *Engine) {
			at(e, u, model.StepCreate, model.StepDone, func() { foreign(u) })
		}, isLasting, true},
		"after start": {func(u *universe, e *Engine) {
			at(e, u, model.StepStart, model.StepDone, func() { foreign(u) })
		}, outcomes{model.RunFailed, model.RunFailed}, true},
	} {
		for mode, want := range map[model.Mode]model.RunState{model.Planned: c.want.planned, model.Reactive: c.want.reactive} {
			t.Run(name+", "+string(mode), func(t *testing.T) {
				bubble(t, func(t *testing.T, u *universe) {
					e := u.engine()
					c.when(u, e)
					run := move(t, e, request("nyc", mode))
					wantState(t, run, want)
					if sub := u.clusters["nyc"].sub; c.kept && (sub == nil || sub.id != "theirs") {
						t.Errorf("theirs was touched: %+v", sub)
					}
					if c.kept && !strings.Contains(story(run), "somebody else is at work there") {
						t.Error(story(run))
					}
					wellLeft(t, u, run)
				})
			})
		}
	}
}

// The target dies, its token expires, or it throttles us, at each step. Before
// the start a planned run goes back; after it the note says how to go on. It
// never ends in a state that is not so.
func TestTargetFailsHalfway(t *testing.T) {
	for _, class := range []model.ErrorClass{model.ClassUnreachable, model.ClassTimeout, model.ClassAuth, model.ClassThrottled, model.ClassServer} {
		for _, step := range model.Steps()[1:10] {
			for _, state := range []model.StepState{model.StepRunning, model.StepDone} {
				for mode, before := range map[model.Mode]model.RunState{model.Planned: model.RunAborted, model.Reactive: model.RunFailed} {
					t.Run(string(class)+", "+string(step)+" "+string(state)+", "+string(mode), func(t *testing.T) {
						bubble(t, func(t *testing.T, u *universe) {
							e := u.engine()
							at(e, u, step, state, func() { u.fail("nyc", class) })
							run := move(t, e, request("nyc", mode))
							want := before
							started := slices.Contains(u.log, "start nyc")
							switch {
							case step == model.StepConfirm && state == model.StepDone:
								want = model.RunDone
							case started || (step == model.StepStart && state == model.StepRunning):
								want = model.RunFailed
							}
							wantState(t, run, want)
							if want == model.RunFailed && started && u.active != "nyc" {
								t.Errorf("active on %q", u.active)
							}
							wellLeft(t, u, run)
						})
					})
				}
			}
		}
	}
}

// A target that fails for a while only does not end a reactive run before the
// position is found, nor after the start.
func TestTargetFailsForAWhile(t *testing.T) {
	for _, step := range []model.StepName{model.StepPosition, model.StepConfirm} {
		bubble(t, func(t *testing.T, u *universe) {
			e := u.engine()
			at(e, u, step, model.StepRunning, func() {
				u.fail("nyc", model.ClassUnreachable)
				time.AfterFunc(30*time.Second, func() {
					u.mu.Lock()
					defer u.mu.Unlock()
					u.fold()
					u.clusters["nyc"].down = nil
				})
			})
			run := move(t, e, request("nyc", model.Reactive))
			wantState(t, run, model.RunDone)
			wellLeft(t, u, run)
		})
	}
}

// The window moves past the resume slot, at each point between the plan and the
// create: the gap is asked for by its number, or the create is refused and the
// run begun again asks for it. No slot is skipped unasked.
func TestWindowMovesBeforeTheCreate(t *testing.T) {
	past := func(u *universe) { u.clusters["nyc"].min = 20200 }
	for _, mode := range []model.Mode{model.Planned, model.Reactive} {
		for _, step := range []model.StepName{"", model.StepPreflight, model.StepStop, model.StepCursor, model.StepPosition, model.StepDelete} {
			t.Run(string(mode)+", "+string(step), func(t *testing.T) {
				bubble(t, func(t *testing.T, u *universe) {
					u.fold()
					u.clients["ams"].mute = true // the cursor stands at 20150
					u.clusters["nyc"].top += 500
					e := u.engine()
					plan, err := e.Plan(t.Context(), request("nyc", mode))
					if err != nil {
						t.Fatal(err)
					}
					if step == "" {
						past(u)
						var moved *PlanMovedError
						if _, err := e.Begin(t.Context(), plan); !errors.As(err, &moved) || len(u.log) > 0 {
							t.Errorf("%v, effects %v", err, u.log)
						}
						return
					}
					d, err := e.Begin(t.Context(), plan)
					if err != nil {
						t.Fatal(err)
					}
					at(e, u, step, model.StepDone, func() { past(u) })
					run, err := d.Run(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					if step == model.StepPosition || step == model.StepDelete {
						wantState(t, run, map[model.Mode]model.RunState{model.Planned: model.RunAborted, model.Reactive: model.RunFailed}[mode])
						wellLeft(t, u, run)
						run = move(t, u.engine(), request("nyc", model.Reactive))
					}
					wantState(t, run, model.RunWaiting)
					if !strings.Contains(run.Question, "a gap of 49 slots") || u.active != "" {
						t.Errorf("%s, active on %q", run.Question, u.active)
					}
					run = resume(t, u.engine(), run.ID, "49")
					wantState(t, run, model.RunDone)
					if *run.GapSlots != 49 || u.lost() != 49 {
						t.Errorf("gap %d, lost %d", *run.GapSlots, u.lost())
					}
				})
			})
		}
	}
}
