package failover

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fumtui/fumtui/model"
)

func TestTwoConsoles(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		one, two := u.engine(), u.engine()
		plan, err := two.Plan(t.Context(), request("nyc", ""))
		if err != nil {
			t.Fatal(err)
		}
		d := begin(t, one, request("nyc", ""))
		done := make(chan model.Run)
		go func() { run, _ := d.Run(t.Context()); done <- run }()
		time.Sleep(2 * time.Second)

		var held *HeldError
		if _, err := two.Begin(t.Context(), plan); !errors.As(err, &held) {
			t.Errorf("begin: %v", err)
		}
		if _, err := two.Resume(t.Context(), d.ID(), ""); !errors.As(err, &held) {
			t.Errorf("resume: %v", err)
		}
		wantState(t, <-done, model.RunDone)
		var ended *EndedError
		if _, err := two.Resume(t.Context(), d.ID(), ""); !errors.As(err, &ended) {
			t.Errorf("resume: %v", err)
		}
		u.sound(t)
	})
}

// TestUnknownHolderIsWaitedOut has a driver of which nothing is known: it is
// taken over only after its lease stood still for a term and the longest
// effect.
func TestUnknownHolderIsWaitedOut(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		begin(t, u.engine(), request("nyc", ""))
		p := u.process()
		far := New(struct{ World }{p}, p, testSettings(), []model.Pipeline{u.pipes})
		began := time.Now()
		d, err := far.Resume(t.Context(), "run-1", "")
		if err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(began); waited < 45*time.Second {
			t.Errorf("waited %s", waited)
		}
		run, _ := d.Run(t.Context())
		wantState(t, run, model.RunDone)
		u.sound(t)
	})
}

func TestLeaveAtEveryMoment(t *testing.T) {
	for after := 100 * time.Millisecond; after < 20*time.Second; after += 700 * time.Millisecond {
		bubble(t, func(t *testing.T, u *universe) {
			ctx, cancel := context.WithTimeout(t.Context(), after)
			defer cancel()
			e := u.engine()
			run, err := begin(t, e, request("nyc", "")).Run(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if run.State != model.RunDone {
				wantState(t, run, model.RunInterrupted)
				run = resume(t, e, run.ID, "") // the same process may take it up again
			}
			wantState(t, run, model.RunDone)
			u.sound(t)
		})
	}
}

func TestAbortAtEveryMoment(t *testing.T) {
	for after := time.Duration(0); after < 20*time.Second; after += 300 * time.Millisecond {
		bubble(t, func(t *testing.T, u *universe) {
			u.clients["ams"].drainTakes = 4 * time.Second
			u.clients["ams"].portHangs = true // the proof takes a while
			ctx, cancel := context.WithTimeout(t.Context(), after)
			defer cancel()
			run, err := begin(t, u.engine(), request("nyc", "")).Run(ctx)
			if err != nil {
				t.Fatal(err)
			}
			d, err := u.engine().Abort(t.Context(), run.ID)
			var late *ForwardOnlyError
			var ended *EndedError
			switch started := slices.Contains(u.log, "start nyc"); {
			case started && (errors.As(err, &late) || errors.As(err, &ended)):
				return
			case started || err != nil:
				t.Fatalf("after %s: %v, %v", after, err, u.log)
			}
			if stored := u.runs[0]; !reverting(&stored) {
				t.Errorf("the decision is not journaled: %s", story(stored))
			}
			if run, err = d.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			wantState(t, run, model.RunAborted)
			for _, s := range run.Steps {
				if s.State == model.StepRunning || (s.State == model.StepFailed && s.Error != "given up: aborted by request") {
					t.Errorf("after %s: step %s is %s: %s", after, s.Name, s.State, s.Error)
				}
			}
			u.sound(t)
		})
	}
}

func TestAbortAfterStartIsTurnedDown(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
		defer cancel()
		run, _ := begin(t, u.engine(), request("nyc", "")).Run(ctx)
		wantState(t, run, model.RunInterrupted)
		var only *ForwardOnlyError
		if _, err := u.engine().Abort(t.Context(), run.ID); !errors.As(err, &only) {
			t.Errorf("abort: %v", err)
		}
	})
}

