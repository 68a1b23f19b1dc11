package store

import (
	"context"
	"slices"
	"time"

	"github.com/fumtui/fumtui/model"
)

// mostMarks bounds what one look at the marks gives of verdicts, and of runs: the
// newest.
const mostMarks = 500

// Marks reads what happened to the clusters and to a pipeline ("": none) from from on
// up to, but without, to: changes of verdicts, and the pipeline's runs that began and
// ended, in the order of time. Of very many only the newest are given.
func (s *Store) Marks(ctx context.Context, pipeline string, from, to time.Time) ([]model.Mark, error) {
	verdicts, err := s.verdictMarks(ctx, pipeline, from, to)
	if err == nil {
		var runs []model.Mark
		if runs, err = s.runMarks(ctx, pipeline, from, to); err == nil {
			verdicts = append(verdicts, runs...)
		}
	}
	if err != nil {
		return nil, s.fail(ctx, "read what happened", err)
	}
	slices.SortStableFunc(verdicts, func(a, b model.Mark) int { return a.At.Compare(b.At) })
	return verdicts, nil
}

func (s *Store) verdictMarks(ctx context.Context, pipeline string, from, to time.Time) ([]model.Mark, error) {
	const query = `SELECT at, pipeline, cluster, before, word FROM event
WHERE kind = 'verdict' AND pipeline IN ('', ?) AND at >= ? AND at < ? ORDER BY at DESC, id DESC LIMIT ?`
	rows, err := s.reader.QueryContext(ctx, query, pipeline, from.UnixMilli(), to.UnixMilli(), mostMarks)
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

func (s *Store) runMarks(ctx context.Context, pipeline string, from, to time.Time) ([]model.Mark, error) {
	const query = `SELECT pipeline, kind, to_cluster, state, started_at, ended_at FROM run
WHERE pipeline = ?4 AND started_at < ?2 AND (started_at >= ?1 OR ended_at >= ?1) ORDER BY started_at DESC LIMIT ?3`
	rows, err := s.reader.QueryContext(ctx, query, timeText(from), timeText(to), mostMarks, pipeline)
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
