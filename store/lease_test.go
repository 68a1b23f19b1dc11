package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

func TestBeginTakesTheLeaseWithTheRun(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	run := newRun("run-1", "trades", "ams", "nyc", t0)
	lease, err := s.Begin(t.Context(), run, ttl)
	must(t, err)
	want := failover.Lease{Pipeline: "trades", RunID: "run-1", Holder: driverA, Epoch: 1, ExpiresAt: t0.Add(ttl)}
	if lease != want {
		t.Errorf("lease %+v, want %+v", lease, want)
	}
	held, err := s.LeaseOf(t.Context(), "trades")
	must(t, err)
	if held == nil || *held != want {
		t.Errorf("stored lease %+v, want %+v", held, want)
	}
	stored, err := s.Run(t.Context(), "run-1")
	must(t, err)
	if stored.Epoch != 1 || len(stored.Steps) != len(model.Steps()) {
		t.Errorf("stored run has epoch %d and %d steps", stored.Epoch, len(stored.Steps))
	}
	if other, err := s.LeaseOf(t.Context(), "other"); err != nil || other != nil {
		t.Errorf("lease of another pipeline: %v, %v", other, err)
	}
}

func TestBeginRefuses(t *testing.T) {
	s, c := newStoreAt(t, t0)
	lease, err := s.Begin(t.Context(), newRun("run-1", "trades", "ams", "nyc", t0), ttl)
	must(t, err)

	c.move(time.Hour) // an expired lease is no leave to begin
	var busy *failover.BusyError
	for _, state := range []model.RunState{model.RunRunning, model.RunWaiting, model.RunInterrupted, model.RunUnknown} {
		run := newRun("run-1", "trades", "ams", "nyc", t0)
		run.State = state
		must(t, s.Write(t.Context(), lease, failover.Batch{Run: run}))
		_, err = s.Begin(t.Context(), newRun("run-2", "trades", "ams", "nyc", t0), ttl)
		if !errors.As(err, &busy) || busy.Run.ID != "run-1" || busy.Run.State != state || len(busy.Run.Steps) == 0 {
			t.Errorf("while %s: %v, want a BusyError that names run-1", state, err)
		}
	}
	if _, err := s.Run(t.Context(), "run-2"); !errors.Is(err, failover.ErrNotFound) {
		t.Errorf("a refused run: %v, want ErrNotFound", err)
	}
	if _, err := s.Begin(t.Context(), newRun("run-3", "orders", "ams", "nyc", t0), ttl); err != nil {
		t.Errorf("another pipeline: %v", err)
	}

	run := ended(newRun("run-1", "trades", "ams", "nyc", t0), t0)
	must(t, s.Write(t.Context(), lease, failover.Batch{Run: run, Activate: true, Release: true}))
	var moved *failover.MovedError
	if _, err := s.Begin(t.Context(), newRun("run-4", "trades", "ams", "nyc", t0), ttl); !errors.As(err, &moved) || moved.Active != "nyc" {
		t.Errorf("from where it is not: %v, want a MovedError", err)
	}
	if next, err := s.Begin(t.Context(), newRun("run-5", "trades", "nyc", "ams", t0), ttl); err != nil || next.Epoch != 2 {
		t.Errorf("after the release: epoch %d, %v; want 2: an epoch never comes back", next.Epoch, err)
	}
}

func TestReleaseLeavesNoLease(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	run := newRun("run-1", "trades", "ams", "nyc", t0)
	lease, err := s.Begin(t.Context(), run, ttl)
	must(t, err)
	must(t, s.Write(t.Context(), lease, failover.Batch{Run: ended(run, t0), Release: true}))
	if held, err := s.LeaseOf(t.Context(), "trades"); err != nil || held != nil {
		t.Errorf("after the release: %v, %v", held, err)
	}
	_, renewErr := s.Renew(t.Context(), lease, ttl)
	_, takeErr := s.TakeOver(t.Context(), "run-1", failover.Lease{}, driverB, ttl)
	for doing, err := range map[string]error{
		"write":     s.Write(t.Context(), lease, failover.Batch{Run: run}),
		"renew":     renewErr,
		"take over": takeErr,
	} {
		if !errors.Is(err, failover.ErrFenced) {
			t.Errorf("%s after the release: %v, want ErrFenced", doing, err)
		}
	}
}

