package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/fumtui/fumtui/model"
)

// mostBuckets bounds what one query of buckets gives of a series.
const mostBuckets = 20_000

// Buckets reads series in buckets, with their lowest and highest values whatever
// the size of the buckets. It is read from samples, minutes or hours, whichever
// are the fewest rows that do: the buckets are longer than asked for where the
// query goes back further than anything finer is kept.
func (s *Store) Buckets(ctx context.Context, q model.BucketQuery) (model.Buckets, error) {
	out := model.Buckets{Every: max(q.Every, time.Millisecond), Series: make([][]model.Bucket, len(q.Series))}
	span := s.finest(q)
	if least := time.Duration(span) * time.Millisecond; out.Every < least {
		out.Every = least
	}
	for i, series := range q.Series {
		list, err := s.readBuckets(ctx, series, span, out.Every, q.From, q.To)
		if err != nil {
			return model.Buckets{}, s.fail(ctx, "read the history of a chart", err)
		}
		out.Series[i] = list
	}
	return out, nil
}

// finest is the span, in milliseconds, of the rows that a query is answered
// from; 0: samples.
func (s *Store) finest(q model.BucketQuery) int64 {
	age := s.now().Sub(q.From)
	switch {
	case q.Every < time.Minute && age <= s.keepSamples():
		return 0
	case q.Every < time.Hour && age <= s.keepMinutes():
		return minute
	}
	return hour
}

func (s *Store) readBuckets(ctx context.Context, series model.Series, span int64, every time.Duration, from, to time.Time) ([]model.Bucket, error) {
	const samples = `SELECT at, value, value, value FROM sample
WHERE series = (SELECT id FROM series WHERE measure = ? AND pipeline = ? AND cluster = ?) AND at >= ? AND at < ?
ORDER BY at`
	const rollups = `SELECT at, low, high, last FROM rollup
WHERE series = (SELECT id FROM series WHERE measure = ? AND pipeline = ? AND cluster = ?) AND at >= ? AND at < ? AND span = ?
ORDER BY at`
	args := []any{series.Measure, series.Pipeline, series.Cluster, floor(from.UnixMilli(), max(1, span)), to.UnixMilli()}
	query := samples
	if span > 0 {
		query, args = rollups, append(args, span)
	}
	rows, err := s.reader.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	return foldBuckets(rows, every.Milliseconds())
}

// foldBuckets puts rows, in the order of time, into buckets.
func foldBuckets(rows *sql.Rows, every int64) ([]model.Bucket, error) {
	list := []model.Bucket{}
	open := int64(0)
	for rows.Next() {
		var at int64
		var b model.Bucket
		if err := rows.Scan(&at, &b.Low, &b.High, &b.Last); err != nil {
			return nil, err
		}
		at = floor(at, every)
		if n := len(list); n > 0 && at == open {
			was := &list[n-1]
			was.Low, was.High, was.Last = min(was.Low, b.Low), max(was.High, b.High), b.Last
			continue
		}
		if len(list) == mostBuckets {
			break
		}
		b.At, open = time.UnixMilli(at).UTC(), at
		list = append(list, b)
	}
	return list, rows.Err()
}
