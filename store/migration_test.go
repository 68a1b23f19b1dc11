package store

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/fumtui/fumtui/model"
)

// anOldDatabase is one as the first schema had it, with a run that ended, one
// under way, a lease and a cursor.
func anOldDatabase(t *testing.T) string {
	t.Helper()
	path := newPath(t)
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	db := foreign(t, path)
	all, err := migrations()
	must(t, err)
	execSQL(t, db, all[0].sql+"; PRAGMA application_id = 1718971764; PRAGMA user_version = 1;")
	execSQL(t, db, CursorUpsert, "trades", "ams", 4711, 4000)
	const put = `INSERT INTO run (id, pipeline, subscriber, kind, mode, from_cluster, to_cluster, state, requested_by, reason, forced,
  started_at, ended_at, epoch, sequence, holder_host, holder_boot_id, holder_pid, holder_started_at, holder_user,
  cursor_slot, reported_cursor_slot, resume_slot, approved_gap_slots, gap_slots, duplicate_slots,
  subscriber_id, source_answered, question, note)
VALUES (?, 'trades', 'trades-prod', 'cutover', 'planned', 'ams', 'nyc', ?, 'ada@bastion', 'a test', 0,
  '2026-01-02T03:04:05.000000000Z', ?, ?, 7, 'bastion-1', 'boot-a', 100, '11', 'ada',
  4711, NULL, 4712, NULL, 0, 32, 'id-1', 1, '', 'a note')`
	execSQL(t, db, put, "old-1", "done", "2026-01-02T03:05:05.000000000Z", 1)
	execSQL(t, db, put, "old-2", "running", nil, 2)
	for _, id := range []string{"old-1", "old-2"} {
		execSQL(t, db, `INSERT INTO step VALUES (?, 0, 'lease', 'done', NULL, NULL, '', 'held'), (?, 1, 'preflight', 'running', NULL, NULL, '', '')`, id, id)
	}
	execSQL(t, db, `INSERT INTO lease VALUES ('trades', 2, 1, 'old-2', 3, '2026-01-02T03:06:00.000000000Z', 'bastion-1', 'boot-a', 100, '11', 'ada')`)
	execSQL(t, db, `INSERT INTO active VALUES ('trades', 'ams', 'old-1', '2026-01-02T03:05:05.000000000Z')`)
	must(t, db.Close())
	return path
}

// What an older fumtui left is all there, and its run is gone on with.
func TestADatabaseOfTheFirstSchemaIsBroughtUpToDate(t *testing.T) {
	path := anOldDatabase(t)
	s := open(t, path)
	if v := version(t, s.reader); v != 7 {
		t.Errorf("schema %d after opening", v)
	}
	runs, err := s.Runs(t.Context(), "", false, 0)
	must(t, err)
	if len(runs) != 2 || runs[0].ID != "old-2" || runs[1].ID != "old-1" {
		t.Fatalf("runs: %+v", runs)
	}
	for _, r := range runs {
		if r.Cursor == nil || *r.Cursor != 4711 || r.ResumeSlot == nil || *r.ResumeSlot != 4712 || r.Note != "a note" || len(r.Steps) != 2 {
			t.Errorf("run %s lost something: %+v", r.ID, r)
		}
		if r.Origin != "" || r.Evacuation != "" || r.Evidence != nil || r.DetectedAt != nil || r.FromSlot != nil || r.Latest ||
			r.FirstSlot != nil || r.FirstSlotAt != nil || r.LiveAt != nil || r.PossibleLoss != 0 || r.ReplaySlots != nil || r.TakenUpAt != nil {
			t.Errorf("run %s has what it never had: %+v", r.ID, r)
		}
	}
	if c, err := s.Cursor(t.Context(), "trades", "ams"); err != nil || c == nil || c.Slot != 4711 || c.FirstSlot == nil {
		t.Errorf("cursor %+v, %v", c, err)
	}
	if home, err := s.Home(t.Context(), "trades", "ams"); err != nil || home != "" {
		t.Errorf("home %q, %v", home, err)
	}
	seen, err := s.LeaseOf(t.Context(), "trades")
	must(t, err)
	taken, err := s.TakeOver(t.Context(), "old-2", *seen, driverB, ttl)
	must(t, err)
	if r, err := s.Run(t.Context(), "old-2"); err != nil || r.TakenUpAt == nil {
		t.Errorf("taken up at %v, %v", r.TakenUpAt, err)
	}
	if taken.Epoch != 3 {
		t.Errorf("epoch %d after the one of 2", taken.Epoch)
	}
}

// A second process that holds the old file open sees the columns appear, and a
// client that knows nothing of schemas goes on to write.
func TestMigrationBesideAClientThatWrites(t *testing.T) {
	path := anOldDatabase(t)
	client := foreign(t, path)
	execSQL(t, client, CursorUpsert, "trades", "ams", 4800, nil)
	s := open(t, path)
	execSQL(t, client, CursorUpsert, "trades", "ams", 4900, nil)
	if c, err := s.Cursor(t.Context(), "trades", "ams"); err != nil || c == nil || c.Slot != 4900 {
		t.Errorf("cursor %+v, %v", c, err)
	}
}

func TestAnOlderDatabaseIsNotReadWithoutItsMigration(t *testing.T) {
	path := anOldDatabase(t)
	_, err := OpenReadOnly(t.Context(), path)
	if KindOf(err) != KindOlder {
		t.Errorf("open for reading: %v", err)
	}
	if v := version(t, foreign(t, path)); v != 1 {
		t.Errorf("looking at it made it schema %d", v)
	}
}

// A migration that breaks off leaves the schema as it was, with all its rows.
func TestAMigrationIsWholeOrNot(t *testing.T) {
	path := anOldDatabase(t)
	db := foreign(t, path)
	execSQL(t, db, `CREATE TABLE stale_cursor (something TEXT)`) // the last thing that the migration makes
	if s, err := Open(t.Context(), path); err == nil {
		_ = s.Close()
		t.Fatal("it opened")
	}
	if v := version(t, db); v != 1 {
		t.Errorf("schema %d after half a migration", v)
	}
	var n int
	must(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM pragma_table_info('run') WHERE name = 'origin'`).Scan(&n))
	if n != 0 {
		t.Error("half a migration was kept")
	}
	execSQL(t, db, `DROP TABLE stale_cursor`)
	s := open(t, path)
	if runs, err := s.Runs(t.Context(), "", false, 0); err != nil || len(runs) != 2 {
		t.Errorf("%d runs, %v", len(runs), err)
	}
}

func version(t *testing.T, q querier) int {
	t.Helper()
	v, err := schemaVersion(t.Context(), q, "here")
	must(t, err)
	return v
}

// The index of unended runs is what keeps a second one out, old or new.
func TestMigrationKeepsTheDatabasesOwnGuard(t *testing.T) {
	s := open(t, anOldDatabase(t))
	second := newRun("new-1", "trades", "ams", "nyc", t0)
	err := s.write(t.Context(), "try", func(ctx context.Context, tx *sql.Tx) error { return insertRun(ctx, tx, &second) })
	if err == nil {
		t.Error("a second unended run was written")
	}
	if runs, err := s.Runs(t.Context(), "trades", true, 0); err != nil || len(runs) != 1 || !reflect.DeepEqual(runs[0].State, model.RunRunning) {
		t.Errorf("unended: %+v, %v", runs, err)
	}
}
