package scenario

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// Required reports whether to fail a pipeline over is what must be advised by
// now, and since when that could have been known.
func (t *Truth) Required(w *World, p *Pipeline) (need bool, floor time.Duration) {
	list := t.causes[p.Name]
	if !list[causeDown].now && !list[causeStall].now && !list[causeBarely].now {
		return false, 0
	}
	for _, c := range []cause{
		causeOffline, causeChain, causeDouble, causeRefused, causeDNS, causeCrawl, causeUnreachable, causeGray, causeMurky, causeMild, causeSlow,
	} {
		if list[c].lately(w.now, t.calm) {
			return false, 0
		}
	}
	if moved, ok := w.moved[p.Name]; ok && w.now-moved < t.calm+t.rules.Block {
		return false, 0 // the next advice may be held back
	}
	floor, ok := t.cutOff(w, p)
	if !ok || (w.rattled > 0 && w.now-w.rattled < 2*t.calm) || w.unsettled[p.Name] {
		return false, 0
	}
	for _, name := range p.Clusters {
		c := w.byName[name]
		if c == w.byName[w.active[p.Name]] || t.bad[c].lately(w.now, 2*t.calm) {
			continue
		}
		if b := w.book.clusters[c]; w.book.deaf(c, w.now) || (b.lostAt > 0 && w.now-b.lostAt < 2*t.stale) {
			continue
		}
		k := w.client(p.Name, w.active[p.Name])
		slots := c.slots(w.now)
		if k.cursor > 0 && k.cursor < uint64(slots.Min)+16 {
			continue // outside of its window, or nearly
		}
		if float64(slots.Max)+model.RepeatedSlots-nearly < max(k.pos, float64(k.cursor)) {
			continue // it has not come so far, or just now
		}
		return true, floor
	}
	return false, 0
}

// nearly is how many slots from a bound it may not be seen yet which side of it
// one is on.
const nearly = 16

// cutOff is from when on it can be known that the active cluster is out and its
// clients there get nothing.
func (t *Truth) cutOff(w *World, p *Pipeline) (floor time.Duration, ok bool) {
	active := w.byName[w.active[p.Name]]
	if t.slow[active].now && active.pace > 0 && active.pace < murkyPace && w.now-w.book.clusters[active].slotsAt <= w.book.age {
		// Its newest slot moves: that it crawls shows in its pace over a while.
		return t.crawlFloor(w, active)
	}
	floor, ok = w.CutOff(p.Name)
	for _, k := range w.clients {
		// One that commits in batches is known to pause, and whether it goes on after a run is seen anew.
		if b := w.book.clients[k]; b != nil && k.cluster == active && w.active[k.cfg.Name] == active.cfg.Name {
			floor = max(floor, max(b.moved, t.causes[k.cfg.Name][causeRun].until)+t.pauses(k))
		}
	}
	return floor, ok
}

// pauses is for how long a client may show no progress before it counts as cut
// off: several of its usual pauses, as this console sees them.
func (t *Truth) pauses(k *client) time.Duration {
	return max(min(t.rules.SilentAfter, t.rules.DownAfter/3), 3*t.shows(k)+2*t.s.Probe.Interval)
}

// shows is how long it takes until this console sees what a client got done.
func (t *Truth) shows(k *client) time.Duration {
	return k.cfg.Client.Commit*11/10 + 2*t.s.Probe.Interval + t.s.Tick
}

// crawlFloor is from when on it can be known that a cluster crawls, and that its
// clients are at its tip: they go on as it does, and get no more.
func (t *Truth) crawlFloor(w *World, c *cluster) (floor time.Duration, ok bool) {
	since := max(t.slow[c].since, w.book.clusters[c].since)
	floor = since + t.rules.DownAfter + t.rules.Window
	for _, k := range w.clients {
		if k.cluster != c || w.active[k.cfg.Name] != c.cfg.Name {
			continue
		}
		b := w.book.clients[k]
		if k.cfg.Client.Commit > min(t.rules.SilentAfter, t.rules.DownAfter/3) {
			// Between two of its batches nobody can tell a crawl from a backlog.
			floor = max(floor, since+t.rules.DownAfter+t.rules.Window+t.pauses(k))
		}
		switch {
		case b == nil: // nothing of it can be seen
		case t.slow[c].lasted(w.now) < t.rules.DownAfter || t.backlogs[k].now:
			floor = max(floor, b.moved+t.pauses(k))
		case t.backlogs[k].ever:
			floor = max(floor, t.backlogs[k].until+t.shows(k)) // that it is at the tip is to be seen then
		}
	}
	return floor, w.now >= floor
}

