package ui

import (
	"strconv"
	"time"

	"github.com/fumtui/fumtui/model"
)

// resultNews is how long the result of a run comes before the advice.
const resultNews = 10 * time.Minute

// detailLines is all that is known of the selected pipeline.
func (m *root) detailLines(w int) []string {
	p := m.pipeline()
	if p == nil {
		return []string{" this pipeline is no longer configured"}
	}
	s := m.scene()
	r, verdict := s.pipelineVerdict(p)
	title := clean(p.Name)
	if p.Subscriber != "" {
		title += " · subscriber " + clean(p.Subscriber)
	}
	out := []string{s.rule(title, "active on "+clean(p.Active)+", home "+clean(p.Home), w)}
	line := " " + s.theme.paint(r, verdict)
	if d := since(p.Since, s.now); d != "" {
		line += s.theme.paint(roleFaint, " for "+d)
	}
	lag := s.theme.paint(roleFaint, "   lag ") + quantity(LagOffsets(p), "offset") + s.theme.paint(roleFaint, ", ") + quantity(p.LagSlots, "slot")
	pace := ""
	if text := paceText(p); text != "" {
		pace = s.theme.paint(roleFaint, "   consumes ") + text
	}
	if width(line+lag+pace) < w {
		out = append(out, line+lag+pace)
	} else {
		out = append(out, cut(line, w), cut(lag+pace, w))
	}
	if p.Reason != "" {
		out = append(out, wrapIndent("   ", clean(p.Reason), w-1)...)
	}
	out = append(append(out, s.timeLines(p, w)...), s.wayBackLines(p, w)...)
	switch {
	case underWay(p) != nil:
		out = append(out, s.questionLines(p.Run, w)...)
		out = append(out, " "+m.theme.paint(roleTitle, m.keyFor(actRuns))+" opens its page"+map[bool]string{true: ": there it is taken up"}[needsPerson(p.Run)])
		out = append(out, s.runLines(p.Run, w, false)...)
	case p.Run != nil && p.Run.EndedAt != nil && s.now.Sub(*p.Run.EndedAt) < resultNews:
		out = append(out, s.whatNext(p.Run, w)...)
	}
	out = append(out, s.adviceLines(p, w)...)
	out = append(out, s.places(p, w)...)
	if p.Run != nil && underWay(p) == nil {
		out = append(out, s.runLines(p.Run, w, false)...)
	}
	return append(out, m.explanationLines(p, w)...)
}

// adviceLines is what to do, whose fault it is, why, what that rests on, and
// what would change it.
func (s scene) adviceLines(p *model.PipelineState, w int) []string {
	r, glyph := actionLook(p.Advice.Action)
	out := append([]string{s.rule("What to do", "", w)}, s.painted(r, wrapIndent(" "+glyph+" ", s.headline(p), w-1))...)
	var sentence []string
	if p.Advice.Text != "" {
		sentence = wrapIndent("   ", clean(p.Advice.Text), w-1)
	}
	out = append(append(out, sentence...), s.answerLines(s.answers(p), w)...)
	out = append(out, s.painted(roleFaint, s.factTexts(p.Advice.Evidence, w))...)
	return append(out, s.changeLines(p, sentence, w)...)
}

// places are the subscriber, cursor and client at each cluster, side by side
// where they fit.
func (s scene) places(p *model.PipelineState, w int) []string {
	n := len(s.snap.Clusters)
	if n == 0 {
		return nil
	}
	if w/n < panelWidth-2 {
		var out []string
		for i := range s.snap.Clusters {
			out = append(out, s.place(p, s.snap.Clusters[i].Name, w)...)
		}
		return out
	}
	widths := columns(w, n)
	blocks := make([][]string, n)
	for i := range s.snap.Clusters {
		blocks[i] = s.place(p, s.snap.Clusters[i].Name, widths[i])
	}
	return beside(blocks, widths)
}

