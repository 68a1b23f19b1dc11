package ui

import (
	"fmt"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

// notAhead is how many slots one cluster may be behind another just because
// they were not looked at in the same instant.
const notAhead = 5

// canaryLine says whether data comes from a cluster.
func (s scene) canaryLine(c *model.ClusterState, w int) string {
	r := roleText
	switch k := c.Canary; {
	case k == nil, k.At.IsZero():
		r = roleFaint
	case k.Failure != nil && !k.Failure.Class.Outage():
		r = roleUnknown
	case k.Failure != nil, oldData(k):
		r = roleWarn
	}
	text := strings.TrimPrefix(canaryText(c.Canary, s.now), "data ")
	if c.Canary != nil && c.Canary.Failure != nil {
		if long := text + ": " + word(c.Canary.Failure.Class); 11+width(long) <= w {
			text = long
		}
	}
	return s.field("data", s.theme.paint(r, text), 11)
}

// oldData reports whether what comes is old: the block at which a cluster stands comes
// again and again. Two looks at a block that is still the newest are no sign of that.
func oldData(k *model.CanaryState) bool {
	const moment = 5 * time.Second
	return k.Data != nil && !k.NewAt.IsZero() && k.DataAt.Sub(k.NewAt) >= moment
}

// canaryText is what the canary says, in a few words.
func canaryText(k *model.CanaryState, now time.Time) string {
	switch {
	case k == nil:
		return "data not looked at: canary off"
	case k.Failure != nil && !k.Failure.Class.Outage(): // says nothing of data
		return "data " + glyphUnknown + " canary cannot look" + forText(k.Since, now)
	case k.Failure != nil:
		return "data " + glyphWarn + " none" + forText(k.Since, now)
	case k.Data == nil:
		return "data not seen yet: canary on"
	case oldData(k):
		return "data " + glyphWarn + " nothing new" + forText(k.NewAt, now)
	}
	return "data " + glyphOK + " slot " + slotText(k.Data.Slot) + ", " + ago(now.Sub(k.DataAt), brief)
}

// hints are remarks on a cluster that decide nothing, on as many lines of w
// columns as it takes.
func (s scene) hints(c *model.ClusterState, w int) []string {
	var out []string
	if text := suspicionText(c.Suspicion); text != "" && c.Verdict == model.ClusterHealthy { // else what is wrong is said
		out = append(out, text)
	}
	if c.Behind != nil && *c.Behind > notAhead {
		text := model.Units(*c.Behind, "slot") + " behind"
		if name := s.foremost(c); name != "" {
			text += " " + name
		}
		out = append(out, text)
	}
	if line := strings.Join(out, " · "); len(out) > 1 && width(line) <= w {
		out = []string{line}
	}
	for i := range out {
		out[i] = s.theme.paint(roleFaint, cut(out[i], w))
	}
	return out
}

// foremost names the cluster whose newest slot is the highest besides that of c.
func (s scene) foremost(c *model.ClusterState) string {
	name, best := "", model.Slot(0)
	for i := range s.snap.Clusters {
		if o := &s.snap.Clusters[i]; o.Name != c.Name && o.Slots != nil && o.Slots.Max > best {
			name, best = clean(o.Name), o.Slots.Max
		}
	}
	return name
}

// suspicionText is a hint that a silence is unusual; "" where it is not.
func suspicionText(phi *float64) string {
	if phi == nil || !(*phi >= health.UnusualSilence) {
		return ""
	}
	return fmt.Sprintf("unusual silence: phi %.1f", min(*phi, 999))
}

// percent writes a share of 1.
func percent(v float64) string {
	switch {
	case !(v >= 0):
		return none
	case v > 0 && v < 0.01:
		return "<1 %"
	}
	return fmt.Sprintf("%.0f %%", min(v, 1)*100)
}
