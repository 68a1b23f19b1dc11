package health

import (
	"math"
	"strconv"
	"time"

	"github.com/fumtui/fumtui/model"
)

// Explain says how the verdict and the advice on a pipeline come about at this
// moment; ok is false where there is no such pipeline.
func (w *Watch) Explain(name string, now time.Time) (x model.Explanation, ok bool) {
	p := w.byName[name]
	if p == nil {
		return model.Explanation{}, false
	}
	w.tick(now)
	state := new(model.PipelineState)
	w.pipelineState(state, p, newRoom([]*pipeline{p}), now)
	c := pipelineCase{w, p, p.at, p.rules, now}
	x = model.Explanation{Time: now, Pipeline: state, Facts: c.evidence(), Hints: c.hints()}
	x.Rules = append(explain(w.pipelineTable, c, p.cfg.Name), explain(w.adviceTable, c, p.cfg.Name)...)
	x.Rules = append(x.Rules, c.retentionCheck(state))
	if p.at != nil {
		x.Clusters = append(x.Clusters, w.explainCluster(p.at.cluster, now))
	}
	for _, s := range p.order {
		if s != p.at {
			x.Clusters = append(x.Clusters, w.explainCluster(s.cluster, now))
		}
	}
	return x, true
}

// ExplainCluster says how the verdict on a cluster comes about at this moment;
// ok is false where there is no such cluster.
func (w *Watch) ExplainCluster(cluster string, now time.Time) (x model.Explanation, ok bool) {
	c := w.byCluster[cluster]
	if c == nil {
		return model.Explanation{}, false
	}
	w.tick(now)
	return w.explainCluster(c, now), true
}

// explainCluster explains a cluster whose verdict is of now.
func (w *Watch) explainCluster(c *cluster, now time.Time) model.Explanation {
	state := w.clusterState(c, now)
	return model.Explanation{
		Time: now, Cluster: &state, Facts: c.evidence(now, &w.rules),
		Rules: explain(w.clusterTable, clusterCase{w, c, now}, c.cfg.Name),
		Hints: w.clusterHints(c, now),
	}
}

// retentionCheck is the last row of the table of advice, which is tried beside
// all others.
func (x pipelineCase) retentionCheck(state *model.PipelineState) model.RuleCheck {
	c := model.RuleCheck{
		Rule: "data_loss_soon", Subject: x.name(), State: model.RuleQuiet, Setting: "detection.urgent_before",
		Measured: "it makes progress, or has nothing to lose", Bound: model.Span(x.r.UrgentBefore),
	}
	left := state.Retention
	switch {
	case x.s == nil || x.s.cursor == nil:
		c.State, c.Measured = model.RuleUnknown, "it has no cursor"
	case left == nil:
	case state.Advice.Action == model.ActionDataLossSoon:
		c.State = model.RuleFired
	case left.Urgent:
		c.State = model.RuleHolds
	default:
		c.State = model.RuleNear
	}
	if left != nil {
		c.Measured = "its cursor leaves the retention window of " + left.Cluster + " in " + model.Span(left.Left)
		c.Change = "ends when it makes progress"
		if !left.Urgent {
			c.Change = "urgent in " + model.Span(left.Left-x.r.UrgentBefore) + " unless it makes progress"
		}
	}
	return c
}

// sameChain is how far newest slots of two clusters of one chain may lie apart: a
// week of chain.
const sameChain = 7 * 24 * time.Hour

// silence writes how unusual a silence is.
func silence(who string, lasted time.Duration, phi float64) string {
	text := who + ": silent for " + model.Span(lasted) + ", longer than all but 1 in " + model.Count(int64(math.Pow(10, min(phi, 9))+0.5))
	if phi >= 9 {
		text = who + ": silent for " + model.Span(lasted) + ", far longer than any"
	}
	return text + " of its pauses (phi " + strconv.FormatFloat(phi, 'f', 1, 64) + ")"
}

// clusterHints are what only hints on a cluster.
func (w *Watch) clusterHints(c *cluster, now time.Time) []string {
	var hints []string
	if phi, ok := c.suspicion(now, &w.rules); ok && phi >= UnusualSilence {
		hints = append(hints, silence(c.cfg.Name, now.Sub(c.answeredAt), phi))
	}
	if slots, ok := w.behind(c, now); ok && w.rules.slotsTime(float64(slots)) > sameChain {
		hints = append(hints, c.cfg.Name+" is "+model.Units(slots, "slot")+
			" behind another cluster: make sure that all of them carry the same chain")
	} else if ok && slots > w.rules.StallSlots {
		hints = append(hints, c.cfg.Name+" is "+model.Units(slots, "slot")+" behind the foremost cluster, about "+
			model.Span(w.rules.slotsTime(float64(slots)))+" of chain")
	}
	return hints
}

// hints are what only hints on a pipeline.
func (x pipelineCase) hints() []string {
	s := x.s
	if s == nil {
		return nil
	}
	var hints []string
	if last := s.lastMove(); !last.IsZero() && s.seen(x.now, x.r) {
		silent := x.now.Sub(last)
		if phi, ok := s.pauses.Phi(silent); ok && phi >= UnusualSilence {
			hints = append(hints, silence("the client at "+x.at(), silent, phi))
		}
	}
	commits := x.now.Sub(s.committed.last) <= x.r.SilentAfter && s.committed.n > 1
	if stood := x.now.Sub(later(s.advances.from, s.advances.last)); commits && s.cursor != nil && !s.advances.from.IsZero() && stood > 10*x.r.SilentAfter {
		hints = append(hints, "its client commits, but its durable cursor has not moved for "+model.Span(stood)+
			": a failover would begin from that old cursor")
	}
	if frozen, ok := s.frozenTip(x.now, x.r); ok && frozen > x.r.standGrace() && s.cluster.tipMoves(x.now, x.r) {
		hints = append(hints, "the client's own tip has stood for "+model.Span(frozen)+", so the lag that it shows itself cannot be trusted")
	}
	return hints
}
