package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/fumtui/fumtui/model"
)

// The spans of the coarser copies of a series, in milliseconds.
const (
	minute = int64(time.Minute / time.Millisecond)
	hour   = int64(time.Hour / time.Millisecond)
)

// AppendSamples stores samples for charts, and removes some of what is too old.
// Of two samples of a series in the same millisecond the later one stays. It
// gives up soon, with [KindLocked], when the database is busy.
func (s *Store) AppendSamples(ctx context.Context, samples []model.Sample) error {
	return s.record(ctx, "store samples", func(ctx context.Context, tx *sql.Tx) error {
		w, err := newSampleWriter(ctx, tx)
		if err != nil {
			return err
		}
		defer w.close()
		for _, sample := range samples {
			if err := w.put(ctx, sample); err != nil {
				return err
			}
		}
		return s.pruneSamples(ctx, tx, max(minPruned, 2*len(samples)))
	})
}

// sampleWriter writes samples in one transaction.
type sampleWriter struct {
	find, add, sample, rollup *sql.Stmt
	ids                       map[model.Series]int64
}

func newSampleWriter(ctx context.Context, tx *sql.Tx) (*sampleWriter, error) {
	w := &sampleWriter{ids: map[model.Series]int64{}}
	for stmt, query := range map[**sql.Stmt]string{
		&w.find: `SELECT id FROM series WHERE measure = ? AND pipeline = ? AND cluster = ?`,
		&w.add:  `INSERT INTO series (measure, pipeline, cluster) VALUES (?, ?, ?) RETURNING id`,
		&w.sample: `INSERT INTO sample (series, at, value) VALUES (?, ?, ?)
ON CONFLICT (series, at) DO UPDATE SET value = excluded.value`,
		&w.rollup: `INSERT INTO rollup (span, series, at, low, high, last) VALUES (?1, ?2, ?3, ?4, ?4, ?4)
ON CONFLICT (span, series, at) DO UPDATE SET low = min(low, excluded.low), high = max(high, excluded.high), last = excluded.last`,
	} {
		var err error
		if *stmt, err = tx.PrepareContext(ctx, query); err != nil { //nolint:sqlclosecheck // close closes them all
			w.close()
			return nil, err
		}
	}
	return w, nil
}

func (w *sampleWriter) close() {
	for _, stmt := range []*sql.Stmt{w.find, w.add, w.sample, w.rollup} {
		if stmt != nil {
			_ = stmt.Close()
		}
	}
}

func (w *sampleWriter) put(ctx context.Context, sample model.Sample) error {
	id, err := w.id(ctx, sample.Series)
	if err != nil {
		return err
	}
	at := sample.At.UnixMilli()
	if _, err := w.sample.ExecContext(ctx, id, at, sample.Value); err != nil {
		return err
	}
	for _, span := range []int64{minute, hour} {
		if _, err := w.rollup.ExecContext(ctx, span, id, floor(at, span), sample.Value); err != nil {
			return err
		}
	}
	return nil
}

// id is the number of a series, a new one where it has none.
func (w *sampleWriter) id(ctx context.Context, series model.Series) (int64, error) {
	if id, ok := w.ids[series]; ok {
		return id, nil
	}
	var id int64
	err := w.find.QueryRowContext(ctx, series.Measure, series.Pipeline, series.Cluster).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		err = w.add.QueryRowContext(ctx, series.Measure, series.Pipeline, series.Cluster).Scan(&id)
	}
	if err != nil {
		return 0, err
	}
	w.ids[series] = id
	return id, nil
}

// floor is the multiple of step at or below n, for negative n too.
func floor(n, step int64) int64 {
	rest := n % step
	if rest < 0 {
		rest += step
	}
	return n - rest
}

// pruneSamples removes at most so many rows of each kind that are too old.
func (s *Store) pruneSamples(ctx context.Context, tx *sql.Tx, atMost int) error {
	const samples = `DELETE FROM sample WHERE (series, at) IN (
  SELECT sample.series, sample.at FROM series CROSS JOIN sample ON sample.series = series.id
  WHERE sample.at < ? LIMIT ?)`
	const rollups = `DELETE FROM rollup WHERE (span, series, at) IN (
  SELECT rollup.span, rollup.series, rollup.at FROM series CROSS JOIN rollup ON rollup.span = ? AND rollup.series = series.id
  WHERE rollup.at < ? LIMIT ?)`
	now := s.now()
	if _, err := tx.ExecContext(ctx, samples, now.Add(-s.keepSamples()).UnixMilli(), atMost); err != nil {
		return err
	}
	for span, keep := range map[int64]time.Duration{minute: s.keepMinutes(), hour: s.keepSeries} {
		if _, err := tx.ExecContext(ctx, rollups, span, now.Add(-keep).UnixMilli(), atMost); err != nil {
			return err
		}
	}
	return nil
}

// keepSamples is how long every sample is kept, keepMinutes the same of minutes.
func (s *Store) keepSamples() time.Duration { return min(s.keepSeries, 6*time.Hour) }
func (s *Store) keepMinutes() time.Duration { return min(s.keepSeries, 8*24*time.Hour) }

// Samples reads the samples of a measure taken at since or later, as far back as
// every sample is kept, in the order of their times.
func (s *Store) Samples(ctx context.Context, measure model.Measure, since time.Time) ([]model.Sample, error) {
	samples, err := s.readSamples(ctx, measure, since)
	return samples, s.fail(ctx, "read the samples", err)
}

func (s *Store) readSamples(ctx context.Context, measure model.Measure, since time.Time) ([]model.Sample, error) {
	const query = `SELECT sample.at, series.pipeline, series.cluster, sample.value
FROM series CROSS JOIN sample ON sample.series = series.id
WHERE series.measure = ? AND sample.at >= ? ORDER BY sample.at, series.pipeline, series.cluster`
	rows, err := s.reader.QueryContext(ctx, query, measure, since.UnixMilli())
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	all := []model.Sample{}
	for rows.Next() {
		sample := model.Sample{Series: model.Series{Measure: measure}}
		var at int64
		if err := rows.Scan(&at, &sample.Pipeline, &sample.Cluster, &sample.Value); err != nil {
			return nil, err
		}
		sample.At = time.UnixMilli(at).UTC()
		all = append(all, sample)
	}
	return all, rows.Err()
}
