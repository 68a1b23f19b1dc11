package ui

import (
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// overview draws the main screen in h lines: panels, pipelines, chart, what to
// do.
func (m *root) overview(w, h int) []string {
	s := m.scene()
	status := s.statusLines(m.selected, w, statusHeight(h))
	notices := clip(s.noticeLines(w), max(2, h/16), w)
	rest := h - len(status) - len(notices)
	panels := s.clusterPanels(w, s.panelHeight(w, h))
	rest -= len(panels)
	want, need := s.tableLines(w)
	if rest-want < minChart {
		want = min(max(rest-minChart, min(need, rest/2+1)), want)
	}
	table := s.pipelineTable(m.selected, w, min(want, max(rest/2+1, rest-2*minChart)))
	rest -= len(table)
	out := append(append([]string(nil), panels...), table...)
	out = append(out, m.cachedChart(s, w, rest)...)
	out = append(out, notices...)
	return append(out, status...)
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
		return 7
	case s.troubled():
		return 7
	}
	return 6
}

// troubled reports whether a cluster has more to say than its numbers.
func (s scene) troubled() bool {
	for i := range s.snap.Clusters {
		c := &s.snap.Clusters[i]
		if c.Outlook != "" || c.Failure != nil || (c.Verdict != model.ClusterHealthy && c.Verdict != model.ClusterUnknown) {
			return true
		}
	}
	return false
}

func statusHeight(h int) int {
	switch {
	case h >= tallHeight:
		return 6
	case h >= 28:
		return 4
	}
	return 2
}

// chartKey is all that a chart's picture depends on.
type chartKey struct {
	generation uint64
	pipeline   string
	zoom       time.Duration
	w, h       int
}

// cachedChart draws the selected pipeline's chart anew only when it changed.
func (m *root) cachedChart(s scene, w, h int) []string {
	key := chartKey{s.snap.Generation, m.selected, zooms[m.zoom], w, h}
	if m.chart.key != key || m.chart.lines == nil {
		p, ok := s.snap.Pipeline(m.selected)
		var state *model.PipelineState
		if ok {
			state = &p
		}
		m.chart.key, m.chart.lines = key, s.lagChart(state, zooms[m.zoom], w, h)
	}
	return m.chart.lines
}

// statusLines say what to do: the gravest advice of all pipelines, and below
// it, where there is room, the evidence.
func (s scene) statusLines(selected string, w, h int) []string {
	p := s.urgent(selected)
	if p == nil {
		return fill(nil, min(h, 1))
	}
	run := underWay(p)
	r, glyph := actionLook(p.Advice.Action)
	text := adviceSentence(p)
	if hint := keyHint(p.Advice.Action); hint != "" {
		if p.Name != selected { // keys act on the selected one
			hint = "select " + clean(p.Name) + ", then " + hint
		}
		text += " (" + hint + ")"
	}
	if run != nil {
		r, glyph = runLook(run.State)
		text = s.runSentence(run)
	}
	lines := clip(wrapIndent(" "+glyph+" ", text, w-1), max(3, h-3), w-1)
	for i := range lines {
		lines[i] = s.theme.paint(r, lines[i])
	}
	if run != nil {
		return append(lines, clip(s.takeUpLines(run, w), 4, w-1)...)
	}
	for _, e := range p.Advice.Evidence {
		if h <= 2 || len(lines) >= h {
			break
		}
		lines = append(lines, s.theme.paint(roleFaint, cut("   · "+clean(e.Line(s.now)), w)))
	}
	return lines
}

// adviceSentence is the advice as a sentence that names its pipeline and the
// time that is left.
func adviceSentence(p *model.PipelineState) string {
	name, text := clean(p.Name), clean(p.Advice.Text)
	if text == "" {
		text = adviceWords(p.Advice)
	}
	if !strings.Contains(text, name) {
		text = name + ": " + text
	}
	if p.Advice.UrgentSeconds != nil { // first, because the end may be cut off
		text = "data is lost in " + span(seconds(*p.Advice.UrgentSeconds)) + " – " + text
	}
	return text
}

// runSentence is a run under way in a sentence: where it is, and what it needs.
func (s scene) runSentence(r *model.Run) string {
	text := string(r.Kind) + " of " + clean(r.Pipeline) + " to " + clean(r.To)
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

// adviceWords is the action in words, with the time that is left.
func adviceWords(a model.Advice) string {
	text := phrase(a.Action)
	switch a.Action {
	case model.ActionNone:
		text = "nothing to do"
	case model.ActionFailOver, model.ActionFailBack:
		if a.Target != "" {
			text += " to " + clean(a.Target)
		}
	default:
	}
	if a.UrgentSeconds != nil {
		text += ", data is lost in " + span(seconds(*a.UrgentSeconds))
	}
	return text
}

// seconds makes a duration of what may be any number.
func seconds(v float64) time.Duration {
	const most = 365 * 24 * 3600
	if !(v > 0) {
		return 0
	}
	return time.Duration(min(v, most)) * time.Second
}

// keyHint is the key that begins what is advised.
func keyHint(a model.Action) string {
	switch a {
	case model.ActionFailOver:
		return pressKey + "c"
	case model.ActionFailBack:
		return pressKey + "b"
	case model.ActionNone, model.ActionWait:
		return ""
	default:
		return pressKey + "enter for the evidence"
	}
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
	if p := s.urgent(m.selected); p != nil && underWay(p) != nil {
		r, glyph := runLook(p.Run.State)
		out = append(out, s.theme.paint(r, cut(glyph+" "+s.runSentence(p.Run), w)))
	} else if p != nil && p.Advice.Action != model.ActionNone {
		r, glyph := actionLook(p.Advice.Action)
		out = append(out, s.theme.paint(r, cut(glyph+" "+clean(p.Name)+": "+adviceWords(p.Advice), w)))
	}
	need := "needs " + model.Count(minWidth) + "x" + model.Count(minHeight) + ", is " + model.Count(int64(m.width)) + "x" + model.Count(int64(m.height)) + "; q quits"
	if len(out) >= h {
		out = out[:max(0, h-1)]
	}
	return append(out, wrap(need, w)...)
}
