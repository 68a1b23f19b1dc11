package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/fumtui/fumtui/model"
)

const (
	// maxEvidence bounds, in bytes, one stored piece of evidence.
	maxEvidence = 256 << 10
	// minPruned is how many rows that are too old a write of history removes at
	// least, if there are so many: so a backlog shrinks while each write stays
	// short.
	minPruned = 256
	// pageSize is how many rows are read at a time, so that a long read neither
	// fills the memory nor keeps the write-ahead log from being emptied.
	pageSize = 2000
)

// AppendEvidence stores evidence for the history, and removes some of what is
// too old. It gives up soon, with [KindLocked], when the database is busy. What
// can never be stored, such as a list of subscribers of more than 256 KiB, is
// left out whole; all else is stored nevertheless, and the error, which names
// what was left out, is then of [model.ErrLeftOut].
func (s *Store) AppendEvidence(ctx context.Context, evidence []model.Evidence) error {
	const insert = `INSERT INTO evidence (answered, body) VALUES (?, ?)`
	bodies := make([][]byte, len(evidence))
	var odd []error
	for i, e := range evidence {
		var err error
		if bodies[i], err = encodeEvidence(e); err != nil {
			odd = append(odd, err)
		}
	}
	err := s.record(ctx, "store evidence", func(ctx context.Context, tx *sql.Tx) error {
		stmt, err := tx.PrepareContext(ctx, insert)
		if err != nil {
			return err
		}
		defer func() { _ = stmt.Close() }()
		for i, body := range bodies {
			if body == nil {
				continue
			}
			if _, err := stmt.ExecContext(ctx, evidence[i].Answered.UnixMicro(), string(body)); err != nil {
				return err
			}
		}
		return s.pruneEvidence(ctx, tx, max(minPruned, 2*len(evidence)))
	})
	if err != nil || len(odd) == 0 {
		return err
	}
	return fmt.Errorf("%w: %w", model.ErrLeftOut, errors.Join(odd...))
}

func (s *Store) pruneEvidence(ctx context.Context, tx *sql.Tx, atMost int) error {
	const prune = `DELETE FROM evidence WHERE id IN (
  SELECT id FROM evidence WHERE answered < ? ORDER BY answered LIMIT ?)`
	_, err := tx.ExecContext(ctx, prune, s.now().Add(-s.keepRaw).UnixMicro(), atMost)
	return err
}

// encodeEvidence gives nil with an error.
func encodeEvidence(e model.Evidence) ([]byte, error) {
	e.Metrics = e.Metrics.Finite()
	body, err := json.Marshal(e)
	if err == nil && len(body) > maxEvidence {
		err = fmt.Errorf("%d bytes are more than %d", len(body), maxEvidence)
	}
	if err != nil {
		return nil, fmt.Errorf("evidence of kind %s at %s: %w", e.Kind, e.Cluster, err)
	}
	return body, nil
}

// Evidence reads the evidence answered at since or later, in the order of the
// answers. The cause of a failure is not kept. Rows that cannot be read, such as
// those of a later fumtui, are skipped.
func (s *Store) Evidence(ctx context.Context, since time.Time) ([]model.Evidence, error) {
	all := []model.Evidence{}
	err := s.EachEvidence(ctx, since, func(e model.Evidence) error {
		all = append(all, e)
		return nil
	})
	return all, err
}

// EachEvidence calls do with what [Store.Evidence] reads, in memory that does
// not grow with it, until do fails. What is stored while it reads may come too.
func (s *Store) EachEvidence(ctx context.Context, since time.Time, do func(model.Evidence) error) error {
	from := place{answered: since.UnixMicro(), id: math.MinInt64}
	var moment []model.Evidence // of one microsecond, which is all that the database orders by
	for {
		page, next, err := s.evidencePage(ctx, from)
		if err != nil {
			return s.fail(ctx, "read the evidence", err)
		}
		for _, e := range page {
			if e.Answered.Before(since) {
				continue
			}
			if len(moment) > 0 && moment[0].Answered.UnixMicro() != e.Answered.UnixMicro() {
				if err := eachInOrder(moment, do); err != nil {
					return err
				}
				moment = moment[:0]
			}
			moment = append(moment, e)
		}
		if next == from {
			return eachInOrder(moment, do)
		}
		from = next
	}
}

// eachInOrder calls do with evidence in the order of the answers.
func eachInOrder(evidence []model.Evidence, do func(model.Evidence) error) error {
	slices.SortStableFunc(evidence, func(a, b model.Evidence) int { return a.Answered.Compare(b.Answered) })
	for _, e := range evidence {
		if err := do(e); err != nil {
			return err
		}
	}
	return nil
}

// place is where a row of evidence stands in the order.
type place struct{ answered, id int64 }

// evidencePage reads the rows behind a place, and gives the place of the last.
func (s *Store) evidencePage(ctx context.Context, from place) ([]model.Evidence, place, error) {
	const query = `SELECT answered, id, body FROM evidence
WHERE (answered, id) > (?, ?) ORDER BY answered, id LIMIT ?`
	rows, err := s.reader.QueryContext(ctx, query, from.answered, from.id, pageSize)
	if err != nil {
		return nil, from, err
	}
	defer func() { _ = rows.Close() }()
	var page []model.Evidence
	for rows.Next() {
		var body sql.RawBytes
		if err := rows.Scan(&from.answered, &from.id, &body); err != nil {
			return nil, from, err
		}
		var e model.Evidence
		if json.Unmarshal(body, &e) != nil {
			continue
		}
		e.Asked, e.Answered = e.Asked.UTC(), e.Answered.UTC()
		page = append(page, e)
	}
	return page, from, rows.Err()
}
