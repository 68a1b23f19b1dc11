package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// RecordCursor implements [failover.Ledger]. The row follows its source back as
// well as forward: the source is the truth, and the row its last known word.
func (s *Store) RecordCursor(ctx context.Context, read model.Cursor) (model.Cursor, error) {
	var now model.Cursor
	err := s.write(ctx, "record a cursor", func(ctx context.Context, tx *sql.Tx) error {
		now = read
		stale, err := staleSlot(ctx, tx, read.Pipeline, read.Cluster)
		if err != nil {
			return err
		}
		old, err := selectCursors(ctx, tx, "WHERE pipeline = ? AND cluster = ?", read.Pipeline, read.Cluster)
		if err != nil {
			return err
		}
		if stale != nil && *stale == read.Slot {
			if len(old) > 0 {
				now = old[0]
				return nil
			}
			return fmt.Errorf("the source of pipeline %s at %s still says slot %d, of an earlier stay: %w",
				read.Pipeline, read.Cluster, read.Slot, failover.ErrStaleCursor)
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
	if err != nil {
		return model.Cursor{}, err
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

// staleSlot is what the source of a cursor said before the engine set the row;
// nil where it has said something else since.
func staleSlot(ctx context.Context, tx *sql.Tx, pipeline, cluster string) (*model.Slot, error) {
	var slot int64
	err := tx.QueryRowContext(ctx, `SELECT slot FROM stale_cursor WHERE pipeline = ? AND cluster = ?`,
		pipeline, cluster).Scan(&slot)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return unbits[model.Slot](&slot), err
}

// setStale keeps, or with nil forgets, what a source says of an earlier stay.
func setStale(ctx context.Context, tx *sql.Tx, pipeline, cluster string, slot *model.Slot) error {
	if slot == nil {
		_, err := tx.ExecContext(ctx, `DELETE FROM stale_cursor WHERE pipeline = ? AND cluster = ?`, pipeline, cluster)
		return err
	}
	const put = `INSERT INTO stale_cursor (pipeline, cluster, slot) VALUES (?, ?, ?)
ON CONFLICT (pipeline, cluster) DO UPDATE SET slot = excluded.slot`
	_, err := tx.ExecContext(ctx, put, pipeline, cluster, bits(slot))
	return err
}