// Allowed reports whether to advise to fail a pipeline over to a target can be
// right at all, from all that was injected.
func (t *Truth) Allowed(w *World, p *Pipeline, target string) bool {
	c := w.byName[target]
	if c == nil || target == w.active[p.Name] || !t.fit(w, p, c) {
		return false
	}
	list := t.causes[p.Name]
	active := w.byName[w.active[p.Name]]
	met := t.met[active].lately(w.now, t.stale)
	switch {
	case t.stood(active, w.now):
		return true
	case list[causeDown].lately(w.now, t.stale), list[causeStall].lately(w.now, t.stale):
		return met || t.dead[p.Name].lately(w.now, t.stale)
	case list[causeUnreachable].lately(w.now, t.stale):
		// From here that is an outage, unless a client shows that it is not.
		return met && (t.dark(p, w.now) || t.unheard(w, active)) && !t.served(w, active)
	case list[causeOffline].now && list[causeRefused].now && list[causeRefused].since > list[causeOffline].since:
		// Nobody saw how it fails, only that clients there get nothing.
		return t.dead[p.Name].lately(w.now, t.stale)
	case list[causeDNS].lately(w.now, t.stale):
		return t.dead[p.Name].lately(w.now, t.stale)
	}
	return false
}

// fit reports whether a cluster can pass for a target: it has not been bad for
// long, and the cursor is within its window.
func (t *Truth) fit(w *World, p *Pipeline, c *cluster) bool {
	if v := w.looks(c); t.bad[c].lasted(w.now) > t.stale && (v.outage == 3 || v.refused+v.dns > 0 || c.pace == 0) {
		return false
	}
	if c.pace <= mildPace && t.trails[c].ever && t.trails[c].until-t.trails[c].since >= t.seenTrailing() &&
		t.bad[c].now && t.trails[c].since >= t.bad[c].since {
		return false // it was seen to fall behind, and still does
	}
	k := w.client(p.Name, w.active[p.Name])
	if k.cursor == 0 || k.cfg.Client.NoCursor || k.has[cursorGone] > 0 || w.console.offline > 0 {
		return true
	}
	slots := c.slots(w.now)
	return k.cursor+2*nearly >= uint64(slots.Min) && k.cursor <= uint64(slots.Max)+model.RepeatedSlots+nearly
}

// seenTrailing is how long a cluster has fallen behind when everybody must have
// seen it.
func (t *Truth) seenTrailing() time.Duration {
	apart := float64(t.rules.StallSlots) / (t.rules.SlotsPerSecond * (1 - mildPace))
	return time.Duration(apart*float64(time.Second)) + t.rules.DownAfter + 2*t.rules.Window
}

// served reports whether the page of a client that is active at a cluster shows
// that its own tip moves on.
func (t *Truth) served(w *World, c *cluster) bool {
	for name, tip := range t.tips {
		if w.active[name] == c.cfg.Name && tip.lasted(w.now) > t.stale+w.book.idle {
			return true
		}
	}
	return false
}

// dark reports whether nothing that can be seen of the client's progress
// contradicts an outage.
func (t *Truth) dark(p *Pipeline, now time.Duration) bool {
	list := t.causes[p.Name]
	for _, c := range []cause{causeHidden, causeGone, causeSilent, causeCut, causeSubscriber, causeStale, causeStorm, causeWithheld} {
		if list[c].lately(now, t.calm) {
			return true
		}
	}
	return false
}

// unheard reports whether none of the clients active at a cluster was seen to
// move for so long that it counts: one that commits in batches cannot show sooner
// that an outage is over.
func (t *Truth) unheard(w *World, c *cluster) bool {
	for k, b := range w.book.clients {
		if k.cluster == c && w.active[k.cfg.Name] == c.cfg.Name && w.now < b.moved+t.pauses(k) {
			return false
		}
	}
	return true
}

// stood reports whether a cluster stood or nearly for long, as injected. That it
// moves again, but slowly, shows in its pace over a while.
func (t *Truth) stood(c *cluster, now time.Duration) bool {
	h, seen := t.slow[c], t.stale
	if c.pace <= mildPace {
		seen += t.rules.Window
	}
	return h.lately(now, seen) && h.until-h.since >= t.rules.DownAfter-2*t.s.Tick
}
