package failover

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// skewed is a world whose wall clock is off, and can be set while it runs.
type skewed struct {
	*process
	by *atomic.Int64
}

func (s skewed) Now() time.Time { return time.Now().Add(time.Duration(s.by.Load())) }

// skewedEngine has a wall clock of its own and a true stopwatch.
func (u *universe) skewedEngine(by *atomic.Int64) *Engine {
	p := u.process()
	e := New(skewed{p, by}, p, testSettings(), []model.Pipeline{u.pipes})
	made := time.Now()
	e.elapsed = func() moment { return time.Since(made) }
	return e
}

// The wall clock is set back while no renewal gets through: the term ends all
// the same.
func TestClockSetBackDoesNotProlongTheLease(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		var by atomic.Int64
		u.clients["nyc"].mute = true
		d := begin(t, u.skewedEngine(&by), request("nyc", ""))
		u.noRenew = errors.New("locked")
		time.AfterFunc(time.Second, func() { by.Store(int64(-time.Hour)) })
		began := time.Now()
		run, err := d.Run(t.Context())
		if took := time.Since(began); !errors.Is(err, errLeaseRanOut) || took > testSettings().Lease {
			t.Errorf("%s after %s: %v", run.State, took, err)
		}
	})
}

// The machine slept: the wall clock went on, the stopwatch did not. The lease is
// not renewed then, though the ledger would do it, and nothing more is sent.
func TestSuspendedPastTheLease(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		var by atomic.Int64
		u.clients["ams"].drainTakes = 8 * time.Second
		d := begin(t, u.skewedEngine(&by), request("nyc", ""))
		time.AfterFunc(time.Second, func() { by.Store(int64(time.Hour)) })
		run, err := d.Run(t.Context())
		if !errors.Is(err, errLeaseRanOut) || run.State != model.RunUnknown {
			t.Errorf("%s: %v", run.State, err)
		}
		if want := []string{"drain ams"}; !slices.Equal(u.log, want) || u.lease.Renewals > 0 {
			t.Errorf("effects %v, %d renewals", u.log, u.lease.Renewals)
		}
		u.dead[1] = true
		wantState(t, resume(t, u.engine(), run.ID, ""), model.RunDone)
		u.sound(t)
	})
}

// slowRenewals are late, but within the term.
type slowRenewals struct{ *process }

func (s slowRenewals) Renew(ctx context.Context, l Lease, ttl time.Duration) (Lease, error) {
	if err := s.Sleep(ctx, ttl/3-time.Millisecond); err != nil {
		return Lease{}, err
	}
	return s.process.Renew(ctx, l, ttl)
}

func TestSlowRenewalsKeepTheLease(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.clients["ams"].drainTakes = 9 * time.Second
		p := u.process()
		e := New(p, slowRenewals{p}, testSettings(), []model.Pipeline{u.pipes})
		wantState(t, move(t, e, request("nyc", "")), model.RunDone)
		u.sound(t)
	})
}

// Waits are measured by the stopwatch, whatever becomes of the wall clock.
func TestWaitsDoNotFollowTheWallClock(t *testing.T) {
	t.Run("set back at the position", func(t *testing.T) {
		bubble(t, func(t *testing.T, u *universe) {
			var by atomic.Int64
			e := u.skewedEngine(&by)
			u.clusters["nyc"].top -= 5000
			at(e, u, model.StepPosition, model.StepRunning, func() { by.Store(int64(-time.Hour)) })
			began := time.Now()
			wantState(t, move(t, e, request("nyc", "")), model.RunAborted)
			if took := time.Since(began); took > 3*time.Minute {
				t.Errorf("it took %s", took)
			}
			u.sound(t)
		})
	})
	t.Run("set forward at a take-over", func(t *testing.T) {
		bubble(t, func(t *testing.T, u *universe) {
			begin(t, u.engine(), request("nyc", ""))
			var by atomic.Int64
			far := u.skewedEngine(&by)
			far.world = struct{ World }{far.world} // it cannot tell who is alive
			time.AfterFunc(time.Second, func() { by.Store(int64(time.Hour)) })
			began := time.Now()
			if _, err := far.Resume(t.Context(), "run-1", ""); err != nil {
				t.Fatal(err)
			}
			if waited := time.Since(began); waited < 45*time.Second {
				t.Errorf("waited %s", waited)
			}
		})
	})
}

// losing is a ledger of which some answers are lost.
type losing struct {
	*process
	before, after func(Batch) bool // whether that write is not had, or is had
	written       []model.Run
}

var errLost = errors.New("the answer is lost")

func (l *losing) Write(ctx context.Context, lease Lease, b Batch) error {
	if l.before(b) {
		return errLost
	}
	err := l.process.Write(ctx, lease, b)
	if err == nil {
		l.written = append(l.written, b.Run.Clone())
		if l.after(b) {
			return errLost
		}
	}
	return err
}

// once is a condition that holds once.
func once(when func(Batch) bool) func(Batch) bool {
	done := false
	return func(b Batch) bool {
		if done || !when(b) {
			return false
		}
		done = true
		return true
	}
}

// A write that was lost is not taken for written because another looks like it.
func TestLostWriteIsToldBySequence(t *testing.T) {
	never := func(Batch) bool { return false }
	stopping := func(r *model.Run) bool {
		return r.SourceAnswered && r.Step(model.StepStop).State == model.StepRunning
	}
	t.Run("it changed a fact only", func(t *testing.T) {
		bubble(t, func(t *testing.T, u *universe) {
			p := u.process()
			l := &losing{process: p, after: never, before: once(func(b Batch) bool { return stopping(&b.Run) })}
			run := move(t, New(p, l, testSettings(), []model.Pipeline{u.pipes}), request("nyc", ""))
			wantState(t, run, model.RunDone)
			if !slices.ContainsFunc(l.written, func(r model.Run) bool { return stopping(&r) }) {
				t.Error("the fact was never written")
			}
		})
	})
	t.Run("progress whose answer was lost came before", func(t *testing.T) {
		bubble(t, func(t *testing.T, u *universe) {
			p := u.process()
			confirming := func(b Batch) bool {
				s := b.Run.Step(model.StepConfirm)
				return s.State == model.StepRunning && s.Detail != ""
			}
			l := &losing{process: p, after: confirming, before: once(func(b Batch) bool {
				return b.Run.Step(model.StepConfirm).State == model.StepDone
			})}
			run := move(t, New(p, l, testSettings(), []model.Pipeline{u.pipes}), request("nyc", ""))
			wantState(t, run, model.RunDone)
			var last uint64
			for _, r := range l.written {
				if r.Sequence <= last {
					t.Fatalf("number %d after %d", r.Sequence, last)
				}
				last = r.Sequence
			}
			if i := slices.IndexFunc(l.written, func(r model.Run) bool {
				return r.Step(model.StepConfirm).State == model.StepDone && r.Step(model.StepActivate).State == model.StepPending
			}); i < 0 {
				t.Error("the outcome of confirm was never written")
			}
		})
	})
}
