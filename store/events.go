package store

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// mostEvents bounds how many changes a database keeps, whatever their age.
const mostEvents = 200_000

// AppendEvents stores changes, and removes some of what is too old. What another
// console stored already is left out: a change to what is so by then anyway, and
// one that another console saw a moment later. What was so before is told by the
// database where it knows. It gives up soon, with [KindLocked], when the database
// is busy.
func (s *Store) AppendEvents(ctx context.Context, events []model.Event) error {
	return s.record(ctx, "store what changed", func(ctx context.Context, tx *sql.Tx) error {
		for i := range events {
			if err := s.putEvent(ctx, tx, &events[i]); err != nil {
				return err
			}
		}
		return s.pruneEvents(ctx, tx, max(minPruned, 2*len(events)))
	})
}

// putEvent stores a change, unless it is known.
func (s *Store) putEvent(ctx context.Context, tx *sql.Tx, e *model.Event) error {
	const before = `SELECT word, target FROM event
WHERE pipeline = ? AND cluster = ? AND kind = ? AND run = ? AND at <= ? ORDER BY at DESC, id DESC LIMIT 1`
	const after = `SELECT word, target FROM event
WHERE pipeline = ? AND cluster = ? AND kind = ? AND run = ? AND at > ? AND at <= ? ORDER BY at, id LIMIT 1`
	const insert = `INSERT INTO event (at, kind, pipeline, cluster, run, before, word, target, reason, seen_by)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	at := e.At.UnixMilli()
	var was, later model.Event
	known, err := scanState(tx.QueryRowContext(ctx, before, e.Pipeline, e.Cluster, e.Kind, e.Run, at), &was)
	if err != nil {
		return err
	}
	found, err := scanState(tx.QueryRowContext(ctx, after, e.Pipeline, e.Cluster, e.Kind, e.Run, at,
		at+model.SightingsApart.Milliseconds()), &later)
	if err != nil {
		return err
	}
	same := func(o *model.Event) bool { return o.Word == e.Word && o.Target == e.Target }
	calm := e.Kind == model.EventAdvice && e.Word == string(model.ActionNone)
	if (known && same(&was)) || (found && same(&later)) || (!known && calm) {
		return nil
	}
	if !known {
		was.Word = e.Before
	}
	_, err = tx.ExecContext(ctx, insert, at, e.Kind, e.Pipeline, e.Cluster, e.Run, was.Word, e.Word, e.Target,
		model.Clean(e.Reason, model.MaxMessage), s.actor)
	return err
}

// scanState reads a word and its target; false where there is none.
func scanState(row *sql.Row, e *model.Event) (bool, error) {
	err := row.Scan(&e.Word, &e.Target)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// pruneEvents removes at most so many changes that are too old, or too many.
func (s *Store) pruneEvents(ctx context.Context, tx *sql.Tx, atMost int) error {
	const old = `DELETE FROM event WHERE id IN (SELECT id FROM event WHERE at < ? ORDER BY at LIMIT ?)`
	const many = `DELETE FROM event WHERE id IN (SELECT id FROM event WHERE id <= (SELECT max(id) FROM event) - ? ORDER BY id LIMIT ?)`
	if _, err := tx.ExecContext(ctx, old, s.now().Add(-s.keepSeries).UnixMilli(), atMost); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, many, mostEvents, atMost)
	return err
}

// Events reads what changed and what was done: the audit trail is part of it.
func (s *Store) Events(ctx context.Context, q model.EventQuery) (model.Events, error) {
	limit := q.Limit
	if limit <= 0 {
		limit = math.MaxInt32
	}
	changes, err := s.readChanges(ctx, q, limit+1)
	if err != nil {
		return model.Events{}, s.fail(ctx, "read what changed", err)
	}
	records, err := s.selectAudit(ctx, "WHERE id > ? AND at >= ? ORDER BY id DESC LIMIT ?", q.After.Audit, timeText(q.Since), limit+1)
	if err != nil {
		return model.Events{}, s.fail(ctx, "read the audit trail", err)
	}
	out := model.Events{List: make([]model.Event, 0, len(changes)+len(records)), Next: q.After}
	for i := range changes {
		out.Next.Change = max(out.Next.Change, changes[i].id)
		out.List = append(out.List, changes[i].Event)
	}
	for i := range records {
		out.Next.Audit = max(out.Next.Audit, records[i].ID)
		out.List = append(out.List, actionEvent(&records[i]))
	}
	slices.SortStableFunc(out.List, func(a, b model.Event) int { return b.At.Compare(a.At) })
	if out.More = len(out.List) > limit; out.More {
		out.List = out.List[:limit]
	}
	slices.Reverse(out.List)
	return out, nil
}

// change is a stored change.
type change struct {
	id int64
	model.Event
}

// changesQuery asks for the changes behind one, the newest first. Who reads on asks
// several times a second, mostly for nothing: there the unary plus keeps SQLite
// from walking the index of times, which has all of them, in place of the few rows
// behind that id.
func changesQuery(after int64) string {
	at := "at"
	if after > 0 {
		at = "+at"
	}
	return "SELECT id, at, kind, pipeline, cluster, run, before, word, target, reason, seen_by FROM event " +
		"WHERE id > ? AND " + at + " >= ? ORDER BY " + at + " DESC, id DESC LIMIT ?"
}

// readChanges reads changes, the newest first.
func (s *Store) readChanges(ctx context.Context, q model.EventQuery, limit int) ([]change, error) {
	since := int64(math.MinInt64)
	if !q.Since.IsZero() {
		since = q.Since.UnixMilli()
	}
	rows, err := s.reader.QueryContext(ctx, changesQuery(q.After.Change), q.After.Change, since, limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var list []change
	for rows.Next() {
		var c change
		var at int64
		if err := rows.Scan(&c.id, &at, &c.Kind, &c.Pipeline, &c.Cluster, &c.Run, &c.Before, &c.Word, &c.Target, &c.Reason, &c.By); err != nil {
			return nil, err
		}
		c.At, c.ID = time.UnixMilli(at).UTC(), "c"+strconv.FormatInt(c.id, 10)
		list = append(list, c)
	}
	return list, rows.Err()
}

// actionEvent is an entry of the audit trail as an event.
func actionEvent(r *AuditRecord) model.Event {
	return model.Event{
		ID: "a" + strconv.FormatInt(r.ID, 10), At: r.At, Kind: model.EventAction, Pipeline: r.Pipeline, Run: r.RunID,
		Word: r.Action, Reason: strings.TrimPrefix(r.Detail, "run "+r.RunID+" of pipeline "+r.Pipeline+": "), By: r.Actor,
	}
}
