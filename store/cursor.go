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

// CursorUpsert is the public contract: the statement with which a client of any
// program records its cursor. ?1 is the pipeline, ?2 the cluster, ?3 the last
// fully consumed slot, ?4 the first slot that this start of the client consumed,
// or NULL. It never moves a cursor back; where it would, it changes nothing.
const CursorUpsert = `INSERT INTO cursor (pipeline, cluster, slot, updated_at, first_slot)
VALUES (?1, ?2, ?3, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ?4)
ON CONFLICT (pipeline, cluster) DO UPDATE SET
  slot = excluded.slot, updated_at = excluded.updated_at,
  first_slot = coalesce(excluded.first_slot, cursor.first_slot)
WHERE excluded.slot > cursor.slot`

// cursorSource is what a cursor's Source says when it comes from here.
const cursorSource = "store"

// BackwardError says that a cursor would move back.
type BackwardError struct {
	Pipeline, Cluster string
	Old, New          model.Slot
	By                uint64 // slots, always above 0
}

// Error implements error.
func (e *BackwardError) Error() string {
	return fmt.Sprintf("cursor of pipeline %s at %s: from slot %d to %d would move it back by %d slots: force it if they shall be consumed again",
		e.Pipeline, e.Cluster, e.Old, e.New, e.By)
}

// Cursor implements [failover.Ledger]. A time that a client wrote in a format of
// its own is the zero time.
func (s *Store) Cursor(ctx context.Context, pipeline, cluster string) (*model.Cursor, error) {
	cursors, err := selectCursors(ctx, s.polled, "WHERE pipeline = ? AND cluster = ?", pipeline, cluster)
	if err != nil || len(cursors) == 0 {
		return nil, s.fail(ctx, "read a cursor", err)
	}
	return &cursors[0], nil
}

// Cursors reads all cursors, by pipeline and cluster.
func (s *Store) Cursors(ctx context.Context) ([]model.Cursor, error) {
	cursors, err := selectCursors(ctx, s.reader, "")
	return cursors, s.fail(ctx, "read the cursors", err)
}

func selectCursors(ctx context.Context, q querier, where string, args ...any) ([]model.Cursor, error) {
	query := `SELECT pipeline, cluster, slot, updated_at, first_slot FROM cursor ` + where + ` ORDER BY pipeline, cluster`
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	cursors := []model.Cursor{}
	for rows.Next() {
		c := model.Cursor{Source: cursorSource}
		var updated string
		var first *int64
		if err := rows.Scan(&c.Pipeline, &c.Cluster, &c.Slot, &updated, &first); err != nil {
			return nil, err
		}
		// Any client may write this table: its text may go to a terminal.
		c.Pipeline, c.Cluster = model.Clean(c.Pipeline, model.MaxMessage), model.Clean(c.Cluster, model.MaxMessage)
		c.UpdatedAt = parseForeignTime(updated)
		c.FirstSlot = unbits[model.Slot](first)
		cursors = append(cursors, c)
	}
	return cursors, rows.Err()
}

// SourceWord is what the cursor source of a pipeline at a cluster says, where
// that is not the database.
type SourceWord struct {
	Slot   *model.Slot // nil: none yet
	Unread bool        // it could not be asked
}

// SetCursor sets a cursor by hand. It refuses to move it back, with
// [BackwardError], unless it is forced; a forced move back forgets the first
// slot and is written to the audit trail. Setting it to where it stands changes
// nothing.
//
// Where the pipeline has a source of its own, source is what that says now: the
// cursor stands until the source says something else.
func (s *Store) SetCursor(ctx context.Context, pipeline, cluster string, slot model.Slot, force bool, source *SourceWord) error {
	return s.write(ctx, "set a cursor", func(ctx context.Context, tx *sql.Tx) error {
		if err := s.setCursor(ctx, tx, pipeline, cluster, slot, force); err != nil || source == nil {
			return err
		}
		return setStale(ctx, tx, pipeline, cluster, staleOf(source.Slot, source.Unread))
	})
}

func (s *Store) setCursor(ctx context.Context, tx *sql.Tx, pipeline, cluster string, slot model.Slot, force bool) error {
	var old model.Slot
	err := tx.QueryRowContext(ctx, `SELECT slot FROM cursor WHERE pipeline = ? AND cluster = ?`,
		pipeline, cluster).Scan(&old)
	if errors.Is(err, sql.ErrNoRows) {
		return putCursor(ctx, tx, pipeline, cluster, slot, s.now())
	}
	if err != nil {
		return err
	}
	switch {
	case slot == old:
		return nil
	case slot > old:
		return advanceCursor(ctx, tx, pipeline, cluster, slot, s.now())
	case !force:
		return &BackwardError{Pipeline: pipeline, Cluster: cluster, Old: old, New: slot, By: model.SlotsBetween(slot, old)}
	}
	if err := putCursor(ctx, tx, pipeline, cluster, slot, s.now()); err != nil {
		return err
	}
	return putAudit(ctx, tx, pipeline, "", failover.AuditEntry{
		At: s.now(), Actor: s.actor, Action: "cursor moved back",
		Detail: fmt.Sprintf("at %s from slot %d to %d, by %d slots", cluster, old, slot, model.SlotsBetween(slot, old)),
	})
}

func advanceCursor(ctx context.Context, tx *sql.Tx, pipeline, cluster string, slot model.Slot, at time.Time) error {
	const update = `UPDATE cursor SET slot = ?, updated_at = ? WHERE pipeline = ? AND cluster = ?`
	number, err := cursorSlot(slot)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, update, number, at.UTC().Format(cursorLayout), pipeline, cluster)
	return err
}

// putCursor sets a cursor back or forward, as if no client had started on it.
func putCursor(ctx context.Context, tx *sql.Tx, pipeline, cluster string, slot model.Slot, at time.Time) error {
	const put = `INSERT INTO cursor (pipeline, cluster, slot, updated_at, first_slot) VALUES (?, ?, ?, ?, NULL)
ON CONFLICT (pipeline, cluster) DO UPDATE SET
  slot = excluded.slot, updated_at = excluded.updated_at, first_slot = NULL`
	number, err := cursorSlot(slot)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, put, pipeline, cluster, number, at.UTC().Format(cursorLayout))
	return err
}
