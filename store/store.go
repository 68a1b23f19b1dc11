package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/fumtui/fumtui/model/failover"
)

var _ failover.Ledger = (*Store)(nil)

// The connections' settings. The driver runs busy_timeout first whatever the
// order here. It is short for writers because SQLite's own waiting does not heed
// a context: [retry] waits instead.
const (
	writerQuery  = "_pragma=busy_timeout(50)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=journal_size_limit(16777216)&_txlock=immediate"
	readerQuery  = "_pragma=busy_timeout(1000)&_pragma=query_only(1)"
	readers      = 4
	retryPause   = 2 * time.Millisecond
	openDatabase = "open the database"
)

// Store is an open database. It is safe for use by many goroutines.
type Store struct {
	path string
	file os.FileInfo // the file that is open; nil when read-only
	settings

	reader  *sql.DB
	polled  *prepared // the reader, for what is read again and again
	writer  *sql.DB   // one connection: agreed state; nil when read-only
	history *sql.DB   // one connection: history; nil when read-only
	group   group     // of what waits for the writer

	closing sync.Once
	closed  error
}

// Open opens the database at path for reading and writing, makes it and its
// folder where they do not exist, and brings its schema up to date. Any number
// of processes may do so at once.
//
// It fails with [Error]. On [KindReadOnly], [OpenReadOnly] may still show what
// is there.
func Open(ctx context.Context, path string, options ...Option) (*Store, error) {
	s, err := newStore(path, options)
	if err != nil {
		return nil, err
	}
	if err := prepareFile(s.path); err != nil {
		return nil, err
	}
	if s.file, err = os.Stat(s.path); err != nil {
		return nil, &Error{Kind: KindInaccessible, Path: s.path, Doing: openDatabase, Err: err}
	}
	if s.writer, err = connect(s.path, writerQuery, 1); err != nil {
		return nil, err
	}
	if s.history, err = connect(s.path, writerQuery, 1); err == nil {
		s.reader, err = connect(s.path, readerQuery, readers)
	}
	if err == nil {
		s.polled = newPrepared(s.reader)
		err = s.setUp(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// setUp checks that the file is ours to write, and brings it up to date.
func (s *Store) setUp(ctx context.Context) error {
	err := retry(ctx, s.busyWait, func() error {
		if err := checkSchema(ctx, s.writer, s.path); err != nil {
			return err
		}
		if err := s.checkWritable(ctx); err != nil {
			return err
		}
		if err := useWAL(ctx, s.writer, s.path); err != nil {
			return err
		}
		return migrate(ctx, s.writer, s.path)
	})
	err = s.fail(ctx, openDatabase, err)
	if KindOf(err) == KindInaccessible && readable(ctx, s.path) {
		return &Error{Kind: KindReadOnly, Path: s.path, Doing: openDatabase, Err: err}
	}
	return err
}

// OpenReadOnly opens the database at path for reading only: every write fails
// with [KindReadOnly]. It changes nothing, and fails with [KindOlder] where the
// schema would have to be brought up to date first.
//
// Where SQLite cannot even make its -shm file (a read-only file system) the
// database is read as it stood at its last checkpoint, provided nothing newer
// waits in a -wal file.
func OpenReadOnly(ctx context.Context, path string, options ...Option) (*Store, error) {
	s, err := newStore(path, options)
	if err != nil {
		return nil, err
	}
	if err := checkFile(s.path); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			err = &Error{Kind: KindInaccessible, Path: s.path, Doing: openDatabase, Saw: "there is no such file", Err: err}
		}
		return nil, err
	}
	err = s.openReader(ctx, readerQuery+"&mode=ro")
	if kind := KindOf(err); (kind == KindInaccessible || kind == KindReadOnly) && !pendingWAL(s.path) {
		err = s.openReader(ctx, readerQuery+"&immutable=1")
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Store) openReader(ctx context.Context, query string) error {
	var err error
	if s.reader, err = connect(s.path, query, readers); err != nil {
		return err
	}
	if err := requireCurrent(ctx, s.reader, s.path); err != nil {
		return errors.Join(s.fail(ctx, openDatabase, err), s.reader.Close())
	}
	s.polled = newPrepared(s.reader)
	return nil
}

// Path is the absolute path of the database.
func (s *Store) Path() string { return s.path }

// Close ends all connections. It may be called more than once.
func (s *Store) Close() error {
	s.closing.Do(func() {
		var all []error
		for _, db := range []*sql.DB{s.reader, s.history, s.writer} {
			if db != nil {
				all = append(all, db.Close())
			}
		}
		s.closed = errors.Join(all...)
	})
	return s.closed
}

func newStore(path string, options []Option) (*Store, error) {
	abs, err := filepath.Abs(path)
	if err != nil || path == "" {
		return nil, &Error{Kind: KindInaccessible, Path: path, Doing: openDatabase, Saw: "the path is not usable", Err: err}
	}
	s := &Store{path: abs, settings: defaults()}
	for _, option := range options {
		option(&s.settings)
	}
	return s, nil
}
