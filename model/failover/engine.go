package failover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fumtui/fumtui/model"
)

// Engine plans and drives runs. It keeps nothing between calls but its
// configuration: what is true is in the ledger. It is safe for concurrent use.
type Engine struct {
	world     World
	ledger    Ledger
	settings  Settings
	holds     map[string]holds // of the pipelines that have times of their own
	pipelines map[string]model.Pipeline
	observe   func(model.Run)
	waiting   func(Waiting)
	elapsed   func() moment
}

// moment is a time by the engine's stopwatch, as the time since it was made. It
// rests on the monotonic reading of [World.Now], and never goes back.
type moment = time.Duration

// Option changes an engine that [New] makes.
type Option func(*Engine)

// WithObserver has fn called with the run after each write of its journal, from
// the goroutine that drives it. It must not block; the run is a copy.
func WithObserver(fn func(model.Run)) Option {
	return func(e *Engine) { e.observe = fn }
}

// holds are the times that hold a pipeline where it is.
type holds struct{ stability, block time.Duration }

// WithHolds gives a pipeline its own [Settings.Stability] and [Settings.Block].
func WithHolds(pipeline string, stability, block time.Duration) Option {
	return func(e *Engine) { e.holds[pipeline] = holds{stability, block} }
}

// holdsOf are the times in force for a pipeline.
func (e *Engine) holdsOf(pipeline string) holds {
	if own, ok := e.holds[pipeline]; ok {
		return own
	}
	return holds{e.settings.Stability, e.settings.Block}
}

// New makes an engine for the given pipelines. Settings that are zero take
// their defaults.
func New(world World, ledger Ledger, settings Settings, pipelines []model.Pipeline, options ...Option) *Engine {
	e := &Engine{
		world: world, ledger: ledger, settings: withDefaults(settings),
		holds:     map[string]holds{},
		pipelines: make(map[string]model.Pipeline, len(pipelines)),
		observe:   func(model.Run) {},
		waiting:   func(Waiting) {},
	}
	made := world.Now()
	e.elapsed = func() moment { return world.Now().Sub(made) }
	for _, p := range pipelines {
		e.pipelines[p.Name] = p
	}
	for _, o := range options {
		o(e)
	}
	return e
}

// withDefaults fills what is zero.
func withDefaults(s Settings) Settings {
	d := DefaultSettings()
	fill := func(v *time.Duration, def time.Duration) {
		if *v <= 0 {
			*v = def
		}
	}
	fill(&s.DrainTimeout, d.DrainTimeout)
	fill(&s.HookTimeout, d.HookTimeout)
	fill(&s.CallTimeout, d.CallTimeout)
	fill(&s.Settle, d.Settle)
	fill(&s.Poll, d.Poll)
	fill(&s.PositionWait, d.PositionWait)
	fill(&s.ConfirmTimeout, d.ConfirmTimeout)
	fill(&s.Lease, d.Lease)
	fill(&s.Stability, d.Stability)
	fill(&s.Block, d.Block)
	if s.LiveSlots == 0 {
		s.LiveSlots = d.LiveSlots
	}
	return s
}

// pipeline finds a pipeline by name.
func (e *Engine) pipeline(name string) (model.Pipeline, error) {
	p, ok := e.pipelines[name]
	if !ok {
		return p, &UsageError{Text: fmt.Sprintf("there is no pipeline %q in the configuration", name)}
	}
	return p, nil
}

// route checks a request and finds where its pipeline is now.
func (e *Engine) route(ctx context.Context, req model.Request) (p model.Pipeline, from string, err error) {
	p, err = e.pipeline(req.Pipeline)
	if err != nil {
		return p, "", err
	}
	if err := checkRequest(p, req); err != nil {
		return p, "", err
	}
	from, err = e.ledger.Active(ctx, p.Name)
	if err != nil {
		return p, "", fmt.Errorf("read the active cluster of pipeline %s: %w", p.Name, err)
	}
	if from == "" {
		from = p.Home
	}
	if req.Recreate && from != req.To {
		return p, "", &UsageError{Text: fmt.Sprintf("pipeline %s is active on %s: its subscriber is made again there, not at %s", p.Name, from, req.To)}
	}
	return p, from, nil
}

