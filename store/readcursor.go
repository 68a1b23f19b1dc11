package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// RecordCursor implements [failover.Ledger]. The row follows its source back as
// well as forward: the source is the truth, and the row its last known word. An
// answer that is recorded late, after the row was written anew, is none.
func (s *Store) RecordCursor(ctx context.Context, read model.Cursor) (model.Cursor, error) {
	var now model.Cursor
	var nothing bool // of this stay, while what else there is is kept
	err := s.write(ctx, "record a cursor", func(ctx context.Context, tx *sql.Tx) error {
		now, nothing = read, false
		stale, err := staleCursor(ctx, tx, read.Pipeline, read.Cluster)
		if err != nil {
			return err
		}
		old, err := selectCursors(ctx, tx, "WHERE pipeline = ? AND cluster = ?", read.Pipeline, read.Cluster)
		if err != nil {
			return err
		}
		if len(old) > 0 && late(read.UpdatedAt, old[0].UpdatedAt, s.now()) {
			now = old[0]
			return nil
		}
		if stale != nil && (stale.unknown || stale.slot == read.Slot) {
			if stale.unknown {
				err = setStale(ctx, tx, read.Pipeline, read.Cluster, &staleRow{slot: read.Slot})
			}
			if len(old) > 0 {
				now = old[0]
			}
			nothing = len(old) == 0
			return err
		}
		if err := setStale(ctx, tx, read.Pipeline, read.Cluster, nil); err != nil {
			return err
		}
		if stale == nil && len(old) > 0 && old[0].Slot == read.Slot {
			now = old[0] // with the time since when it says so
			return nil
		}
		return keepCursor(ctx, tx, read)
	})
	switch {
	case err != nil:
		return model.Cursor{}, err
	case nothing:
		return model.Cursor{}, fmt.Errorf("the source of pipeline %s at %s says slot %d, of an earlier stay: %w",
			read.Pipeline, read.Cluster, read.Slot, failover.ErrStaleCursor)
	}
	return now, nil
}

// keepCursor sets a cursor to what its source says, with the first slot where
// that is known.
func keepCursor(ctx context.Context, tx *sql.Tx, read model.Cursor) error {
	if err := putCursor(ctx, tx, read.Pipeline, read.Cluster, read.Slot, read.UpdatedAt); err != nil || read.FirstSlot == nil {
		return err
	}
	first, err := cursorSlot(*read.FirstSlot)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE cursor SET first_slot = ? WHERE pipeline = ? AND cluster = ?`,
		first, read.Pipeline, read.Cluster)
	return err
}

// late reports whether a source was asked before the row was written. A row of
// the future is of a clock that was set back since, and says nothing.
func late(asked, written, now time.Time) bool {
	const grain = time.Millisecond // of the times of rows
	return asked.Truncate(grain).Before(written) && !written.After(now)
}

// staleRow is what a cursor source says of an earlier stay: a slot, or whatever
// it says first.
type staleRow struct {
	slot    model.Slot
	unknown bool
}

// staleOf is nil where neither is so.
func staleOf(slot *model.Slot, unknown bool) *staleRow {
	switch {
	case unknown:
		return &staleRow{unknown: true}
	case slot != nil:
		return &staleRow{slot: *slot}
	}
	return nil
}

// staleCursor is what the source of a cursor said before the row was set by other
// means; nil where it has said something else since.
func staleCursor(ctx context.Context, tx *sql.Tx, pipeline, cluster string) (*staleRow, error) {
	var slot int64
	var known bool
	err := tx.QueryRowContext(ctx, `SELECT slot, known FROM stale_cursor WHERE pipeline = ? AND cluster = ?`,
		pipeline, cluster).Scan(&slot, &known)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &staleRow{slot: *unbits[model.Slot](&slot), unknown: !known}, err
}

// setStale keeps, or with nil forgets, what a source says of an earlier stay.
func setStale(ctx context.Context, tx *sql.Tx, pipeline, cluster string, stale *staleRow) error {
	if stale == nil {
		_, err := tx.ExecContext(ctx, `DELETE FROM stale_cursor WHERE pipeline = ? AND cluster = ?`, pipeline, cluster)
		return err
	}
	const put = `INSERT INTO stale_cursor (pipeline, cluster, slot, known) VALUES (?, ?, ?, ?)
ON CONFLICT (pipeline, cluster) DO UPDATE SET slot = excluded.slot, known = excluded.known`
	_, err := tx.ExecContext(ctx, put, pipeline, cluster, bits(&stale.slot), !stale.unknown)
	return err
}
