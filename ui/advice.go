package ui

import (
	"cmp"
	"slices"
	"strings"

	"github.com/fumtui/fumtui/model"
)

// calm reports whether nothing is to be done about a pipeline, and nothing is
// under way.
func calm(p *model.PipelineState) bool {
	return p.Advice.Action == model.ActionNone && underWay(p) == nil
}

// adviceHeight is how many lines the advice may take in a body of h lines.
func (s scene) adviceHeight(selected string, h int) int {
	p := s.urgent(selected)
	switch {
	case p == nil:
		return 2
	case calm(p) && p.WayBack != nil:
		return 7
	case calm(p):
		return 5
	case h < 20:
		return 4
	}
	return min(9+max(0, h-22)/3, 16)
}

// adviceBlock says in at most h lines what to do, of all pipelines the gravest
// first: whose fault it is and what to do, why, what that rests on, what would
// change it, and in a word how the other pipelines stand.
func (s scene) adviceBlock(selected string, w, h int) []string {
	p := s.urgent(selected)
	if p == nil {
		return fill(nil, min(h, 1))
	}
	r, glyph := actionLook(p.Advice.Action)
	if calm(p) {
		rest := s.answerLines(s.calmAnswers(p), w)
		rest = append(rest, clip(s.wayBackLines(p, w), max(1, h/3), w-1)...)
		return append(s.painted(r, clip(wrapIndent(" "+glyph+" ", s.calmLine(p), w-1), max(2, h-len(rest)), w-1)), rest...)
	}
	rest := append(clip(s.wayBackLines(p, w), 1+h/10, w-1), s.otherLines(p, selected, w, h)...)
	if run := underWay(p); run != nil {
		return append(s.runBlock(p, w, max(3, h-len(rest))), rest...)
	}
	head, text := wrapIndent(" "+glyph+" ", s.headline(p)+s.hintOf(p, selected), w-1), adviceSentence(p)
	if len(head) <= 2 { // whole: what to do need not be said twice
		if short, ok := strings.CutSuffix(text, ": "+deed(p)); ok && short != clean(p.Name) {
			text = short
		}
	}
	out := s.painted(r, clip(head, 2, w-1))
	sentence := clip(wrapIndent("   ", text, w-1), max(3, h/3), w-1)
	out = append(append(out, sentence...), s.answerLines(s.answers(p), w)...)
	change := s.changeLines(p, sentence, w)
	out = append(out, s.factLines(p.Advice.Evidence, clean(p.Advice.Text), w, h-len(out)-len(change)-len(rest))...)
	return append(append(out, change...), rest...)
}

// calmLine is what is said where nothing is to be done: how the pipeline does,
// what may come next, and what is not well elsewhere.
func (s scene) calmLine(p *model.PipelineState) string {
	text := s.calmWord() + " – " + adviceSentence(p)
	if r := s.resting(p.Name); r != nil {
		text += "; "
		if r.Name != p.Name {
			text += clean(r.Name) + ": "
		}
		text += clean(r.Advice.Change)
	}
	if unseen(p) {
		text += "; its subscriber there cannot be seen now"
	}
	if c := s.dry(); c != nil && c.Verdict == model.ClusterHealthy {
		text += "; no data comes to the canary at " + clean(c.Name)
	}
	for _, c := range s.ill() {
		if how := standing(c); !strings.Contains(text+";", " "+how+";") {
			text += "; " + how
		}
	}
	return text
}

// otherLines say how the other pipelines stand, in a line or two.
func (s scene) otherLines(p *model.PipelineState, selected string, w, h int) []string {
	text := s.others(p, selected)
	if text == "" {
		return nil
	}
	return clip(wrapIndent("   ", text, w-1), 1+h/10, w-1)
}

// hintOf is the key that begins what is advised, in brackets. Keys act on the
// selected pipeline; where nothing can be done none is named.
func (s scene) hintOf(p *model.PipelineState, selected string) string {
	hint := s.keyHint(p.Advice.Action)
	switch {
	case hint == "" || s.looks:
		return ""
	case p.Name != selected:
		hint = "select " + clean(p.Name) + ", then " + hint
	}
	return " (" + hint + ")"
}

// painted gives lines the look of a role.
func (s scene) painted(r role, lines []string) []string {
	for i := range lines {
		lines[i] = s.theme.paint(r, lines[i])
	}
	return lines
}

// runBlock is a run under way.
func (s scene) runBlock(p *model.PipelineState, w, h int) []string {
	if needsPerson(p.Run) {
		return s.standsBlock(p, w, h)
	}
	r, glyph := runLook(p.Run.State)
	return s.painted(r, clip(wrapIndent(" "+glyph+" ", s.runSentence(p.Run), w-1), h, w-1))
}

// factLines are facts in at most h lines: all of them in full where that fits,
// else without what the sentence above them tells, and in fewer words. None is
// cut: the least important are left out.
func (s scene) factLines(facts []model.Fact, sentence string, w, h int) []string {
	if h <= 0 {
		return nil
	}
	out := s.factTexts(facts, w)
	if len(out) > h {
		facts = slices.DeleteFunc(slices.Clone(facts), func(f model.Fact) bool {
			return f.Says != "" && strings.Contains(sentence, clean(f.Says))
		})
		out = s.factTexts(facts, w)
	}
	if len(out) > h {
		texts := make([]string, len(facts))
		for i, f := range facts {
			texts[i] = s.factShort(f, w)
		}
		return s.fitted(texts, w, h)
	}
	return s.painted(roleFaint, out)
}

