package health

import (
	"strconv"
	"time"

	"github.com/fumtui/fumtui/model"
)

// slotText writes a slot as a person may copy it.
func slotText(s model.Slot) string { return strconv.FormatUint(uint64(s), 10) }

// advise fills in what to do about a pipeline: the first row of the table that
// fits. Data that is about to be lost is named beside whatever the action is, and
// is the action itself where there would be none.
func (w *Watch) advise(state *model.PipelineState, x pipelineCase, room *room) {
	rule := decide(w.adviceTable, x)
	x.p.advice = rule
	a := &state.Advice
	a.Action, a.Text = rule.leads, rule.says(x)
	if rule.target != nil {
		a.Target = rule.target(x)
	}
	if rule.change != nil {
		a.Change = rule.change(x)
	}
	first := len(room.facts)
	room.facts = x.facts(room.facts, &room.texts)
	a.Evidence = room.facts[first:len(room.facts):len(room.facts)]
	left, ok := x.retention(a)
	if !ok {
		return
	}
	shown := left
	state.Retention = &shown
	if left.Urgent {
		x.warn(a, left)
	}
}

// warn adds to an advice that data is about to be lost.
func (x pipelineCase) warn(a *model.Advice, left model.Retention) {
	seconds := left.Left.Seconds()
	a.UrgentSeconds = &seconds
	urgent := "the cursor of " + x.name() + " leaves the retention window of " + left.Cluster + " in " + model.Span(left.Left)
	if left.Left == 0 {
		urgent = "the cursor of " + x.name() + " has left the retention window of " + left.Cluster
	}
	switch {
	case a.Action != model.ActionNone && a.Action != model.ActionWait:
		a.Text += "; " + urgent
	case x.p.moving():
		a.Action, a.Text = model.ActionDataLossSoon, urgent+"; "+a.Text
	case left.Left == 0:
		a.Action, a.Text = model.ActionDataLossSoon, urgent+
			": slots after it are lost there; get its client going, or look for a cluster that still has them"
	default:
		a.Action, a.Text = model.ActionDataLossSoon, urgent+
			": get its client going, or move it while the slots after its cursor can still be had"
	}
}

// facts are what an advice rests on, a line each: of each cluster what this
// console makes of it, of the client what can be seen of it.
func (x pipelineCase) facts(list []model.Fact, t *texts) []model.Fact {
	for _, c := range x.p.clusters {
		list = append(list, c.line)
	}
	if x.s == nil {
		return list
	}
	if line := x.s.cluster.canaryLine; line.Kind != "" {
		list = append(list, line)
	}
	list = append(list, x.s.clientFact(x, t), x.s.cursorFact(x, t))
	if !x.p.lastFailover.IsZero() {
		list = append(list, model.Fact{Cluster: x.p.active, Pipeline: x.p.cfg.Name, At: x.p.movedAt(x.now), Says: "it was moved there"})
	}
	return list
}

// TimeLeft is how long until the first slot that a stopped pipeline still
// needs, the one after its cursor, leaves the retention window, whose lower end
// moves on with the chain, as its upper end does. seen is how long ago the window
// was read. It is 0 once data is lost, and ok is false while there is nothing to
// lose: a cursor at or above the newest slot by now, or no pace.
func TimeLeft(cursor model.Slot, window model.SlotRange, seen time.Duration, slotsPerSecond float64) (left time.Duration, ok bool) {
	seen = max(seen, 0)
	if slotsPerSecond <= 0 || float64(cursor) >= float64(window.Max)+seen.Seconds()*slotsPerSecond {
		return 0, false
	}
	return untilGone(cursor+1, window, seen, slotsPerSecond), true
}

// untilGone is how long until a slot leaves a retention window that was read so
// long ago and moves on at a pace above 0; 0: it has left.
func untilGone(slot model.Slot, window model.SlotRange, seen time.Duration, slotsPerSecond float64) time.Duration {
	seconds := float64(model.SlotsBetween(window.Min, slot)) / slotsPerSecond
	const longest = 1 << 33 // of a duration, in seconds
	return max(time.Duration(min(seconds, longest)*float64(time.Second))-max(seen, 0), 0)
}

// retention is how long until the slots after the cursor are lost, and where they
// stay the longest: at any of its clusters, or at the target of an advice to fail
// over. A window that stands loses nothing. ok is false while the pipeline makes
// progress that keeps them far from that, and until it was watched to stand.
func (x pipelineCase) retention(a *model.Advice) (left model.Retention, ok bool) {
	if x.s == nil || x.s.cursor == nil || !young(x.s.watchedAt, x.now, x.r) {
		return left, false // nobody looks: it may be anywhere by now
	}
	pace := x.w.rules.SlotsPerSecond
	if x.s.progresses(x.now, x.r) {
		if x.p.verdict != model.PipelineFallingBehind {
			return left, false
		}
		if own, known := x.s.cursors.rate(); known {
			pace -= own // the cursor moves too, only slower than the window
		}
	} else if x.s.still(x.now, x.settled()) < x.r.progressAge() {
		return left, false
	}
	for _, t := range x.p.order {
		c := t.cluster
		if c.slots == nil || c.windowStands(x.now, &x.w.rules) || (a.Action == model.ActionFailOver && c.cfg.Name != a.Target) {
			continue
		}
		l, some := TimeLeft(x.s.cursor.Slot, *c.slots, x.now.Sub(c.slotsAt), pace)
		if some && (!ok || l > left.Left) {
			left, ok = model.Retention{Cluster: c.cfg.Name, Left: l}, true
		}
	}
	left.Urgent = ok && left.Left < x.r.UrgentBefore
	return left, ok
}
