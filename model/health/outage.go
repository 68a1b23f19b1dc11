package health

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// adviseOutage is for an active cluster that is down or stalled.
func (w *Watch) adviseOutage(p *pipeline, s *seat, now time.Time) model.Advice {
	c, name := s.cluster, s.cluster.cfg.Name
	lasted := now.Sub(c.badFrom)
	switch other := w.othersMove(p, c, now); {
	case c.verdict == model.ClusterStalled && s.progresses(now, &w.rules):
		return model.Advice{Action: model.ActionWait, Text: fmt.Sprintf(
			"%s has been stalled for %s, but %s still consumes what it has: wait", name, model.Span(lasted), p.cfg.Name)}
	case s.progresses(now, &w.rules):
		return model.Advice{Action: model.ActionCheckConsole, Text: fmt.Sprintf(
			"%s has not answered from here for %s, but the client of %s there goes on: check this console's network", name, model.Span(lasted), p.cfg.Name)}
	case other != "":
		return model.Advice{Action: model.ActionCheckYourSide, Text: fmt.Sprintf(
			"%s is %s from here and %s stands, but %s goes on there: check the host and network of %s; do not fail over",
			name, c.verdict, p.cfg.Name, other, p.cfg.Name)}
	}
	if !s.stuck(now, p.settled(), &w.rules) {
		return model.Advice{Action: model.ActionWait, Text: fmt.Sprintf(
			"%s has been %s for %s: wait a moment, to see whether the client of %s there goes on", name, c.verdict, model.Span(lasted), p.cfg.Name)}
	}
	if left := w.rules.Block - now.Sub(p.lastFailover); !p.lastFailover.IsZero() && left > 0 && c.verdict != model.ClusterDown {
		return model.Advice{Action: model.ActionWait, Text: fmt.Sprintf(
			"%s has been stalled for %s, but %s was moved %s ago: wait another %s before moving it again",
			name, model.Span(lasted), p.cfg.Name, model.Span(now.Sub(p.lastFailover)), model.Span(left))}
	}
	return w.adviseTarget(p, s, lasted, now)
}

// adviseTarget picks where to go, or says why nowhere.
func (w *Watch) adviseTarget(p *pipeline, s *seat, lasted time.Duration, now time.Time) model.Advice {
	c, name := s.cluster, s.cluster.cfg.Name
	var against []string
	for _, t := range p.order {
		if t == s {
			continue
		}
		why := unfit(t, s.cursor)
		if why != "" {
			against = append(against, why)
			continue
		}
		target := t.cluster.cfg.Name
		text := fmt.Sprintf("%s has been %s for %s and %s is healthy: fail %s over to %s",
			name, c.verdict, model.Span(lasted), target, p.cfg.Name, target)
		if !s.seen(now, &w.rules) {
			text += "; seen from this console only, the client there cannot be seen"
		}
		return model.Advice{Action: model.ActionFailOver, Target: target, Text: text}
	}
	if len(against) == 0 {
		against = []string{"it has no client at another cluster"}
	}
	return model.Advice{Action: model.ActionCannotFailOver, Text: fmt.Sprintf(
		"%s has been %s for %s, but %s cannot fail over: %s", name, c.verdict, model.Span(lasted), p.cfg.Name, strings.Join(against, "; "))}
}

// unfit says what speaks against a target, and what would allow it; "" where
// nothing does.
func unfit(t *seat, cursor *model.Cursor) string {
	c := t.cluster
	switch c.verdict {
	case model.ClusterHealthy:
	case model.ClusterDown:
		return c.cfg.Name + " is down too (if it is not, check this console's network); wait until it answers"
	case model.ClusterRefusingUs:
		return c.reason + "; mend its configuration"
	case model.ClusterDegraded:
		return c.reason + "; wait until it is healthy, or decide by hand"
	default:
		return fmt.Sprintf("%s is not known to be healthy (%s); wait until it is", c.cfg.Name, c.reason)
	}
	if cursor == nil || c.slots == nil {
		return ""
	}
	if next := cursor.Slot + 1; next < c.slots.Min {
		return fmt.Sprintf("%s no longer has the %s after the cursor %d (its window is %d to %d); a cutover by hand may approve that gap",
			c.cfg.Name, model.Units(model.SlotsBetween(next, c.slots.Min), "slot"), cursor.Slot, c.slots.Min, c.slots.Max)
	}
	return ""
}

// dataLoss is how long until the slots after the cursor of a pipeline leave the
// window it would resume from, and of which cluster; near is false while that
// is far, or while the pipeline makes progress that keeps it so.
func (w *Watch) dataLoss(p *pipeline, s *seat, a model.Advice, now time.Time) (left time.Duration, where string, near bool) {
	if s.cursor == nil {
		return 0, "", false
	}
	if s.progresses(now, &w.rules) && p.verdict != model.PipelineFallingBehind {
		return 0, "", false
	}
	for _, t := range p.order {
		c := t.cluster
		there := c == s.cluster
		if a.Action == model.ActionFailOver {
			there = c.cfg.Name == a.Target
		} else if a.Action == model.ActionCannotFailOver {
			there = true
		}
		if !there || c.slots == nil {
			continue
		}
		l, ok := TimeLeft(s.cursor.Slot, *c.slots, now.Sub(c.slotsAt), w.rules.SlotsPerSecond)
		if ok && (where == "" || l > left) {
			left, where = l, c.cfg.Name
		}
	}
	return left, where, where != "" && left < w.rules.slotsTime(float64(w.rules.UrgentSlots))
}

// evidence is what an advice rests on, a fact for each thing seen.
func (w *Watch) evidence(p *pipeline, s *seat) []model.Fact {
	facts := make([]model.Fact, 0, len(p.order)+3)
	for _, t := range p.order {
		c := t.cluster
		facts = append(facts, model.Fact{Vantage: model.VantageConsole, Cluster: c.cfg.Name, At: c.lastAt, Says: c.reason})
	}
	client := model.Fact{
		ID: model.KindMetrics.ID(), Kind: model.KindMetrics, Vantage: model.VantageClient,
		Cluster: p.active, Pipeline: p.cfg.Name, At: s.lookAt, Says: p.reason,
	}
	cursor := model.Fact{
		ID: model.KindCursor.ID(), Kind: model.KindCursor, Vantage: model.VantageClient,
		Cluster: p.active, Pipeline: p.cfg.Name, At: s.cursorAt, Says: "it has no cursor",
	}
	if s.cursor != nil {
		cursor.Says = "its cursor is at slot " + strconv.FormatUint(uint64(s.cursor.Slot), 10)
		if s.advances.last.IsZero() {
			cursor.Says += ", not seen to move"
		}
	}
	facts = append(facts, client, cursor)
	if !p.lastFailover.IsZero() {
		facts = append(facts, model.Fact{Cluster: p.active, Pipeline: p.cfg.Name, At: p.lastFailover, Says: "it was moved there"})
	}
	return facts
}
