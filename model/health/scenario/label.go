package scenario

import "time"

// Label says what is true of a pipeline now.
func (t *Truth) Label(w *World, p *Pipeline) Label {
	list := t.causes[p.Name]
	only := cause(-1)
	for i := range list {
		c := cause(i)
		if c == causeMild || c == causeHidden || c == causeVeiled || !list[i].lately(w.now, t.calm) {
			continue
		}
		if only >= 0 {
			return "" // several at once
		}
		only = c
	}
	if w.now-w.rattled < t.calm && w.rattled > 0 {
		return ""
	}
	switch {
	case only < 0 && (w.now < t.stale*2 || list[causeHidden].lately(w.now, t.calm)):
		return "" // it has just begun to look, or sees nothing
	case only < 0:
		return LabelNothing
	case !list[only].now, list[only].gap < t.calm:
		return "" // it has just ended, or comes again and again
	}
	if list[causeMild].lately(w.now, t.calm) {
		return "" // it may look worse than it is for a while
	}
	return t.labelOf(w, p, only, list[only].lasted(w.now))
}

// labelOf is the label for the only cause of a pipeline's trouble.
func (t *Truth) labelOf(w *World, p *Pipeline, only cause, lasted time.Duration) Label {
	r := &t.rules
	idle := min(r.SilentAfter, r.DownAfter/3)
	slack := 2*t.s.Probe.Timeout + 3*t.s.Probe.Interval + 2*t.s.Tick + p.Client.Commit
	after := func(d time.Duration, l Label) Label {
		if lasted > d+slack {
			return l
		}
		return ""
	}
	hidden := t.causes[p.Name][causeHidden].lately(w.now, t.calm)
	veiled := t.causes[p.Name][causeVeiled].lately(w.now, t.calm)
	switch only {
	case causeDown, causeStall:
		return t.labelOutage(w, p)
	case causeOffline:
		return after(r.DownAfter, LabelConsole)
	case causeDNS:
		return after(0, LabelConsole)
	case causeUnreachable:
		if hidden {
			return ""
		}
		return after(r.DownAfter, LabelConsole)
	case causeRefused:
		return after(0, LabelConfig)
	case causeChain:
		if w.chain.pace > 0 || !t.onlyChain(w) {
			return ""
		}
		return after(r.DownAfter, LabelChain)
	case causeSubscriber:
		return after(0, LabelSubscriber)
	case causeGone:
		if veiled {
			return ""
		}
		return after(idle, LabelYours)
	case causeDouble:
		if hidden || !t.othersFit(w, p) {
			return ""
		}
		return after(idle, LabelYours)
	case causeSilent, causeCut:
		if veiled {
			return ""
		}
		if t.othersStream(w, p) {
			return after(r.SilentAfter, LabelYours)
		}
		if t.s.Probe.Canary > 0 || !t.alone(w, p) {
			return "" // the canary, or another pipeline, may tell or not
		}
		if only == causeCut {
			return "" // it looks as if the cluster sent nothing
		}
		return after(r.SilentAfter, LabelSupport)
	case causeWithheld:
		if veiled || p.Client.ExitsOnError {
			return ""
		}
		if !t.alone(w, p) {
			idle += t.calm // others may have something left to consume
		}
		return after(r.SilentAfter+idle, LabelSupport)
	case causeGray:
		return after(r.Window+r.DegradedAfter+idle, LabelSupport)
	}
	return ""
}

// labelOutage is the label while the active cluster is down or stalled.
func (t *Truth) labelOutage(w *World, p *Pipeline) Label {
	floor, ok := w.Outage(w.active[p.Name])
	if !ok || w.now < floor {
		return LabelBlip
	}
	if floor, _ = w.CutOff(p.Name); w.now < floor {
		return "" // whether its clients suffer too cannot be told yet
	}
	if need, _ := t.Required(w, p); need {
		return LabelOutage
	}
	if !t.causes[p.Name][causeDown].now {
		return "" // whether it still stalls cannot be told without another one
	}
	for _, name := range p.Clusters {
		c := w.byName[name]
		if name == w.active[p.Name] {
			continue
		}
		v := w.looks(c)
		if v.outage+v.refused < 3 || t.bad[c].lasted(w.now) < 2*t.stale {
			return ""
		}
	}
	if t.allDown(w) {
		return ""
	}
	return LabelNoTarget
}

