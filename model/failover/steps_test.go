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

// audited reports whether the audit trail has an entry of an action whose

// detail has a text.

func (u *universe) audited(action, text string) bool {
	return slices.ContainsFunc(u.audit, func(a AuditEntry) bool {
		return a.Action == action && strings.Contains(a.Detail, text)
	})
}

// at has something happen once, when the run is first seen at a step.

func at(e *Engine, u *universe, name model.StepName, state model.StepState, then func()) {
	done := false
	e.observe = func(r model.Run) {
		if s := r.Step(name); s != nil && s.State == state && !done {
			done = true
			u.mu.Lock()
			defer u.mu.Unlock()
			then()
		}
	}
}

// A drain hangs, the client streams on, and then the stop takes effect late:

// that it moved before the stop is no sign that it runs on.

// A failback is killed in preflight; the next process knows nothing of the

// clusters' health at first.

func TestPreflightWaitsForWhatIsNotKnownYet(t *testing.T) {
	for name, c := range map[string]struct {
		blind time.Duration
		want  model.RunState
	}{"known soon": {20 * time.Second, model.RunDone}, "never known": {time.Hour, model.RunAborted}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				e := u.engine()
				wantState(t, move(t, e, request("nyc", "")), model.RunDone)
				time.Sleep(time.Minute)
				d := begin(t, e, request("ams", ""))
				ctx, cancel := context.WithCancel(t.Context())
				cancel()
				run, _ := d.Run(ctx)
				wantState(t, run, model.RunInterrupted)
				u.blind = time.Now().Add(c.blind)
				wantState(t, resume(t, u.engine(), run.ID, ""), c.want)
				u.sound(t)
			})
		})
	}
}

// TestSubscriberLostWhileConfirming has it made again from the slot after the

// target's cursor, and a client that its loss stopped started again.

// A first slot far above the resume slot means slots that the cursor has

// passed: the note says which, and by which commands they are had.

func TestStartFailsSaysWhatToDo(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.clients["nyc"].startFails = true
		run := move(t, u.engine(), request("nyc", ""))
		wantState(t, run, model.RunWaiting)
		run = resume(t, u.engine(), run.ID, "fail")
		wantState(t, run, model.RunFailed)
		for _, want := range []string{"at slot 20151", "start the client at nyc by hand", "fumtui cutover trades --to ams --confirm ams"} {
			if !strings.Contains(run.Note, want) {
				t.Errorf("the note does not say %q: %s", want, run.Note)
			}
		}
	})
}

// One lost answer of the ledger after the intent of start is no reason to end

// the run.

func TestLedgerStumblesAtStart(t *testing.T) {
	for n := 1; n < effectTries; n++ {
		bubble(t, func(t *testing.T, u *universe) {
			e := u.engine()
			at(e, u, model.StepStart, model.StepRunning, func() { u.noRead = n })
			wantState(t, move(t, e, request("nyc", "")), model.RunDone)
			u.sound(t)
		})
	}
}

// A journal that takes nothing for a while is waited for, but not for longer than a
// term of the lease, nor for long once a person wants to leave.
func TestJournalTakesNothing(t *testing.T) {
	term := testSettings().Lease
	for name, c := range map[string]struct {
		heals, leaves time.Duration // 0: never
		state         model.RunState
		most          time.Duration // that it was waited for; 0: it went on
	}{
		"for a while":                          {heals: term - 3*time.Second, state: model.RunDone},
		"for ever":                             {state: model.RunInterrupted, most: term + time.Second},
		"for ever, and a person leaves":        {leaves: time.Second, state: model.RunInterrupted, most: 5 * time.Second},
		"for a while, and a person leaves":     {heals: 3 * time.Second, leaves: time.Second, state: model.RunInterrupted, most: 4 * time.Second},
		"for ever, and a person gives it time": {leaves: term - 2*time.Second, state: model.RunInterrupted, most: term},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				ctx, leave := context.WithCancel(t.Context())
				defer leave()
				var refused time.Time
				e := u.engine()
				at(e, u, model.StepVerifyStop, model.StepDone, func() {
					refused, u.full = time.Now(), errDisk
					if c.heals > 0 {
						time.AfterFunc(c.heals, func() { u.mu.Lock(); u.full = nil; u.mu.Unlock() })
					}
					if c.leaves > 0 {
						time.AfterFunc(c.leaves, leave)
					}
				})
				run, err := begin(t, e, request("nyc", "")).Run(ctx)
				took := time.Since(refused)
				u.mu.Lock()
				u.full = nil
				u.mu.Unlock()
				if run.State != c.state || (c.heals == 0) != errors.Is(err, errDisk) || (c.most > 0 && took > c.most) {
					t.Errorf("%s after %s: %v", run.State, took, err)
				}
				if run.State != model.RunDone {
					wantState(t, resume(t, u.engine(), run.ID, ""), model.RunDone)
				}
				u.sound(t)
			})
		})
	}
}

