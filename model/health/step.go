package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// step brings the verdict on a cluster up to now.
func (w *Watch) step(c *cluster, now time.Time) {
	x := clusterCase{w, c, now}
	if c.looked || !now.Equal(c.steppedAt) { // asked twice at a moment, it says the same
		c.before = history{c.verdict, c.scarred, c.healFrom, c.troubleAt}
	}
	c.looked, c.steppedAt = false, now
	x.noteHalt()
	x.noteUnserved()
	rule := decide(w.clusterTable, x)
	switch rule.leads {
	case model.ClusterDown:
		c.scarred, c.healFrom = true, time.Time{}
		if c.outageFrom.IsZero() {
			c.outageFrom = c.series.from
		}
	case model.ClusterStalled:
		c.scarred, c.healFrom = true, time.Time{}
	case model.ClusterBlip:
		w.stepBlip(x)
	case model.ClusterHealthy:
		c.scarred, c.healFrom = false, time.Time{}
	case model.ClusterRefusingUs:
		c.outageFrom = time.Time{}
	}
	if c.troubleAt.After(now) {
		c.troubleAt = now // the clock was set back
	}
	c.badFrom = time.Time{}
	if rule.from != nil {
		c.badFrom = rule.from(x)
	}
	if rule.leads != c.verdict || c.since.After(now) {
		c.since, c.stableSince = now, time.Time{}
		if rule.leads == model.ClusterHealthy {
			c.stableSince = now
		}
	}
	if !c.badFrom.IsZero() {
		c.since = c.badFrom // trouble is as old as its first sign
	}
	switch {
	case rule.name != dryName:
		c.dryAt = time.Time{}
	case c.dryAt.IsZero():
		c.dryAt = now
	}
	c.verdict, c.rule = rule.leads, rule
	switch rule.leads {
	case model.ClusterHealthy, model.ClusterDegraded:
		if c.fineFrom.IsZero() || c.fineFrom.After(now) {
			c.fineFrom = now
		}
	case model.ClusterBlip:
	default:
		c.fineFrom = time.Time{}
	}
}

// noteUnserved notes that the cluster serves nobody now. Data that the canary, or
// a client, did not get meanwhile is no trouble of its own.
func (x clusterCase) noteUnserved() {
	lasted, failing := x.failing()
	_, stands := x.stands()
	if (failing && lasted >= x.w.rules.flicker()) || stands || (x.c.dns >= 2 && x.c.outageFrom.IsZero()) {
		x.c.unservedAt = x.now
		x.c.canary.pardon()
	}
	if x.c.unservedAt.After(x.now) {
		x.c.unservedAt = x.now // the clock was set back
	}
}

// stepBlip notes when trouble was last seen, and since when it is over.
func (w *Watch) stepBlip(x clusterCase) {
	c := x.c
	_, failing := x.failing()
	_, stands := x.stands()
	_, part, _ := x.partly()
	switch {
	case failing || stands || (part != nil && part.failure != nil):
		c.troubleAt, c.healFrom = x.now, time.Time{}
	case c.scarred && c.healFrom.IsZero():
		c.healFrom = x.now
	}
}

// out reports whether a cluster is down or stalled.
func (c *cluster) out() bool {
	return c.verdict == model.ClusterDown || c.verdict == model.ClusterStalled
}

// serving reports whether a cluster answers for good, or does so again, so that
// the lag of a client there is its own.
func (c *cluster) serving() bool {
	return c.verdict == model.ClusterHealthy || c.verdict == model.ClusterDegraded || !c.healFrom.IsZero()
}

// word is a verdict as a person reads it.
func word(v model.ClusterVerdict) string {
	switch v {
	case model.ClusterRefusingUs:
		return "refusing us"
	case model.ClusterBlip:
		return "in a blip"
	case model.ClusterUnknown:
		return "not known"
	}
	return string(v)
}
