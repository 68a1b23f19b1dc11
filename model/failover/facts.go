package failover

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/crash"
)

// facts are what one look at the world found for a plan. They are gathered by
// [Engine.gather] and judged by the pure functions in checks.go.
type facts struct {
	now      time.Time
	request  model.Request
	pipeline model.Pipeline
	from, to string
	home     string // in force

	sourceErr  error // of the source's Version call
	targetErr  error // of the target's Version call
	window     model.SlotRange
	windowErr  error
	target     *model.Subscriber // nil: none of that name at the target
	targetSub  error
	cursor     reading
	cursorErr  error
	hooksErr   error // no hook could be run
	ledgerErr  error
	busy       *model.Run
	busyErr    error
	last       *model.Run // that moved the pipeline; nil: none lately, or not known
	fromHealth model.ClusterState
	toHealth   model.ClusterState
	view       model.PipelineState // of the pipeline; empty where nothing is known of it

	source, dest clientFacts
	destMoved    bool   // the cursor at the target advanced while we looked
	proof        *proof // of data at the target; nil: none was tried
}

// recreates reports whether the source is the target.
func (f *facts) recreates() bool { return f.request.Recreate }

// wish is where the target's subscriber is to begin.
func (f *facts) wish() wish { return wishOf(f.pipeline, f.request, f.cursor.slot()) }

// clientFacts are what is seen of one client.
type clientFacts struct {
	err        error // the client could not be had at all
	hooks      []Hook
	unrunnable error // a program of a hook is not there
	status     ClientStatus
	statusErr  error
	scrapeErr  error // nil: its metrics port answers
}

// manual reports whether a person starts and stops the client.
func (c clientFacts) manual() bool { return len(c.hooks) == 0 }

// missing names the hooks that a run needs and the client does not have.
func (c clientFacts) missing() []Hook {
	var missing []Hook
	for _, h := range []Hook{HookStart, HookStop, HookStatus} {
		if !slices.Contains(c.hooks, h) {
			missing = append(missing, h)
		}
	}
	return missing
}

// gather looks at everything a plan rests on, side by side, changing nothing of
// the customer's.
func (e *Engine) gather(ctx context.Context, req model.Request, p model.Pipeline, from, home string, mode model.Mode) *facts {
	f := &facts{
		now: e.now(), request: req, pipeline: p, from: from, to: req.To, home: home,
		fromHealth: e.world.Health(from), toHealth: e.world.Health(req.To),
	}
	if v, able := e.world.(PipelineViewer); able {
		f.view = v.Pipeline(p.Name)
	}
	env := HookEnv{Pipeline: p.Name, From: from, To: req.To, Mode: mode}
	before := e.cursorBeyond(ctx, f)
	var wg sync.WaitGroup
	crash.Go(ctx, &wg, func() { e.lookAtTarget(ctx, f) })
	crash.Go(ctx, &wg, func() { e.lookAtLedger(ctx, f) })
	crash.Go(ctx, &wg, func() { f.source = e.lookAtClient(ctx, from, env) })
	if w, able := e.world.(HookWaiter); able {
		crash.Go(ctx, &wg, func() { f.hooksErr = w.HooksReady(ctx, p.Name) })
	}
	if !f.recreates() {
		crash.Go(ctx, &wg, func() { f.sourceErr = e.version(ctx, from, mode) })
		crash.Go(ctx, &wg, func() { f.dest = e.lookAtClient(ctx, req.To, env) })
	}
	wg.Wait()
	if f.recreates() {
		f.sourceErr, f.dest = f.targetErr, f.source
	}
	e.proveData(ctx, f)
	after := e.cursorBeyond(ctx, f)
	f.destMoved = before != nil && after != nil && *after > *before
	return f
}

// cursorBeyond is the cursor at the target as the ledger has it; nil where it is
// not known. No client may work for it.
func (e *Engine) cursorBeyond(ctx context.Context, f *facts) *model.Slot {
	if f.recreates() {
		return nil
	}
	c, err := e.ledger.Cursor(ctx, f.pipeline.Name, f.to)
	if err != nil || c == nil {
		return nil
	}
	return &c.Slot
}

// version asks the source for its version: does it answer, and accept us. Where
// the run is reactive whatever it says, one try will do.
func (e *Engine) version(ctx context.Context, name string, mode model.Mode) error {
	c, err := e.world.Cluster(name)
	if err != nil {
		return err
	}
	if mode == model.Reactive {
		_, err = call(ctx, e.settings.CallTimeout, c.Version)
		return err
	}
	_, err = look(ctx, e, c.Version)
	return err
}

// lookAtTarget fills in what the target cluster says.
func (e *Engine) lookAtTarget(ctx context.Context, f *facts) {
	c, err := e.world.Cluster(f.to)
	if err != nil {
		f.targetErr, f.windowErr, f.targetSub = err, err, err
		return
	}
	var wg sync.WaitGroup
	crash.Go(ctx, &wg, func() { _, f.targetErr = look(ctx, e, c.Version) })
	crash.Go(ctx, &wg, func() { f.window, f.windowErr = look(ctx, e, c.SlotRange) })
	crash.Go(ctx, &wg, func() {
		sub, err := look(ctx, e, func(ctx context.Context) (model.Subscriber, error) {
			return c.Subscriber(ctx, f.pipeline.Subscriber)
		})
		switch {
		case err == nil:
			f.target = &sub
		case !isNotFound(err):
			f.targetSub = err
		}
	})
	wg.Wait()
}

// lookAtLedger fills in the cursor, the run that has not ended and whether the
// ledger can be written.
func (e *Engine) lookAtLedger(ctx context.Context, f *facts) {
	f.cursor, f.cursorErr = e.readCursor(ctx, f.pipeline.Name, f.from)
	f.busy, f.busyErr = e.unendedRun(ctx, f.pipeline.Name)
	f.last = e.lastMove(ctx, f.pipeline.Name)
	f.ledgerErr = e.ledger.Writable(ctx)
}

// lastMove is the newest of the last few runs that moved a pipeline. It only
// serves to warn: where it cannot be read there is none.
func (e *Engine) lastMove(ctx context.Context, pipeline string) *model.Run {
	const few = 8
	runs, err := e.ledger.Runs(ctx, pipeline, false, few)
	if err != nil {
		return nil
	}
	for i := range runs {
		if r := &runs[i]; r.EndedAt != nil && r.Kind != model.Recreate && arrived(r) {
			return r
		}
	}
	return nil
}

// arrived reports whether a run that ended made its target the active cluster.
func arrived(r *model.Run) bool {
	return r.State == model.RunDone || (r.State == model.RunFailed && r.Step(model.StepStart).Begun())
}

// lookAtClient sees what a client is at.
func (e *Engine) lookAtClient(ctx context.Context, cluster string, env HookEnv) clientFacts {
	env.Cluster = cluster
	c, err := e.world.Client(env.Pipeline, cluster)
	if err != nil {
		return clientFacts{err: err, status: ClientUnknown, statusErr: err, scrapeErr: err}
	}
	f := clientFacts{hooks: c.Hooks()}
	if h, able := c.(HookChecker); able {
		f.unrunnable = h.HooksRunnable()
	}
	var wg sync.WaitGroup
	crash.Go(ctx, &wg, func() { f.status, f.statusErr = e.status(ctx, c, env) })
	crash.Go(ctx, &wg, func() { _, f.scrapeErr = call(ctx, e.settings.CallTimeout, c.Metrics) })
	wg.Wait()
	return f
}