func TestRenewCounts(t *testing.T) {
	s, c := newStoreAt(t, t0)
	lease, err := s.Begin(t.Context(), newRun("run-1", "trades", "ams", "nyc", t0), ttl)
	must(t, err)
	for n := int64(1); n <= 3; n++ {
		c.move(5 * time.Second)
		lease, err = s.Renew(t.Context(), lease, ttl)
		must(t, err)
		if lease.Renewals != n || lease.Epoch != 1 || !lease.ExpiresAt.Equal(c.now().Add(ttl)) || lease.Holder != driverA {
			t.Errorf("renewal %d: %+v", n, lease)
		}
	}
	if held, err := s.LeaseOf(t.Context(), "trades"); err != nil || *held != lease {
		t.Errorf("stored %+v, %v; want %+v", held, err, lease)
	}
}

// A renewal that is slow but within the term counts; one after it does not
// revive the lease, though nobody took it.
func TestRenewAfterTheTerm(t *testing.T) {
	for after, want := range map[time.Duration]error{
		ttl - time.Nanosecond: nil, ttl: failover.ErrFenced, time.Hour: failover.ErrFenced,
	} {
		s, c := newStoreAt(t, t0)
		lease, err := s.Begin(t.Context(), newRun("run-1", "trades", "ams", "nyc", t0), ttl)
		must(t, err)
		c.move(after)
		if _, err := s.Renew(t.Context(), lease, ttl); !errors.Is(err, want) {
			t.Errorf("after %s: %v, want %v", after, err, want)
		}
		held, err := s.LeaseOf(t.Context(), "trades")
		must(t, err)
		if want != nil && (held == nil || *held != lease) {
			t.Errorf("after %s: %+v, want it unchanged", after, held)
		}
		if taken, err := s.TakeOver(t.Context(), "run-1", *held, driverB, ttl); err != nil || taken.Epoch != 2 {
			t.Errorf("take over: %+v, %v", taken, err)
		}
	}
}

func TestTakeOverMakesTheRunRunning(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	run := newRun("run-1", "trades", "ams", "nyc", t0)
	lease, err := s.Begin(t.Context(), run, ttl)
	must(t, err)
	run.State, run.Question = model.RunWaiting, "how many?"
	must(t, s.Write(t.Context(), lease, failover.Batch{Run: run}))
	_, err = s.TakeOver(t.Context(), "run-1", lease, driverB, ttl)
	must(t, err)
	stored, err := s.Run(t.Context(), "run-1")
	must(t, err)
	if stored.State != model.RunRunning || stored.Question != "how many?" {
		t.Errorf("%s, question %q: want it running, its question still open", stored.State, stored.Question)
	}
}

func TestTakeOver(t *testing.T) {
	tests := []struct {
		name string
		seen func(failover.Lease) failover.Lease
		want error
	}{
		{"as it was seen", func(l failover.Lease) failover.Lease { return l }, nil},
		{"renewed since", func(l failover.Lease) failover.Lease { l.Renewals--; return l }, failover.ErrFenced},
		{"taken since", func(l failover.Lease) failover.Lease { l.Epoch--; return l }, failover.ErrFenced},
		{"never seen", func(failover.Lease) failover.Lease { return failover.Lease{} }, failover.ErrFenced},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, _ := newStoreAt(t, t0)
			old, err := s.Begin(t.Context(), newRun("run-1", "trades", "ams", "nyc", t0), ttl)
			must(t, err)
			old, err = s.Renew(t.Context(), old, ttl)
			must(t, err)
			taken, err := s.TakeOver(t.Context(), "run-1", test.seen(old), driverB, ttl)
			if !errors.Is(err, test.want) {
				t.Fatalf("take over: %v, want %v", err, test.want)
			}
			holder, epoch, driver := driverA, int64(1), old
			if test.want == nil {
				holder, epoch, driver = driverB, 2, taken
				stale := s.Write(t.Context(), old, failover.Batch{Run: newRun("run-1", "trades", "ams", "nyc", t0)})
				if !errors.Is(stale, failover.ErrFenced) {
					t.Errorf("the old driver's write: %v, want ErrFenced", stale)
				}
			}
			run, err := s.Run(t.Context(), "run-1")
			must(t, err)
			if run.Holder != holder || run.Epoch != epoch {
				t.Errorf("the run is of %+v with epoch %d", run.Holder, run.Epoch)
			}
			must(t, s.Write(t.Context(), driver, failover.Batch{Run: run}))
		})
	}
	s, _ := newStoreAt(t, t0)
	if _, err := s.TakeOver(t.Context(), "none", failover.Lease{}, driverB, ttl); !errors.Is(err, failover.ErrNotFound) {
		t.Errorf("no such run: %v, want ErrNotFound", err)
	}
}

