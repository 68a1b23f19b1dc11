package failover

import (
	"context"
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
)

// watch looks at a client again and again for signs of life.
type watch struct {
	drive  *Drive
	client Client
	env    HookEnv
	late   *model.Slot // the durable cursor may still catch up to here

	looks      int
	last       sight
	quietSince moment // the first look, or the last sign of life
	moved      string // the last sign of life

	patience time.Duration // with its status hook
}

// sight is one look at a client.
type sight struct {
	status    ClientStatus
	scrapeErr error
	metrics   model.ClientMetrics // where scrapeErr is nil
	cursor    *model.Slot
}

// watch begins to watch a client.
func (d *Drive) watch(cluster string) (*watch, error) {
	c, env, err := d.client(cluster)
	if err != nil {
		return nil, err
	}
	return &watch{drive: d, client: c, env: env, late: d.run.ReportedCursor, patience: d.engine.settings.HookTimeout}, nil
}

// look looks once more, and notes a sign of life since the look before.
func (w *watch) look() (sight, error) {
	d := w.drive
	var s sight
	s.status, _ = call(d.wait, w.patience, func(ctx context.Context) (ClientStatus, error) {
		return d.engine.status(ctx, w.client, w.env)
	})
	s.metrics, s.scrapeErr = call(d.wait, d.engine.settings.CallTimeout, w.client.Metrics)
	if c, err := d.cursorAt(w.env.Cluster); err == nil && c != nil {
		s.cursor = &c.Slot
	}
	if err := d.leaving(); err != nil {
		return s, err
	}
	now := d.engine.elapsed()
	if w.looks == 0 {
		w.quietSince = now
	} else if sign := w.sign(w.last, s); sign != "" {
		w.moved, w.quietSince = sign, now
	}
	w.looks++
	w.last = s
	return s, nil
}

// forget begins the watch anew.
func (w *watch) forget() { w.looks, w.moved = 0, "" }

// sign tells what moved from one look to the next.
func (w *watch) sign(was, is sight) string {
	if was.cursor != nil && is.cursor != nil && *is.cursor > *was.cursor &&
		(w.late == nil || *is.cursor > *w.late) {
		return fmt.Sprintf("its cursor moved from %d to %d", *was.cursor, *is.cursor)
	}
	if was.scrapeErr == nil && is.scrapeErr == nil && advanced(was.metrics, is.metrics) {
		return "its metrics moved"
	}
	return ""
}

// quiet is for how long no sign of life was seen.
func (w *watch) quiet() time.Duration { return w.drive.engine.elapsed() - w.quietSince }

// advanced reports whether a client's counters or gauges went up.
func advanced(was, is model.ClientMetrics) bool {
	return more(was.Commits, is.Commits) || more(was.Events, is.Events) || more(was.Polls, is.Polls) ||
		more(was.Committed, is.Committed) || more(was.MaxSlot, is.MaxSlot)
}

// more reports whether a known number grew.
func more[T float64 | model.Offset | model.Slot](was, is *T) bool {
	return was != nil && is != nil && *is > *was
}
