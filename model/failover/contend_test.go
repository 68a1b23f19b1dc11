package failover

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// A lease that is renewed is seen to be, within a third of its term.
func TestRenewalIsSeenSoon(t *testing.T) {
	for _, command := range []string{"cutover", "resume", "abort"} {
		for after := time.Second; after < 8*time.Second; after += 700 * time.Millisecond {
			bubble(t, func(t *testing.T, u *universe) {
				u.clients["ams"].portHangs = true // the proof takes a while
				d := begin(t, u.engine(), request("nyc", ""))
				done := make(chan model.Run)
				go func() { run, _ := d.Run(t.Context()); done <- run }()
				time.Sleep(after)
				e, w := u.contender()
				began := time.Now()
				var err error
				switch command {
				case "cutover":
					_, err = e.Begin(t.Context(), model.Plan{Request: request("nyc", "")})
				case "resume":
					_, err = e.Resume(t.Context(), d.ID(), "")
				case "abort":
					_, err = e.Abort(t.Context(), d.ID())
				}
				var held *HeldError
				var late *ForwardOnlyError
				if command == "abort" && errors.As(err, &late) {
					<-done
					return // that is so, whoever drives
				}
				if !errors.As(err, &held) || !strings.Contains(err.Error(), "driven by ops@bastion (process 1)") {
					t.Errorf("%s after %s: %v", command, after, err)
				}
				term := testSettings().Lease
				if took := time.Since(began); took > term/3+term/looksInATerm {
					t.Errorf("%s after %s: it took %s", command, after, took)
				}
				if len(w.told) != 1 || w.told[0].Run.ID != d.ID() || w.told[0].Holder.PID != 1 || w.told[0].For < term {
					t.Errorf("%s: told %+v", command, w.told)
				}
				wantState(t, <-done, model.RunDone)
				u.sound(t)
			})
		}
	}
}

// A driver that is stopped but alive is taken over once its lease stood still
// for a term and the longest effect, wherever it was stopped; and it sends
// nothing when it wakes up.
func TestStuckDriverIsTakenOver(t *testing.T) {
	for after := 100 * time.Millisecond; after < 12*time.Second; after += 550 * time.Millisecond {
		bubble(t, func(t *testing.T, u *universe) {
			u.clients["ams"].drainTakes = 4 * time.Second
			s := &stuck{process: u.process()}
			d := begin(t, New(s, s, testSettings(), []model.Pipeline{u.pipes}), request("nyc", ""))
			type end struct {
				run model.Run
				err error
			}
			done := make(chan end)
			go func() { run, err := d.Run(t.Context()); done <- end{run, err} }()
			time.Sleep(after)
			s.stop()

			e, w := u.contender()
			began := time.Now()
			var busy *BusyError
			if _, err := e.Begin(t.Context(), model.Plan{Request: request("nyc", "")}); !errors.As(err, &busy) ||
				!strings.Contains(err.Error(), "fumtui resume run-1 --confirm nyc") || busy.Run.State == model.RunRunning {
				t.Errorf("begin: %v", err)
			}
			if took := time.Since(began); took > testSettings().Lease {
				t.Errorf("begin took %s", took)
			}
			began = time.Now()
			next, err := e.Resume(t.Context(), d.ID(), "")
			if err != nil {
				t.Fatal(err)
			}
			if took, want := time.Since(began), testSettings().Lease+testSettings().HookTimeout+hookEnd; took != want || w.told[len(w.told)-1].For != want {
				t.Errorf("resume took %s, told %+v", took, w.told)
			}
			u.mu.Lock()
			sent := len(u.log)
			u.mu.Unlock()
			s.wake()
			late := <-done
			if late.err == nil || len(u.log) != sent {
				t.Errorf("woken up: %s, %v, it sent %v", late.run.State, late.err, u.log[sent:])
			}
			run, err := next.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			wantState(t, run, model.RunDone)
			u.sound(t)
		})
	}
}

// Consoles that begin at the same instant: one drives, the others name it.
func TestOneOfManyDrives(t *testing.T) {
	for range 20 {
		bubble(t, func(t *testing.T, u *universe) {
			const consoles = 5
			type end struct {
				run model.Run
				err error
			}
			ends := make(chan end, consoles)
			for range consoles {
				e := u.engine()
				go func() {
					plan, err := e.Plan(t.Context(), request("nyc", ""))
					if err != nil {
						ends <- end{err: err}
						return
					}
					d, err := e.Begin(t.Context(), plan)
					if err != nil {
						ends <- end{err: err}
						return
					}
					run, err := d.Run(t.Context())
					ends <- end{run: run, err: err}
				}()
			}
			drove := 0
			var all []end
			for range consoles {
				all = append(all, <-ends)
			}
			for _, got := range all {
				var held *HeldError
				switch {
				case got.err == nil:
					drove++
					wantState(t, got.run, model.RunDone)
				case !errors.As(got.err, &held) || held.Lease.Holder.PID != u.runs[0].Holder.PID:
					t.Error(got.err)
				}
			}
			if drove != 1 || len(u.runs) != 1 {
				t.Errorf("%d drove %d runs", drove, len(u.runs))
			}
			u.sound(t)
		})
	}
}