func TestTakeOverOfAnUnendedRunThatNobodyHolds(t *testing.T) {
	for _, seenEpoch := range []int64{0, 1, 2} {
		s, _ := newStoreAt(t, t0)
		run := newRun("run-1", "trades", "ams", "nyc", t0)
		run.State = model.RunWaiting
		lease, err := s.Begin(t.Context(), run, ttl)
		must(t, err)
		must(t, s.Write(t.Context(), lease, failover.Batch{Run: run, Release: true}))
		taken, err := s.TakeOver(t.Context(), "run-1", failover.Lease{Epoch: seenEpoch}, driverB, ttl)
		if seenEpoch == 2 {
			if !errors.Is(err, failover.ErrFenced) {
				t.Errorf("an epoch that never was: %v, want ErrFenced", err)
			}
			continue
		}
		if err != nil || taken.Epoch != 2 {
			t.Errorf("seen epoch %d: %+v, %v; want epoch 2", seenEpoch, taken, err)
		}
	}
}

// Whatever two drivers do in whatever order, only the one with the newest epoch
// writes, and epochs only grow.
func TestFencingHoldsForAnyOrder(t *testing.T) {
	s, c := newStoreAt(t, t0)
	for seed := uint64(1); seed <= 12; seed++ {
		random := rand.New(rand.NewPCG(seed, 0))
		pipeline := fmt.Sprintf("p%d", seed)
		run := newRun(pipeline+"-run", pipeline, "ams", "nyc", t0)
		first, err := s.Begin(t.Context(), run, ttl)
		must(t, err)
		drivers := []failover.Lease{first, first} // the second has stolen a copy of it
		newest, mark := first, ""
		for step := range 40 {
			who := random.IntN(2)
			mine := drivers[who]
			current := mine.Epoch == newest.Epoch
			switch random.IntN(4) {
			case 0, 1:
				run.Note = fmt.Sprintf("%d by %d", step, who)
				err = s.Write(t.Context(), mine, failover.Batch{Run: run})
				if current && err == nil {
					mark = run.Note
				}
			case 2:
				var renewed failover.Lease
				if renewed, err = s.Renew(t.Context(), mine, ttl); err == nil {
					drivers[who], newest = renewed, renewed
				}
			case 3:
				taken, takeErr := s.TakeOver(t.Context(), run.ID, newest, driverB, ttl)
				must(t, takeErr)
				if taken.Epoch != newest.Epoch+1 {
					t.Fatalf("epoch %d after %d", taken.Epoch, newest.Epoch)
				}
				drivers[who], newest = taken, taken
				continue
			}
			if current != (err == nil) || !current && !errors.Is(err, failover.ErrFenced) {
				t.Fatalf("seed %d step %d: epoch %d of %d: %v", seed, step, mine.Epoch, newest.Epoch, err)
			}
			stored, err := s.Run(t.Context(), run.ID)
			must(t, err)
			if stored.Note != mark {
				t.Fatalf("seed %d step %d: the journal says %q, want %q", seed, step, stored.Note, mark)
			}
		}
		c.move(time.Second)
	}
}

// Of many consoles on handles of their own exactly one begins, and exactly one
// takes over.
func TestOneWinnerOfARace(t *testing.T) {
	path := newPath(t)
	const racers = 6
	stores := make([]*Store, racers)
	for i := range stores {
		stores[i] = open(t, path)
	}
	race := func(try func(i int, s *Store) error) (won int, lost []error) {
		var wait sync.WaitGroup
		results := make([]error, racers)
		for i, s := range stores {
			wait.Go(func() { results[i] = try(i, s) })
		}
		wait.Wait()
		for _, err := range results {
			if err == nil {
				won++
			} else {
				lost = append(lost, err)
			}
		}
		return won, lost
	}
	won, lost := race(func(i int, s *Store) error {
		_, err := s.Begin(t.Context(), newRun(fmt.Sprintf("run-%d", i), "trades", "ams", "nyc", t0), ttl)
		return err
	})
	var busy *failover.BusyError
	for _, err := range lost {
		if !errors.As(err, &busy) {
			t.Errorf("a loser got %v, want a BusyError", err)
		}
	}
	if won != 1 {
		t.Fatalf("%d consoles began", won)
	}
	seen, err := stores[0].LeaseOf(t.Context(), "trades")
	must(t, err)
	won, lost = race(func(_ int, s *Store) error {
		_, err := s.TakeOver(t.Context(), seen.RunID, *seen, driverB, ttl)
		return err
	})
	for _, err := range lost {
		if !errors.Is(err, failover.ErrFenced) {
			t.Errorf("a loser got %v, want ErrFenced", err)
		}
	}
	if won != 1 {
		t.Fatalf("%d consoles took over", won)
	}
}
