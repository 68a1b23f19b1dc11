package consumer

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
)

// Consumption is what a pipeline consumed, as one transaction read it.
type Consumption struct {
	First  *uint64        // the slot after the initial cursor of its first session; nil: not decided yet
	Cursor *uint64        // the highest cursor of its clients; nil: none yet
	Times  map[uint64]int // how often each slot was consumed
	Pairs  []Pair         // clients that ran at the same time
}

// Pair are two clients of a pipeline that ran at the same time.
type Pair struct {
	Cluster string // of the one that began
	Other   string // cluster of the one that ran already
	At      string // when it began, RFC 3339 in UTC
}

// pairs finds for every session an earlier one that lived when it began, by the
// word of the session itself, or that consumed slots after that.
const pairs = `WITH life AS (
  SELECT s.n, s.cluster, s.started_at, s.beside, max(c.at) AS last FROM session s LEFT JOIN consumed c ON c.session = s.id GROUP BY s.n)
SELECT b.cluster, a.cluster, b.started_at FROM life b JOIN life a
  ON a.n < b.n AND (a.n = b.beside OR a.last > b.started_at)
ORDER BY b.n, a.n`

// ReadConsumption reads a pipeline's record, which clients may be writing.
func ReadConsumption(ctx context.Context, path string) (Consumption, error) {
	c := Consumption{Times: map[uint64]int{}}
	err := readDB(ctx, path, func(tx *sql.Tx) error {
		var first, cursor sql.Null[uint64]
		if err := tx.QueryRowContext(ctx, `SELECT max(slot) FROM progress`).Scan(&cursor); err != nil {
			return err
		}
		err := tx.QueryRowContext(ctx, `SELECT initial + 1 FROM session WHERE initial IS NOT NULL ORDER BY n LIMIT 1`).Scan(&first)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if first.Valid {
			c.First = &first.V
		}
		if cursor.Valid {
			c.Cursor = &cursor.V
		}
		rows, err := tx.QueryContext(ctx, `SELECT slot, count(*) FROM consumed GROUP BY slot`)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var slot uint64
			var n int
			if err := rows.Scan(&slot, &n); err != nil {
				return err
			}
			c.Times[slot] = n
		}
		if err := rows.Err(); err != nil {
			return err
		}
		c.Pairs, err = readPairs(ctx, tx)
		return err
	})
	return c, err
}

func readPairs(ctx context.Context, tx *sql.Tx) ([]Pair, error) {
	rows, err := tx.QueryContext(ctx, pairs)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var all []Pair
	for rows.Next() {
		var p Pair
		if err := rows.Scan(&p.Cluster, &p.Other, &p.At); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

// ReadCursor reads the cursor of a pipeline's client at a cluster; nil: none.
func ReadCursor(ctx context.Context, path, cluster string) (*uint64, error) {
	var slot *uint64
	err := readDB(ctx, path, func(tx *sql.Tx) error {
		var v uint64
		err := tx.QueryRowContext(ctx, `SELECT slot FROM progress WHERE cluster = ?`, cluster).Scan(&v)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		slot = &v
		return err
	})
	return slot, err
}

// readDB runs read in one transaction on a file that must exist.
func readDB(ctx context.Context, path string, read func(*sql.Tx) error) error {
	if _, err := os.Stat(path); err != nil {
		return err
	}
	db, err := openDB(ctx, path)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := read(tx); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	return nil
}

// Streaming reports whether a pipeline's client at a cluster has consumed
// slots and has published its cursor.
func Streaming(ctx context.Context, record, fumtuiDB, pipeline, cluster string) (bool, error) {
	var consumed, published bool
	err := readDB(ctx, record, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM consumed WHERE cluster = ?)`, cluster).Scan(&consumed)
	})
	if err != nil || !consumed {
		return false, err
	}
	err = readDB(ctx, fumtuiDB, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM cursor WHERE pipeline = ? AND cluster = ?)`,
			pipeline, cluster).Scan(&published)
	})
	return published, err
}
