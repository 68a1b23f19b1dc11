package ui

import (
	"strings"

	"github.com/fumtui/fumtui/model"
)

// Bounds of what an explanation shows of lists that come from outside.
const (
	maxFacts = 200
	maxRules = 200
	maxHints = 20
)

// ExplainText is an explanation as text for people, without colour, in lines of
// at most width columns (at least 80): the verdict and the advice, every piece
// of evidence with its age and vantage point, every rule as it stands, and what
// would change it; then the same for the clusters of a pipeline.
func ExplainText(x model.Explanation, width int) string {
	s, w := explainScene(&x, width)
	return joinPlain(append(s.explainHead(&x, w), s.explainLines(&x, w)...))
}

// ExplainAllText is the same for all clusters, and then for pipelines without
// repeating their clusters.
func ExplainAllText(clusters, pipelines []model.Explanation, width int) string {
	var out []string
	tell := func(x model.Explanation) {
		s, w := explainScene(&x, width)
		x.Clusters = nil
		if len(out) > 0 {
			out = append(out, "")
		}
		out = append(append(out, s.explainHead(&x, w)...), s.explainLines(&x, w)...)
	}
	for _, x := range clusters {
		tell(x)
	}
	for _, x := range pipelines {
		tell(x)
	}
	return joinPlain(out)
}

// explainScene is a scene of what an explanation knows, and its width.
func explainScene(x *model.Explanation, width int) (scene, int) {
	snap := model.Snapshot{Time: x.Time}
	if x.Pipeline != nil {
		snap.Pipelines = []model.PipelineState{*x.Pipeline}
	}
	for _, of := range x.Clusters {
		if of.Cluster != nil {
			snap.Clusters = append(snap.Clusters, *of.Cluster)
		}
	}
	return plainScene(&snap, x.Time), min(max(width, minWidth), maxScreen)
}

// explainHead is what it is about, the verdict and the advice.
func (s scene) explainHead(e *model.Explanation, w int) []string {
	switch {
	case e.Cluster != nil:
		c := e.Cluster
		r, glyph := clusterLook(c.Verdict)
		title := "cluster " + clean(c.Name)
		if c.Region != "" {
			title += " · " + clean(c.Region)
		}
		out := []string{s.rule(title, "", w)}
		out = append(out, s.explainVerdict(r, glyph, word(c.Verdict)+forText(c.Since, s.now), ofCluster(c.Name, c.Reason), w)...)
		return append(out, s.explainChange("   ", c.Outlook, w)...)
	case e.Pipeline != nil:
		p := e.Pipeline
		title := "pipeline " + clean(p.Name)
		if p.Subscriber != "" {
			title += " · subscriber " + clean(p.Subscriber)
		}
		r, glyph := pipelineLook(p.Verdict)
		out := []string{s.rule(title, "active on "+clean(p.Active)+", home "+clean(p.Home), w)}
		out = append(out, s.explainVerdict(r, glyph, word(p.Verdict)+forText(p.Since, s.now), clean(p.Reason), w)...)
		r, glyph = actionLook(p.Advice.Action)
		out = append(out, s.explainVerdict(r, glyph, s.headline(p), "", w)...)
		out = append(append(out, wrapIndent("   ", adviceSentence(p), w-1)...), s.wayBackLines(p, w)...)
		return append(out, s.explainChange("   ", p.Advice.Change, w)...)
	}
	return nil
}

// explainVerdict is a glyph, what is so, and why.
func (s scene) explainVerdict(r role, glyph, what, why string, w int) []string {
	if why != "" {
		what += ": " + why
	}
	lines := wrapIndent(" "+glyph+" ", what, w-1)
	for i := range lines {
		lines[i] = s.theme.paint(r, lines[i])
	}
	return lines
}

// explainChange says what would change something; nothing where that is "".
func (s scene) explainChange(indent, change string, w int) []string {
	if change == "" {
		return nil
	}
	return wrapIndent(indent+"→ ", clean(change), w-1)
}

