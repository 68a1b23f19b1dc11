package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/fumtui/fumtui/model"
)

// mostMarks bounds what one look at the marks gives: the newest.
const mostMarks = 500

// AppendVerdicts stores changes of verdicts, and removes some of what is too
// old. What another console stored already, so that nothing changes by it, is
// left out. It gives up soon, with [KindLocked], when the database is busy.
func (s *Store) AppendVerdicts(ctx context.Context, changes []model.Mark) error {
	const insert = `INSERT INTO verdict_change (at, pipeline, cluster, before, verdict)
SELECT ?1, ?2, ?3, ?4, ?5 WHERE ?5 IS NOT (
  SELECT verdict FROM verdict_change WHERE pipeline = ?2 AND cluster = ?3 ORDER BY at DESC, id DESC LIMIT 1)`
	const prune = `DELETE FROM verdict_change WHERE id IN (SELECT id FROM verdict_change WHERE at < ? ORDER BY at LIMIT ?)`
	return s.record(ctx, "store changes of verdicts", func(ctx context.Context, tx *sql.Tx) error {
		for _, c := range changes {
			if _, err := tx.ExecContext(ctx, insert, c.At.UnixMilli(), c.Pipeline, c.Cluster, c.Before, c.Word); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, prune, s.now().Add(-s.keepSeries).UnixMilli(), max(minPruned, 2*len(changes)))
		return err
	})
}

// Marks reads what happened from from on up to, but without, to: changes of
// verdicts, and runs that began and ended, in the order of time. Of very many
// only the newest are given.
func (s *Store) Marks(ctx context.Context, from, to time.Time) ([]model.Mark, error) {
	verdicts, err := s.verdictMarks(ctx, from, to)
	if err == nil {
		var runs []model.Mark
		if runs, err = s.runMarks(ctx, from, to); err == nil {
			verdicts = append(verdicts, runs...)
		}
	}
	if err != nil {
		return nil, s.fail(ctx, "read what happened", err)
	}
	slices.SortStableFunc(verdicts, func(a, b model.Mark) int { return a.At.Compare(b.At) })
	return verdicts, nil
}

func (s *Store) verdictMarks(ctx context.Context, from, to time.Time) ([]model.Mark, error) {
	const query = `SELECT at, pipeline, cluster, before, verdict FROM verdict_change
WHERE at >= ? AND at < ? ORDER BY at DESC, id DESC LIMIT ?`
	rows, err := s.reader.QueryContext(ctx, query, from.UnixMilli(), to.UnixMilli(), mostMarks)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var list []model.Mark
	for rows.Next() {
		m := model.Mark{Kind: model.MarkVerdict}
		var at int64
		if err := rows.Scan(&at, &m.Pipeline, &m.Cluster, &m.Before, &m.Word); err != nil {
			return nil, err
		}
		m.At = time.UnixMilli(at).UTC()
		list = append(list, m)
	}
	return list, rows.Err()
}

func (s *Store) runMarks(ctx context.Context, from, to time.Time) ([]model.Mark, error) {
	const query = `SELECT pipeline, kind, to_cluster, state, started_at, ended_at FROM run
WHERE started_at < ?2 AND (started_at >= ?1 OR ended_at >= ?1) ORDER BY started_at DESC LIMIT ?3`
	rows, err := s.reader.QueryContext(ctx, query, timeText(from), timeText(to), mostMarks)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var list []model.Mark
	for rows.Next() {
		var m model.Mark
		var started string
		var ended *string
		if err := rows.Scan(&m.Pipeline, &m.RunKind, &m.Cluster, &m.Word, &started, &ended); err != nil {
			return nil, err
		}
		began, err := parseTime(started)
		if err != nil {
			return nil, err
		}
		end, err := parseTimeOrNil(ended)
		if err != nil {
			return nil, err
		}
		if !began.Before(from) {
			b := m
			b.At, b.Kind, b.Word = began, model.MarkRunBegan, string(model.RunRunning)
			list = append(list, b)
		}
		if end != nil && !end.Before(from) && end.Before(to) {
			m.At, m.Kind = *end, model.MarkRunEnded
			list = append(list, m)
		}
	}
	return list, rows.Err()
}
