package store

import (
	"strings"
	"testing"

	"github.com/fumtui/fumtui/model/failover"
)

// A full disk fails a write whole; what was stored can be read, and writing goes
// on when there is space again.
func TestFullDisk(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	run := newRun("run-1", "trades", "ams", "nyc", t0)
	lease, err := s.Begin(t.Context(), run, ttl)
	must(t, err)
	execSQL(t, s.writer, "PRAGMA max_page_count = 1") // no more than there are now
	large := run
	large.Note = strings.Repeat("n", 1<<20)
	err = s.Write(t.Context(), lease, failover.Batch{Run: large})
	if KindOf(err) != KindFull || !strings.Contains(err.Error(), "the disk is full") {
		t.Errorf("write: %v, want a full disk", err)
	}
	if stored, err := s.Run(t.Context(), "run-1"); err != nil || stored.Note != "" {
		t.Errorf("the run after it: note of %d bytes, %v", len(stored.Note), err)
	}
	execSQL(t, s.writer, "PRAGMA max_page_count = 1000000")
	must(t, s.Write(t.Context(), lease, failover.Batch{Run: large}))
}

func TestBackwardErrorSaysByHowMuch(t *testing.T) {
	err := &BackwardError{Pipeline: "trades", Cluster: "ams", Old: 1000, New: 990, By: 10}
	for _, part := range []string{"trades", "ams", "1000", "990", "by 10 slots", "force"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q lacks %q", err, part)
		}
	}
}
