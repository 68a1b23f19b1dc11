package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/crash"
	"github.com/fumtui/fumtui/model/monitor"
	"github.com/fumtui/fumtui/ui"
)

// live is a console that looks, and that another one, on a configuration that was
// read anew, may take over from. It is all ports of the screen: each call goes to
// the console in force. One that was taken over from looks no more; it ends when
// the runs that were begun on it have.
type live struct {
	ctx     context.Context // of looking and of the runs
	options []consoleOption // of every console
	face    face            // of the screen, by flags
	taken   func(*console)  // told of each that takes over; nil: nobody is

	reloading sync.Mutex     // held while the configuration is read and taken over
	wg        sync.WaitGroup // of the consoles

	mu      sync.Mutex
	terms   []*tenure     // all of them, the one in force last
	changed chan struct{} // closed when another one takes over
	untold  endings       // of those that are closed
}

// tenure is a console's time in force.
type tenure struct {
	*console
	op    *operator          // its goroutines are the users of the console, too
	base  uint64             // what is added to the generations of its snapshots
	began time.Time          // no plan that was made before is executed in it
	rest  context.CancelFunc // ends its looking
	ended chan struct{}      // closed when that has ended
}

// newLive lets a console look. It is closed with what comes back.
func newLive(ctx context.Context, c *console, f face, options []consoleOption) *live {
	l := &live{ctx: ctx, options: options, face: f, changed: make(chan struct{}), untold: endings{}}
	l.terms = []*tenure{l.begin(c)}
	return l
}

// begin lets a console look.
func (l *live) begin(c *console) *tenure {
	t := &tenure{
		console: c, began: time.Now(), ended: make(chan struct{}),
		op: newOperator(l.ctx, c),
	}
	ctx, rest := context.WithCancel(l.ctx)
	t.rest = rest
	crash.Go(l.ctx, &l.wg, func() {
		defer close(t.ended)
		_ = c.looking(ctx, func(ctx context.Context) error { <-ctx.Done(); return nil })
	})
	return t
}

// now is the console in force.
func (l *live) now() (*tenure, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.terms[len(l.terms)-1], l.changed
}

// use keeps the console in force from being closed until it is let go.
func (l *live) use() (t *tenure, letGo func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t = l.terms[len(l.terms)-1]
	t.op.wg.Add(1)
	return t, t.op.wg.Done
}

// driving is the console that drives a run, else the one in force, kept as by use.
func (l *live) driving(run string) (t *tenure, letGo func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range l.terms {
		if t.op.holds(run) {
			return t, t.op.wg.Done
		}
	}
	t = l.terms[len(l.terms)-1]
	t.op.wg.Add(1)
	return t, t.op.wg.Done
}

// succeed puts a console in force that looks already.
func (l *live) succeed(t *tenure) {
	l.mu.Lock()
	defer l.mu.Unlock()
	old := l.terms[len(l.terms)-1]
	old.heir.Store(t.console)
	t.began = time.Now()
	l.terms = append(l.terms, t)
	if l.taken != nil {
		l.taken(t.console)
	}
	close(l.changed)
	l.changed = make(chan struct{})
	crash.Go(l.ctx, &l.wg, func() { l.retire(old) })
}

// retire closes a console that is not in force any more, once nobody uses it.
func (l *live) retire(t *tenure) {
	<-t.ended
	t.op.wg.Wait()
	l.mu.Lock()
	maps.Copy(l.untold, t.op.takeEndings())
	l.terms = slices.DeleteFunc(l.terms, func(other *tenure) bool { return other == t })
	l.mu.Unlock()
	t.close()
}

// finish waits for the runs that are under way, and says so. How all ended that no
// screen told, and what the screen itself ended with, decide the outcome.
func (l *live) finish(out io.Writer, screen error) error {
	l.mu.Lock()
	terms := slices.Clone(l.terms)
	l.mu.Unlock()
	var wg sync.WaitGroup
	for _, t := range terms {
		crash.Go(l.ctx, &wg, func() { t.op.finish(out) })
	}
	wg.Wait()
	l.mu.Lock()
	all := maps.Clone(l.untold)
	for _, t := range terms {
		maps.Copy(all, t.op.takeEndings())
	}
	l.mu.Unlock()
	all["the screen"] = ending{outcome: screen}
	return all.tell(out)
}

// close ends the looking, and all consoles. No run is under way then.
func (l *live) close() {
	l.reloading.Lock()
	defer l.reloading.Unlock()
	t, _ := l.now()
	t.rest()
	l.wg.Wait()
	t.op.wg.Wait()
	t.close()
}