// othersFit reports whether nothing was wrong lately with the other clusters of
// a pipeline.
func (t *Truth) othersFit(w *World, p *Pipeline) bool {
	for _, name := range p.Clusters {
		if name != w.active[p.Name] && t.bad[w.byName[name]].lately(w.now, t.calm) {
			return false
		}
	}
	return true
}

// onlyChain reports whether nothing is wrong with any cluster but that the
// chain has halted.
func (t *Truth) onlyChain(w *World) bool {
	for _, c := range w.clusters {
		if len(c.faults) > 0 || c.pace < 1 {
			return false
		}
	}
	return w.console.offline == 0
}

// othersStream reports whether another pipeline is without trouble at the
// active cluster of p.
func (t *Truth) othersStream(w *World, p *Pipeline) bool {
	for _, o := range t.s.Pipelines {
		if o.Name == p.Name || w.active[o.Name] != w.active[p.Name] || (o.Client.NoMetrics && o.Client.NoCursor) {
			continue
		}
		fine := true
		for i := range t.causes[o.Name] {
			fine = fine && !t.causes[o.Name][i].lately(w.now, t.calm)
		}
		if fine {
			return true
		}
	}
	return false
}

// alone reports whether no other pipeline is active where p is.
func (t *Truth) alone(w *World, p *Pipeline) bool {
	for _, o := range t.s.Pipelines {
		if o.Name != p.Name && w.active[o.Name] == w.active[p.Name] {
			return false
		}
	}
	return true
}

// allDown reports whether every cluster fails from here, which looks like a
// console without a network.
func (t *Truth) allDown(w *World) bool {
	for _, c := range w.clusters {
		if v := w.looks(c); v.outage < 3 && w.console.offline == 0 {
			return false
		}
	}
	return true
}

// Required reports whether to fail a pipeline over is what must be advised by
// now, and since when that could have been known.
func (t *Truth) Required(w *World, p *Pipeline) (need bool, floor time.Duration) {
	list := t.causes[p.Name]
	if !list[causeDown].now && !list[causeStall].now {
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
	floor, ok := w.CutOff(p.Name)
	if !ok || (w.rattled > 0 && w.now-w.rattled < 2*t.calm) || w.unsettled[p.Name] {
		return false, 0
	}
	for _, name := range p.Clusters {
		c := w.byName[name]
		if c == w.byName[w.active[p.Name]] || t.bad[c].lately(w.now, 2*t.calm) {
			continue
		}
		if b := w.book.clusters[c]; b.lostAt > 0 && w.now-b.lostAt < 2*t.stale {
			continue
		}
		if top := w.client(p.Name, w.active[p.Name]).cursor; top > 0 && top < uint64(c.slots(w.now).Min)+16 {
			continue // outside of its window, or nearly
		}
		return true, floor
	}
	return false, 0
}

// Allowed reports whether to advise to fail a pipeline over to a target can be
// right at all, from all that was injected.
func (t *Truth) Allowed(w *World, p *Pipeline, target string) bool {
	c := w.byName[target]
	if c == nil || target == w.active[p.Name] {
		return false
	}
	if v := w.looks(c); t.bad[c].lasted(w.now) > t.stale && (v.outage == 3 || v.refused+v.dns > 0 || c.pace == 0) {
		return false // it has been bad for long
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
		// From here that is an outage, unless the client shows that it is not.
		return met && t.dark(p, w.now)
	case list[causeDNS].lately(w.now, t.stale):
		return t.dead[p.Name].lately(w.now, t.stale)
	}
	return false
}

// dark reports whether nothing that can be seen of the client contradicts an
// outage.
func (t *Truth) dark(p *Pipeline, now time.Duration) bool {
	list := t.causes[p.Name]
	for _, c := range []cause{causeHidden, causeGone, causeSilent, causeCut, causeSubscriber, causeStorm, causeWithheld} {
		if list[c].lately(now, t.calm) {
			return true
		}
	}
	return false
}

// stood reports whether a cluster stood or crawled for long, as injected.
func (t *Truth) stood(c *cluster, now time.Duration) bool {
	h := t.slow[c]
	return h.lately(now, t.stale) && h.until-h.since >= t.rules.DownAfter-2*t.s.Tick
}