// TestLostLease has the lease taken away, or run out, at every moment: nothing
// more may be sent.
func TestLostLease(t *testing.T) {
	for _, how := range []string{"fenced", "not renewed", "disk full"} {
		for after := 100 * time.Millisecond; after < 12*time.Second; after += 900 * time.Millisecond {
			synctest.Test(t, func(t *testing.T) {
				u := newUniverse(t)
				u.clients["ams"].drainTakes = 4 * time.Second
				u.clients["nyc"].mute = true
				d := begin(t, u.engine(), request("nyc", ""))
				sent := -1
				time.AfterFunc(after, func() {
					u.mu.Lock()
					defer u.mu.Unlock()
					sent = len(u.log)
					switch how {
					case "fenced":
						u.epoch++
						u.lease = &Lease{RunID: d.ID(), Epoch: u.epoch, ExpiresAt: time.Now().Add(time.Hour)}
					case "not renewed":
						u.noRenew = errors.New("locked")
					case "disk full":
						u.full = errors.New("disk full")
					}
				})
				run, err := d.Run(t.Context())
				if err == nil || (run.State != model.RunUnknown && run.State != model.RunInterrupted) {
					t.Fatalf("%s after %s: %s %v", how, after, run.State, err)
				}
				if how == "fenced" && (!errors.Is(err, ErrFenced) || len(u.log) != sent) {
					t.Errorf("after %s: %v %v, %d were sent", after, err, u.log, sent)
				}
				u.sound(t)
			})
		}
	}
}

func TestSourceComesToLife(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.fail("ams", model.ClassTimeout)
		time.AfterFunc(6*time.Second, func() {
			u.mu.Lock()
			defer u.mu.Unlock()
			u.clusters["ams"].down = nil
			u.startClient(u.clients["ams"])
			u.broken = nil // that was not the engine
		})
		run := move(t, u.engine(), request("nyc", ""))
		wantState(t, run, model.RunWaiting)
		if !strings.Contains(run.Question, "double-active") {
			t.Error(run.Question)
		}
		u.fold()
		u.halt(u.clients["ams"])
		wantState(t, resume(t, u.engine(), run.ID, "yes"), model.RunDone)
	})
}

// sleeper is a world whose sleeps of one length, those of who keeps the lease, do
// not end in time, as in a process that is suspended.
type sleeper struct {
	World
	long time.Duration
}

func (s sleeper) Sleep(ctx context.Context, d time.Duration) error {
	if d == s.long {
		d = time.Hour
	}
	return s.World.Sleep(ctx, d)
}

func TestWakingUpLateSendsNothing(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.clients["ams"].drainTakes = 20 * time.Second // longer than the lease
		settings := testSettings()
		settings.DrainTimeout = time.Minute
		p := u.process()
		e := New(sleeper{p, settings.Lease / looksInATerm}, p, settings, []model.Pipeline{u.pipes})
		run, err := begin(t, e, request("nyc", "")).Run(t.Context())
		if !errors.Is(err, errLeaseRanOut) || run.State != model.RunInterrupted {
			t.Errorf("%s: %v", run.State, err)
		}
		if want := []string{"drain ams"}; !slices.Equal(u.log, want) {
			t.Errorf("effects %v", u.log)
		}
		u.dead[p.pid] = true
		wantState(t, resume(t, u.engine(), run.ID, ""), model.RunDone)
		u.sound(t)
	})
}

// TestLostAnswersOfTheJournal has the outcome of one write be unknown: it is
// looked for, and the run goes on.
func TestLostAnswersOfTheJournal(t *testing.T) {
	for _, kind := range []faultKind{lostBefore, lostAfter} {
		for at := 2; at <= 26; at++ {
			synctest.Test(t, func(t *testing.T) {
				u := newUniverse(t)
				u.faults = []fault{{at, kind}}
				run := move(t, u.engine(), request("nyc", "")) // fails on an error
				if stored := u.runs[0]; stored.State != run.State {
					t.Errorf("fault %d at %d: %s, stored %s", kind, at, run.State, stored.State)
				}
				u.sound(t)
			})
		}
	}
}
