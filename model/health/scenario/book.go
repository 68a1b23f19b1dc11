package scenario

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// never stands for a moment that has not come.
const never = time.Duration(1<<63 - 1)

// book is the world's own account of what its looks have shown, from which the
// floors of the rules follow. It knows nothing of package health's state.
type book struct {
	down     time.Duration // down_after
	age      time.Duration // how old evidence may be
	idle     time.Duration // how long no progress is seen before a client counts as cut off
	ahead    uint64        // stall_slots
	clusters map[*cluster]*clusterBook
	clients  map[*client]*clientBook
}

// clusterBook is the account of one cluster.
type clusterBook struct {
	answered time.Duration                  // end of the newest answer
	failing  time.Duration                  // from when every call has failed; never: they have not
	out      bool                           // it was down, and has not answered well since
	answers  int                            // in a row
	failed   time.Duration                  // the newest failure that may be of an outage
	lost     [callSubscribers]int           // failures in a row, by call
	heard    [callSubscribers]time.Duration // the newest answer, by call
	lostAt   time.Duration                  // when three in a row were last seen: it does not look healthy just then
	newest   model.Slot
	newestAt time.Duration // when that slot was first seen
	slotsAt  time.Duration // the newest look at its slots
	looks    int           // at its slots, since the last break in them
	since    time.Duration // the first of those
	standing time.Duration // the first look that proved a stall; never: none did
}

// clientBook is the account of one client.
type clientBook struct {
	committed model.Offset
	cursor    model.Slot
	lag       int64         // to its own tip; -1: not known
	moved     time.Duration // when progress was last seen
}

func newBook(w *World) *book {
	r := &w.rules
	b := &book{
		down: r.DownAfter, age: r.MaxAge, idle: min(r.SilentAfter, r.DownAfter/3), ahead: r.StallSlots,
		clusters: map[*cluster]*clusterBook{}, clients: map[*client]*clientBook{},
	}
	for _, c := range w.clusters {
		b.clusters[c] = &clusterBook{failing: never, standing: never}
	}
	return b
}

// note enters a look that has ended.
func (b *book) note(w *World, l *loop) {
	switch l.kind {
	case model.KindVersion, model.KindTip, model.KindSlotRange:
		b.noteCall(w.now, l)
	case model.KindMetrics, model.KindCursor:
		b.noteClient(w.now, l)
	}
}

// noteCall enters a call to a cluster.
func (b *book) noteCall(now time.Duration, l *loop) {
	c := b.clusters[l.cluster]
	if c.lost[l.call]++; l.fails == "" {
		c.lost[l.call], c.heard[l.call] = 0, now
	}
	if c.lost[callVersion]+c.lost[callTip]+c.lost[callSlotRange] >= 3 {
		c.lostAt = now
	}
	c.series(now, l, b.age/2)
	c.out = (c.out && c.answers < 3) || (c.failing != never && now >= c.failing+b.down)
	if l.fails != "" || l.seen.Slots == nil {
		return
	}
	if now-c.slotsAt > b.age {
		c.standing, c.looks, c.since = never, 0, now // nobody looked meanwhile: it is proved anew
	}
	c.slotsAt = now
	c.looks++
	if top := l.seen.Slots.Max; top > c.newest {
		c.newest, c.newestAt, c.standing = top, now, never
	}
	for _, o := range b.clusters {
		if o.standing == never && o.looks >= 2 && o.slotsAt-o.newestAt >= b.down && b.passed(o) {
			o.standing = now
		}
	}
}

// deaf reports whether some call was not answered for so long that what it would
// show is not known.
func (b *book) deaf(c *cluster, now time.Duration) bool {
	for _, at := range b.clusters[c].heard {
		if now-at > b.age {
			return true
		}
	}
	return false
}

// series follows the failures in a row. Those with dns neither begin it nor,
// while others still come, end it.
func (c *clusterBook) series(now time.Duration, l *loop, others time.Duration) {
	c.answers++
	if l.fails != "" {
		c.answers = 0
	}
	switch {
	case l.fails == "":
		c.answered, c.failing = now, never
	case l.fails == model.ClassDNS && now-c.failed <= others:
	case !l.fails.Outage():
		c.failing, c.out = never, false
	case c.failing == never:
		c.failing = max(l.asked, c.answered)
	}
	if l.fails.Outage() {
		c.failed = now
	}
}

// passed reports whether another cluster is ahead by more than a stall needs.
func (b *book) passed(c *clusterBook) bool {
	for _, o := range b.clusters {
		if o != c && model.SlotsBetween(c.newest, o.newest) > b.ahead {
			return true
		}
	}
	return false
}

// noteClient enters a look at a client.
func (b *book) noteClient(now time.Duration, l *loop) {
	k := b.clients[l.client]
	if k == nil {
		k = &clientBook{lag: -1}
		b.clients[l.client] = k
	}
	if l.fails != "" {
		return
	}
	if m := l.seen.Metrics; m != nil && *m.Committed > 0 {
		if *m.Committed > k.committed && k.committed > 0 {
			k.moved = now
		}
		k.committed = *m.Committed
		if k.lag = -1; *m.Tip > 0 {
			k.lag = *m.Lag
		}
	}
	if row := l.seen.Cursor; row != nil {
		if row.Slot > k.cursor && k.cursor > 0 {
			k.moved = now
		}
		k.cursor = row.Slot
	}
}

// Outage is the floor of down or stalled for a cluster: the first moment at
// which the evidence so far meets the rule; ok is false while nothing speaks
// for it.
func (w *World) Outage(name string) (floor time.Duration, ok bool) {
	c := w.book.clusters[w.byName[name]]
	floor = never
	if w.now-c.slotsAt <= w.book.age {
		floor = c.standing
	}
	if c.failing != never {
		floor = min(floor, c.failing+w.book.down)
	}
	return floor, floor != never
}

// CutOff is the floor of the advice to fail over for a pipeline, from its
// active cluster: all pipelines suffer there.
func (w *World) CutOff(pipeline string) (floor time.Duration, ok bool) {
	active := w.active[pipeline]
	floor, ok = w.Outage(active)
	for _, k := range w.clients {
		if b := w.book.clients[k]; b != nil && k.cluster.cfg.Name == active && w.active[k.cfg.Name] == active {
			floor = max(floor, b.moved+w.book.idle)
		}
	}
	return floor, ok
}

// Drained reports whether the clients of a pipeline's active cluster have
// nothing left to consume there, or next to nothing: then that they still move
// does not speak for it.
func (w *World) Drained(pipeline string) bool {
	active := w.active[pipeline]
	for _, k := range w.clients {
		b := w.book.clients[k]
		if k.cluster.cfg.Name != active || w.active[k.cfg.Name] != active || b == nil {
			continue
		}
		if b.lag < 0 || b.lag > w.rules.LagNoise {
			return false
		}
	}
	return true
}
