package store

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/fumtui/fumtui/model"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		os.Exit(child(path))
	}
	goleak.VerifyTestMain(m)
}

var t0 = time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC)

// clock is a clock that stands until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "state", "fumtui.db") }

// open opens a database for the length of a test.
func open(t testing.TB, path string, options ...Option) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, options...)
	must(t, err)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func newStoreAt(t testing.TB, at time.Time) (*Store, *clock) {
	t.Helper()
	c := &clock{at: at}
	return open(t, newPath(t), WithClock(c.now), WithActor("ada@bastion")), c
}

// foreign is a plain second handle, as another program would have one.
func foreign(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", uri(path, "_pragma=busy_timeout(5000)"))
	must(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func execSQL(t testing.TB, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func ptr[T any](v T) *T { return &v }

var driverA = model.Holder{Host: "bastion-1", BootID: "boot-a", PID: 100, StartedAt: "11", User: "ada"}

var driverB = model.Holder{Host: "bastion-2", BootID: "boot-b", PID: 200, StartedAt: "22", User: "bob"}

// newRun is a run as the engine begins one.
func newRun(id, pipeline, from, to string, at time.Time) model.Run {
	run := model.Run{
		ID: id, Pipeline: pipeline, Subscriber: pipeline + "-prod", Kind: model.Cutover, Mode: model.Planned,
		From: from, To: to, State: model.RunRunning, RequestedBy: "ada@bastion", Reason: "a test",
		StartedAt: at, Holder: driverA,
	}
	for _, name := range model.Steps() {
		run.Steps = append(run.Steps, model.Step{Name: name, State: model.StepPending})
	}
	return run
}

// ended gives the run an end.
func ended(run model.Run, at time.Time) model.Run {
	run.State, run.EndedAt = model.RunDone, &at
	return run
}

const ttl = 15 * time.Second

func background() context.Context { return context.Background() }