// Next implements ui.Feed. Generations go on from one console to the next.
func (l *live) Next(ctx context.Context, after uint64) (model.Snapshot, error) {
	for {
		t, changed := l.now()
		snap, err := t.withStoreNotice(t.monitor.Next(ctx, after-min(after, t.base)))
		if !errors.Is(err, monitor.ErrStopped) || l.ctx.Err() != nil {
			snap.Generation += t.base
			return snap, err
		}
		select { // another one is about to take over
		case <-changed:
		case <-ctx.Done():
			return snap, ctx.Err()
		case <-l.ctx.Done():
			return snap, err
		}
	}
}

// Explain implements ui.Explainer.
func (l *live) Explain(ctx context.Context, pipeline string) (model.Explanation, error) {
	t, letGo := l.use()
	defer letGo()
	return t.monitor.Explain(ctx, pipeline)
}

// SetCanary implements ui.Canary.
func (l *live) SetCanary(_ context.Context, on bool) error {
	t, letGo := l.use()
	defer letGo()
	if err := t.onlyLooks(); err != nil {
		return err
	}
	for _, canary := range t.canaries {
		canary.Enable(on)
	}
	return nil
}

// waitsFor says for what an act on a pipeline waits, on whichever console it is.
func (l *live) waitsFor(pipeline string) (why string, until time.Time) {
	l.mu.Lock()
	terms := slices.Clone(l.terms)
	l.mu.Unlock()
	for _, t := range terms {
		if why, until = t.waitsFor(pipeline); why != "" {
			break
		}
	}
	return why, until
}

// errNoDatabase is why a console tells nothing of what has been.
var errNoDatabase = errors.New("no database is open")

// past reads what has been.
func past[T any](l *live, read func(*console) (T, error)) (none T, err error) {
	t, letGo := l.use()
	defer letGo()
	if t.store == nil {
		return none, errNoDatabase
	}
	return read(t.console)
}

// historian tells the screen what has been, from the database.
type historian struct{ *live }

// historianOf is nil without a database.
func historianOf(l *live) ui.Historian {
	if t, _ := l.now(); t.store == nil {
		return nil
	}
	return historian{l}
}

// chartHistory is what was recorded for the charts; nil without a database.
func chartHistory(l *live) ui.History {
	if t, _ := l.now(); t.store == nil {
		return nil
	}
	return historian{l}
}

// Runs implements ui.Historian.
func (h historian) Runs(ctx context.Context, limit int) ([]model.Run, error) {
	return past(h.live, func(c *console) ([]model.Run, error) { return c.pastRuns(ctx, limit) })
}

// Report implements ui.Historian.
func (h historian) Report(ctx context.Context, run string) (string, error) {
	return past(h.live, func(c *console) (string, error) { return c.reportText(ctx, run) })
}

// Run implements ui.Historian.
func (h historian) Run(ctx context.Context, id string) (model.Run, error) {
	return past(h.live, func(c *console) (model.Run, error) { return c.pastRun(ctx, id) })
}

// Evacuation implements ui.Historian.
func (h historian) Evacuation(ctx context.Context, id string) ([]model.Run, error) {
	return past(h.live, func(c *console) ([]model.Run, error) { return c.runsOfEvacuation(ctx, id) })
}

// Events implements ui.Historian.
func (h historian) Events(ctx context.Context, q model.EventQuery) (model.Events, error) {
	return past(h.live, func(c *console) (model.Events, error) { return c.store.Events(ctx, q) })
}

// AsOf implements ui.Historian.
func (h historian) AsOf(ctx context.Context, pipeline, cluster string, at time.Time) (model.Explanation, error) {
	return past(h.live, func(c *console) (model.Explanation, error) { return c.asOf(ctx, pipeline, cluster, at) })
}

// Buckets implements ui.History.
func (h historian) Buckets(ctx context.Context, q model.BucketQuery) (model.Buckets, error) {
	return past(h.live, func(c *console) (model.Buckets, error) { return c.store.Buckets(ctx, q) })
}

// Marks implements ui.History.
func (h historian) Marks(ctx context.Context, pipeline string, from, to time.Time) ([]model.Mark, error) {
	return past(h.live, func(c *console) ([]model.Mark, error) { return c.store.Marks(ctx, pipeline, from, to) })
}

// notSince refuses a plan that was made before the configuration changed.
func (t *tenure) notSince(made time.Time) error {
	if made.Before(t.began) {
		return fmt.Errorf("the configuration was reloaded since this plan was made: nothing was done, plan again")
	}
	return nil
}