// explainLines is all of an explanation below its head, in lines of at most w
// columns: evidence, rules and hints, then the clusters of a pipeline with
// theirs.
func (s scene) explainLines(e *model.Explanation, w int) []string {
	var out []string
	if len(e.Facts) > 0 {
		out = append(out, s.rule("Evidence", "", w))
		out = append(out, s.explainFacts(e.Facts, w)...)
	}
	if len(e.Rules) > 0 {
		out = append(out, s.rule("Rules, in the order in which they are tried", "", w))
		out = append(out, s.explainRules(e, w)...)
	}
	if len(e.Hints) > 0 {
		out = append(out, s.rule("Hints, which decide nothing", "", w))
		for _, hint := range e.Hints[:min(len(e.Hints), maxHints)] {
			out = append(out, wrapIndent("   · ", clean(hint), w-1)...)
		}
		out = append(out, s.explainMore(len(e.Hints)-maxHints, "hint")...)
	}
	for i := range e.Clusters {
		c := &e.Clusters[i]
		out = append(out, "")
		out = append(out, s.explainHead(c, w)...)
		out = append(out, s.explainLines(c, w)...)
	}
	return out
}

// explainFacts are the pieces of evidence: its number and kind, then of what, from
// where, how old, and what it says.
func (s scene) explainFacts(facts []model.Fact, w int) []string {
	var out []string
	for _, f := range facts[:min(len(facts), maxFacts)] {
		label := " " + fit(fit(clean(f.ID), 3)+phrase(f.Kind), 16)
		look := roleText
		if f.Old || f.At.IsZero() {
			look = roleStale
		}
		for i, l := range wrapIndent(label, clean(f.Line(s.now)), w-1) {
			if i == 0 {
				l = s.theme.paint(roleFaint, label) + s.theme.paint(look, strings.TrimPrefix(l, label))
			} else {
				l = s.theme.paint(look, l)
			}
			out = append(out, l)
		}
	}
	return append(out, s.explainMore(len(facts)-maxFacts, "piece of evidence")...)
}

// explainRules are the rules as they stand, in their order.
func (s scene) explainRules(e *model.Explanation, w int) []string {
	about := "" // the subject that needs no naming
	switch {
	case e.Cluster != nil:
		about = e.Cluster.Name
	case e.Pipeline != nil:
		about = e.Pipeline.Name
	}
	var out []string
	for i := range e.Rules[:min(len(e.Rules), maxRules)] {
		out = append(out, s.explainRule(&e.Rules[i], about, w)...)
	}
	return append(out, s.explainMore(len(e.Rules)-maxRules, "rule")...)
}

// explainRule is one rule: how near it is, what it leads to, what was
// measured against what bound, and what would change it.
func (s scene) explainRule(c *model.RuleCheck, about string, w int) []string {
	const indent = 12
	r, glyph := ruleLook(c.State)
	label := " " + fit(glyph+" "+phrase(c.State), indent-1)
	text := word(c.Rule)
	if c.Subject != "" && c.Subject != about {
		text += " (" + clean(c.Subject) + ")"
	}
	switch measured := measuredText(c); {
	case strings.HasPrefix(measured, "["):
		text += " " + measured
	case measured != "":
		text += ": " + measured
	}
	var out []string
	for i, l := range wrapIndent(label, text, w-1) {
		switch {
		case c.State == model.RuleQuiet:
			l = s.theme.paint(roleFaint, l)
		case i == 0:
			l = s.theme.paint(r, label) + strings.TrimPrefix(l, label)
		}
		out = append(out, l)
	}
	return append(out, s.explainChange(blank(indent), c.Change, w)...)
}

// measuredText is what was measured, what it is held against, and the setting
// of that.
func measuredText(c *model.RuleCheck) string {
	text := clean(c.Measured)
	switch {
	case c.Bound == "" && c.Setting == "":
	case c.Setting == "":
		text += " [" + clean(c.Bound) + "]"
	case c.Bound == "":
		text += " [" + clean(c.Setting) + "]"
	default:
		text += " [" + clean(c.Bound) + ", " + clean(c.Setting) + "]"
	}
	return strings.TrimSpace(text)
}

// explainMore says how many of a list are not shown.
func (s scene) explainMore(more int, one string) []string {
	if more <= 0 {
		return nil
	}
	things := model.Units(more, one)
	if one == "piece of evidence" {
		things = model.Units(more, "piece") + " of evidence"
	}
	return []string{s.theme.paint(roleFaint, "   … and "+things+" more")}
}

// ruleLook is how the state of a rule shows.
func ruleLook(state model.RuleState) (role, string) {
	switch state {
	case model.RuleFired:
		return roleFocus, glyphFocus
	case model.RuleHolds:
		return roleWarn, glyphFocus
	case model.RuleNear:
		return roleWarn, glyphWarn
	case model.RuleQuiet:
		return roleFaint, glyphPending
	case model.RuleUnknown:
	}
	return roleUnknown, glyphUnknown
}