// place is a pipeline at one cluster.
func (s scene) place(p *model.PipelineState, cluster string, w int) []string {
	right := ""
	if p.Active == cluster {
		right = "active"
	}
	if p.Home == cluster {
		right += map[bool]string{true: ", home", false: "home"}[right != ""]
	}
	seat, _ := p.Seat(cluster)
	state := seat.Subscriber
	r, glyph := subscriberLook(state)
	line := func(label, value string) string { return cut(" "+s.field(label, value, 13), w) }
	out := append([]string{s.rule("At "+clean(cluster), right, w)}, s.clusterRemarks(cluster, w)...)
	out = append(out, line("subscriber", s.theme.state(r, glyph, string(state))))
	if c := seat.Cursor; c != nil {
		out = append(out, line("cursor", slotText(c.Slot)+s.theme.paint(roleFaint, " "+ago(s.now.Sub(c.UpdatedAt), span))),
			line("first slot", slotOr(c.FirstSlot)))
		if source := clean(c.Source); source != "" {
			out = append(out, line("kept by", source))
		}
	} else {
		out = append(out, line("cursor", s.theme.paint(roleFaint, "none")), line("first slot", none))
	}
	client := s.clientLines(seat.Client, line)
	out = append(out, client[0])
	if c := seat.Client; c != nil && c.Failure != nil { // why it is stale
		for _, l := range wrapIndent(" "+fit("", 13), clean(c.Failure.Error()), w-1) {
			out = append(out, s.theme.paint(roleWarn, l))
		}
	}
	return append(out, client[1:]...)
}

// clusterRemarks are a cluster's verdict and all that there is to say about it,
// in full.
func (s scene) clusterRemarks(name string, w int) []string {
	c, ok := s.snap.Cluster(name)
	if !ok {
		return nil
	}
	r, glyph := clusterLook(c.Verdict)
	out := []string{cut(" "+s.field("cluster", s.theme.state(r, glyph, word(c.Verdict))+s.theme.paint(roleFaint, forText(c.Since, s.now)), 13), w)}
	if c.Verdict == model.ClusterHealthy && c.Failure == nil && c.Outlook == "" {
		return out
	}
	for _, l := range s.clusterTrouble(&c, w-4, maxScreen) {
		out = append(out, "   "+l)
	}
	return out
}

// clientLines are a client's own metrics.
func (s scene) clientLines(c *model.ClientState, line func(string, string) string) []string {
	switch {
	case c == nil:
		return []string{line("client", s.theme.paint(roleFaint, "nothing is known of it"))}
	case c.At.IsZero() && c.Failure == nil:
		return []string{line("client", s.theme.paint(roleUnknown, glyphUnknown+" not seen yet"))}
	case c.At.IsZero():
		return []string{line("client", s.theme.paint(roleFaint, glyphPending+" does not answer:"))}
	}
	look := roleText
	head := s.theme.state(roleOK, glyphOK, "answers") + s.theme.paint(roleFaint, " "+ago(s.now.Sub(c.At), span))
	if !c.Scraped {
		look = roleStale
		head = s.theme.state(roleStale, glyphUnknown, "STALE, "+ago(s.now.Sub(c.At), span))
	}
	v := func(text string) string { return s.theme.paint(look, text) }
	return []string{
		line("client", head),
		line("client's tip", v(offsetOr(c.Metrics.Tip))),
		line("committed", v(offsetOr(c.Metrics.Committed))),
		line("its lag", v(countOr(c.Metrics.Lag))),
		line("newest slot", v(slotOr(c.Metrics.MaxSlot))),
		line("commits", v(floatOr(c.Metrics.Commits))),
		line("polls", v(floatOr(c.Metrics.Polls))),
		line("events", v(floatOr(c.Metrics.Events))),
	}
}

// floatOr writes a counter, which is a whole number nearly always.
func floatOr(v *float64) string {
	if v == nil {
		return none
	}
	if *v >= 0 && *v < 1e15 {
		return model.Count(int64(*v))
	}
	return strconv.FormatFloat(*v, 'g', 6, 64)
}
