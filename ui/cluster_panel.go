package ui

import (
	"fmt"
	"strings"

	"github.com/fumtui/fumtui/model"
)

// clusterPanel draws what is known of a cluster in exactly h lines of w
// columns. The most important line comes first, so that a low panel loses the
// least.
func (s scene) clusterPanel(c *model.ClusterState, w, h int) []string {
	lines := s.clusterNumbers(c, w)
	if c.Endpoint != "" && h-len(lines) >= 3 {
		lines = append(lines, " "+s.field("endpoint", clean(c.Endpoint), 11))
	}
	for _, l := range s.clusterTrouble(c, w-2, h-len(lines)) {
		lines = append(lines, " "+l)
	}
	for i, l := range lines {
		lines[i] = fit(l, w)
	}
	return fill(lines, h)
}

// clusterText is all that is known of a cluster, for no screen: nothing is cut.
func (s scene) clusterText(c *model.ClusterState, w int) []string {
	lines := s.clusterNumbers(c, w)
	if c.Endpoint != "" {
		lines = append(lines, wrapIndent(" "+fit("endpoint", 11), clean(c.Endpoint), w-1)...)
	}
	for _, l := range s.clusterTrouble(c, w-2, maxScreen) {
		lines = append(lines, " "+l)
	}
	return lines
}

// clusterNumbers are the title, the verdict and the numbers.
func (s scene) clusterNumbers(c *model.ClusterState, w int) []string {
	title := clean(c.Name)
	if c.Region != "" {
		title += " · " + clean(c.Region)
	}
	right := ""
	if n := s.activeOn(c.Name); n > 0 {
		right = fmt.Sprintf("active for %d", n)
		if w >= 60 {
			right = "active for " + model.Units(n, "pipeline")
		}
	}
	inner := w - 2
	lines := []string{s.rule(title, right, w), " " + s.verdictLine(c, inner)}
	for _, l := range s.clusterFields(c, inner) {
		lines = append(lines, " "+l)
	}
	return lines
}

// verdictLine is glyph, word and duration of the verdict, and whether what
// follows is old.
func (s scene) verdictLine(c *model.ClusterState, w int) string {
	r, glyph := clusterLook(c.Verdict)
	text := s.theme.state(r, glyph, word(c.Verdict))
	if d := since(c.Since, s.now); d != "" {
		text += s.theme.paint(roleFaint, " for "+d)
	}
	right := ""
	switch {
	case c.AnsweredAt.IsZero():
		right = s.theme.paint(roleStale, "no answer yet")
	case s.old(c.AnsweredAt) && w >= 50:
		right = s.theme.paint(roleStale, "STALE: last answer "+since(c.AnsweredAt, s.now)+" ago")
	case s.old(c.AnsweredAt):
		right = s.theme.paint(roleStale, "STALE "+since(c.AnsweredAt, s.now))
	}
	return spread(text, right, w)
}

// clusterFields are the numbers, faint when they are old. Two of them share a
// line, the second at the right end.
func (s scene) clusterFields(c *model.ClusterState, w int) []string {
	value := func(v string) string {
		if s.old(c.AnsweredAt) {
			return s.theme.paint(roleStale, v)
		}
		return v
	}
	version := none
	if c.ServiceVersion != "" {
		version = clean(c.ServiceVersion)
	}
	slots := none
	if c.Slots != nil {
		slots = c.Slots.String()
	}
	w = min(w, 64) // the eye should not have to travel
	return []string{
		spread(s.field("service", value(version), 11), s.field("round trip ", value(rttText(c.RTT)), 11), w),
		spread(s.field("tip offset", value(offsetOr(c.Tip)), 11), value(rateText(c.SlotsPerSecond))+s.theme.paint(roleFaint, " slots/s"), w),
		s.field("slots", value(slots), 11),
	}
}

// clusterTrouble says what would change the verdict, what fails, and why the
// verdict is as it is, in at most h lines.
func (s scene) clusterTrouble(c *model.ClusterState, w, h int) []string {
	failure := ""
	if c.Failure != nil {
		failure = string(c.Failure.Class) + ": " + clean(c.Failure.Message)
	}
	reason := ofCluster(c.Name, c.Reason)
	if c.Verdict == model.ClusterHealthy && c.Outlook == "" && len(wrap(reason, w)) > h {
		reason = "answers, its newest slot advances" // the rate is above
	}
	outlook := ofCluster(c.Name, c.Outlook)
	if failure != "" && strings.Contains(reason, failure) && len(wrap(reason, w))+len(wrap(outlook, w)) <= h {
		failure = "" // the reason tells it, and more
	}
	var out []string
	for _, r := range []struct {
		role role
		text string
	}{{roleWarn, outlook}, {roleCritical, failure}, {roleFaint, reason}} {
		if r.text == "" {
			continue
		}
		for _, l := range clip(wrap(r.text, w), h-len(out), w) {
			out = append(out, s.theme.paint(r.role, l))
		}
	}
	return out
}

// ofCluster is a remark on a cluster where its name is said already.
func ofCluster(name, remark string) string {
	return strings.TrimPrefix(clean(remark), clean(name)+" ")
}

// clusterLine is a cluster in one line, for small windows.
func (s scene) clusterLine(c *model.ClusterState, w int) string {
	r, glyph := clusterLook(c.Verdict)
	text := clean(c.Name) + " " + s.theme.state(r, glyph, word(c.Verdict))
	if d := since(c.Since, s.now); d != "" {
		text += " " + d
	}
	if c.Outlook != "" {
		text += ", " + clean(c.Outlook)
	}
	return cut(text, w)
}

// clusterPanels draws all clusters side by side, or, where they do not fit, a
// line each.
func (s scene) clusterPanels(w, h int) []string {
	n := len(s.snap.Clusters)
	if n == 0 {
		return []string{" no clusters are configured"}
	}
	if w/n < panelWidth-2 {
		return s.clusterLines(w, h)
	}
	widths := columns(w, n)
	blocks := make([][]string, n)
	for i := range s.snap.Clusters {
		blocks[i] = s.clusterPanel(&s.snap.Clusters[i], widths[i], h)
	}
	return beside(blocks, widths)
}

// clusterLines draws two lines per cluster, in at most h lines.
func (s scene) clusterLines(w, h int) []string {
	var out []string
	for i := range s.snap.Clusters {
		c := &s.snap.Clusters[i]
		slots := none
		if c.Slots != nil {
			slots = c.Slots.String()
		}
		out = append(out, " "+s.clusterLine(c, w-2))
		if len(s.snap.Clusters)*2 <= h {
			out = append(out, cut("   "+s.theme.paint(roleFaint, fmt.Sprintf("service %s · round trip %s · tip offset %s · slots %s · %s slots/s",
				clean(c.ServiceVersion), rttText(c.RTT), offsetOr(c.Tip), slots, rateText(c.SlotsPerSecond))), w))
		}
	}
	return fill(out, min(h, len(out)))
}
