package ui

import (
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// plainWidth is the width of texts that are not for a screen of known size.
const plainWidth = 100

// plainScene renders without colour. Times count from now.
func plainScene(snap *model.Snapshot, now time.Time) scene {
	return scene{theme: &theme{series: []string{""}}, snap: snap, now: now, stale: 15 * time.Second}
}

// StatusText is a snapshot as text for people, without colour, in lines of at
// most width columns (at least 80): clusters, pipelines, and what to do for
// each pipeline where there is anything. Commands in it name the configuration,
// unless that is "".
func StatusText(snap model.Snapshot, width int, configPath string) string {
	w := min(max(width, minWidth), maxScreen)
	s := plainScene(&snap, snap.Time)
	s.config = configPath
	var out []string
	for i := range snap.Clusters {
		out = append(out, s.clusterText(&snap.Clusters[i], w)...)
	}
	out = append(out, "")
	out = append(out, s.pipelineText(w)...)
	out = append(out, "")
	for i := range snap.Pipelines {
		out = append(out, s.adviceText(&snap.Pipelines[i], w)...)
	}
	out = append(out, s.noticeLines(w)...)
	return joinPlain(out)
}

// pipelineText is the table of the pipelines. Lines may be longer than w where
// names are: nothing is cut.
func (s scene) pipelineText(w int) []string {
	t := s.layoutTable(w)
	if !t.wide {
		t = s.layoutTable(maxScreen).base().narrowed(append(s.spareColumns(), leftColumn), w)
	}
	w = max(w, sum(t.widths))
	if len(s.snap.Pipelines) == 0 {
		return s.pipelineTable(t, allRows(s.snap), "", w, 1)
	}
	out := []string{s.headRow(t)}
	for i := range s.snap.Pipelines {
		out = append(out, s.tableRow("  ", t.cells(s, &s.snap.Pipelines[i]), t.widths, false))
		if t.wide {
			continue
		}
		for _, c := range s.snap.Clusters {
			out = append(out, "    "+s.placeText(&s.snap.Pipelines[i], c.Name, " subscriber ", ", cursor "))
		}
	}
	return out
}

// adviceText is the advice on one pipeline, with its evidence where there is
// something to do.
func (s scene) adviceText(p *model.PipelineState, w int) []string {
	_, glyph := actionLook(p.Advice.Action)
	answers := s.answerLines(s.answers(p), w)
	if calm(p) {
		out := append(wrapIndent(" "+glyph+" ", adviceSentence(p), w-1), answers...)
		return append(out, s.wayBackLines(p, w)...)
	}
	out := wrapIndent(" "+glyph+" ", s.headline(p), w-1)
	sentence := wrapIndent("   ", adviceSentence(p), w-1)
	out = append(append(out, sentence...), answers...)
	if run := underWay(p); run != nil {
		_, glyph = runLook(run.State)
		about := wrapIndent(" "+glyph+" ", s.runSentence(run), w-1)
		if needsPerson(run) {
			about = append(about, s.answerLines(s.standsAnswers(p), w)...)
		}
		about = append(about, s.takeUpLines(run, w)...)
		out = append(about, out...)
	}
	switch to := shellWord(p.Advice.Target); {
	case p.Advice.Target == "" || underWay(p) != nil:
	case p.Advice.Action == model.ActionFailOver:
		out = append(out, s.commandLines("cutover "+shellWord(p.Name)+" --to "+to+" --confirm "+to, w)...)
	case p.Advice.Action == model.ActionFailBack:
		out = append(out, s.commandLines("failback "+shellWord(p.Name)+" --confirm "+to, w)...)
	case p.Advice.Action == model.ActionRecreateSubscriber:
		out = append(out, s.commandLines("recreate "+shellWord(p.Name)+" --confirm "+to, w)...)
	}
	out = append(append(out, s.wayBackLines(p, w)...), s.painted(roleFaint, s.factTexts(p.Advice.Evidence, w))...)
	return append(out, s.changeLines(p, sentence, w)...)
}

// PlanText is a plan as text for people, without colour.
func PlanText(plan model.Plan) string {
	s := plainScene(&model.Snapshot{}, plan.MadeAt)
	if plan.NoOp != "" {
		return joinPlain(wrap("nothing to do: "+clean(plan.NoOp), plainWidth))
	}
	return joinPlain(s.planLines(&plan, 0, plainWidth, false))
}

// ResultText is how a run was left, as text for people, without colour: its
// position, and what to do next. Times of a run that has not ended count up to
// now.
func ResultText(run model.Run, now time.Time) string {
	s := plainScene(&model.Snapshot{}, now)
	out := append(s.runTimes(&run, plainWidth), s.runNumbers(&run, plainWidth)...)
	switch {
	case run.State.Ended():
		out = append(out, s.whatNext(&run, plainWidth)...)
	case run.Question != "":
		out = append(out, wrapIndent(" "+glyphUnknown+" it asks: ", clean(run.Question), plainWidth-1)...)
	case run.Note != "":
		out = append(out, wrapIndent("   ", clean(run.Note), plainWidth-1)...)
	}
	return joinPlain(out)
}

// joinPlain ends every line, without the blanks that screens need.
func joinPlain(lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(strings.TrimRight(l, " "))
		b.WriteByte('\n')
	}
	return b.String()
}
