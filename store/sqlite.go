package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"time"

	_ "modernc.org/sqlite" // registers the driver
)

// connect prepares a pool of at most size connections; it opens none yet.
func connect(path, query string, size int) (*sql.DB, error) {
	db, err := sql.Open("sqlite", uri(path, query))
	if err != nil {
		return nil, &Error{Kind: KindFailed, Path: path, Doing: openDatabase, Saw: err.Error(), Err: err}
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}

// querier is what a connection pool and a transaction have in common.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// work is what happens inside a transaction.
type work func(ctx context.Context, tx *sql.Tx) error

// record runs one transaction on history. It gives up early when busy.
func (s *Store) record(ctx context.Context, doing string, do work) error {
	return s.transact(ctx, s.history, s.historyWait, doing, do)
}

// inPlace fails when the file at our path is no longer the one that is open: a
// journal in a file that nobody else can see would keep no promise.
func (s *Store) inPlace(doing string) error {
	now, err := os.Stat(s.path)
	if err == nil && os.SameFile(now, s.file) {
		return nil
	}
	return &Error{Kind: KindReplaced, Path: s.path, Doing: doing, Err: err}
}

// transact holds the write lock from before do until the commit is on disk, or
// changes nothing.
func (s *Store) transact(ctx context.Context, db *sql.DB, wait time.Duration, doing string, do work) error {
	if db == nil {
		return &Error{Kind: KindReadOnly, Path: s.path, Doing: doing, Saw: "it was opened for reading only"}
	}
	if err := s.inPlace(doing); err != nil {
		return err
	}
	var tx *sql.Tx
	err := retry(ctx, wait, func() (err error) {
		tx, err = db.BeginTx(ctx, nil)
		return err
	})
	if err != nil {
		return s.fail(ctx, doing, err)
	}
	if err := do(ctx, tx); err != nil {
		_ = tx.Rollback()
		return s.fail(ctx, doing, err)
	}
	return s.fail(ctx, doing, tx.Commit())
}

// retry tries again while the database is busy, for at most wait.
func retry(ctx context.Context, wait time.Duration, try func() error) error {
	limit := time.NewTimer(wait)
	defer limit.Stop()
	for {
		err := try()
		if !busy(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-limit.C:
			return err
		case <-time.After(retryPause):
		}
	}
}

// checkWritable fails when SQLite could open the file for reading only, as it
// silently does.
func (s *Store) checkWritable(ctx context.Context) error {
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return err
	}
	readOnly := false
	err = conn.Raw(func(raw any) error {
		asker, ok := raw.(interface{ IsReadOnly(string) (bool, error) })
		if !ok {
			return errors.New("the driver does not say whether a database is read-only")
		}
		readOnly, err = asker.IsReadOnly("main")
		return err
	})
	if closeErr := conn.Close(); err == nil {
		err = closeErr
	}
	if err == nil && readOnly {
		err = &Error{Kind: KindReadOnly, Path: s.path, Doing: openDatabase}
	}
	return err
}

// useWAL lets readers and a writer go on at the same time.
func useWAL(ctx context.Context, db *sql.DB, path string) error {
	var mode string
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return &Error{
			Kind: KindFailed, Path: path, Doing: openDatabase,
			Saw: "its file system does not support a write-ahead log (journal mode " + mode + "); put it on a local disk",
		}
	}
	return nil
}

// readable reports whether the file could be read if it needed no companions.
func readable(ctx context.Context, path string) bool {
	db, err := connect(path, "immutable=1", 1)
	if err != nil {
		return false
	}
	defer func() { _ = db.Close() }()
	var version int
	return db.QueryRowContext(ctx, "PRAGMA schema_version").Scan(&version) == nil
}

// pendingWAL reports whether committed rows may wait outside the main file.
func pendingWAL(path string) bool {
	info, err := os.Stat(path + "-wal")
	return err == nil && info.Size() > 0
}
