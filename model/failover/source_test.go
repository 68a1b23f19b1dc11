package failover

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// A pipeline whose cursor is elsewhere is moved there and back by what that says.
func TestOwnSourceThereAndBack(t *testing.T) {
	for _, mode := range []model.Mode{"", model.Reactive, model.Hybrid} {
		bubble(t, func(t *testing.T, u *universe) {
			u.ownSource().said["nyc"] = 19000 // of an earlier stay
			e := u.engine()
			run := move(t, e, request("nyc", mode))
			wantState(t, run, model.RunDone)
			if *run.ResumeSlot != *run.Cursor+1 || u.rows["ams"].Slot != *run.Cursor {
				t.Errorf("resume slot %d, cursor %d, recorded %d", *run.ResumeSlot, *run.Cursor, u.rows["ams"].Slot)
			}
			time.Sleep(10 * time.Minute)
			wantState(t, move(t, e, request("ams", mode)), model.RunDone)
			u.sound(t)
		})
	}
}

// What the source at the target says of an earlier stay is no sign of life, and
// no cursor to go on from.
func TestStaleSource(t *testing.T) {
	for name, c := range map[string]struct {
		fails error
		row   model.Slot
	}{"readable": {nil, 0}, "not readable at create": {errors.New("no route to host"), 90000}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				s := u.ownSource()
				s.said["nyc"], s.fails["nyc"] = 90000, c.fails
				if c.row > 0 {
					u.rows["nyc"] = &model.Cursor{Pipeline: "trades", Cluster: "nyc", Slot: c.row}
				}
				u.clients["nyc"].mute = true
				e := u.engine()
				at(e, u, model.StepConfirm, model.StepRunning, func() { delete(s.fails, "nyc") })
				run := move(t, e, request("nyc", ""))
				wantState(t, run, model.RunFailed)
				if got := u.rows["nyc"].Slot; got != *run.Cursor {
					t.Errorf("the cursor at nyc is %d and not its seed %d", got, *run.Cursor)
				}
				if run.FirstSlotAt != nil {
					t.Error("a first slot of a client that consumed nothing")
				}
			})
		})
	}
}

// Where the source cannot be read, a reactive run takes what was recorded, with
// its age; a planned one asks, and is refused where it is so from the beginning.
func TestSourceCannotBeRead(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		s := u.ownSource()
		u.fail("ams", model.ClassTimeout)
		time.Sleep(3 * time.Minute)
		s.fails["ams"] = errors.New("host is down")
		e := u.engine()
		plan, err := e.Plan(t.Context(), request("nyc", ""))
		if err != nil {
			t.Fatal(err)
		}
		wantCheck(t, plan, "cursor", model.CheckWarn, "3m old, as last recorded: its source cannot be read: host is down")
		run := move(t, e, request("nyc", ""))
		wantState(t, run, model.RunDone)
		if d := run.Step(model.StepCursor).Detail; !strings.Contains(d, "3m") || !strings.Contains(d, "as last recorded") {
			t.Error(d)
		}
		u.sound(t)
	})
	bubble(t, func(t *testing.T, u *universe) {
		u.ownSource().fails["ams"] = errors.New("no such file")
		plan, err := u.engine().Plan(t.Context(), request("nyc", ""))
		if err != nil {
			t.Fatal(err)
		}
		wantCheck(t, plan, "cursor", model.CheckRefuse, "no such file")
		refusesToBegin(t, u, plan)
	})
}

// The page of a drained client goes with it. What its hook said and what was
// recorded are both shown; a person takes one.
func TestDrainedPageIsGone(t *testing.T) {
	for name, c := range map[string]struct {
		silent bool // the hook says no cursor
		asks   string
	}{"hook says": {false, "says that it consumed up to slot"}, "hook says nothing": {true, "did not say how far it came"}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				u.ownSource().pages = true
				u.clients["ams"].silent = c.silent
				u.clients["ams"].drainTakes = 4 * time.Second
				run := move(t, u.engine(), request("nyc", model.Planned))
				wantState(t, run, model.RunWaiting)
				recorded := u.rows["ams"].Slot
				for _, want := range []string{c.asks, "cannot be read", "old", slotText(recorded)} {
					if !strings.Contains(run.Question, want) {
						t.Errorf("%q does not say %q", run.Question, want)
					}
				}
				if said := u.source.said["ams"]; !c.silent && !strings.Contains(run.Question, slotText(said)) {
					t.Errorf("%q does not show %d", run.Question, said)
				}
				run = resume(t, u.engine(), run.ID, "7")
				wantState(t, run, model.RunWaiting)
				run = resume(t, u.engine(), run.ID, slotText(recorded))
				wantState(t, run, model.RunDone)
				if *run.Cursor != recorded {
					t.Errorf("cursor %d", *run.Cursor)
				}
				u.sound(t)
			})
		})
	}
}