// fitted are as many of the texts as h lines hold whole, the first first.
func (s scene) fitted(texts []string, w, h int) []string {
	var out []string
	for _, text := range texts {
		if lines := wrapIndent("   · ", text, w-1); len(out)+len(lines) <= h {
			out = append(out, lines...)
		}
	}
	return s.painted(roleFaint, out)
}

// factShort is a fact in one line where that can be: without from where and when it
// was seen, which matters only where that is long ago, and then without what
// explains it.
func (s scene) factShort(f model.Fact, w int) string {
	who := clean(f.Cluster)
	if f.Pipeline != "" {
		who = clean(f.Pipeline) + " at " + who
	}
	if f.Old || f.At.IsZero() {
		return s.factText(f)
	}
	text := clean(f.Says)
	if f.Pipeline == "" {
		text = ofCluster(f.Cluster, f.Says)
	}
	text = who + ": " + text
	for _, end := range []string{"; ", " (", ", "} {
		if at := strings.LastIndex(text, end); width("   · "+text) > w-1 && at > 0 {
			text = text[:at]
		}
	}
	return text
}

// factTexts are facts in full.
func (s scene) factTexts(facts []model.Fact, w int) []string {
	var out []string
	for _, f := range facts {
		out = append(out, wrapIndent("   · ", s.factText(f), w-1)...)
	}
	return out
}

// factText is a fact in a line. It names its cluster once.
func (s scene) factText(f model.Fact) string {
	if f.Pipeline == "" {
		f.Says = ofCluster(f.Cluster, f.Says)
	}
	return clean(f.Line(s.now))
}

// changeLines say what would change an advice, or else the verdict on its
// cluster, unless the sentence above them says so already.
func (s scene) changeLines(p *model.PipelineState, sentence []string, w int) []string {
	change := clean(p.Advice.Change)
	if c, ok := s.snap.Cluster(p.Active); ok && change == "" {
		change = clean(c.Outlook)
	}
	if change == "" || strings.Contains(unbroken(sentence), unbroken([]string{change})) {
		return nil
	}
	return clip(wrapIndent("   what would change it: ", change, w-1), 2, w-1)
}

// unbroken joins lines as the text that they were broken from.
func unbroken(lines []string) string {
	return strings.Join(strings.Fields(strings.Join(lines, " ")), " ")
}

// adviceSentence is the advice as a sentence that names its pipeline.
func adviceSentence(p *model.PipelineState) string {
	name, text := clean(p.Name), clean(p.Advice.Text)
	if text == "" {
		text = deed(p)
	}
	if !strings.Contains(text, name) {
		text = name + ": " + text
	}
	return text
}

// others says how the pipelines stand besides one: those with the same advice
// together, the gravest first.
func (s scene) others(first *model.PipelineState, selected string) string {
	type group struct {
		text    string
		names   []string
		gravity int
	}
	texts := adviceTexts{}
	same := texts.of(s, first)
	var groups []group
	for i := range s.snap.Pipelines {
		p := &s.snap.Pipelines[i]
		if p.Name == first.Name {
			continue
		}
		g := group{text: texts.of(s, p), gravity: attention(p)}
		if g.text == same && (p.Retention == nil || first.Retention != nil) {
			g.text, g.gravity = "the same", g.gravity+100
		}
		at := slices.IndexFunc(groups, func(o group) bool { return o.text == g.text })
		if at < 0 {
			at = len(groups)
			groups = append(groups, g)
		}
		groups[at].names = append(groups[at].names, clean(p.Name))
	}
	slices.SortStableFunc(groups, func(a, b group) int { return cmp.Compare(b.gravity, a.gravity) })
	var parts []string
	for _, g := range groups {
		who := strings.Join(g.names, " and ")
		if len(g.names) > 2 || width(who) > 40 {
			who = model.Units(len(g.names), "more pipeline")
		}
		if k := keyOf(s.keys, actEvacuate); k != "" && !s.looks && g.text == "the same" && first.Advice.Action == model.ActionFailOver {
			if p, _ := s.snap.Pipeline(selected); p.Active != first.Active || s.marked { // the key is about what is selected or marked
				k = ":evacuate " + clean(first.Active)
			}
			g.text += ", " + k + " moves all of " + clean(first.Active)
		}
		parts = append(parts, who+": "+g.text)
	}
	return strings.Join(parts, " · ")
}

// adviceTexts remember what pipelines with the same advice have in common.
type adviceTexts map[adviceKey]string

// adviceKey is all that [scene.groupText] depends on.
type adviceKey struct {
	action         model.Action
	active, target string
	kind           model.RunKind
	state          model.RunState
	losing         bool
}

func (t adviceTexts) of(s scene, p *model.PipelineState) string {
	key := adviceKey{action: p.Advice.Action, active: p.Active, target: p.Advice.Target, losing: p.Advice.UrgentSeconds != nil}
	if run := underWay(p); run != nil {
		key = adviceKey{kind: run.Kind, state: run.State}
	}
	text, ok := t[key]
	if !ok {
		text = s.groupText(p)
		t[key] = text
	}
	return text
}

// groupText is what pipelines with the same advice have in common.
func (s scene) groupText(p *model.PipelineState) string {
	if run := underWay(p); run != nil {
		return clean(string(run.Kind)) + " " + string(run.State)
	}
	if p.Advice.Action == model.ActionNone {
		return "nothing to do"
	}
	bare := *p
	bare.Name, bare.Advice.UrgentSeconds = "it", nil
	return s.headline(&bare)
}
