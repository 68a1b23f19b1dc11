package sim_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/fumtui/fumtui/model/failover"
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

// The audit sees clients that run at the same time, also where one of them
// consumes nothing, and none where one began after the other ended.
func TestAuditSeesClientsThatRunAtOnce(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there, only what they consume tells")
	}
	r := start(t, nil)
	r.want("ams", failover.HookStop, 0)
	r.want("ams", failover.HookStart, 0)
	until(t, "50 blocks are owed", func() bool { return r.audit().Owed > 50 })
	if a := r.audit(); len(a.AtOnce) != 0 {
		t.Fatalf("one after the other: %+v", a.AtOnce)
	}
	r.want("nyc", failover.HookStart, 0) // it has no subscriber
	until(t, "two clients ran at once", func() bool { return len(r.audit().AtOnce) > 0 })
	a := r.audit()
	if len(a.AtOnce) != 1 || a.AtOnce[0].Cluster != "nyc" || a.AtOnce[0].Other != "ams" {
		t.Errorf("two clients ran at once: %+v", a.AtOnce)
	}
	if n := (sim.Audit{Pipelines: []sim.PipelineAudit{a, a}}).AtOnce(); n != 2 {
		t.Errorf("%d clients of two pipelines ran at once", n)
	}
	r.want("nyc", failover.HookStop, 0)

	t.Log("by what was consumed alone")
	r.db("clients/trades.db", func(db *sql.DB) error {
		_, err := db.Exec(`UPDATE session SET beside = NULL`)
		return err
	})
	until(t, "the one consumed after the other began", func() bool { return len(r.audit().AtOnce) == 1 })
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