// A subscriber lost in confirm is made again from what the source said last, and
// never deleted.
func TestOwnSourceSubscriberLost(t *testing.T) {
	for _, highest := range []bool{false, true} {
		bubble(t, func(t *testing.T, u *universe) {
			u.ownSource()
			u.pipes.Highest, u.pipes.Overlap = highest, 0
			if highest {
				u.pipes.Overlap = 20
			}
			e := u.engine()
			var cursor model.Slot
			at(e, u, model.StepConfirm, model.StepRunning, func() {
				time.AfterFunc(8500*time.Millisecond, func() {
					u.mu.Lock()
					defer u.mu.Unlock()
					u.fold()
					u.clusters["nyc"].sub = nil
					cursor = u.source.said["nyc"]
					u.halt(u.clients["nyc"])
				})
			})
			run := move(t, e, request("nyc", ""))
			wantState(t, run, model.RunDone)
			want := cursor + 1
			if highest {
				want -= 20
			}
			if *run.ResumeSlot != want || run.SubscriberID != "nyc-2" {
				t.Errorf("made again from %d, want %d (%s)", *run.ResumeSlot, want, run.SubscriberID)
			}
			u.sound(t)
		})
	}
}

// brokenLedger cannot record a cursor at first.
type brokenLedger struct {
	*process
	times atomic.Int32
}

// RecordCursor implements [Ledger].
func (b *brokenLedger) RecordCursor(ctx context.Context, c model.Cursor) (model.Cursor, error) {
	if b.times.Add(-1) >= 0 {
		return model.Cursor{}, errDisk
	}
	return b.process.RecordCursor(ctx, c)
}

// One lost answer of the ledger when a cursor is recorded is no reason to end a
// run.
func TestRecordingStumbles(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.ownSource()
		p := u.process()
		b := &brokenLedger{process: p}
		e := New(p, b, testSettings(), []model.Pipeline{u.pipes})
		at(e, u, model.StepCursor, model.StepRunning, func() { b.times.Store(effectTries - 1) })
		wantState(t, move(t, e, request("nyc", "")), model.RunDone)
		u.sound(t)
	})
}

func slotText(s model.Slot) string { return fmt.Sprint(uint64(s)) }

// What was recorded of a source at the target may be older than what it says of
// its earlier stay: where it cannot be read, whatever it says first is of that.
func TestStaleSourceBeyondItsRecord(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		s := u.ownSource()
		s.said["nyc"], s.fails["nyc"] = 90000, errors.New("no route to host")
		u.rows["nyc"] = &model.Cursor{Pipeline: "trades", Cluster: "nyc", Slot: 89998}
		u.clients["nyc"].mute = true
		e := u.engine()
		at(e, u, model.StepConfirm, model.StepRunning, func() { delete(s.fails, "nyc") })
		run := move(t, e, request("nyc", ""))
		wantState(t, run, model.RunFailed)
		if got := u.rows["nyc"].Slot; got != *run.Cursor {
			t.Errorf("the cursor at nyc is %d and not its seed %d", got, *run.Cursor)
		}
	})
}

// What a note tells to do consumes the slots, whatever the cursor source.
func TestHoleRecipeOfAnOwnSource(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.ownSource()
		e := u.engine()
		at(e, u, model.StepConfirm, model.StepRunning, func() { u.clusters["nyc"].sub = &fakeSub{id: "other", next: 1} })
		run := move(t, e, request("nyc", ""))
		wantState(t, run, model.RunFailed)
		from := slotText(*run.ResumeSlot)
		if !strings.Contains(run.Note, "--mode reactive --from-slot "+from) || strings.Contains(run.Note, "cursor set") {
			t.Fatal(run.Note)
		}
		time.Sleep(time.Minute)
		u.mu.Lock()
		u.fold()
		u.halt(u.clients["nyc"])
		u.mu.Unlock()
		req := request("ams", model.Reactive)
		req.Force, req.FromSlot = true, run.ResumeSlot
		again := move(t, e, req)
		wantState(t, again, model.RunDone)
		if *again.ResumeSlot != *run.ResumeSlot {
			t.Errorf("resumed at %d, told %s", *again.ResumeSlot, from)
		}
	})
}
