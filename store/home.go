package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/fumtui/fumtui/model/failover"
)

// Home implements [failover.Ledger].
func (s *Store) Home(ctx context.Context, pipeline, configured string) (string, error) {
	var home string
	err := s.reader.QueryRowContext(ctx, `SELECT cluster FROM home WHERE pipeline = ? AND configured = ?`,
		pipeline, configured).Scan(&home)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return home, s.fail(ctx, "read the home of a pipeline", err)
}

// SetHome implements [failover.Ledger].
func (s *Store) SetHome(ctx context.Context, pipeline, configured, home string, audit failover.AuditEntry) error {
	const drop = `DELETE FROM home WHERE pipeline = ?`
	const put = `INSERT INTO home (pipeline, cluster, configured, since) VALUES (?, ?, ?, ?)`
	return s.write(ctx, "set the home of a pipeline", func(ctx context.Context, tx *sql.Tx) error {
		if err := refuseBusy(ctx, tx, pipeline); err != nil {
			return err
		}
		active, err := activeCluster(ctx, tx, pipeline)
		if err != nil {
			return err
		}
		if active == "" {
			active = configured
		}
		if active != home {
			return &failover.MovedError{Pipeline: pipeline, Expected: home, Active: active}
		}
		if _, err := tx.ExecContext(ctx, drop, pipeline); err != nil {
			return err
		}
		if home != configured {
			if _, err := tx.ExecContext(ctx, put, pipeline, home, configured, timeText(s.now())); err != nil {
				return err
			}
		}
		return putAudit(ctx, tx, pipeline, "", audit)
	})
}
