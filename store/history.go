package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/fumtui/fumtui/model"
)

const (
	// maxEvidence bounds, in bytes, one stored piece of evidence.
	maxEvidence = 64 << 10
	// minPruned is how many rows that are too old a write of history removes at
	// least, if there are so many: so a backlog shrinks while each write stays
	// short.
	minPruned = 256
)

// AppendEvidence stores evidence for the history, and removes some of what is
// too old. It gives up soon, with [KindLocked], when the database is busy. What
// cannot be stored, such as a list of subscribers of more than 64 KiB, is left
// out whole and named in the error; all else is stored nevertheless.
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
	return errors.Join(append([]error{err}, odd...)...)
}

func (s *Store) pruneEvidence(ctx context.Context, tx *sql.Tx, atMost int) error {
	const prune = `DELETE FROM evidence WHERE id IN (
  SELECT id FROM evidence WHERE answered < ? ORDER BY answered LIMIT ?)`
	_, err := tx.ExecContext(ctx, prune, s.now().Add(-s.keepRaw).UnixMicro(), atMost)
	return err
}

// encodeEvidence gives nil with an error.
func encodeEvidence(e model.Evidence) ([]byte, error) {
	e.Metrics = finite(e.Metrics)
	body, err := json.Marshal(e)
	if err == nil && len(body) > maxEvidence {
		err = fmt.Errorf("%d bytes are more than %d", len(body), maxEvidence)
	}
	if err != nil {
		return nil, fmt.Errorf("store evidence of kind %s at %s: %w: it was left out of the history", e.Kind, e.Cluster, err)
	}
	return body, nil
}

// finite makes numbers that JSON cannot hold not known.
func finite(m *model.ClientMetrics) *model.ClientMetrics {
	if m == nil {
		return nil
	}
	known := *m
	for _, value := range []**float64{&known.Commits, &known.Polls, &known.Events} {
		if *value != nil && (math.IsNaN(**value) || math.IsInf(**value, 0)) {
			*value = nil
		}
	}
	return &known
}

// Evidence reads the evidence answered at since or later, in the order of the
// answers. The cause of a failure is not kept. Rows that cannot be read, such as
// those of a later fumtui, are skipped.
func (s *Store) Evidence(ctx context.Context, since time.Time) ([]model.Evidence, error) {
	evidence, err := s.readEvidence(ctx, since)
	return evidence, s.fail(ctx, "read the evidence", err)
}

func (s *Store) readEvidence(ctx context.Context, since time.Time) ([]model.Evidence, error) {
	const query = `SELECT body FROM evidence WHERE answered >= ? ORDER BY answered, id`
	rows, err := s.reader.QueryContext(ctx, query, since.UnixMicro())
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	all := []model.Evidence{}
	for rows.Next() {
		var body sql.RawBytes
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		var e model.Evidence
		if json.Unmarshal(body, &e) != nil || e.Answered.Before(since) {
			continue
		}
		e.Asked, e.Answered = e.Asked.UTC(), e.Answered.UTC()
		all = append(all, e)
	}
	return all, rows.Err()
}
