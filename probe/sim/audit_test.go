package sim_test

import (
	"database/sql"
	"slices"
	"testing"

	"github.com/fumtui/fumtui/probe/sim"
)

// The audit sees a slot that was lost, and one that came twice.
func TestAuditSeesWhatIsMissing(t *testing.T) {
	r := start(t, nil)
	until(t, "50 blocks are owed", func() bool { return r.audit().Owed > 50 })
	if err := r.host.Close(); err != nil {
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
	if err := r.host.Close(); err != nil {
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
