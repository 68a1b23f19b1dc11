package store

import (
	"errors"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// said is what a source says of trades at nyc.
func said(slot model.Slot, at time.Time) model.Cursor {
	return model.Cursor{Pipeline: "trades", Cluster: "nyc", Slot: slot, UpdatedAt: at, Source: "metrics"}
}

func wantRow(t *testing.T, s *Store, slot model.Slot, at time.Time) {
	t.Helper()
	c, err := s.Cursor(t.Context(), "trades", "nyc")
	must(t, err)
	if c == nil || c.Slot != slot || !c.UpdatedAt.Equal(at) {
		t.Fatalf("row %+v, want slot %d of %s", c, slot, at)
	}
}

// The row says what the source said, and since when.
func TestRecordCursorFollowsItsSource(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	for i, c := range []struct {
		slot  model.Slot
		since time.Duration // that the row has it
	}{{100, 0}, {150, time.Second}, {150, time.Second}, {150, time.Second}, {140, 4 * time.Second}, {141, 5 * time.Second}} {
		at := t0.Add(time.Duration(i) * time.Second)
		now, err := s.RecordCursor(t.Context(), said(c.slot, at))
		must(t, err)
		if now.Slot != c.slot || !now.UpdatedAt.Equal(t0.Add(c.since)) {
			t.Errorf("look %d: %+v, want slot %d since %s", i, now, c.slot, c.since)
		}
		wantRow(t, s, c.slot, t0.Add(c.since))
	}
}

func TestRecordCursorKeepsTheFirstSlot(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	read := said(100, t0)
	read.FirstSlot = ptr(model.Slot(90))
	_, err := s.RecordCursor(t.Context(), read)
	must(t, err)
	if c, err := s.Cursor(t.Context(), "trades", "nyc"); err != nil || c.FirstSlot == nil || *c.FirstSlot != 90 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestRecordCursorRefusesWhatNoSlotCanBe(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	if _, err := s.RecordCursor(t.Context(), said(1<<63, t0)); err == nil {
		t.Error("a slot that cannot be was recorded")
	}
	if c, err := s.Cursor(t.Context(), "trades", "nyc"); err != nil || c != nil {
		t.Errorf("%+v, %v", c, err)
	}
}

// seedWith has a run set the row at nyc, where the source says stale.
func seedWith(t *testing.T, s *Store, slot model.Slot, stale *model.Slot) {
	t.Helper()
	run := newRun("run-1", "trades", "ams", "nyc", t0)
	lease, err := s.Begin(t.Context(), run, ttl)
	must(t, err)
	must(t, s.Write(t.Context(), lease, failover.Batch{Run: run, SetCursor: &failover.CursorSeed{Cluster: "nyc", Slot: slot, Stale: stale}}))
}

// A source that still says what it said in an earlier stay, above or below the
// seed, must not move the row: the next failover would skip slots, or repeat
// them. With its first new word it is believed again.
func TestAStaleSourceIsNotBelieved(t *testing.T) {
	for name, stale := range map[string]model.Slot{"higher": 9000, "lower": 100, "the seed itself": 499} {
		t.Run(name, func(t *testing.T) {
			s, c := newStoreAt(t, t0)
			seedWith(t, s, 499, &stale)
			for range 3 {
				c.move(time.Second)
				now, err := s.RecordCursor(t.Context(), said(stale, c.now()))
				must(t, err)
				if now.Slot != 499 {
					t.Errorf("the row is told as %+v", now)
				}
				wantRow(t, s, 499, t0)
			}
			c.move(time.Second)
			_, err := s.RecordCursor(t.Context(), said(510, c.now()))
			must(t, err)
			wantRow(t, s, 510, c.now())
			c.move(time.Second)
			_, err = s.RecordCursor(t.Context(), said(stale, c.now())) // it says so now
			must(t, err)
			wantRow(t, s, stale, c.now())
		})
	}
}

// Where the engine removed the row there is nothing to fall back on.
func TestAStaleSourceWithoutARow(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	run := newRun("run-1", "trades", "ams", "nyc", t0)
	lease, err := s.Begin(t.Context(), run, ttl)
	must(t, err)
	seed := &failover.CursorSeed{Cluster: "nyc", Remove: true, Stale: ptr(model.Slot(9000))}
	must(t, s.Write(t.Context(), lease, failover.Batch{Run: run, SetCursor: seed}))
	if _, err := s.RecordCursor(t.Context(), said(9000, t0)); !errors.Is(err, failover.ErrStaleCursor) {
		t.Errorf("a stale word without a row: %v", err)
	}
	_, err = s.RecordCursor(t.Context(), said(3, t0))
	must(t, err)
	wantRow(t, s, 3, t0)
}

// A later seed without a stale word forgets the one before.
func TestASeedForgetsTheStaleWordBefore(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	seedWith(t, s, 499, ptr(model.Slot(9000)))
	lease, err := s.LeaseOf(t.Context(), "trades")
	must(t, err)
	run, err := s.Run(t.Context(), "run-1")
	must(t, err)
	must(t, s.Write(t.Context(), *lease, failover.Batch{Run: run, SetCursor: &failover.CursorSeed{Cluster: "nyc", Slot: 499}}))
	_, err = s.RecordCursor(t.Context(), said(9000, t0))
	must(t, err)
	wantRow(t, s, 9000, t0)
}

// A source that could not be read when the row was set may have been anywhere:
// what it says first is of an earlier stay.
func TestAnUnreadSourceIsNotBelievedAtFirst(t *testing.T) {
	s, c := newStoreAt(t, t0)
	run := newRun("run-1", "trades", "ams", "nyc", t0)
	lease, err := s.Begin(t.Context(), run, ttl)
	must(t, err)
	seed := &failover.CursorSeed{Cluster: "nyc", Slot: 499, StaleUnknown: true}
	must(t, s.Write(t.Context(), lease, failover.Batch{Run: run, SetCursor: seed}))
	for range 3 {
		c.move(time.Second)
		now, err := s.RecordCursor(t.Context(), said(90000, c.now()))
		must(t, err)
		if now.Slot != 499 {
			t.Errorf("told as %+v", now)
		}
		wantRow(t, s, 499, t0)
	}
	c.move(time.Second)
	_, err = s.RecordCursor(t.Context(), said(510, c.now()))
	must(t, err)
	wantRow(t, s, 510, c.now())
}

// The same where the engine removed the row: what it said first is remembered.
func TestAnUnreadSourceWithoutARow(t *testing.T) {
	s, c := newStoreAt(t, t0)
	run := newRun("run-1", "trades", "ams", "nyc", t0)
	lease, err := s.Begin(t.Context(), run, ttl)
	must(t, err)
	seed := &failover.CursorSeed{Cluster: "nyc", Remove: true, StaleUnknown: true}
	must(t, s.Write(t.Context(), lease, failover.Batch{Run: run, SetCursor: seed}))
	for range 2 {
		if _, err := s.RecordCursor(t.Context(), said(9000, c.now())); !errors.Is(err, failover.ErrStaleCursor) {
			t.Errorf("a stale word without a row: %v", err)
		}
	}
	_, err = s.RecordCursor(t.Context(), said(3, c.now()))
	must(t, err)
	wantRow(t, s, 3, c.now())
}

// An answer that was asked for before the row was written anew, and is recorded
// after that, is of an earlier stay.
func TestALateAnswerIsNone(t *testing.T) {
	s, c := newStoreAt(t, t0)
	_, err := s.RecordCursor(t.Context(), said(500, t0))
	must(t, err)
	c.move(2 * time.Second)
	seedWith(t, s, 449, ptr(model.Slot(500)))
	c.move(3 * time.Second)
	_, err = s.RecordCursor(t.Context(), said(451, c.now()))
	must(t, err)
	for _, asked := range []time.Duration{time.Second, 4 * time.Second} {
		now, err := s.RecordCursor(t.Context(), said(500, t0.Add(asked)))
		must(t, err)
		if now.Slot != 451 {
			t.Errorf("asked after %s: told as %+v", asked, now)
		}
		wantRow(t, s, 451, t0.Add(5*time.Second))
	}
	c.at = t0.Add(-time.Hour) // the clock is set back: the row is of the future
	_, err = s.RecordCursor(t.Context(), said(460, c.now()))
	must(t, err)
	wantRow(t, s, 460, c.now())
}

// A cursor that a person sets stands until its own source says something else.
func TestASetCursorStandsBesideItsSource(t *testing.T) {
	for name, word := range map[string]*SourceWord{"read": {Slot: ptr(model.Slot(20300))}, "unread": {Unread: true}} {
		t.Run(name, func(t *testing.T) {
			s, c := newStoreAt(t, t0)
			_, err := s.RecordCursor(t.Context(), said(20299, t0))
			must(t, err)
			c.move(time.Second)
			must(t, s.SetCursor(t.Context(), "trades", "nyc", 20150, true, word))
			for range 2 {
				c.move(time.Second)
				_, err = s.RecordCursor(t.Context(), said(20300, c.now()))
				must(t, err)
				wantRow(t, s, 20150, t0.Add(time.Second))
			}
			c.move(time.Second)
			_, err = s.RecordCursor(t.Context(), said(20301, c.now()))
			must(t, err)
			wantRow(t, s, 20301, c.now())
		})
	}
}
