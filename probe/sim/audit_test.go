package sim_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fumtui/fumtui/probe/sim"
)

// The audit sees a slot that was lost, and one that came twice.
func TestAuditSeesWhatIsMissing(t *testing.T) {
	r := start(t, nil)
	until(t, "50 blocks are owed", func() bool { return r.audit().Owed > 50 })
	if err := closed(t, r.host); err != nil {
		t.Fatal(err)
	}
	whole := r.audit()
	if whole.Missing != 0 || len(whole.MissingSlots) != 0 {
		t.Fatalf("before anything was lost: %+v", whole)
	}
	lost := *whole.FirstSlot - *whole.FirstSlot%9 + 18 // a slot that always holds a canonical block
	r.db("clients/trades.db", func(db *sql.DB) error {
		_, err := db.Exec(`DELETE FROM consumed WHERE slot = ?`, lost)
		return err
	})
	a := r.audit()
	if a.Missing != 1 || !slices.Equal(a.MissingSlots, []uint64{lost}) || a.Owed != whole.Owed {
		t.Errorf("slot %d was lost: %+v", lost, a)
	}
	if n := (sim.Audit{Pipelines: []sim.PipelineAudit{a, a}}).Missing(); n != 2 {
		t.Errorf("%d slots of two pipelines are missing", n)
	}
	r.db("clients/trades.db", func(db *sql.DB) error {
		_, err := db.Exec(`INSERT INTO consumed SELECT slot, cluster, 'again', at FROM consumed WHERE slot = ? LIMIT 1`, lost+9)
		return err
	})
	if b := r.audit(); b.Repeated != a.Repeated+1 {
		t.Errorf("a slot was repeated: %+v", b)
	}
}

// A cursor that runs ahead of what was consumed is a loss.
func TestAuditSeesACursorThatRunsAhead(t *testing.T) {
	r := start(t, nil)
	if err := closed(t, r.host); err != nil {
		t.Fatal(err)
	}
	r.db("clients/trades.db", func(db *sql.DB) error {
		_, err := db.Exec(`UPDATE progress SET slot = slot + 1000`)
		return err
	})
	if a := r.audit(); a.Missing < 800 || len(a.MissingSlots) != 100 {
		t.Errorf("%d missing, %d of them listed", a.Missing, len(a.MissingSlots))
	}
}

// What is not there, or cannot be read, is not taken for nothing missing.
func TestAuditSaysWhatItCannotAudit(t *testing.T) {
	r := start(t, func(o *sim.Options) { o.Pipelines = 4 })
	until(t, "blocks are owed", func() bool { return r.audit().Owed > 0 })
	if err := closed(t, r.host); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"accounts.db", "entries.db"} {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			_ = os.Remove(filepath.Join(r.dir, "clients", name+suffix))
		}
	}
	if err := os.WriteFile(filepath.Join(r.dir, "clients", "entries.db"), []byte("no database, but long enough to be looked at"), 0o600); err != nil {
		t.Fatal(err)
	}
	r.db("clients/blocks.db", func(db *sql.DB) error {
		_, err := db.Exec(`DELETE FROM session`)
		return err
	})
	a, err := sim.ReadAudit(context.Background(), r.dir)
	if err == nil || len(a.Pipelines) != 4 {
		t.Fatalf("error %v, pipelines %+v", err, a.Pipelines)
	}
	for i, want := range []string{"", "is missing", "entries.db", "is damaged"} {
		p := a.Pipelines[i]
		switch {
		case want == "" && (p.Error != nil || p.Owed == 0 || p.Missing != 0):
			t.Errorf("the audit of a good pipeline: %+v", p)
		case want != "" && (p.Error == nil || !strings.Contains(*p.Error, want) || !strings.Contains(err.Error(), p.Name)):
			t.Errorf("%s: %+v, want %q", p.Name, p, want)
		}
	}
}
