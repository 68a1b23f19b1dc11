package failover

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// lingering is a world where a hook of a dead driver runs on for a while.
type lingering struct {
	*process
	until time.Time
	err   error // it is not known
	ready error
}

func (l *lingering) AwaitHooks(ctx context.Context, _ string) error {
	if l.err != nil {
		return l.err
	}
	for time.Now().Before(l.until) {
		if err := l.Sleep(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

func (l *lingering) HooksReady(context.Context, string) error { return l.ready }

// left is a run whose driver died at its drain.
func left(t *testing.T, u *universe) {
	t.Helper()
	p := u.process()
	e := New(p, p, testSettings(), []model.Pipeline{u.pipes})
	u.onLog = func(effect string) { u.dead[p.pid] = u.dead[p.pid] || effect == "drain ams" }
	_, _ = begin(t, e, request("nyc", "")).Run(t.Context())
	u.onLog = nil
}

// A hook that outlives its driver is waited for, longer than a lease, before a
// step is taken in either direction; the wait is told, and can be left.
func TestHookOfADeadDriverIsWaitedFor(t *testing.T) {
	for _, abort := range []bool{false, true} {
		bubble(t, func(t *testing.T, u *universe) {
			left(t, u)
			l := &lingering{process: u.process(), until: time.Now().Add(40 * time.Second)}
			e := New(l, l.process, testSettings(), []model.Pipeline{u.pipes})
			told := false
			e.observe = func(r model.Run) {
				u.mu.Lock()
				defer u.mu.Unlock()
				told = told || strings.Contains(r.Note+r.Step(r.CurrentStep()).Detail, "waiting for a hook")
				if len(u.log) > 1 && time.Now().Before(l.until) {
					t.Errorf("%v while the hook ran", u.log)
				}
			}
			take := func() (*Drive, error) {
				if abort {
					return e.Abort(t.Context(), "run-1")
				}
				return e.Resume(t.Context(), "run-1", "")
			}
			d, err := take()
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			run, err := d.Run(ctx)
			if err != nil || run.State != model.RunUnknown || !told || len(u.log) > 1 {
				t.Fatalf("%v, told %t, %s, %v", err, told, story(run), u.log)
			}
			if d, err = take(); err != nil {
				t.Fatal(err)
			}
			if run, err = d.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			want := model.RunDone
			if abort {
				want = model.RunAborted
			}
			wantState(t, run, want)
			if time.Now().Before(l.until) || strings.Contains(run.Note, "waiting for a hook") {
				t.Errorf("note %q", run.Note)
			}
			u.sound(t)
		})
	}
}

// Where nobody can tell whether a hook runs, the run is left as it is, and says
// why.
func TestHooksThatCannotBeWaitedFor(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		left(t, u)
		l := &lingering{process: u.process(), err: errors.New("the lock is not to be had")}
		e := New(l, l.process, testSettings(), []model.Pipeline{u.pipes})
		run := resume(t, e, "run-1", "")
		wantState(t, run, model.RunUnknown)
		if !strings.Contains(run.Note, "the lock is not to be had") || len(u.log) > 1 {
			t.Errorf("%q %v", run.Note, u.log)
		}
		l.err = nil
		run = resume(t, e, "run-1", "")
		wantState(t, run, model.RunDone)
		u.sound(t)
	})
}

// A question is answered though a hook is waited for first.
func TestAnswerOutlastsTheWaitForHooks(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		says := model.Slot(20100)
		u.clients["ams"].drainSays = &says
		run := move(t, u.engine(), request("nyc", ""))
		wantState(t, run, model.RunWaiting)
		l := &lingering{process: u.process(), until: time.Now().Add(20 * time.Second)}
		run = resume(t, New(l, l.process, testSettings(), []model.Pipeline{u.pipes}), run.ID, "20100")
		wantState(t, run, model.RunDone)
		if !u.audited("answer", "20100") {
			t.Errorf("%+v", u.audit)
		}
	})
}

// Hooks that could not be run refuse a run before it begins.
func TestHooksAreReady(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		l := &lingering{process: u.process(), ready: errors.New("the folder cannot be written")}
		e := New(l, l.process, testSettings(), []model.Pipeline{u.pipes})
		plan, err := e.Plan(t.Context(), request("nyc", ""))
		if err != nil {
			t.Fatal(err)
		}
		wantCheck(t, plan, "hooks", model.CheckRefuse, "the folder cannot be written")
	})
}
