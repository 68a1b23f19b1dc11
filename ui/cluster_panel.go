package ui

import (
	"fmt"
	"strings"

	"github.com/fumtui/fumtui/model"
)

// clusterPanel draws what is known of a cluster in exactly h lines of w
// columns.
func (s scene) clusterPanel(c *model.ClusterState, w, h int) []string {
	lines := s.clusterHead(c, w)
	about := s.wellLines(c, w-2)
	if !well(c) {
		about = s.illLines(c, w-2, h-len(lines))
	}
	for _, l := range about {
		lines = append(lines, " "+l)
	}
	for i, l := range lines {
		lines[i] = fit(l, w)
	}
	return fill(lines, h)
}

// clusterText is all that is known of a cluster, for no screen: nothing is cut.
func (s scene) clusterText(c *model.ClusterState, w int) []string {
	n := s.clusterNumbers(c, w-2)
	lines := s.clusterHead(c, w)
	for _, l := range append([]string{n.trip, n.rates, n.data, n.slots}, n.hints...) {
		lines = append(lines, " "+l)
	}
	if text := suspicionText(c.Suspicion); text != "" && c.Verdict != model.ClusterHealthy {
		lines = append(lines, " "+s.theme.paint(roleFaint, text))
	}
	if c.Endpoint != "" {
		lines = append(lines, wrapIndent(" "+fit("endpoint", 11), clean(c.Endpoint), w-1)...)
	}
	for _, l := range s.clusterTrouble(c, w-2, maxScreen) {
		lines = append(lines, " "+l)
	}
	return lines
}

// well reports whether there is nothing to say about a cluster but its numbers.
func well(c *model.ClusterState) bool {
	return c.Verdict == model.ClusterHealthy && c.Outlook == "" && c.Failure == nil
}

// wellLines are a cluster that does well, what matters most first.
func (s scene) wellLines(c *model.ClusterState, w int) []string {
	n := s.clusterNumbers(c, w)
	out := append([]string{n.trip, n.rates, n.data, n.slots}, n.hints...)
	if n.endpoint != "" {
		out = append(out, n.endpoint)
	}
	return append(out, s.clusterTrouble(c, w, 1)...)
}

// illLines are a cluster that does not do well, in at most h lines: what is
// wrong takes the place of what only tells more.
func (s scene) illLines(c *model.ClusterState, w, h int) []string {
	n := s.clusterNumbers(c, w)
	out, last := []string{n.trip, n.data}, []string{n.rates, n.slots}
	if c.Canary == nil {
		out, last = []string{n.trip}, append(last, n.data)
	}
	out = append(out, s.clusterTrouble(c, w, max(1, h-len(out)-1))...)
	out = append(append(out, n.hints...), last...)
	if n.endpoint != "" {
		out = append(out, n.endpoint)
	}
	return out[:max(0, min(len(out), h))]
}

// clusterHead are the title and the verdict.
func (s scene) clusterHead(c *model.ClusterState, w int) []string {
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
	return []string{s.rule(title, right, w), " " + s.verdictLine(c, w-2)}
}

// verdictLine is glyph, word and duration of the verdict, and whether what
// follows is old, else the version of the service.
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
	case c.ServiceVersion != "":
		right = s.theme.paint(roleFaint, "service "+cut(clean(c.ServiceVersion), 12))
	}
	return spread(text, right, min(w, readable))
}

// readable is how far apart two things on a line may stand: the eye should not
// have to travel.
const readable = 64

// numberLines are the lines of a cluster's numbers. The endpoint is "" where it
// would be cut.
type numberLines struct {
	trip, rates, data, slots, endpoint string
	hints                              []string
}

// clusterNumbers are the numbers, faint when they are old. Two of them share a
// line, the second at the right end.
func (s scene) clusterNumbers(c *model.ClusterState, w int) numberLines {
	look := roleText
	if s.old(c.AnsweredAt) {
		look = roleStale
	}
	value := func(v string) string { return s.theme.paint(look, v) }
	faint := func(v string) string { return s.theme.paint(roleFaint, v) }
	slots, near := none, min(w, readable)
	if c.Slots != nil {
		slots = c.Slots.String()
	}
	trip, rates, failed := value(rttText(c.RTT)), value(paceOr(c.SlotsPerSecond))+faint(" slots/s"), ""
	switch {
	case c.MeanRTT != nil && w < 50:
		trip = value(rttText(c.MeanRTT)) + faint(" mean")
	case c.MeanRTT != nil:
		trip += faint(", mean ") + value(rttText(c.MeanRTT))
	case c.RTT != nil && c.Failure != nil: // of the last answer, whenever that was
		trip += faint(" last")
	}
	tip := s.field("tip offset", value(offsetOr(c.Tip)), 11)
	if c.TipPerSecond != nil && w >= 50 {
		if both := value(paceOr(c.TipPerSecond)) + faint(" offsets/s, ") + rates; width(tip)+1+width(both) <= near {
			rates = both
		}
	}
	if c.ErrorRate != nil {
		failed = value(percent(*c.ErrorRate)) + faint(" failed")
	}
	n := numberLines{
		trip:  spread(s.field("round trip", trip, 11), failed, near),
		rates: spread(tip, rates, near),
		data:  s.canaryLine(c, w),
		slots: s.field("slots", value(slots), 11),
		hints: s.hints(c, w),
	}
	if l := s.field("endpoint", clean(c.Endpoint), 11); c.Endpoint != "" && width(l) <= w {
		n.endpoint = l
	}
	return n
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
			out = append(out, cut("   "+s.theme.paint(roleFaint, fmt.Sprintf("service %s · round trip %s · tip offset %s · slots %s · %s slots/s · %s",
				clean(c.ServiceVersion), rttText(c.RTT), offsetOr(c.Tip), slots, paceOr(c.SlotsPerSecond), canaryText(c.Canary, s.now))), w))
		}
	}
	return fill(out, min(h, len(out)))
}
