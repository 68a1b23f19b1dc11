package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

const leaseColumns = `pipeline, run_id, epoch, renewals, expires_at,
  holder_host, holder_boot_id, holder_pid, holder_started_at, holder_user`

// LeaseOf implements [failover.Ledger]. An expired lease that nobody took over
// is still the lease.
func (s *Store) LeaseOf(ctx context.Context, pipeline string) (*failover.Lease, error) {
	lease, err := heldLease(ctx, s.polled, pipeline)
	return lease, s.fail(ctx, "read a lease", err)
}

// heldLease is nil where nobody holds the pipeline's lease.
func heldLease(ctx context.Context, q querier, pipeline string) (*failover.Lease, error) {
	const query = `SELECT ` + leaseColumns + ` FROM lease WHERE pipeline = ? AND held`
	lease, err := scanLease(q.QueryRowContext(ctx, query, pipeline))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &lease, nil
}

func scanLease(row *sql.Row) (failover.Lease, error) {
	var lease failover.Lease
	var expires string
	h := &lease.Holder
	err := row.Scan(&lease.Pipeline, &lease.RunID, &lease.Epoch, &lease.Renewals, &expires,
		&h.Host, &h.BootID, &h.PID, &h.StartedAt, &h.User)
	if err != nil {
		return failover.Lease{}, err
	}
	lease.ExpiresAt, err = parseTime(expires)
	return lease, err
}

// takeLease gives the pipeline's lease to holder with the next epoch.
func takeLease(ctx context.Context, tx *sql.Tx, pipeline, runID string, h model.Holder, expires time.Time) (failover.Lease, error) {
	const take = `INSERT INTO lease (` + leaseColumns + `, held)
VALUES (?, ?, 1, 0, ?, ?, ?, ?, ?, ?, 1)
ON CONFLICT (pipeline) DO UPDATE SET
  run_id = excluded.run_id, epoch = lease.epoch + 1, renewals = 0, expires_at = excluded.expires_at,
  holder_host = excluded.holder_host, holder_boot_id = excluded.holder_boot_id,
  holder_pid = excluded.holder_pid, holder_started_at = excluded.holder_started_at,
  holder_user = excluded.holder_user, held = 1
RETURNING ` + leaseColumns
	return scanLease(tx.QueryRowContext(ctx, take, pipeline, runID, timeText(expires),
		h.Host, h.BootID, h.PID, h.StartedAt, h.User))
}

// TakeOver implements [failover.Ledger]. A run that has ended has nothing to
// take over: [failover.ErrFenced]. Where LeaseOf gave nil though the run has not
// ended, seen has the run's own epoch, or is the zero lease.
func (s *Store) TakeOver(ctx context.Context, runID string, seen failover.Lease, holder model.Holder, ttl time.Duration) (failover.Lease, error) {
	const mark = `UPDATE run SET state = ?, epoch = ?, taken_up_at = ?, holder_host = ?, holder_boot_id = ?, holder_pid = ?,
  holder_started_at = ?, holder_user = ? WHERE id = ?`
	var taken failover.Lease
	err := s.write(ctx, "take over a run", func(ctx context.Context, tx *sql.Tx) error {
		run, err := runByID(ctx, tx, runID)
		if err != nil {
			return err
		}
		now, err := heldLease(ctx, tx, run.Pipeline)
		if err != nil {
			return err
		}
		if run.State.Ended() || !sameLease(now, seen, run.Epoch) {
			return failover.ErrFenced
		}
		at := s.now()
		taken, err = takeLease(ctx, tx, run.Pipeline, runID, holder, at.Add(ttl))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, mark, model.RunRunning, taken.Epoch, timeText(at), holder.Host, holder.BootID, holder.PID,
			holder.StartedAt, holder.User, runID)
		return err
	})
	return onSuccess(taken, err)
}

// sameLease reports whether nothing happened to a lease since it was seen; a
// renewal is such a happening. now is nil while nobody holds it; last is then
// the epoch of the last one who did.
func sameLease(now *failover.Lease, seen failover.Lease, last int64) bool {
	if now == nil {
		return seen.Epoch == 0 || seen.Epoch == last
	}
	return now.Epoch == seen.Epoch && now.Renewals == seen.Renewals && now.RunID == seen.RunID
}

// Renew implements [failover.Ledger]. Whether the lease has run out is told by
// the clock by which it was given.
func (s *Store) Renew(ctx context.Context, lease failover.Lease, ttl time.Duration) (failover.Lease, error) {
	const renew = `UPDATE lease SET renewals = renewals + 1, expires_at = ?
WHERE pipeline = ? AND epoch = ? AND run_id = ? AND held AND expires_at > ?
RETURNING ` + leaseColumns
	var renewed failover.Lease
	err := s.write(ctx, "renew a lease", func(ctx context.Context, tx *sql.Tx) (err error) {
		now := s.now()
		renewed, err = scanLease(tx.QueryRowContext(ctx, renew,
			timeText(now.Add(ttl)), lease.Pipeline, lease.Epoch, lease.RunID, timeText(now)))
		if errors.Is(err, sql.ErrNoRows) {
			return failover.ErrFenced
		}
		return err
	})
	return onSuccess(renewed, err)
}

// onSuccess keeps a lease from reaching a caller whose transaction failed.
func onSuccess(lease failover.Lease, err error) (failover.Lease, error) {
	if err != nil {
		return failover.Lease{}, err
	}
	return lease, nil
}

// Active implements [failover.Ledger].
func (s *Store) Active(ctx context.Context, pipeline string) (string, error) {
	active, err := activeCluster(ctx, s.polled, pipeline)
	return active, s.fail(ctx, "read an active cluster", err)
}

func activeCluster(ctx context.Context, q querier, pipeline string) (string, error) {
	var cluster string
	err := q.QueryRowContext(ctx, `SELECT cluster FROM active WHERE pipeline = ?`, pipeline).Scan(&cluster)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return cluster, err
}
