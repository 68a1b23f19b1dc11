package scenario

import "time"

// Label says what is true of a pipeline now.
func (t *Truth) Label(w *World, p *Pipeline) Label {
	list := t.causes[p.Name]
	only := cause(-1)
	for i := range list {
		c := cause(i)
		shows := t.calm
		if c == causeDouble { // that one of two stopped shows when its next batch does not come
			shows = max(shows, t.pauses(w.client(p.Name, w.active[p.Name]))+t.calm/2)
		}
		if c == causeMild || c == causeHidden || c == causeVeiled || !list[i].lately(w.now, shows) {
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
	case only < 0 && p.Client.Commit > t.silentAfter(p)*3/4:
		return "" // it is slower than its own threshold, or nearly
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
	silent := t.silentAfter(p)
	pauses := t.pauses(w.client(p.Name, w.active[p.Name])) // of one that commits in batches it takes longer to tell
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
	case causeBarely:
		return t.labelBarely(w, p, lasted)
	case causeCrawl:
		c := w.byName[w.active[p.Name]]
		if c.pace < slowPace || t.trails[c].lasted(w.now) < t.seenTrailing() {
			return ""
		}
		return LabelSupport
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
		if t.halt.lasted(w.now) <= r.DownAfter+slack || !t.onlyChain(w) || !w.together() {
			return ""
		}
		return LabelChain
	case causeSubscriber, causeStale:
		return after(0, LabelSubscriber)
	case causeGone:
		if veiled {
			return ""
		}
		return after(pauses, LabelYours)
	case causeDouble:
		if hidden || !t.othersFit(w, p) {
			return ""
		}
		return after(pauses, LabelYours) // three commits of each show it
	case causeSilent, causeCut:
		if veiled {
			return ""
		}
		if t.othersStream(w, p) {
			return after(silent, LabelYours)
		}
		if t.s.Probe.Canary > 0 || !t.alone(w, p) {
			return "" // the canary, or another pipeline, may tell or not
		}
		if only == causeCut {
			return "" // it looks as if the cluster sent nothing
		}
		return after(silent, LabelSupport)
	case causeWithheld:
		if veiled || p.Client.ExitsOnError {
			return ""
		}
		if !t.alone(w, p) {
			idle += t.calm // others may have something left to consume
		}
		return after(silent+idle, LabelSupport)
	case causeGray:
		return after(r.Window+r.DegradedAfter+idle, LabelSupport)
	}
	return ""
}

// labelOutage is the label while the active cluster is down or stalled.
func (t *Truth) labelOutage(w *World, p *Pipeline) Label {
	floor, ok := w.Outage(w.active[p.Name])
	if !ok || w.now < floor {
		if t.met[w.byName[w.active[p.Name]]].lately(w.now, t.calm) {
			return "" // an answer came in the middle of it
		}
		if t.causes[p.Name][causeHidden].lately(w.now, t.calm) {
			return "" // its client may seem to be gone
		}
		return LabelBlip
	}
	if floor, _ = t.cutOff(w, p); w.now < floor {
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
	if t.blind.lately(w.now, t.calm) {
		return "" // it counts anew from when on another one was seen to answer
	}
	return LabelNoTarget
}

// labelBarely is the label while the active cluster takes in next to nothing.
func (t *Truth) labelBarely(w *World, p *Pipeline, lasted time.Duration) Label {
	if need, _ := t.Required(w, p); need {
		return LabelOutage
	}
	if lasted < t.rules.DownAfter {
		return LabelBlip
	}
	return ""
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

// together reports whether all clusters are at about the same slot.
func (w *World) together() bool {
	low, top := w.clusters[0].newest(w.now), w.clusters[0].newest(w.now)
	for _, c := range w.clusters {
		low, top = min(low, c.newest(w.now)), max(top, c.newest(w.now))
	}
	return top-low <= w.rules.StallSlots
}

// silentAfter is the threshold of a pipeline.
func (t *Truth) silentAfter(p *Pipeline) time.Duration {
	if p.Rules == nil {
		return t.rules.SilentAfter
	}
	return t.s.thresholds(p.Rules).SilentAfter
}

// othersStream reports whether another pipeline is without trouble at the
// active cluster of p, and seen to be at any time.
func (t *Truth) othersStream(w *World, p *Pipeline) bool {
	for _, o := range t.s.Pipelines {
		if o.Name == p.Name || w.active[o.Name] != w.active[p.Name] || (o.Client.NoMetrics && o.Client.NoCursor) {
			continue
		}
		if t.shows(w.client(o.Name, w.active[o.Name])) > w.book.idle*9/10 {
			continue // between two of its batches it tells nothing of others
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