// checkRequest fails with [UsageError] where a request makes no sense.
func checkRequest(p model.Pipeline, req model.Request) error {
	switch {
	case !slices.Contains(p.Clusters, req.To):
		return &UsageError{Text: fmt.Sprintf("pipeline %s has no client at %q: name one of %v", p.Name, req.To, p.Clusters)}
	case !slices.Contains([]model.Mode{"", model.Planned, model.Reactive, model.Hybrid}, req.Mode):
		return &UsageError{Text: fmt.Sprintf("there is no mode %q: use %s, %s or %s", req.Mode, model.Planned, model.Reactive, model.Hybrid)}
	case req.Latest && req.FromSlot != nil:
		return &UsageError{Text: fmt.Sprintf("resume at slot %d or at the latest: name one of the two", *req.FromSlot)}
	}
	return nil
}

// now is the time in UTC as it is stored, without a monotonic reading. What is
// measured is measured by elapsed.
func (e *Engine) now() time.Time { return e.world.Now().UTC().Round(0) }

// call runs one call to the outside with the deadline of a call.
func call[T any](ctx context.Context, timeout time.Duration, do func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return do(ctx)
}

// lookTries is how often a read-only call is tried when it meets an outage
// class other than a timeout: one lost call of a service is no outage.
const lookTries = 3

// look runs a read-only call, again where its failure may pass.
func look[T any](ctx context.Context, e *Engine, do func(context.Context) (T, error)) (T, error) {
	for try := 1; ; try++ {
		v, err := call(ctx, e.settings.CallTimeout, do)
		class := model.ClassOf(err)
		if err == nil || try == lookTries || !class.Outage() || class == model.ClassTimeout {
			return v, err
		}
		if e.world.Sleep(ctx, e.settings.Poll/4) != nil {
			return v, err
		}
	}
}

// status asks a client's status hook, and says unknown where there is no
// answer. A client without hooks is unknown.
func (e *Engine) status(ctx context.Context, c Client, env HookEnv) (ClientStatus, error) {
	if !slices.Contains(c.Hooks(), HookStatus) {
		return ClientUnknown, nil
	}
	res, err := call(ctx, e.settings.HookTimeout, func(ctx context.Context) (HookResult, error) {
		return c.Run(ctx, HookStatus, env)
	})
	if err != nil {
		return ClientUnknown, err
	}
	if res.Status == "" {
		return ClientUnknown, nil
	}
	return res.Status, nil
}

// unendedRun is the run of a pipeline that has not ended; nil without one.
func (e *Engine) unendedRun(ctx context.Context, pipeline string) (*model.Run, error) {
	runs, err := e.ledger.Runs(ctx, pipeline, true, 1)
	if err != nil || len(runs) == 0 {
		return nil, err
	}
	return &runs[0], nil
}

// alive tells of a holder as [Liveness] does.
func (e *Engine) alive(h model.Holder) (alive, known bool) {
	if l, ok := e.world.(Liveness); ok {
		return l.Alive(h)
	}
	return false, false
}

// dead reports whether a holder is known to be dead.
func (e *Engine) dead(h model.Holder) bool {
	alive, known := e.alive(h)
	return known && !alive
}

// driven gives the lease under which a run is being driven, as far as one look
// can tell; nil when its driver left it or is dead.
func (e *Engine) driven(ctx context.Context, run model.Run) (*Lease, error) {
	if run.State != model.RunRunning {
		return nil, nil
	}
	state, lease, err := e.judge(ctx, run)
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the lease of pipeline %s: %w", run.Pipeline, err)
	case state != model.RunRunning:
		return nil, nil
	}
	return lease, nil
}

// isNotFound reports whether a cluster said that there is no such subscriber.
func isNotFound(err error) bool { return model.ClassOf(err) == model.ClassNotFound }

// isPortRefused reports whether nothing listens at a metrics port.
func isPortRefused(err error) bool { return errors.Is(err, ErrPortRefused) }
