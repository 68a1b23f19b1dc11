package failover

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// What exactly_once does not allow is refused before anything is touched.
func TestExactlyOnceRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		world func(*universe, *model.Request)
		check string
		saw   string
	}{
		"what was last recorded": {func(u *universe, _ *model.Request) {
			u.ownSource().fails["ams"] = errors.New("host is down")
			time.Sleep(10 * time.Minute)
			u.fail("ams", model.ClassTimeout)
		}, "guarantee", "last recorded, 10m old"},
		"a client at the target that nobody can see": {func(u *universe, _ *model.Request) {
			u.clients["nyc"].hooks, u.clients["nyc"].portHangs = nil, true
		}, "target client", "exactly_once takes no word for it"},
		"the latest": {func(_ *universe, r *model.Request) { r.Latest = true }, "guarantee", "the latest was chosen"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				u.pipes.Guarantee = model.ExactlyOnce
				req := request("nyc", "")
				c.world(u, &req)
				plan, err := u.engine().Plan(t.Context(), req)
				if err != nil {
					t.Fatal(err)
				}
				wantCheck(t, plan, c.check, model.CheckRefuse, c.saw)
				refusesToBegin(t, u, plan)
			})
		})
	}
}

// What moved since preflight is judged by the same rule.
func TestExactlyOnceIsAskedAgain(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.pipes.Guarantee = model.ExactlyOnce
		u.fold()
		req := request("nyc", model.Reactive)
		req.FromSlot = at1(u.rows["ams"].Slot + 1)
		e := u.engine()
		u.clients["ams"].silent = true
		at(e, u, model.StepStop, model.StepRunning, func() { u.rows["ams"].Slot += 300 })
		run := move(t, e, req)
		wantState(t, run, model.RunFailed)
		if !strings.Contains(run.Step(model.StepPosition).Error, "300 slots before the slot after the cursor would come again") || slices.Contains(u.log, "start nyc") {
			t.Error(story(run))
		}
	})
}

// A cursor that is not certain is asked for until it is.
func TestExactlyOnceNeedsACertainCursor(t *testing.T) {
	for name, world := range map[string]func(*universe) func(){
		"the client says more": func(u *universe) func() {
			said := u.rows["ams"].Slot + 20
			u.clients["ams"].drainSays = &said
			return func() { u.rows["ams"].Slot = said }
		},
		"its source is gone": func(u *universe) func() {
			s := u.ownSource()
			u.clients["ams"].silent = true
			u.onLog = func(effect string) {
				if effect == "drain ams" {
					s.fails["ams"] = errors.New("no route to host")
				}
			}
			return func() { delete(s.fails, "ams") }
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				u.pipes.Guarantee = model.ExactlyOnce
				u.fold()
				mend := world(u)
				run := move(t, u.engine(), request("nyc", model.Planned))
				wantState(t, run, model.RunWaiting)
				if !strings.HasPrefix(run.Question, "exactly_once, and the cursor of trades at ams is not certain") {
					t.Fatal(run.Question)
				}
				for _, answer := range []string{"yes", slotText(u.rows["ams"].Slot), slotText(u.rows["ams"].Slot + 20)} {
					run = resume(t, u.engine(), run.ID, answer)
					wantState(t, run, model.RunWaiting)
				}
				mend()
				run = resume(t, u.engine(), run.ID, "yes")
				wantState(t, run, model.RunDone)
				if run.PossibleLoss != 0 {
					t.Errorf("possible loss %d", run.PossibleLoss)
				}
			})
		})
	}
}

// A client that began a little after its resume slot has skipped slots, or the
// chain has: exactly_once asks.
func TestExactlyOnceAsksForItsFirstSlots(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.pipes.Guarantee = model.ExactlyOnce
		u.fail("ams", model.ClassTimeout)
		time.Sleep(time.Hour)
		u.clients["nyc"].skipsFirst = 32
		run := move(t, u.engine(), request("nyc", ""))
		wantState(t, run, model.RunWaiting)
		if !strings.HasPrefix(run.Question, "a gap of 32 slots, perhaps: the client at nyc began at slot 20183, and its subscriber was made from slot 20151") {
			t.Fatal(run.Question)
		}
		run = resume(t, u.engine(), run.ID, "31")
		wantState(t, run, model.RunWaiting)
		run = resume(t, u.engine(), run.ID, "32")
		wantState(t, run, model.RunDone)
		if run.PossibleLoss != 32 || !u.audited("approve-gap", "approved up to 32") {
			t.Errorf("possible loss %d, %+v", run.PossibleLoss, u.audit)
		}
	})
}

// The higher of two cursors may lose what lies between: that is a number in the
// run's record.
func TestTheHigherCursorMayLose(t *testing.T) {
	for answer, loss := range map[uint64]uint64{20: 20, 0: 0} {
		bubble(t, func(t *testing.T, u *universe) {
			u.fold()
			u.clients["ams"].mute = true
			durable := u.rows["ams"].Slot
			said := durable + 20
			u.clients["ams"].drainSays = &said
			u.clusters["nyc"].top += 100
			run := move(t, u.engine(), request("nyc", model.Planned))
			wantState(t, run, model.RunWaiting)
			if !strings.Contains(run.Question, "the higher one may lose up to 20") {
				t.Error(run.Question)
			}
			run = resume(t, u.engine(), run.ID, slotText(durable+model.Slot(answer)))
			wantState(t, run, model.RunDone)
			if run.PossibleLoss != loss || strings.Contains(run.Note, "may be lost") != (loss > 0) {
				t.Errorf("possible loss %d, note %q", run.PossibleLoss, run.Note)
			}
		})
	}
}
