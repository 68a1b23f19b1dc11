package health

import (
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
)

// kindNames are the calls of a cluster, in the order of cluster.kinds.
var kindNames = [3]string{"version", "tip", "slot range"}

// judgement is what the evidence on a cluster means at a moment.
type judgement struct {
	verdict         model.ClusterVerdict
	reason, outlook string
	badFrom         time.Time
}

// step brings the verdict on a cluster up to now.
func (w *Watch) step(c *cluster, now time.Time) {
	j := w.judge(c, now)
	if j.verdict == model.ClusterBlip {
		c.troubleAt = now
	} else if j.verdict == model.ClusterHealthy {
		j = w.settle(c, j, now)
	}
	if j.verdict == model.ClusterHealthy && c.scarred {
		if c.healFrom.IsZero() {
			c.healFrom = now
		}
		j = w.heal(c, now)
	}
	if j.verdict == model.ClusterDown || j.verdict == model.ClusterStalled {
		c.scarred, c.healFrom = true, time.Time{}
	}
	if j.verdict != c.verdict {
		c.verdict, c.since = j.verdict, now
		switch {
		case j.verdict == model.ClusterHealthy:
			c.stableSince = now
		default:
			c.stableSince = time.Time{}
		}
	}
	switch {
	case j.verdict == model.ClusterHealthy, j.verdict == model.ClusterDegraded:
		if c.fineFrom.IsZero() {
			c.fineFrom = now
		}
	case j.verdict != model.ClusterBlip:
		c.fineFrom = time.Time{}
	}
	c.reason, c.outlook, c.badFrom = j.reason, j.outlook, j.badFrom
}

// heal keeps a cluster that was down or stalled from being healthy before it
// has done well for a while.
func (w *Watch) heal(c *cluster, now time.Time) judgement {
	left := w.rules.recovery() - now.Sub(c.healFrom)
	if left <= 0 {
		c.scarred, c.healFrom = false, time.Time{}
		return c.healthy()
	}
	return judgement{
		verdict: model.ClusterBlip,
		reason:  fmt.Sprintf("%s does well again for %s", c.cfg.Name, model.Span(now.Sub(c.healFrom))),
		outlook: fmt.Sprintf("healthy in %s if it stays so", model.Span(left)),
		badFrom: c.badFrom,
	}
}

// judge applies the table of verdicts, the first that holds.
func (w *Watch) judge(c *cluster, now time.Time) judgement {
	name, r := c.cfg.Name, &w.rules
	switch {
	case c.lastAt.IsZero():
		return judgement{verdict: model.ClusterUnknown, reason: "nothing has been heard of " + name + " yet"}
	case !c.fresh(now, r):
		return judgement{
			verdict: model.ClusterUnknown,
			reason:  fmt.Sprintf("the newest evidence on %s is %s old", name, model.Span(now.Sub(c.lastAt))),
		}
	}
	if j, ok := c.judgeRefusal(); ok {
		return j
	}
	if c.dns >= 2 {
		return judgement{
			verdict: model.ClusterUnknown, badFrom: c.dnsFrom,
			reason: fmt.Sprintf("the name of %s does not resolve from here: %s", name, c.failure.Message),
		}
	}
	if n := c.kindsCompleted(); n < r.FirstSamples {
		return judgement{
			verdict: model.ClusterUnknown,
			reason:  fmt.Sprintf("%d of the %d looks at %s that a first verdict needs", n, r.FirstSamples, name),
		}
	}
	flicker := c.verdict == model.ClusterDegraded && now.Sub(c.series.from) < 2*r.flicker()
	if c.series.count >= 3 && !flicker {
		return w.judgeFailing(c, now)
	}
	if j, ok := w.judgeStanding(c, now); ok {
		return j
	}
	if j, ok := c.judgeMeans(now, r); ok {
		return j
	}
	if j, ok := c.judgePart(now, r); ok {
		return j
	}
	return c.healthy()
}

// judgeRefusal: the cluster answers, and turns this customer away.
func (c *cluster) judgeRefusal() (judgement, bool) {
	for i := range c.kinds {
		k := &c.kinds[i]
		if k.refused < 2 {
			continue
		}
		return judgement{
			verdict: model.ClusterRefusingUs,
			reason:  fmt.Sprintf("%s refuses the %s call: %s", c.cfg.Name, kindNames[i], k.failure.Error()),
			outlook: "stays so until the configuration or the account is mended",
		}, true
	}
	return judgement{}, false
}

