package store

import (
	"context"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Kind says what is wrong with the database, and so what would mend it.
type Kind string

// The kinds of errors of the database.
const (
	KindLocked       Kind = "locked"         // another process holds its lock for too long
	KindReadOnly     Kind = "read_only"      // the file or its folder cannot be written
	KindNotDatabase  Kind = "not_a_database" // not an SQLite file at all
	KindDamaged      Kind = "damaged"        // an SQLite file that is malformed
	KindForeign      Kind = "foreign"        // an SQLite file of another program
	KindNewer        Kind = "newer"          // written by a newer fumtui
	KindOlder        Kind = "older"          // read-only, and written by an older fumtui
	KindDirectory    Kind = "directory"      // the path names a folder
	KindInaccessible Kind = "inaccessible"   // cannot be opened or made
	KindFull         Kind = "full"           // the disk is full
	KindReplaced     Kind = "replaced"       // the file was removed or replaced while it was open
	KindFailed       Kind = "failed"         // anything else
)

// Error is trouble with the database file: what was being done, to which file,
// what was seen and what to do about it.
type Error struct {
	Kind  Kind
	Path  string
	Doing string // such as "open the database"
	Saw   string // empty: what is usual for the kind
	Err   error  // the cause; may be nil
}

// Error implements error.
func (e *Error) Error() string {
	saw := e.Saw
	if saw == "" {
		saw = sights[e.Kind]
	}
	return fmt.Sprintf("%s: cannot %s: %s: %s", e.Path, e.Doing, saw, mends[e.Kind])
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// sights is what each kind looks like where nothing more exact is known.
var sights = map[Kind]string{
	KindLocked:       "it is locked by another process",
	KindReadOnly:     "the file or its folder is read-only",
	KindNotDatabase:  "it is not an SQLite database",
	KindDamaged:      "the database is damaged",
	KindForeign:      "it is the database of another program",
	KindNewer:        "it was written by a newer fumtui",
	KindOlder:        "it was written by an older fumtui and is read-only",
	KindDirectory:    "it is a folder",
	KindInaccessible: "the file cannot be opened",
	KindFull:         "the disk is full",
	KindReplaced:     "the file was removed or replaced while it was open",
	KindFailed:       "the database failed",
}

// mends is what to do about each kind.
var mends = map[Kind]string{
	KindLocked:       "wait for that process or end it, then try again",
	KindReadOnly:     "make both writable for this user, or set another store in the configuration",
	KindNotDatabase:  "set another store in the configuration, or move this file away",
	KindDamaged:      "move it and its -wal and -shm files away and restore a copy",
	KindForeign:      "set a store of fumtui's own in the configuration",
	KindNewer:        "use that version, or set another store in the configuration",
	KindOlder:        "make it writable for this user once, so that it can be brought up to date",
	KindDirectory:    "name a file in it as the store",
	KindInaccessible: "check that its folder exists and is open to this user",
	KindFull:         "free some space on it; what was stored is safe",
	KindReplaced:     "put the file back, or restart fumtui to use the new one",
	KindFailed:       "try again; if it stays, restart fumtui and look at the disk",
}

// KindOf is the kind of the [Error] in err's chain, or "" without one.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

// fail gives a database's error its place, kind and mend. Other errors, such as
// those that the engine knows by name, pass unchanged.
func (s *Store) fail(ctx context.Context, doing string, err error) error {
	return failure(ctx, s.path, doing, err)
}

func failure(ctx context.Context, path, doing string, err error) error {
	if err == nil || KindOf(err) != "" {
		return err
	}
	var lite *sqlite.Error
	if !errors.As(err, &lite) {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("%s: cannot %s: %w", path, doing, err)
		}
		return err
	}
	if ctx.Err() != nil && lite.Code()&0xff == sqlite3.SQLITE_INTERRUPT {
		return fmt.Errorf("%s: cannot %s: %w", path, doing, ctx.Err())
	}
	kind := kindOfCode(lite.Code())
	e := &Error{Kind: kind, Path: path, Doing: doing, Err: err}
	if kind == KindFailed || kind == KindDamaged {
		e.Saw = lite.Error()
	}
	return e
}

// kindOfCode sorts the result codes of SQLite; the extended part of a code is
// in its higher bits.
func kindOfCode(code int) Kind {
	switch code & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return KindLocked
	case sqlite3.SQLITE_READONLY:
		return KindReadOnly
	case sqlite3.SQLITE_NOTADB:
		return KindNotDatabase
	case sqlite3.SQLITE_CORRUPT:
		return KindDamaged
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return KindInaccessible
	case sqlite3.SQLITE_FULL:
		return KindFull
	}
	return KindFailed
}

// ofDatabase reports whether an error is the database's own.
func ofDatabase(err error) bool {
	var lite *sqlite.Error
	return errors.As(err, &lite) || KindOf(err) != "" || errors.Is(err, context.DeadlineExceeded)
}

// busy reports whether trying again may help.
func busy(err error) bool {
	var lite *sqlite.Error
	return errors.As(err, &lite) && kindOfCode(lite.Code()) == KindLocked
}
