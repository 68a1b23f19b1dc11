package ui

import (
	"slices"

	"github.com/fumtui/fumtui/model"
)

// How many lines the advice and the panels have at least, though the list be long.
const (
	shortAdvice = 3
	shortPanel  = 5
)

// overview draws the main screen in h lines: what to do, the clusters, the
// pipelines, the chart, the troubles of the console itself. What the chart
// cannot use goes to the advice.
func (m *root) overview(w, h int) []string {
	s := m.scene()
	banner := m.banner(s, w)
	h -= len(banner)
	list := m.listLines(w)
	room := s.adviceHeight(m.selected, h)
	advice := s.adviceBlock(m.selected, w, room)
	notices := clip(s.noticeLines(w), max(2, h/16), w)
	panels := s.clusterPanels(w, s.panelHeight(w, h))
	t, rows, high := s.layoutTable(w), m.rows(), 0
	rest := h - len(advice) - len(notices) - len(panels) - len(list)
	want, least := min(len(rows)+2, 2*h/5), shortPanel
	if len(list) > 0 { // a person works with the list: it needs room first
		want, least = min(len(rows)+2, h/2), 2
	}
	if rest < want {
		panels = s.clusterPanels(w, min(len(panels), least))
		rest = h - len(advice) - len(notices) - len(panels) - len(list)
		room = max(shortAdvice, len(advice)+rest-want)
		advice = s.adviceBlock(m.selected, w, room)
		rest = h - len(advice) - len(notices) - len(panels) - len(list)
		high, _ = t.tableLines(len(rows))
		high = min(high, rest)
	}
	if high == 0 {
		high = t.height(len(rows), rest)
	}
	table := s.pipelineTable(t, &m.list, m.selected, w, high)
	rest -= len(table)
	var chart []string
	if rest >= lowChart {
		chart = m.cachedChart(s, w, rest)
	} else if rest > 0 {
		advice = s.adviceBlock(m.selected, w, max(room, len(advice)+rest))
	}
	out := slices.Concat(banner, advice, panels, list, table, chart)
	return append(fill(out, len(banner)+h-len(notices)), notices...)
}

// height is how many of rest lines a table of n rows gets. Where too little
// would be left for the chart it gets all.
func (t *tableLayout) height(n, rest int) int {
	want, need := t.tableLines(n)
	if need > rest && rest < 2*minChart { // a chart would leave next to nothing of a long list
		return rest
	}
	h := max(min(want, rest-minChart), min(need, rest-lowChart), min(want, rest/2+1))
	if rest-h < lowChart {
		return min(want, rest)
	}
	return h
}

// panelHeight is the height of the cluster panels in a body of h lines.
func (s scene) panelHeight(w, h int) int {
	n := max(1, len(s.snap.Clusters))
	switch {
	case w/n < panelWidth-2:
		return max(2, min(2*n, h/3))
	case h >= tallHeight:
		return 9
	case h >= 28:
		return 8
	}
	return 7
}

// runSentence is a run under way in a sentence: where it is, and what it needs.
func (s scene) runSentence(r *model.Run) string {
	text := runTitle(r)
	if r.Question != "" {
		return text + " waits at step " + string(r.CurrentStep()) + " for an answer: " + clean(r.Question)
	}
	text += " is " + string(r.State) + " at step " + string(r.CurrentStep()) + ", " + span(s.now.Sub(r.StartedAt)) + " after its start"
	detail := r.Note
	if st := r.Step(r.CurrentStep()); detail == "" && st != nil {
		detail = st.Detail
	}
	if detail != "" {
		text += " – " + clean(detail)
	}
	return text
}

// noticeLines are the troubles of the console itself, in full.
func (s scene) noticeLines(w int) []string {
	var out []string
	for _, text := range s.snap.Notices {
		for _, l := range wrapIndent(" "+glyphWarn+" console: ", clean(text), w-1) {
			out = append(out, s.theme.paint(roleWarn, l))
		}
	}
	return out
}

// smallScreen is what a window below the smallest size shows: a line per
// cluster and how large the window needs to be.
func (m *root) smallScreen(w, h int) []string {
	s := m.scene()
	var out []string
	for i := range s.snap.Clusters {
		out = append(out, s.clusterLine(&s.snap.Clusters[i], w))
	}
	need := m.tooSmall(w)
	room := max(1, h-len(out)-len(need))
	if p := s.urgent(m.selected); p != nil && underWay(p) != nil {
		r, glyph := runLook(p.Run.State)
		out = append(out, s.painted(r, clip(wrapIndent(glyph+" ", s.runSentence(p.Run), w), room, w))...)
	} else if p != nil && p.Advice.Action != model.ActionNone {
		r, glyph := actionLook(p.Advice.Action)
		out = append(out, s.painted(r, clip(wrapIndent(glyph+" ", clean(p.Name)+": "+s.headline(p), w), room, w))...)
	}
	if len(out)+len(need) > h {
		out = out[:max(0, h-len(need))]
	}
	return append(out, need...)
}

// tooSmall says how large the window needs to be, in the words that fit.
func (m *root) tooSmall(w int) []string {
	need, quits := model.Count(minWidth)+"x"+model.Count(minHeight), "; "+m.keyFor(actQuit)+" quits"
	for _, text := range []string{
		"needs " + need + ", is " + model.Count(int64(m.width)) + "x" + model.Count(int64(m.height)) + quits,
		"needs " + need + quits, "needs " + need,
	} {
		if width(text) <= w {
			return []string{text}
		}
	}
	return []string{cut(need, w)}
}
