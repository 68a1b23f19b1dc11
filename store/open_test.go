package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model/failover"
)

func TestOpenMakesAPrivateDurableFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "folder with #odd ?name%20", "fumtui.db")
	s := open(t, path)
	must(t, s.Writable(t.Context()))
	if s.Path() != path {
		t.Errorf("path %s, want %s", s.Path(), path)
	}
	wantModes(t, path)
	for _, db := range []*sql.DB{s.writer, s.history} {
		for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"} {
			var got string
			must(t, db.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
			if got != want {
				t.Errorf("%s is %s, want %s", pragma, got, want)
			}
		}
	}
	if _, err := s.reader.ExecContext(t.Context(), `DELETE FROM cursor`); err == nil {
		t.Error("a reader's connection can write")
	}
}

// wantModes checks the modes of a database, its companions and its folder.
func wantModes(t *testing.T, path string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		return
	}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o, want 600", name, info.Mode().Perm())
		}
	}
	info, err := os.Stat(filepath.Dir(path))
	must(t, err)
	if info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has mode %o, want 700", info.Mode().Perm())
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".fumtui-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestOpenTakesAFileAwayFromOthers(t *testing.T) {
	path := newPath(t)
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	must(t, os.WriteFile(path, nil, 0o644)) //nolint:gosec // too open on purpose
	open(t, path)
	wantModes(t, path)
}

func TestWhatWasWrittenIsThereAgain(t *testing.T) {
	path := newPath(t)
	s := open(t, path)
	lease, err := s.Begin(t.Context(), newRun("run-1", "trades", "ams", "nyc", t0), ttl)
	must(t, err)
	must(t, s.Close())
	must(t, s.Close())
	again := open(t, path)
	if _, err := again.Renew(t.Context(), lease, ttl); err != nil {
		t.Errorf("renew after opening again: %v", err)
	}
}

