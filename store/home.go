package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/fumtui/fumtui/model/failover"
)

// Home implements [failover.Ledger].
func (s *Store) Home(ctx context.Context, pipeline, configured string) (string, error) {
	const forget = `DELETE FROM home WHERE pipeline = ? AND configured <> ?`
	var home, then string
	err := s.polled.QueryRowContext(ctx, `SELECT cluster, configured FROM home WHERE pipeline = ?`, pipeline).Scan(&home, &then)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", nil
	case err != nil:
		return "", s.fail(ctx, "read the home of a pipeline", err)
	case then == configured:
		return home, nil
	case s.writer == nil:
		return "", nil // whoever may write forgets it
	}
	return "", s.write(ctx, "forget the home of a pipeline", func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, forget, pipeline, configured)
		return err
	})
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
