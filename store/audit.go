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
	records, err := s.selectAudit(ctx, "ORDER BY id DESC LIMIT ?", limit)
	return records, s.fail(ctx, "read the audit trail", err)
}

// AuditOf reads the entries of a run, oldest first.
func (s *Store) AuditOf(ctx context.Context, runID string) ([]failover.AuditEntry, error) {
	records, err := s.selectAudit(ctx, "WHERE run_id = ? ORDER BY id", runID)
	if err != nil {
		return nil, s.fail(ctx, "read the audit trail of a run", err)
	}
	entries := make([]failover.AuditEntry, 0, len(records))
	for _, r := range records {
		entries = append(entries, r.AuditEntry)
	}
	return entries, nil
}

// selectAudit reads what a condition, which is never made of outside text, picks.
func (s *Store) selectAudit(ctx context.Context, which string, args ...any) ([]AuditRecord, error) {
	query := `SELECT id, at, pipeline, run_id, actor, action, detail FROM audit ` + which
	rows, err := s.reader.QueryContext(ctx, query, args...)
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