// judgeFailing: every call has failed since the last answer.
func (w *Watch) judgeFailing(c *cluster, now time.Time) judgement {
	lasted := now.Sub(c.series.from)
	if w.offlineFor(now) >= w.rules.recovery() {
		return judgement{
			verdict: model.ClusterUnknown, badFrom: c.series.from,
			reason: fmt.Sprintf("no cluster can be reached from here for %s: this console may be offline", model.Span(lasted)),
		}
	}
	j := judgement{
		badFrom: c.series.from,
		reason: fmt.Sprintf("%s in a row to %s failed for %s, the newest with %s",
			model.Units(c.series.count, "call"), c.cfg.Name, model.Span(lasted), c.failure.Error()),
	}
	if lasted >= w.rules.DownAfter {
		j.verdict = model.ClusterDown
		j.outlook = "stays down until it answers"
		return j
	}
	j.verdict = model.ClusterBlip
	j.outlook = fmt.Sprintf("down in %s unless it answers", model.Span(w.rules.DownAfter-lasted))
	return j
}

// judgeStanding: it answers, but its newest slot stands or crawls. Only another
// cluster that moved on tells a stall from a halt of the chain.
func (w *Watch) judgeStanding(c *cluster, now time.Time) (judgement, bool) {
	if !young(c.slotsAt, now, &w.rules) || c.standing() < w.rules.standGrace() {
		return judgement{}, false
	}
	stood := c.standing()
	ahead, by := w.ahead(c, now)
	j := judgement{verdict: model.ClusterBlip, badFrom: c.anchor.at}
	j.reason = fmt.Sprintf("%s answers, but its newest slot %d has not kept pace for %s", c.cfg.Name, c.slots.Max, model.Span(stood))
	if ahead != nil {
		j.reason += fmt.Sprintf(", while %s is %s ahead", ahead.cfg.Name, model.Units(by, "slot"))
	}
	switch {
	case stood < w.rules.DownAfter && ahead != nil:
		j.outlook = fmt.Sprintf("stalled in %s unless its newest slot moves", model.Span(w.rules.DownAfter-stood))
	case stood < w.rules.DownAfter:
		j.outlook = fmt.Sprintf("stalled in %s if another cluster moves on meanwhile", model.Span(w.rules.DownAfter-stood))
	case ahead != nil:
		j.verdict = model.ClusterStalled
		j.outlook = "stays stalled until its newest slot moves"
	default:
		j.verdict = model.ClusterUnknown
		j.reason += ", and no other cluster is seen to move on"
		j.outlook = "stalled if another cluster moves on"
	}
	return j, true
}

// judgeMeans: it answers, but slowly or only in part, and has for long.
func (c *cluster) judgeMeans(now time.Time, r *Rules) (judgement, bool) {
	if c.slowFrom.IsZero() || c.lastAt.Sub(c.slowFrom) < r.DegradedAfter {
		return judgement{}, false
	}
	errors, _ := c.calls.errorRate()
	return judgement{
		verdict: model.ClusterDegraded, badFrom: c.slowFrom,
		reason: fmt.Sprintf("%s answers in %s on average and fails %d %% of the calls, for %s",
			c.cfg.Name, c.calls.latency().Round(time.Millisecond), int(errors*100+0.5), model.Span(now.Sub(c.slowFrom))),
		outlook: fmt.Sprintf("healthy below %s and %d %%", r.Latency, int(r.ErrorRate*100+0.5)),
	}, true
}

// judgePart: one kind of call keeps failing while others answer, so the cluster
// is not healthy, whatever the others say.
func (c *cluster) judgePart(now time.Time, r *Rules) (judgement, bool) {
	for i := range c.kinds {
		k := &c.kinds[i]
		if k.failed < 3 {
			continue
		}
		lasted := now.Sub(k.failedAt)
		j := judgement{
			verdict: model.ClusterBlip, badFrom: k.failedAt,
			reason: fmt.Sprintf("the %s call to %s keeps failing for %s while others answer: %s",
				kindNames[i], c.cfg.Name, model.Span(lasted), k.failure.Error()),
			outlook: "degraded in " + model.Span(r.DegradedAfter-lasted) + " unless it answers",
		}
		if lasted >= r.DegradedAfter {
			j.verdict, j.outlook = model.ClusterDegraded, "healthy once it answers"
		}
		return j, true
	}
	return judgement{}, false
}

// settle keeps a blip from being over with its first answers: signs of trouble
// that come and go are one blip, and not many.
func (w *Watch) settle(c *cluster, j judgement, now time.Time) judgement {
	if c.verdict != model.ClusterBlip || c.scarred {
		return j
	}
	left := w.rules.MaxAge/2 - now.Sub(c.troubleAt)
	if left <= 0 && c.answers >= w.rules.FirstSamples {
		return j
	}
	return judgement{
		verdict: model.ClusterBlip, badFrom: c.badFrom,
		reason:  c.cfg.Name + " does well again",
		outlook: fmt.Sprintf("healthy in %s if it stays so", model.Span(max(left, time.Second))),
	}
}

// healthy is the verdict when nothing else holds.
func (c *cluster) healthy() judgement {
	if c.slots == nil {
		return judgement{
			verdict: model.ClusterUnknown,
			reason:  c.cfg.Name + " answers, but its slots are not known yet",
		}
	}
	return judgement{verdict: model.ClusterHealthy, reason: c.cfg.Name + " answers and its newest slot advances"}
}
