package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// Begin implements [failover.Ledger]. The stored run has the lease's epoch.
func (s *Store) Begin(ctx context.Context, run model.Run, ttl time.Duration) (failover.Lease, error) {
	var lease failover.Lease
	err := s.write(ctx, "begin a run", func(ctx context.Context, tx *sql.Tx) (err error) {
		if err := refuseBusy(ctx, tx, run.Pipeline); err != nil {
			return err
		}
		active, err := activeCluster(ctx, tx, run.Pipeline)
		if err != nil {
			return err
		}
		if active != "" && active != run.From {
			return &failover.MovedError{Pipeline: run.Pipeline, Expected: run.From, Active: active}
		}
		if err := insertRun(ctx, tx, &run); err != nil {
			return err
		}
		lease, err = takeLease(ctx, tx, run.Pipeline, run.ID, run.Holder, s.now().Add(ttl))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE run SET epoch = ? WHERE id = ?`, lease.Epoch, run.ID)
		return err
	})
	return onSuccess(lease, err)
}

func refuseBusy(ctx context.Context, tx *sql.Tx, pipeline string) error {
	unended, err := selectRuns(ctx, tx, "pipeline = ? AND "+isUnended, 1, pipeline)
	if err != nil {
		return err
	}
	if len(unended) > 0 {
		return &failover.BusyError{Run: unended[0]}
	}
	return nil
}

// Write implements [failover.Ledger]. The stored run has the lease's epoch and
// holder, whatever the batch's says.
func (s *Store) Write(ctx context.Context, lease failover.Lease, batch failover.Batch) error {
	run := batch.Run
	if run.ID != lease.RunID || run.Pipeline != lease.Pipeline {
		return fmt.Errorf("write run %s of pipeline %s under the lease of run %s of pipeline %s: they must be the same",
			run.ID, run.Pipeline, lease.RunID, lease.Pipeline)
	}
	run.Epoch, run.Holder = lease.Epoch, lease.Holder
	return s.write(ctx, "write the journal", func(ctx context.Context, tx *sql.Tx) error {
		now, err := heldLease(ctx, tx, lease.Pipeline)
		if err != nil {
			return err
		}
		if now == nil || now.Epoch != lease.Epoch || now.RunID != lease.RunID {
			return failover.ErrFenced
		}
		if err := updateRun(ctx, tx, &run); err != nil {
			return err
		}
		return s.applyBatch(ctx, tx, &run, batch)
	})
}

// applyBatch writes what changes together with the run.
func (s *Store) applyBatch(ctx context.Context, tx *sql.Tx, run *model.Run, batch failover.Batch) error {
	const activate = `INSERT INTO active (pipeline, cluster, run_id, since) VALUES (?, ?, ?, ?)
ON CONFLICT (pipeline) DO UPDATE SET cluster = excluded.cluster, run_id = excluded.run_id, since = excluded.since`
	const release = `UPDATE lease SET held = 0 WHERE pipeline = ?`
	if err := s.seedCursor(ctx, tx, run.Pipeline, batch.SetCursor); err != nil {
		return err
	}
	if batch.Activate {
		if _, err := tx.ExecContext(ctx, activate, run.Pipeline, run.To, run.ID, timeText(s.now())); err != nil {
			return err
		}
	}
	for _, entry := range batch.Audit {
		if err := putAudit(ctx, tx, run.Pipeline, run.ID, entry); err != nil {
			return err
		}
	}
	if batch.Release {
		if _, err := tx.ExecContext(ctx, release, run.Pipeline); err != nil {
			return err
		}
	}
	return nil
}

// seedCursor does nothing without a seed.
func (s *Store) seedCursor(ctx context.Context, tx *sql.Tx, pipeline string, seed *failover.CursorSeed) error {
	const remove = `DELETE FROM cursor WHERE pipeline = ? AND cluster = ?`
	if seed == nil {
		return nil
	}
	if err := setStale(ctx, tx, pipeline, seed.Cluster, staleOf(seed.Stale, seed.StaleUnknown)); err != nil {
		return err
	}
	if seed.Remove {
		_, err := tx.ExecContext(ctx, remove, pipeline, seed.Cluster)
		return err
	}
	return putCursor(ctx, tx, pipeline, seed.Cluster, seed.Slot, s.now())
}

// Writable implements [failover.Ledger]: it writes a row for real, because a
// full disk shows no earlier.
func (s *Store) Writable(ctx context.Context) error {
	const check = `INSERT INTO write_check (id, at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at`
	return s.write(ctx, "write to the database", func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, check, timeText(s.now()))
		return err
	})
}
