package consumer

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// recordSchema is the pipeline's own database. Table consumed is a public
// record, a row per slot delivered and processed; the others are the client's.
// A session is one process; beside is one of another process that lived when it
// began.
const recordSchema = `
CREATE TABLE IF NOT EXISTS consumed (slot INTEGER NOT NULL, cluster TEXT NOT NULL, session TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS progress (cluster TEXT PRIMARY KEY, slot INTEGER NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS session (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, cluster TEXT NOT NULL,
  started_at TEXT NOT NULL, initial INTEGER, beside INTEGER);
CREATE TABLE IF NOT EXISTS fact (cluster TEXT NOT NULL, slot INTEGER NOT NULL, parent INTEGER,
  confirmed INTEGER NOT NULL, consumed INTEGER NOT NULL, PRIMARY KEY (cluster, slot)) WITHOUT ROWID;
`

// Record is a pipeline's database of consumed slots, as the client of one
// cluster writes it. The clients of other clusters may have it open too.
type Record struct {
	db               *sql.DB
	cluster, session string
	presence         *presence
}

// PresenceFile is the file beside the record of that path by which clients that
// run at the same time see each other.
func PresenceFile(path string) string { return path + "-live" }

// batch is what one transaction of a client writes.
type batch struct {
	consumed []uint64
	facts    map[uint64]fact
	initial  *uint64 // once it is decided
	cursor   *uint64
	forget   uint64 // facts up to this slot are needed no more
}

func (b *batch) empty() bool {
	return len(b.consumed) == 0 && len(b.facts) == 0 && b.initial == nil && b.cursor == nil
}

// OpenRecord opens, and where needed makes, the database of a pipeline for one
// client process, whose session id nobody else uses.
func OpenRecord(ctx context.Context, path, cluster, session string) (*Record, error) {
	db, err := openDB(ctx, path)
	if err != nil {
		return nil, err
	}
	if _, err := db.ExecContext(ctx, recordSchema); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("prepare %s: %w", path, err)
	}
	live, err := openPresence(PresenceFile(path))
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	return &Record{db: db, cluster: cluster, session: session, presence: live}, nil
}

// Close closes the database. Other clients do not see this one any more.
func (r *Record) Close() error { return errors.Join(r.db.Close(), r.presence.close()) }

// begin writes the session's row and gives what earlier sessions at this
// cluster learnt of the slots above the initial cursor.
func (r *Record) begin(ctx context.Context, initial *uint64, now time.Time) (map[uint64]fact, error) {
	facts := map[uint64]fact{}
	err := inTx(ctx, r.db, func(tx *sql.Tx) error {
		if err := r.beginSession(ctx, tx, initial, now); err != nil || initial == nil {
			return err
		}
		if err := r.writeCursor(ctx, tx, *initial, now); err != nil {
			return err
		}
		return r.readFacts(ctx, tx, *initial, facts)
	})
	if err != nil {
		return nil, fmt.Errorf("record the start of session %s: %w", r.session, err)
	}
	return facts, nil
}

// beginSession writes the session's row, and whom it found there. Of two that
// begin at once one finds the other: the transaction lets in one at a time.
func (r *Record) beginSession(ctx context.Context, tx *sql.Tx, initial *uint64, now time.Time) error {
	const insert = `INSERT INTO session (id, cluster, started_at, initial) VALUES (?, ?, ?, ?) RETURNING n`
	var n int64
	if err := tx.QueryRowContext(ctx, insert, r.session, r.cluster, stamp(now), initial).Scan(&n); err != nil {
		return err
	}
	other, err := r.presence.show(n)
	if err != nil || other == 0 {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE session SET beside = ? WHERE n = ?`, other, n)
	return err
}

func (r *Record) readFacts(ctx context.Context, tx *sql.Tx, above uint64, into map[uint64]fact) error {
	rows, err := tx.QueryContext(ctx,
		`SELECT slot, parent, confirmed, consumed FROM fact WHERE cluster = ? AND slot > ?`, r.cluster, above)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var slot uint64
		var parent sql.Null[uint64]
		var f fact
		if err := rows.Scan(&slot, &parent, &f.confirmed, &f.consumed); err != nil {
			return err
		}
		f.parent, f.hasParent = parent.V, parent.Valid
		into[slot] = f
	}
	return rows.Err()
}

func (r *Record) writeCursor(ctx context.Context, tx *sql.Tx, slot uint64, now time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO progress (cluster, slot, at) VALUES (?, ?, ?)
ON CONFLICT (cluster) DO UPDATE SET slot = excluded.slot, at = excluded.at`, r.cluster, slot, stamp(now))
	return err
}

// write records a batch, all of it or nothing, durably.
func (r *Record) write(ctx context.Context, b batch, now time.Time) error {
	err := inTx(ctx, r.db, func(tx *sql.Tx) error {
		if err := r.writeSlots(ctx, tx, b, now); err != nil {
			return err
		}
		if b.initial != nil {
			_, err := tx.ExecContext(ctx, `UPDATE session SET initial = ? WHERE id = ?`, *b.initial, r.session)
			if err != nil {
				return err
			}
		}
		if b.cursor == nil {
			return nil
		}
		if err := r.writeCursor(ctx, tx, *b.cursor, now); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM fact WHERE cluster = ? AND slot <= ?`, r.cluster, b.forget)
		return err
	})
	if err != nil {
		return fmt.Errorf("record %d consumed slots: %w", len(b.consumed), err)
	}
	return nil
}

func (r *Record) writeSlots(ctx context.Context, tx *sql.Tx, b batch, now time.Time) error {
	insert, err := tx.PrepareContext(ctx, `INSERT INTO consumed (slot, cluster, session, at) VALUES (?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer func() { _ = insert.Close() }()
	for _, slot := range b.consumed {
		if _, err := insert.ExecContext(ctx, slot, r.cluster, r.session, stamp(now)); err != nil {
			return err
		}
	}
	upsert, err := tx.PrepareContext(ctx, `INSERT INTO fact (cluster, slot, parent, confirmed, consumed) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (cluster, slot) DO UPDATE SET parent = excluded.parent, confirmed = excluded.confirmed,
  consumed = excluded.consumed`)
	if err != nil {
		return err
	}
	defer func() { _ = upsert.Close() }()
	for slot, f := range b.facts {
		var parent *uint64
		if f.hasParent {
			parent = &f.parent
		}
		if _, err := upsert.ExecContext(ctx, r.cluster, slot, parent, f.confirmed, f.consumed); err != nil {
			return err
		}
	}
	return nil
}
