package health

import (
	"strconv"
	"time"

	"github.com/fumtui/fumtui/model"
)

// fact is one piece of evidence of this console on a cluster.
func (c *cluster) fact(kind model.EvidenceKind, at time.Time, old bool, says string) model.Fact {
	return model.Fact{
		ID: kind.ID(), Kind: kind, Vantage: model.VantageConsole, Cluster: c.cfg.Name, At: at, Old: old, Says: says,
	}
}

// evidence is the newest of each kind of evidence on a cluster as a whole.
func (c *cluster) evidence(now time.Time, r *Rules) []model.Fact {
	facts := []model.Fact{
		c.callFact(0, model.KindVersion, now, r, func() string {
			text := "it answers"
			if c.version != "" {
				text += ", version " + c.version
			}
			if c.rtt != nil {
				text += ", in " + tookText(*c.rtt)
			}
			return text
		}),
		c.callFact(1, model.KindTip, now, r, func() string {
			if c.tip == nil {
				return "it has no tip"
			}
			text := "its tip is offset " + strconv.FormatInt(int64(*c.tip), 10)
			if rate, ok := c.tips.rate(); ok {
				text += ", moving by " + perSecond(rate)
			}
			return text
		}),
		c.callFact(2, model.KindSlotRange, now, r, func() string {
			if c.slots == nil {
				return "it has no slots"
			}
			text := "it can serve the slots " + slotText(c.slots.Min) + " to " + slotText(c.slots.Max)
			if rate, ok := c.pace.rate(); ok {
				text += ", moving by " + perSecond(rate)
			}
			return text
		}),
	}
	if c.canary.on(now, r) {
		facts = append(facts, c.canaryFact(now, r))
	}
	return facts
}

// tookText is how long a call took, for a sentence.
func tookText(d time.Duration) string {
	if d < time.Millisecond {
		return "less than 1ms"
	}
	return d.Round(time.Millisecond).String()
}

// callFact is how the calls of one kind last went.
func (c *cluster) callFact(i int, kind model.EvidenceKind, now time.Time, r *Rules, answered func() string) model.Fact {
	k := &c.kinds[i]
	switch {
	case k.at.IsZero():
		return c.fact(kind, k.at, false, "it was not asked yet")
	case k.failure != nil:
		return c.fact(kind, k.at, !young(k.at, now, r), "the call fails with "+k.failure.Error())
	}
	return c.fact(kind, k.at, !young(k.at, now, r), answered())
}

// canaryFact is what the canary saw.
func (c *cluster) canaryFact(now time.Time, r *Rules) model.Fact {
	k := &c.canary
	says := "the canary has brought nothing yet"
	switch lasted := model.Span(now.Sub(k.dryFrom)); {
	case k.failure != nil && k.failure.Class == model.ClassNotFound:
		says = "the canary's own subscriber was lost, and is made again"
	case k.failure != nil && !k.failure.Class.Outage():
		says = "the canary was not let in, which says nothing of data: " + k.failure.Error()
	case k.missing > 0 && k.failure != nil:
		says = "no data has come to the canary for " + lasted + ": " + k.failure.Error()
	case k.missing > 0:
		says = "no data has come to the canary for " + lasted
	case k.failure != nil && k.data != nil:
		says = "the canary cannot look (" + k.failure.Error() + "); data last came " + model.Span(now.Sub(k.dataAt)) + " ago"
	case k.failure != nil:
		says = "the canary cannot look: " + k.failure.Error()
	case k.data != nil && !k.fresh(k.at, r):
		says = "no new data comes: the canary gets only slot " + slotText(k.data.Slot) + ", which it had " + model.Span(now.Sub(k.newAt)) + " ago"
	case k.data != nil && now.Sub(k.dataAt) > 2*k.usual():
		says = "data last came " + model.Span(now.Sub(k.dataAt)) + " ago: the canary got slot " + slotText(k.data.Slot)
	case k.data != nil:
		says = "data comes: the canary got slot " + slotText(k.data.Slot)
	}
	return c.fact(model.KindCanary, k.at, !k.on(now, r), says)
}

