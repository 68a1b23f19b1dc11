package failover

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/crash"
)

// watch looks at a client again and again for signs of life.
type watch struct {
	drive  *Drive
	client Client
	env    HookEnv
	late   *model.Slot // the durable cursor may still catch up to here
	tips   bool        // look at the newest slot of its cluster too

	looks      int
	last       sight
	known      known
	quietSince moment      // the first look, or the last sign of life
	quietTip   *model.Slot // newest slot of its cluster then, or soon after
	moved      string      // the last sign of life
	proven     bool        // that the client is stopped: it was watched since

	patience time.Duration // with its status hook
}

// known is what was last seen of each of a client's signs: what cannot be seen
// for a while must not hide that it moved meanwhile.
type known struct {
	cursor   *model.Slot
	cursorAt moment // of the first look that saw one
	page     *model.ClientMetrics
	pageAt   moment // the same
	refused  bool   // its port refused the connection, and has not answered since
}

// sight is one look at a client.
type sight struct {
	status    ClientStatus
	scrapeErr error
	metrics   model.ClientMetrics // where scrapeErr is nil
	cursor    *model.Slot         // as its source says now; what was last recorded of it is no look
	cursorErr error               // of the ledger
	tip       *model.Slot         // newest slot of its cluster; nil where it was not to be had
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
	s := w.see()
	if err := d.leaving(); err != nil {
		return s, err
	}
	now := d.engine.elapsed()
	if w.looks == 0 {
		w.quietSince, w.quietTip = now, s.tip
	} else if sign := w.sign(s); sign != "" {
		w.moved, w.quietSince, w.quietTip = sign, now, s.tip
	}
	w.learn(s, now)
	if w.quietTip == nil {
		w.quietTip = s.tip
	}
	w.looks++
	w.last = s
	return s, nil
}

// see looks at all there is to see, side by side.
func (w *watch) see() (s sight) {
	d := w.drive
	var wg sync.WaitGroup
	crash.Go(d.wait, &wg, func() {
		s.status, _ = call(d.wait, w.patience, func(ctx context.Context) (ClientStatus, error) {
			return d.engine.status(ctx, w.client, w.env)
		})
	})
	crash.Go(d.wait, &wg, func() {
		s.metrics, s.scrapeErr = call(d.wait, d.engine.settings.CallTimeout, w.client.Metrics)
	})
	crash.Go(d.wait, &wg, func() {
		var r reading
		r, s.cursorErr = d.cursorAt(w.env.Cluster)
		if r.said {
			s.cursor = r.slot()
		}
	})
	if w.tips {
		crash.Go(d.wait, &wg, func() { s.tip = w.newest() })
	}
	wg.Wait()
	return s
}

// newest is the newest slot of the client's cluster; nil where it does not say.
func (w *watch) newest() *model.Slot {
	d := w.drive
	c, err := d.engine.world.Cluster(w.env.Cluster)
	if err != nil {
		return nil
	}
	r, err := call(d.wait, d.engine.settings.CallTimeout, c.SlotRange)
	if err != nil {
		return nil
	}
	return &r.Max
}

// forget begins the watch anew.
func (w *watch) forget() { w.looks, w.moved, w.known = 0, "", known{} }

// learn keeps what was seen.
func (w *watch) learn(s sight, now moment) {
	k := &w.known
	if s.cursor != nil {
		if k.cursor == nil {
			k.cursorAt = now
		}
		k.cursor = s.cursor
	}
	if s.scrapeErr == nil {
		if k.page == nil {
			k.pageAt = now
		}
		k.page, k.refused = &s.metrics, false
	}
	k.refused = k.refused || isPortRefused(s.scrapeErr)
}

// sign tells what moved since it was last seen.
func (w *watch) sign(s sight) string {
	was := w.known
	switch {
	case was.cursor != nil && s.cursor != nil && *s.cursor > *was.cursor && (w.late == nil || *s.cursor > *w.late):
		return fmt.Sprintf("its cursor moved from %d to %d", *was.cursor, *s.cursor)
	case was.refused && s.scrapeErr == nil:
		return "its metrics port answers again"
	case was.page != nil && s.scrapeErr == nil && advanced(*was.page, s.metrics):
		return "its metrics moved"
	}
	return ""
}

// quiet is for how long no sign of life was seen.
func (w *watch) quiet() time.Duration { return w.drive.engine.elapsed() - w.quietSince }

// still reports whether the client stood still for so long while its cluster
// moved on. It must be seen to do so, and for as long: what cannot be looked at
// may do anything.
func (w *watch) still(long time.Duration) bool {
	now := w.drive.engine.elapsed()
	cursor := w.last.cursor != nil && now-w.known.cursorAt >= long
	page := w.last.scrapeErr == nil && now-w.known.pageAt >= long
	moves := w.quietTip != nil && w.last.tip != nil && *w.last.tip > *w.quietTip
	return (cursor || page) && moves && w.looks > 1 && w.quiet() >= long
}

// advanced reports whether a client's counters or gauges went up.
func advanced(was, is model.ClientMetrics) bool {
	return more(was.Commits, is.Commits) || more(was.Events, is.Events) || more(was.Polls, is.Polls) ||
		more(was.Committed, is.Committed) || more(was.MaxSlot, is.MaxSlot)
}

// more reports whether a known number grew.
func more[T float64 | model.Offset | model.Slot](was, is *T) bool {
	return was != nil && is != nil && *is > *was
}