// Nor is it waited for when the run is to be given up, and the person leaves.
func TestJournalTakesNoAbort(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		u.clients["ams"].drainTakes = 4 * time.Second
		run, _ := begin(t, u.engine(), request("nyc", "")).Run(ctx)
		wantState(t, run, model.RunInterrupted)
		u.full = errDisk
		ctx, cancel = context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if _, err := u.engine().Abort(ctx, run.ID); !errors.Is(err, errDisk) || time.Since(began) > 5*time.Second {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
		u.full = nil
		wantState(t, resume(t, u.engine(), run.ID, ""), model.RunDone)
		u.sound(t)
	})
}

// A recent failover is warned of, and no more.

func TestRecentFailover(t *testing.T) {
	for ago, want := range map[time.Duration]bool{9 * time.Minute: true, 11 * time.Minute: false} {
		bubble(t, func(t *testing.T, u *universe) {
			e := u.engine()
			wantState(t, move(t, e, request("nyc", "")), model.RunDone)
			time.Sleep(ago)
			plan, err := e.Plan(t.Context(), request("ams", ""))
			if err != nil {
				t.Fatal(err)
			}
			found := slices.ContainsFunc(plan.Checks, func(c model.Check) bool {
				return c.Name == "recent" && c.Level == model.CheckWarn && strings.Contains(c.Saw, "from ams to nyc 9m")
			})
			if found != want || plan.Worst() == model.CheckRefuse {
				t.Errorf("after %s: %+v", ago, plan.Checks)
			}
		})
	}
}

// A planned run keeps a healthy source stopped no longer than it must.

func TestTargetDiesBeforeThePosition(t *testing.T) {
	for mode, want := range map[model.Mode]model.RunState{model.Planned: model.RunAborted, model.Reactive: model.RunFailed} {
		bubble(t, func(t *testing.T, u *universe) {
			e := u.engine()
			at(e, u, model.StepCursor, model.StepDone, func() { u.clusters["nyc"].down = failed(model.ClassUnreachable) })
			run := move(t, e, request("nyc", mode))
			wantState(t, run, want)
			s := run.Step(model.StepPosition)
			took := s.EndedAt.Sub(*s.StartedAt)
			if mode == model.Planned && took > 10*time.Second || mode == model.Reactive && took < time.Minute {
				t.Errorf("%s: the source stood still for %s", mode, took)
			}
		})
	}
}

func TestHookOutputIsKept(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.clients["ams"].says = strings.Repeat("é", maxHeard) + "\nflushed 12 rows"
		u.clients["nyc"].startFails = true
		wantState(t, move(t, u.engine(), request("nyc", "")), model.RunWaiting)
		if !u.audited("hook drain", "exit code 0:") || !u.audited("hook drain", "flushed 12 rows") || !u.audited("hook start", "no such unit") {
			t.Errorf("audit: %+v", u.audit)
		}
		for _, a := range u.audit {
			if len(a.Detail) > maxHeard+200 {
				t.Errorf("%s: %d bytes", a.Action, len(a.Detail))
			}
		}
	})
}

// An old subscriber is named in the journal before it is deleted, also where

// the answer is lost.

func TestDeleteNamesWhatItDeletes(t *testing.T) {
	for _, kind := range []faultKind{noFault, lostBefore, lostAfter, crashBefore, crashAfter} {
		bubble(t, func(t *testing.T, u *universe) {
			u.clusters["nyc"].sub = &fakeSub{id: "old", next: 1}
			e := u.engine()
			at(e, u, model.StepDelete, model.StepRunning, func() { u.faults = []fault{{at: u.events + 1, kind: kind}} })
			run, err := begin(t, e, request("nyc", "")).Run(t.Context())
			if err != nil {
				run = resume(t, u.engine(), "run-1", "")
			}
			wantState(t, run, model.RunDone)
			s := run.Step(model.StepDelete)
			if !strings.Contains(s.Detail, "deleted") || !strings.Contains(s.Detail, "id old") || !u.audited("delete", "id old") {
				t.Errorf("fault %d: %s %+v", kind, s.Detail, u.audit)
			}
			u.sound(t)
		})
	}
}

func TestResumeAtTheFirstSlotOfAll(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.pipes.Overlap = 1 << 40
		u.clusters["nyc"].min = 0
		u.rows["nyc"] = &model.Cursor{Pipeline: "trades", Cluster: "nyc", Slot: 99999}
		e := u.engine()
		at(e, u, model.StepCreate, model.StepDone, func() {
			if row := u.rows["nyc"]; row != nil {
				t.Errorf("seeded with %+v", row)
			}
		})
		run := move(t, e, request("nyc", ""))
		wantState(t, run, model.RunDone)
		if *run.ResumeSlot != 0 {
			t.Errorf("resume slot %d", *run.ResumeSlot)
		}
		u.sound(t)
	})
}

// An answer is for the question that was asked, not for the next one: the word

// that the source is stopped does not say that the target is started.

// TestSourceLivesWhileConfirming has signs of life other than the cursor.

// A window moves on while a person decides: what was approved leaves room.