// A driver that leaves while it is waited for is not waited for any longer, and
// an answer to what it had asked is not one to what it asks now.
func TestDriverLeavesWhileWaitedFor(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.clients["nyc"].hooks = nil
		u.clients["nyc"].mute = true
		ctx, leave := context.WithCancel(t.Context())
		d := begin(t, u.engine(), request("nyc", model.Reactive))
		done := make(chan struct{})
		go func() { defer close(done); _, _ = d.Run(ctx) }()
		time.Sleep(500 * time.Millisecond)
		time.AfterFunc(1200*time.Millisecond, leave)
		e, _ := u.contender()
		began := time.Now()
		next, err := e.Resume(t.Context(), d.ID(), "")
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("it took %s", took)
		}
		<-done
		run, err := next.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		wantState(t, run, model.RunWaiting)
		if !strings.HasPrefix(run.Question, "start the client") {
			t.Fatal(run.Question)
		}

		// It runs on under an open question; somebody answers that one.
		u.mu.Lock()
		u.runs[0].State = model.RunRunning
		u.lease = &Lease{Pipeline: "trades", RunID: run.ID, Epoch: u.epoch, Holder: model.Holder{Host: "elsewhere"}, ExpiresAt: time.Now().Add(time.Minute)}
		u.mu.Unlock()
		time.AfterFunc(time.Second, func() {
			u.mu.Lock()
			defer u.mu.Unlock()
			u.runs[0].Question, u.runs[0].State = "another", model.RunWaiting
		})
		p := u.process()
		far := New(struct{ World }{p}, p, testSettings(), []model.Pipeline{u.pipes})
		late, err := far.Resume(t.Context(), run.ID, "yes")
		if err != nil {
			t.Fatal(err)
		}
		if late.answer != "" {
			t.Errorf("it took %q for an answer to another question", late.answer)
		}
	})
}

// A run that ends while a contender waits for its driver leaves a new
// situation: there is nothing to do any more.
func TestRunEndsWhileWaitedFor(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		d := begin(t, u.engine(), request("nyc", ""))
		done := make(chan model.Run)
		u.noRenew = errors.New("locked")
		d.engine.settings.Settle = 2 * time.Second
		go func() { run, _ := d.Run(t.Context()); done <- run }()
		time.Sleep(time.Second)
		e, w := u.contender()
		_, err := e.Begin(t.Context(), model.Plan{Request: request("nyc", "")})
		var none *NoOpError
		if !errors.As(err, &none) || len(w.told) != 1 {
			t.Errorf("%v, told %+v", err, w.told)
		}
		wantState(t, <-done, model.RunDone)
	})
}

// A take-over whose answer is lost is found to be ours.
func TestTakeOverWhoseAnswerIsLost(t *testing.T) {
	for _, kind := range []faultKind{lostBefore, lostAfter} {
		bubble(t, func(t *testing.T, u *universe) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			run, _ := begin(t, u.engine(), request("nyc", "")).Run(ctx)
			wantState(t, run, model.RunInterrupted)
			before := u.epoch
			u.faults = []fault{{u.events + 1, kind}}
			wantState(t, resume(t, u.engine(), run.ID, ""), model.RunDone)
			if want := before + map[faultKind]int64{lostBefore: 1, lostAfter: 2}[kind]; u.epoch != want {
				t.Errorf("epoch %d, want %d", u.epoch, want)
			}
			u.sound(t)
		})
	}
}

// The machine's wall clock stands while the stopwatch jumps, as when a clock is
// set back over a suspension: nothing more is sent either.
func TestStopwatchPastTheLease(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.clients["ams"].drainTakes = 8 * time.Second
		p := u.process()
		e := New(p, p, testSettings(), []model.Pipeline{u.pipes})
		var mu sync.Mutex
		var jumped time.Duration
		made := time.Now()
		e.elapsed = func() moment {
			mu.Lock()
			defer mu.Unlock()
			return time.Since(made) + jumped
		}
		d := begin(t, e, request("nyc", ""))
		time.AfterFunc(time.Second, func() {
			mu.Lock()
			defer mu.Unlock()
			jumped = time.Hour
		})
		run, err := d.Run(t.Context())
		if !errors.Is(err, errLeaseRanOut) || run.State != model.RunUnknown {
			t.Errorf("%s: %v", run.State, err)
		}
		if want := []string{"drain ams"}; !slices.Equal(u.log, want) || u.lease.Renewals > 0 {
			t.Errorf("effects %v, %d renewals", u.log, u.lease.Renewals)
		}
	})
}

// One renewal that fails is tried again soon, so that a ledger that is locked
// for a while does not cost the lease.
func TestRenewalIsTriedAgain(t *testing.T) {
	for _, locked := range []time.Duration{2 * time.Second, 4 * time.Second} {
		bubble(t, func(t *testing.T, u *universe) {
			d := begin(t, u.engine(), request("nyc", ""))
			time.AfterFunc(4*time.Second, func() { u.mu.Lock(); u.noRenew = errors.New("locked"); u.mu.Unlock() })
			time.AfterFunc(4*time.Second+locked, func() { u.mu.Lock(); u.noRenew = nil; u.mu.Unlock() })
			run, err := d.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			wantState(t, run, model.RunDone)
			u.sound(t)
		})
	}
}
