package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/fumtui/fumtui/model"
)

// AppendLag stores samples for the chart, and removes some of what is too old.
// Of two samples of a series in the same millisecond the later one stays. It
// gives up soon, with [KindLocked], when the database is busy.
func (s *Store) AppendLag(ctx context.Context, samples []model.LagSample) error {
	const prune = `DELETE FROM lag WHERE (series, at) IN (
  SELECT lag.series, lag.at FROM lag_series CROSS JOIN lag ON lag.series = lag_series.id
  WHERE lag.at < ? LIMIT ?)`
	return s.record(ctx, "store lag samples", func(ctx context.Context, tx *sql.Tx) error {
		for _, sample := range samples {
			if err := putLag(ctx, tx, sample); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, prune, s.now().Add(-s.keepLag).UnixMilli(), max(minPruned, 2*len(samples)))
		return err
	})
}

func putLag(ctx context.Context, tx *sql.Tx, sample model.LagSample) error {
	const series = `INSERT INTO lag_series (pipeline, cluster) VALUES (?, ?) ON CONFLICT DO NOTHING`
	const insert = `INSERT INTO lag (series, at, lag)
SELECT id, ?, ? FROM lag_series WHERE pipeline = ? AND cluster = ?
ON CONFLICT (series, at) DO UPDATE SET lag = excluded.lag`
	if _, err := tx.ExecContext(ctx, series, sample.Pipeline, sample.Cluster); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, insert, sample.At.UnixMilli(), sample.Lag, sample.Pipeline, sample.Cluster)
	return err
}

// Lag reads the samples taken at since or later, in the order of their times.
func (s *Store) Lag(ctx context.Context, since time.Time) ([]model.LagSample, error) {
	samples, err := s.readLag(ctx, since)
	return samples, s.fail(ctx, "read the lag history", err)
}

func (s *Store) readLag(ctx context.Context, since time.Time) ([]model.LagSample, error) {
	const query = `SELECT lag.at, lag_series.pipeline, lag_series.cluster, lag.lag
FROM lag_series CROSS JOIN lag ON lag.series = lag_series.id
WHERE lag.at >= ? ORDER BY lag.at, lag_series.pipeline, lag_series.cluster`
	rows, err := s.reader.QueryContext(ctx, query, since.UnixMilli())
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	all := []model.LagSample{}
	for rows.Next() {
		var sample model.LagSample
		var at int64
		if err := rows.Scan(&at, &sample.Pipeline, &sample.Cluster, &sample.Lag); err != nil {
			return nil, err
		}
		sample.At = time.UnixMilli(at).UTC()
		all = append(all, sample)
	}
	return all, rows.Err()
}
