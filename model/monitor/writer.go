package monitor

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/fumtui/fumtui/model"
)

// maxUnwritten bounds what waits for the history, of each sort. The history is
// only watched, never relied on: what does not fit is let go, oldest first.
const maxUnwritten = 8192

// calmWrites is how often evidence and samples are written where nothing changed:
// a transaction costs much more than what is in it, and they are only for looking
// back.
const calmWrites = 5 * time.Second

// writer hands evidence, samples and events to the history in batches, on a
// goroutine of its own, since a locked database may keep it waiting.
type writer struct {
	cfg   Config
	every time.Duration // between two writes of what changed; never more than calmWrites
	thin  *thinner      // belongs to the loop

	mu      sync.Mutex
	looks   []model.Evidence
	samples []model.Sample
	events  []model.Event
	lost    int
	due     int    // ticks since the last write
	fail    string // why nothing can be written
	odd     string // why some of what was last written was left out
}

// newWriter makes a writer.
func newWriter(cfg Config) *writer {
	return &writer{
		cfg: cfg, every: min(max(cfg.Interval, 250*time.Millisecond), 2*time.Second),
		thin: newThinner(cfg.Watch.Rules(), cfg.Pipelines),
	}
}

// evidence takes a look for the history, as far as it is worth keeping. It is
// fine on nil.
func (w *writer) evidence(e model.Evidence) {
	if w == nil {
		return
	}
	kept := w.thin.keep(e)
	if len(kept) == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.looks = append(bounded(w.looks, &w.lost), kept...)
}

// sample takes a sample for the history. It is fine on nil.
func (w *writer) sample(s model.Sample) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.samples = append(bounded(w.samples, &w.lost), s)
}

// event takes a change for the history. It is fine on nil.
func (w *writer) event(e model.Event) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(bounded(w.events, &w.lost), e)
}

// bounded lets the oldest quarter of a full list go, and counts it as lost.
func bounded[T any](list []T, lost *int) []T {
	if len(list) < maxUnwritten {
		return list
	}
	drop := len(list) - maxUnwritten + maxUnwritten/4
	*lost += drop
	return append(make([]T, 0, maxUnwritten), list[drop:]...)
}

// trouble is why the history cannot be written; "" while it can. It is fine on
// nil.
func (w *writer) trouble() string {
	if w == nil {
		return ""
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fail != "" && w.lost > 0 {
		return fmt.Sprintf("%s (%d entries lost)", w.fail, w.lost)
	}
	if w.fail == "" {
		return w.odd
	}
	return w.fail
}

// run writes at an interval until ctx is done, and then what is left.
func (w *writer) run(ctx context.Context) {
	tick := newTicker(w.every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), min(w.cfg.CallTimeout, 2*time.Second))
			defer cancel()
			w.flush(last)
			return
		case <-tick.C:
			if !w.isDue() {
				continue
			}
			call, cancel := context.WithTimeout(ctx, w.cfg.CallTimeout)
			w.flush(call)
			cancel()
		}
	}
}

// isDue reports at a tick whether it is time to write: something changed, or the
// last write was long ago, or failed.
func (w *writer) isDue() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.due++
	if len(w.events) == 0 && w.fail == "" && time.Duration(w.due)*w.every < calmWrites {
		return false
	}
	w.due = 0
	return true
}

// flush writes all that waits. What could not be written now waits on; what can
// never be is let go.
func (w *writer) flush(ctx context.Context) {
	w.mu.Lock()
	looks, samples, events := w.looks, w.samples, w.events
	w.looks, w.samples, w.events = nil, nil, nil
	w.mu.Unlock()
	var failed, odd error
	written := len(looks) > 0
	if written {
		failed = w.cfg.History.AppendEvidence(ctx, looks)
		if errors.Is(failed, model.ErrLeftOut) {
			failed, odd = nil, failed
		}
		if failed == nil {
			looks = nil
		}
	}
	if failed == nil && len(samples) > 0 {
		if failed = w.cfg.History.AppendSamples(ctx, samples); failed == nil {
			samples = nil
		}
	}
	if failed == nil && len(events) > 0 {
		if failed = w.cfg.History.AppendEvents(ctx, events); failed == nil {
			events = nil
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.looks = append(looks, w.looks...)
	w.samples = append(samples, w.samples...)
	w.events = append(events, w.events...)
	switch {
	case failed != nil && ctx.Err() == nil, failed != nil && w.fail == "":
		w.fail = fmt.Sprintf("evidence cannot be kept: %v", failed)
	case failed == nil:
		w.fail = ""
	}
	switch {
	case odd != nil:
		w.odd = fmt.Sprintf("some evidence cannot be kept: %v", odd)
	case written && failed == nil:
		w.odd = ""
	}
}
