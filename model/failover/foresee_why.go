package failover

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// Each of these stands for a check of a plan, in its order, and in fewer words:
// it says what the check would say of the same facts, and "" where that is well.

// underWay is checkBusy.
func (x *outlook) underWay() string {
	if run := x.p.Run; run != nil && !run.State.Ended() {
		return "its run to " + run.To + " has not ended"
	}
	return ""
}

// targetRefuses is checkTarget and checkWindow.
func (x *outlook) targetRefuses() string {
	c := x.target
	switch {
	case c == nil:
		return ""
	case turnsAway(c):
		return c.Name + " refuses us: " + string(c.Failure.Class)
	case mute(c):
		return c.Name + " does not answer"
	}
	return ""
}

// clientThere is checkTargetClient.
func (x *outlook) clientThere() string {
	if c := x.to.Client; c != nil && c.Scraped {
		return "its client at " + x.to.Cluster + " runs already: stop that first"
	}
	return ""
}

// cursorRead reports whether the cursor at the source is known, be it that there
// is none.
func (x *outlook) cursorRead() bool { return x.from != nil && !x.from.CursorAt.IsZero() }

// policyRefuses is checkNoCursor.
func (x *outlook) policyRefuses() string {
	if !x.cursorRead() || x.wish.cursor != nil {
		return ""
	}
	if x.cfg.Bootstrap == model.BootstrapReject || x.cfg.Guarantee == model.ExactlyOnce {
		return "it has no cursor at " + x.p.Active
	}
	return ""
}

// positionRefuses is checkPosition and checkGap.
func (x *outlook) positionRefuses() string {
	if !x.known {
		return ""
	}
	switch {
	case x.pos.gap > 0 && x.cfg.Guarantee == model.ExactlyOnce,
		x.pos.gap > 0 && x.cfg.Bootstrap == model.BootstrapReject && x.wish.left(*x.target.Slots):
		return x.to.Cluster + " no longer has " + model.Units(x.pos.gap, "slot") + " after the cursor"
	case x.pos.gap == 0 && x.never():
		return x.to.Cluster + " is " + model.Units(x.ahead(), "slot") + " behind the cursor"
	}
	return ""
}

// onceRefuses is checkExactlyOnce.
func (x *outlook) onceRefuses() string {
	if x.cfg.Guarantee != model.ExactlyOnce {
		return ""
	}
	switch {
	case !x.cfg.Idempotent:
		return "exactly_once, and it is not declared idempotent"
	case x.cfg.Overlap > 0:
		return "exactly_once with an overlap"
	case x.cfg.Highest:
		return "exactly_once, and its cursor is only the highest slot seen"
	}
	return ""
}

// tooEarly is checkStability and checkQuiet, of a failback.
func (x *outlook) tooEarly() string {
	if x.to.Cluster != x.p.Home || x.sourceUnwell() || x.target == nil {
		return ""
	}
	needed := x.f.rules.holdsOf(x.p.Name).stability
	var stable time.Duration
	if at := x.target.StableSince; !at.IsZero() {
		stable = x.s.Now.Sub(at).Round(time.Second)
	}
	if left := needed - stable; needed > 0 && left > 0 {
		return "home must be healthy for " + coarse(left) + " more"
	}
	opens := time.Duration(-1)
	for _, w := range x.cfg.Quiet {
		if w.Contains(x.s.Now) {
			return ""
		}
		if wait := w.Next(x.s.Now).Sub(x.s.Now); opens < 0 || wait < opens {
			opens = wait
		}
	}
	if opens >= 0 {
		return "its quiet window opens in " + coarse(opens)
	}
	return ""
}

// sourceUnwell reports whether the active cluster is in trouble of its own.
func (x *outlook) sourceUnwell() bool {
	if x.source == nil {
		return false
	}
	switch x.source.Verdict {
	case model.ClusterDown, model.ClusterStalled, model.ClusterDegraded:
		return true
	}
	return mute(x.source)
}

// unknown says what is not known that a plan would have to find out; "" where
// that is nothing.
func (x *outlook) unknown(mode model.Mode) string {
	c := x.target
	switch {
	case c == nil || c.AnsweredAt.IsZero():
		return x.to.Cluster + " was not seen to answer yet"
	case c.Verdict == model.ClusterUnknown:
		return "whether " + c.Name + " is well is not known: " + ageText(c.AnsweredAt, x.s.Now)
	case c.Slots == nil:
		return "the window of " + c.Name + " is not known"
	case c.SlotsOld:
		return "the window of " + c.Name + " was last read " + ageText(c.SlotsAt, x.s.Now)
	case !x.cursorRead():
		return "its cursor was not read yet"
	case x.from.CursorOld && mode == model.Planned:
		return "its cursor was last read " + ageText(x.from.CursorAt, x.s.Now)
	}
	return ""
}

// asks says what a run would ask before it touches anything.
func (x *outlook) asks() string {
	switch {
	case x.wish.cursor == nil && x.wish.from == nil && !allowsGaps(*x.cfg):
		return "it has no cursor: the run asks from which slot"
	case x.pos.gap > 0 && !allowsGaps(*x.cfg):
		return "the run asks you to accept the gap"
	}
	return ""
}

// but says what a plan would warn of first.
func (x *outlook) but() string {
	c := x.target
	ago := x.s.Now.Sub(x.s.MovedAt)
	switch {
	case c.Verdict != model.ClusterHealthy:
		return c.Name + " is " + spoken(c.Verdict)
	case x.ahead() > tolerance:
		return c.Name + " is " + model.Units(x.ahead(), "slot") + " behind the cursor, and is waited for"
	case x.wish.cursor == nil && allowsGaps(*x.cfg):
		return "it has no cursor, and begins at the newest slot"
	case x.pos.gap > 0 && allowsGaps(*x.cfg):
		return "its policy skips the gap without asking"
	case x.from.CursorOld:
		return "its cursor was last read " + ageText(x.from.CursorAt, x.s.Now) + ": more may come again"
	case !x.s.MovedAt.IsZero() && ago < x.f.rules.holdsOf(x.p.Name).block:
		return "it was moved " + coarse(ago) + " ago"
	}
	return ""
}

// spoken is a verdict on a cluster that is no healthy one, as it is said.
func spoken(v model.ClusterVerdict) string {
	switch v {
	case model.ClusterBlip:
		return "having a blip"
	case model.ClusterRefusingUs, model.ClusterDown:
		return "only just answering again"
	}
	return string(v)
}

// ageText is how long ago something was seen.
func ageText(at, now time.Time) string { return coarse(now.Sub(at)) + " ago" }

// coarse writes a length of time in its greatest unit, so that it does not change
// all the time.
func coarse(d time.Duration) string {
	switch {
	case d >= time.Hour:
		d = d.Round(time.Minute)
	case d >= time.Minute:
		d = (d + time.Minute - 1).Truncate(time.Minute)
	case d > 10*time.Second:
		d = d.Round(10 * time.Second)
	}
	return model.Span(d)
}
