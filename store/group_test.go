package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// crowded has the group led by a transaction that waits until as many of n others
// as stay wait too, and gives how each of them ended.
func crowded(t *testing.T, s *Store, n, stay int, write func(i int) error) []error {
	t.Helper()
	errs := make([]error, n)
	var all sync.WaitGroup
	first := make(chan struct{})
	all.Go(func() {
		err := s.write(t.Context(), "lead", func(context.Context, *sql.Tx) error {
			close(first)
			for waits := 0; waits < stay; time.Sleep(time.Millisecond) {
				s.group.mu.Lock()
				waits = len(s.group.waiting)
				s.group.mu.Unlock()
			}
			return nil
		})
		if err != nil {
			t.Errorf("lead: %v", err)
		}
	})
	<-first
	for i := range n {
		all.Go(func() { errs[i] = write(i) })
	}
	all.Wait()
	return errs
}

// Runs that are journaled side by side share commits, and each hears of its own
// fate.
func TestWritesShareACommit(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	const n = 100 // more than one commit takes
	leases := make([]failover.Lease, n)
	runs := make([]model.Run, n)
	errs := crowded(t, s, n, n, func(i int) (err error) {
		name := fmt.Sprintf("p%02d", i)
		runs[i] = newRun("run-"+name, name, "ams", "nyc", t0)
		leases[i], err = s.Begin(t.Context(), runs[i], ttl)
		return err
	})
	for i, err := range errs {
		if err != nil {
			t.Fatalf("begin %d: %v", i, err)
		}
	}
	errs = crowded(t, s, n, n, func(i int) error {
		lease := leases[i]
		switch i % 5 {
		case 1:
			lease.Epoch++ // not ours
		case 2:
			return s.Write(t.Context(), lease, failover.Batch{
				Run: ended(runs[i], t0), Activate: true, SetCursor: &failover.CursorSeed{Cluster: "nyc", Slot: 1 << 63},
			})
		}
		return s.Write(t.Context(), lease, failover.Batch{Run: ended(runs[i], t0), Activate: true, Release: true})
	})
	for i, err := range errs {
		run, readErr := s.Run(t.Context(), runs[i].ID)
		must(t, readErr)
		active, readErr := s.Active(t.Context(), run.Pipeline)
		must(t, readErr)
		good := i%5 != 1 && i%5 != 2
		switch {
		case good && (err != nil || run.State != model.RunDone || active != "nyc"):
			t.Errorf("%d: %v, %s, active %q", i, err, run.State, active)
		case !good && (err == nil || run.State != model.RunRunning || active != ""):
			t.Errorf("%d must change nothing: %v, %s, active %q", i, err, run.State, active)
		case i%5 == 1 && !errors.Is(err, failover.ErrFenced):
			t.Errorf("%d: %v", i, err)
		}
	}
}

// A caller that leaves takes its own work along, and nothing else.
func TestWhoLeavesTheCrowdWritesNothing(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	gone, leave := context.WithCancel(t.Context())
	errs := crowded(t, s, 10, 5, func(i int) error {
		ctx := t.Context()
		if i%2 == 1 {
			ctx = gone
		}
		if i == 0 {
			leave()
		}
		return s.SetCursor(ctx, fmt.Sprintf("p%d", i), "ams", 7, false, nil)
	})
	for i, err := range errs {
		c, readErr := s.Cursor(t.Context(), fmt.Sprintf("p%d", i), "ams")
		must(t, readErr)
		if written := c != nil; written != (err == nil) || (i%2 == 0 && err != nil) {
			t.Errorf("%d: %v, cursor %+v", i, err, c)
		}
	}
}

// A database's own trouble with one is found out by trying each for itself.
func TestTroubleOfOneIsNotThatOfAll(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	execSQL(t, foreign(t, s.path), `CREATE TRIGGER trap BEFORE INSERT ON cursor WHEN NEW.pipeline = 'p3' BEGIN SELECT RAISE(ABORT, 'a trap'); END`)
	errs := crowded(t, s, 8, 8, func(i int) error {
		return s.SetCursor(t.Context(), fmt.Sprintf("p%d", i), "ams", 7, false, nil)
	})
	for i, err := range errs {
		if (err != nil) != (i == 3) {
			t.Errorf("%d: %v", i, err)
		}
	}
	if cursors, err := s.Cursors(t.Context()); err != nil || len(cursors) != 7 {
		t.Errorf("%d cursors, %v", len(cursors), err)
	}
}

// All hear of a lock that is held for too long, and none waits behind the others
// for it.
func TestACrowdBeforeALockedDatabase(t *testing.T) {
	s := open(t, newPath(t), WithBusyWait(300*time.Millisecond))
	other := foreign(t, s.path)
	errs := crowded(t, s, 40, 40, func(i int) error {
		return s.SetCursor(t.Context(), fmt.Sprintf("p%d", i), "ams", 7, false, nil)
	})
	for i, err := range errs {
		if err != nil {
			t.Errorf("%d, not locked: %v", i, err)
		}
	}
	execSQL(t, other, "BEGIN IMMEDIATE")
	began := time.Now()
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			if err := s.SetCursor(t.Context(), fmt.Sprintf("q%d", i), "ams", 7, false, nil); KindOf(err) != KindLocked {
				t.Errorf("%d, locked: %v", i, err)
			}
		})
	}
	all.Wait()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %s, one after the other", took)
	}
	execSQL(t, other, "ROLLBACK")
	must(t, s.SetCursor(t.Context(), "q0", "ams", 7, false, nil))
}

// The lead goes on when the one whose turn it is has left.
func TestTheLeadIsNeverLost(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	for round := range 50 {
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				mine := t.Context()
				if i%3 == 0 {
					mine = ctx
				}
				if i == 4 {
					cancel()
				}
				_ = s.SetCursor(mine, fmt.Sprintf("p%d", i), "ams", model.Slot(round), false, nil)
			})
		}
		all.Wait()
		cancel()
	}
	must(t, s.SetCursor(t.Context(), "last", "ams", 1, false, nil))
}
