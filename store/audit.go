package store

import (
	"context"
	"database/sql"

	"github.com/fumtui/fumtui/model/failover"
)

// AuditRecord is one stored line of the audit trail.
type AuditRecord struct {
	ID       int64 // grows with every entry
	Pipeline string
	RunID    string // empty: not part of a run
	failover.AuditEntry
}

// Audit reads the newest entries of the audit trail, newest first; limit 0 is
// no limit.
func (s *Store) Audit(ctx context.Context, limit int) ([]AuditRecord, error) {
	if limit <= 0 {
		limit = -1
	}
	records, err := s.readAudit(ctx, limit)
	return records, s.fail(ctx, "read the audit trail", err)
}

func (s *Store) readAudit(ctx context.Context, limit int) ([]AuditRecord, error) {
	const query = `SELECT id, at, pipeline, run_id, actor, action, detail FROM audit ORDER BY id DESC LIMIT ?`
	rows, err := s.reader.QueryContext(ctx, query, limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	records := []AuditRecord{}
	for rows.Next() {
		var r AuditRecord
		var at string
		if err := rows.Scan(&r.ID, &at, &r.Pipeline, &r.RunID, &r.Actor, &r.Action, &r.Detail); err != nil {
			return nil, err
		}
		if r.At, err = parseTime(at); err != nil {
			return nil, err
		}
		records = append(records, r)
	}
	return records, rows.Err()
}

func putAudit(ctx context.Context, tx *sql.Tx, pipeline, runID string, e failover.AuditEntry) error {
	const insert = `INSERT INTO audit (at, pipeline, run_id, actor, action, detail) VALUES (?, ?, ?, ?, ?, ?)`
	_, err := tx.ExecContext(ctx, insert, timeText(e.At), pipeline, runID, e.Actor, e.Action, e.Detail)
	return err
}