// ofPipeline is one piece of evidence on a pipeline at this cluster.
func (s *seat) ofPipeline(x pipelineCase, kind model.EvidenceKind, from model.Vantage, at time.Time, says string) model.Fact {
	return model.Fact{
		ID: kind.ID(), Kind: kind, Vantage: from, Cluster: s.cluster.cfg.Name, Pipeline: x.name(),
		At: at, Old: !at.IsZero() && !young(at, x.now, x.r), Says: says,
	}
}

// subscriberFact is how the subscriber stands, as the cluster tells this console.
func (s *seat) subscriberFact(x pipelineCase) model.Fact {
	says := "its subscriber is " + string(s.sub)
	if s.sub == "" {
		says = "its subscribers were not listed yet"
	}
	if fail := s.cluster.list.failure; fail != nil {
		says += "; the list of subscribers cannot be read now: " + fail.Error()
	}
	return s.ofPipeline(x, model.KindSubscribers, model.VantageConsole, s.subAt, says)
}

// clientFact is what the client's own metrics say.
func (s *seat) clientFact(x pipelineCase, t *texts) model.Fact {
	return s.ofPipeline(x, model.KindMetrics, model.VantageClient, s.lookAt, s.clientSays(x, t))
}

// clientSays is what the client's own metrics say, and where they differ from
// what this console sees.
func (s *seat) clientSays(x pipelineCase, t *texts) string {
	switch {
	case s.lookAt.IsZero():
		return "its metrics were not read yet"
	case s.scrapeFail != nil:
		return "its metrics cannot be read, which says nothing of the cluster: " + s.scrapeFail.Error()
	}
	t.begin()
	m := s.metrics
	if known(m.Committed) {
		t.add("it committed offset ")
		t.number(uint64(*m.Committed))
		if last := s.committed.last; !last.IsZero() {
			t.add(", last ")
			t.span(x.now.Sub(last))
			t.add(" ago")
		}
	} else {
		t.add("it has committed nothing yet")
	}
	if m.MaxSlot != nil && *m.MaxSlot > 0 {
		t.add(", newest slot ")
		t.number(uint64(*m.MaxSlot))
	}
	if s.restarts > 0 {
		t.add(", restarted ", model.Units(s.restarts, "time"), " without progress")
	}
	s.tipSays(x, t)
	return t.text()
}

// tipSays adds how the tip as the client sees it goes, where that is worth it.
func (s *seat) tipSays(x pipelineCase, t *texts) {
	frozen, ok := s.frozenTip(x.now, x.r)
	console := s.cluster.tipMoves(x.now, x.r)
	switch stands := ok && frozen > x.r.standGrace(); {
	case !ok:
	case stands:
		t.add("; its own tip has stood for ")
		t.span(frozen)
		if console {
			t.add(", though this console sees ", s.cluster.cfg.Name, " move on")
		}
	case !console && s.cluster.verdict != model.ClusterHealthy:
		t.add("; its own tip moves on, though this console does not see ", s.cluster.cfg.Name, " do so")
	}
}

// cursorFact is where the durable cursor stands.
func (s *seat) cursorFact(x pipelineCase, t *texts) model.Fact {
	says := "it has no cursor"
	if s.cursor != nil {
		t.begin()
		t.add("its cursor is at slot ")
		t.number(uint64(s.cursor.Slot))
		if last := s.advances.last; last.IsZero() {
			t.add(", not seen to move")
		} else {
			t.add(", which last moved ")
			t.span(x.now.Sub(last))
			t.add(" ago")
		}
		says = t.text()
	}
	return s.ofPipeline(x, model.KindCursor, model.VantageClient, s.cursorAt, says)
}

// evidence is the newest of each kind of evidence on the pipeline at each of its
// clusters, the active one first.
func (x pipelineCase) evidence() []model.Fact {
	facts := make([]model.Fact, 0, 3*len(x.p.order)+1)
	var t texts
	add := func(s *seat) {
		facts = append(facts, s.subscriberFact(x), s.clientFact(x, &t), s.cursorFact(x, &t))
	}
	if x.s != nil {
		add(x.s)
	}
	for _, t := range x.p.order {
		if t != x.s {
			add(t)
		}
	}
	if !x.p.lastFailover.IsZero() {
		facts = append(facts, model.Fact{Cluster: x.p.active, Pipeline: x.name(), At: x.p.movedAt(x.now), Says: "it was moved there"})
	}
	return facts
}
