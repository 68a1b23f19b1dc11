package store

import (
	"sync"
	"testing"
)

// TestKeptStatements: what is read again and again is prepared once, by however
// many at once, and a statement that rests keeps no old state of the database.
func TestKeptStatements(t *testing.T) {
	s := open(t, newPath(t))
	must(t, s.SetCursor(t.Context(), "trades", "ams", 1, false, nil))
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 20 {
				if c, err := s.Cursor(t.Context(), "trades", "ams"); err != nil || c == nil || c.Slot != 1 {
					t.Errorf("cursor %v, %v", c, err)
				}
			}
		})
	}
	wait.Wait()
	if n := len(s.polled.kept); n != 1 {
		t.Errorf("%d statements for one question", n)
	}
	must(t, s.SetCursor(t.Context(), "trades", "ams", 2, false, nil))
	if c, err := s.Cursor(t.Context(), "trades", "ams"); err != nil || c.Slot != 2 {
		t.Errorf("cursor %v, %v", c, err)
	}
	var busy, left, moved int
	must(t, s.writer.QueryRowContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &left, &moved))
	if busy != 0 || left != 0 {
		t.Errorf("the write-ahead log cannot be emptied: busy %d, %d pages left", busy, left)
	}
}