func TestManyOpenAndMigrateAtOnce(t *testing.T) {
	for range 5 {
		path := newPath(t)
		var wait sync.WaitGroup
		for i := range 8 {
			wait.Go(func() {
				s, err := Open(t.Context(), path)
				if err != nil {
					t.Errorf("open: %v", err)
					return
				}
				if err := s.SetCursor(t.Context(), fmt.Sprint(i), "ams", 1, false, nil); err != nil {
					t.Errorf("write: %v", err)
				}
				if err := s.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
		}
		wait.Wait()
		cursors, err := open(t, path).Cursors(t.Context())
		must(t, err)
		if len(cursors) != 8 {
			t.Errorf("%d cursors of 8", len(cursors))
		}
	}
}

func TestOpenKeepsACursorTableThatWasThereFirst(t *testing.T) {
	path := newPath(t)
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	db := foreign(t, path)
	execSQL(t, db, `CREATE TABLE cursor (pipeline TEXT, cluster TEXT, slot INTEGER, updated_at TEXT, first_slot INTEGER NULL, PRIMARY KEY (pipeline, cluster))`)
	execSQL(t, db, CursorUpsert, "trades", "ams", 5, nil)
	c, err := open(t, path).Cursor(t.Context(), "trades", "ams")
	if err != nil || c == nil || c.Slot != 5 {
		t.Errorf("cursor %v, %v", c, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	latest, err := migrations()
	must(t, err)
	execAt := func(path string, queries ...string) {
		db := foreign(t, path)
		for _, query := range queries {
			execSQL(t, db, query)
		}
		must(t, db.Close())
	}
	tests := []struct {
		name string
		make func(path string)
		want Kind
		says string
	}{
		{"a cursor table of another shape", func(path string) { execAt(path, "CREATE TABLE cursor (a)") }, KindForeign, "another program"},
		{"a folder", func(path string) { must(t, os.Mkdir(path, 0o700)) }, KindDirectory, "it is a folder"},
		{"one byte", func(path string) { must(t, os.WriteFile(path, []byte("x"), 0o600)) }, KindNotDatabase, "not an SQLite database"},
		{"a short text", func(path string) { must(t, os.WriteFile(path, []byte(strings.Repeat("y", 511)), 0o600)) }, KindNotDatabase, "not an SQLite database"},
		{"text", func(path string) {
			must(t, os.WriteFile(path, []byte(strings.Repeat("store: fumtui.db\n", 500)), 0o600))
		}, KindNotDatabase, "not an SQLite database"},
		{"zeros", func(path string) { must(t, os.WriteFile(path, make([]byte, 8192), 0o600)) }, KindNotDatabase, "not an SQLite database"},
		{"another program's", func(path string) { execAt(path, "CREATE TABLE consumed (slot)") }, KindForeign, "another program"},
		{"another program's mark", func(path string) { execAt(path, "PRAGMA application_id = 1", "CREATE TABLE cursor (slot)") }, KindForeign, "another program"},
		{"a newer schema", func(path string) {
			execAt(path, fmt.Sprintf("PRAGMA application_id = %d", applicationID), fmt.Sprintf("PRAGMA user_version = %d", len(latest)+1))
		}, KindNewer, fmt.Sprintf("schema %d, this one knows %d", len(latest)+1, len(latest))},
		{"a file for a folder", func(path string) {
			must(t, os.Remove(filepath.Dir(path)))
			must(t, os.WriteFile(filepath.Dir(path), nil, 0o600))
		}, KindInaccessible, "not a directory"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := newPath(t)
			must(t, os.MkdirAll(filepath.Dir(path), 0o700))
			test.make(path)
			before, _ := os.ReadFile(path) //nolint:gosec // a path of the test's own
			for name, opener := range map[string]func(context.Context, string, ...Option) (*Store, error){"Open": Open, "OpenReadOnly": OpenReadOnly} {
				s, err := opener(t.Context(), path)
				if s != nil || KindOf(err) != test.want {
					t.Fatalf("%s: %v, want kind %s", name, err, test.want)
				}
				if text := err.Error(); !strings.HasPrefix(text, path+": ") || !strings.Contains(text, test.says) || strings.Contains(text, "\n") {
					t.Errorf("%s says %q, want the path first and %q", name, text, test.says)
				}
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) { //nolint:gosec // as above
				t.Error("the refused file was changed")
			}
		})
	}
	if _, err := Open(t.Context(), ""); KindOf(err) != KindInaccessible {
		t.Errorf("no path: %v", err)
	}
	if _, err := OpenReadOnly(t.Context(), newPath(t)); KindOf(err) != KindInaccessible || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("nothing there to read: %v", err)
	}
}

func TestLocked(t *testing.T) {
	path := newPath(t)
	short := WithBusyWait(60 * time.Millisecond)
	s := open(t, path, short)
	lease, err := s.Begin(t.Context(), newRun("run-1", "trades", "ams", "nyc", t0), ttl)
	must(t, err)

	db := foreign(t, path)
	execSQL(t, db, "BEGIN EXCLUSIVE")
	_, beginErr := s.Begin(t.Context(), newRun("run-2", "orders", "ams", "nyc", t0), ttl)
	for doing, err := range map[string]error{
		"begin":      beginErr,
		"write":      s.Write(t.Context(), lease, failover.Batch{Run: newRun("run-1", "trades", "ams", "nyc", t0)}),
		"writable":   s.Writable(t.Context()),
		"set cursor": s.SetCursor(t.Context(), "trades", "ams", 1, false, nil),
	} {
		if KindOf(err) != KindLocked || !strings.Contains(err.Error(), "locked by another process") {
			t.Errorf("%s: %v, want it locked", doing, err)
		}
	}
	// What can be shown is shown, also by a console that starts now.
	for name, store := range map[string]*Store{"open": s, "opened now": open(t, path, short)} {
		if run, err := store.Run(t.Context(), "run-1"); err != nil || run.Pipeline != "trades" {
			t.Errorf("%s: reading a locked database: %v", name, err)
		}
	}
	execSQL(t, db, "ROLLBACK")
	must(t, s.Writable(t.Context()))
}

func TestLockedFromTheStart(t *testing.T) {
	path := newPath(t)
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	db := foreign(t, path)
	execSQL(t, db, "BEGIN EXCLUSIVE")
	if s, err := Open(t.Context(), path, WithBusyWait(60*time.Millisecond)); s != nil || KindOf(err) != KindLocked {
		t.Errorf("open: %v, want it locked", err)
	}
}

func TestTheContextIsHeeded(t *testing.T) {
	path := newPath(t)
	s := open(t, path, WithBusyWait(time.Hour))
	db := foreign(t, path)
	execSQL(t, db, "BEGIN IMMEDIATE")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Writable(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a write that waits: %v, want the context's error", err)
	}
	cancelled, stop := context.WithCancel(t.Context())
	stop()
	if _, err := s.Cursors(cancelled); !errors.Is(err, context.Canceled) {
		t.Errorf("a read: %v, want the context's error", err)
	}
	if opened, err := Open(cancelled, path); opened != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("open: %v, want the context's error", err)
	}
	execSQL(t, db, "ROLLBACK")
	must(t, s.Writable(t.Context()))
}

func TestOpenReadOnlyReadsAndWritesNothing(t *testing.T) {
	path := newPath(t)
	w := open(t, path)
	must(t, w.SetCursor(t.Context(), "trades", "ams", 7, false, nil))
	r, err := OpenReadOnly(t.Context(), path)
	must(t, err)
	defer func() { _ = r.Close() }()
	if c, err := r.Cursor(t.Context(), "trades", "ams"); err != nil || c.Slot != 7 {
		t.Errorf("cursor %v, %v", c, err)
	}
	for doing, err := range map[string]error{
		"writable": r.Writable(t.Context()), "evidence": r.AppendEvidence(t.Context(), nil), "samples": r.AppendSamples(t.Context(), nil), "events": r.AppendEvents(t.Context(), nil),
	} {
		if KindOf(err) != KindReadOnly {
			t.Errorf("%s: %v, want it read-only", doing, err)
		}
	}
	empty := newPath(t)
	must(t, os.MkdirAll(filepath.Dir(empty), 0o700))
	must(t, os.WriteFile(empty, nil, 0o600))
	if _, err := OpenReadOnly(t.Context(), empty); KindOf(err) != KindOlder {
		t.Errorf("an empty file: %v, want an older schema", err)
	}
}

func TestDefaultPath(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("its folder comes from elsewhere")
	}
	state, home := t.TempDir(), t.TempDir()
	t.Setenv("HOME", home)
	for set, want := range map[string]string{
		state:      filepath.Join(state, "fumtui", "fumtui.db"),
		"":         filepath.Join(home, ".local", "state", "fumtui", "fumtui.db"),
		"relative": filepath.Join(home, ".local", "state", "fumtui", "fumtui.db"),
	} {
		t.Setenv("XDG_STATE_HOME", set)
		if got, err := DefaultPath(); err != nil || got != want {
			t.Errorf("XDG_STATE_HOME=%s: %s, %v; want %s", set, got, err, want)
		}
	}
	t.Setenv("XDG_STATE_HOME", "")
	t.Setenv("HOME", "")
	if got, err := DefaultPath(); err == nil {
		t.Errorf("no home: %s", got)
	}
}

// TestRemovedUnderUs: what is written to a file without a name is lost to
// everybody else.
func TestRemovedUnderUs(t *testing.T) {
	for name, remove := range map[string]func(path string){
		"removed": func(path string) { must(t, os.Remove(path)) },
		"replaced": func(path string) {
			must(t, os.Remove(path))
			must(t, os.WriteFile(path, nil, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			s := open(t, path)
			must(t, s.Writable(t.Context()))
			remove(path)
			if err := s.Writable(t.Context()); KindOf(err) != KindReplaced {
				t.Errorf("writable: %v", err)
			}
			if err := s.SetCursor(t.Context(), "p", "c", 1, false, nil); KindOf(err) != KindReplaced {
				t.Errorf("a write: %v", err)
			}
		})
	}
}
