package failover

import (
	"context"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

func TestJudge(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	const grace = 15 * time.Second
	run := func(state model.RunState, step model.StepState) model.Run {
		return model.Run{ID: "r", State: state, Steps: []model.Step{{Name: model.StepStop, State: step}}}
	}
	idle, busy := run(model.RunRunning, model.StepDone), run(model.RunRunning, model.StepRunning)
	until := func(d time.Duration) *Lease { return &Lease{RunID: "r", ExpiresAt: now.Add(d)} }
	for name, c := range map[string]struct {
		run          model.Run
		lease        *Lease
		alive, known bool
		want         model.RunState
	}{
		"driven":                     {busy, until(time.Second), true, true, model.RunRunning},
		"driven elsewhere":           {busy, until(time.Second), false, false, model.RunRunning},
		"dead here":                  {busy, until(time.Hour), false, true, model.RunUnknown},
		"dead here, between steps":   {idle, until(time.Hour), false, true, model.RunInterrupted},
		"ran out here":               {busy, until(0), true, true, model.RunUnknown},
		"ran out elsewhere, a while": {busy, until(-grace + 1), false, false, model.RunRunning},
		"ran out elsewhere":          {busy, until(-grace), false, false, model.RunUnknown},
		"no lease":                   {busy, nil, false, false, model.RunUnknown},
		"no lease, between steps":    {idle, nil, false, false, model.RunInterrupted},
		"lease of another run":       {idle, &Lease{RunID: "x", ExpiresAt: now.Add(time.Hour)}, true, true, model.RunInterrupted},
		"waiting":                    {run(model.RunWaiting, model.StepRunning), nil, false, false, model.RunWaiting},
		"ended":                      {run(model.RunDone, model.StepDone), nil, false, false, model.RunDone},
	} {
		if got := Judge(c.run, c.lease, c.alive, c.known, now, grace); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestState(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		p := u.process()
		e := New(p, p, testSettings(), []model.Pipeline{u.pipes})
		d := begin(t, e, request("nyc", ""))
		began := u.runs[0].Clone()
		look := u.engine()
		if s := look.State(t.Context(), began); s != model.RunRunning {
			t.Errorf("driven: %s", s)
		}
		u.dead[p.pid] = true
		if s := look.State(t.Context(), began); s != model.RunInterrupted {
			t.Errorf("its driver died: %s", s)
		}
		if s := e.State(t.Context(), began); s != model.RunUnknown {
			t.Errorf("by one who cannot read the ledger: %s", s)
		}
		wantState(t, resume(t, look, d.ID(), ""), model.RunDone)
		if s := look.State(t.Context(), began); s != model.RunDone {
			t.Errorf("it ended since it was read: %s", s)
		}
	})
}

// An abort that comes too late finds that out under the lease, and leaves the
// run to be resumed.
func TestAbortThatComesTooLate(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		p := u.process()
		e := New(p, p, testSettings(), []model.Pipeline{u.pipes})
		at(e, u, model.StepCreate, model.StepDone, func() {
			u.faults = []fault{{at: u.events + 1, kind: crashAfter}} // the intent of start
		})
		d := begin(t, e, request("nyc", ""))
		before := u.runs[0].Clone()
		if _, err := d.Run(t.Context()); err == nil {
			t.Fatal("it lives")
		}
		u.faults = nil
		q := u.process()
		stale := &staleRead{process: q, first: before}
		late := New(q, stale, testSettings(), []model.Pipeline{u.pipes})
		_, err := late.Abort(t.Context(), before.ID)
		if err == nil || u.runs[0].State != model.RunInterrupted || reverting(&u.runs[0]) {
			t.Errorf("%v, %s", err, story(u.runs[0]))
		}
		wantState(t, resume(t, u.engine(), before.ID, ""), model.RunDone)
		u.sound(t)
	})
}

// staleRead reads the run once as it was before.
type staleRead struct {
	*process
	first model.Run
	read  bool
}

func (s *staleRead) Run(ctx context.Context, id string) (model.Run, error) {
	if !s.read {
		s.read = true
		return s.first, nil
	}
	return s.process.Run(ctx, id)
}
