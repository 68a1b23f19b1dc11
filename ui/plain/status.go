package plain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui"
)

// fewPipelines are told one by one, also where there is nothing to do about them.
const fewPipelines = 5

// statusLines say in sentences how all stands: first what a person should look at,
// then the clusters, then the pipelines, the gravest first.
func statusLines(snap *model.Snapshot, looks bool) []string {
	out := []string{overall(snap)}
	for _, r := range standing(snap) {
		out = append(out, stop(upper(runLine(r, snap.Time, looks))))
	}
	for i := range snap.Clusters {
		out = append(out, clusterLine(snap, &snap.Clusters[i]))
	}
	out = append(out, pipelineLines(snap, false)...)
	for _, n := range snap.Notices {
		out = append(out, stop("This console: "+tidy(n)))
	}
	return out
}

// overall is whether all is well, else whose fault it is and what to do about the
// gravest.
func overall(snap *model.Snapshot) string {
	p := gravest(snap)
	switch {
	case p == nil:
		return "No pipelines are configured."
	case ui.Calm(p):
		return stop(lowerFirstWords(ui.CalmLine(snap, p)))
	case ui.Attention(p) > model.ActionDataLossSoon.Severity():
		return stop("First of all: the " + ui.RunTitle(p.Run) + " is " + tidy(p.Run.State) + " and needs a person")
	}
	return stop(upper(ui.Headline(snap, p)))
}

// lowerFirstWords puts a line that begins in capitals into a sentence, because a
// voice may spell capitals out.
func lowerFirstWords(text string) string {
	end := 0
	for end < len(text) && (text[end] == ' ' || (text[end] >= 'A' && text[end] <= 'Z')) {
		end++
	}
	head := []byte(text[:end])
	for i, b := range head {
		if b >= 'A' && b <= 'Z' {
			head[i] = b + 'a' - 'A'
		}
	}
	return upper(string(head)) + text[end:]
}

// gravest is the pipeline that a person should look at first; nil without any.
func gravest(snap *model.Snapshot) *model.PipelineState {
	var best *model.PipelineState
	for i := range snap.Pipelines {
		if p := &snap.Pipelines[i]; best == nil || ui.Attention(p) > ui.Attention(best) {
			best = p
		}
	}
	return best
}

// standing are the runs that stand until a person takes them up, the oldest first.
func standing(snap *model.Snapshot) []*model.Run {
	return slices.DeleteFunc(unended(snap), func(r *model.Run) bool { return !ui.NeedsPerson(r) })
}

// unended are the runs that have not ended, the oldest first.
func unended(snap *model.Snapshot) []*model.Run {
	var out []*model.Run
	for i := range snap.Pipelines {
		if r := snap.Pipelines[i].Run; r != nil && !r.State.Ended() {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b *model.Run) int {
		return cmp.Or(a.StartedAt.Compare(b.StartedAt), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// clusterLine is how a cluster stands.
func clusterLine(snap *model.Snapshot, c *model.ClusterState) string {
	text := "Cluster " + tidy(c.Name)
	if c.Region != "" {
		text += ", " + tidy(c.Region)
	}
	text += ": " + word(c.Verdict) + lasting(c.Since, snap.Time)
	if c.Reason != "" {
		text += ": " + tidy(c.Reason)
	}
	text = stop(text)
	if c.Slots != nil {
		text += fmt.Sprintf(" Newest slot %d.", c.Slots.Max)
	}
	if c.RTT != nil {
		text += " Round trip " + rttText(*c.RTT) + "."
	}
	if c.Verdict != model.ClusterHealthy && !c.AnsweredAt.IsZero() {
		text += " It answered last " + model.Span(snap.Time.Sub(c.AnsweredAt)) + " ago."
	}
	if c.Outlook != "" {
		text += " " + stop(upper(tidy(c.Outlook)))
	}
	return text
}

// rttText is a round trip in milliseconds.
func rttText(d time.Duration) string {
	if d < time.Millisecond {
		return "below 1 ms"
	}
	return model.Count(d.Milliseconds()) + " ms"
}

// pipelineLines are how the pipelines stand, the gravest first. Unless all are
// asked for, those about which there is nothing to do are one line where they are
// many.
func pipelineLines(snap *model.Snapshot, all bool) []string {
	var shown []*model.PipelineState
	var calm []string
	for i := range snap.Pipelines {
		p := &snap.Pipelines[i]
		if !all && ui.Calm(p) && len(snap.Pipelines) > fewPipelines {
			calm = append(calm, tidy(p.Name))
			continue
		}
		shown = append(shown, p)
	}
	slices.SortStableFunc(shown, func(a, b *model.PipelineState) int { return cmp.Compare(ui.Attention(b), ui.Attention(a)) })
	var out []string
	for _, p := range shown {
		out = append(out, pipelineLine(snap, p))
	}
	if len(calm) > 0 {
		out = append(out, fmt.Sprintf("Nothing to do about %s: %s. Type pipelines to hear of each.", model.Units(len(calm), "pipeline"), several(calm)))
	}
	return out
}

// pipelineLine is how a pipeline stands: its verdict, where it is, its lag, whose
// fault it is and what to do.
func pipelineLine(snap *model.Snapshot, p *model.PipelineState) string {
	text := "Pipeline " + tidy(p.Name) + ": " + word(p.Verdict) + lasting(p.Since, snap.Time) + ", active on " + tidy(p.Active)
	if p.Active == p.Home {
		text += ", its home"
	} else {
		text += ", away from its home, " + tidy(p.Home)
	}
	text += "." + lagText(p)
	switch {
	case p.Run == nil || p.Run.State.Ended():
	case ui.NeedsPerson(p.Run): // of which there is more to say
		return text + " " + stop("The "+ui.RunTitle(p.Run)+" is "+tidy(p.Run.State)+" and needs a person: unended tells of it")
	default:
		return text + " " + stop(upper(runLine(p.Run, snap.Time, false)))
	}
	if ui.Calm(p) {
		text += " Nothing to do."
	} else {
		text += " " + stop(upper(unlessSaid(ui.Headline(snap, p), ui.AdviceSentence(p)))) + " " + stop(ui.AdviceSentence(p))
		if p.Advice.Change != "" {
			text += " What would change it: " + stop(tidy(p.Advice.Change))
		}
	}
	for _, a := range ui.Answers(snap, p) {
		text += " " + stop(upper(a.Label)+": "+a.Text)
	}
	if p.WayBack != nil {
		text += " Way back: " + stop(tidy(p.WayBack.Says))
	}
	return text
}

// unlessSaid is a headline without what to do, where the sentence after it says
// that too.
func unlessSaid(headline, sentence string) string {
	if at := strings.LastIndex(headline, ": "); at >= 0 && strings.Contains(sentence, headline[at+2:]) {
		return headline[:at]
	}
	return headline
}

// lagText is how far a pipeline is behind, in offsets and in slots.
func lagText(p *model.PipelineState) string {
	lag := ui.LagOffsets(p)
	switch {
	case lag == nil && p.LagSlots == nil:
		return " Its lag is not known."
	case lag == nil:
		return " Lag " + model.Units(*p.LagSlots, "slot") + "."
	case p.LagSlots == nil:
		return " Lag from tip " + model.Units(*lag, "offset") + "."
	}
	return " Lag from tip " + model.Units(*lag, "offset") + ", " + model.Units(*p.LagSlots, "slot") + "."
}

// runLine is how a run stands, what it needs, and who drives it. A console that only
// looks takes up none.
func runLine(r *model.Run, now time.Time, looks bool) string {
	text := ui.RunTitle(r) + " is " + tidy(r.State)
	if r.State.Ended() {
		return text
	}
	text += " at step " + string(r.CurrentStep()) + ", " + model.Span(now.Sub(r.StartedAt)) + " after its start"
	switch {
	case r.Question != "":
		return stop(text) + " It asks: " + stop(tidy(r.Question)) + " " + takeUp(r, looks)
	case !ui.NeedsPerson(r):
		return stop(text) + " It is driven by " + ui.WhoDrives(r)
	}
	text = stop(text)
	if note := ui.StandingNote(r); note != "" {
		text += " " + stop(upper(tidy(note)))
	}
	return text + " " + takeUp(r, looks)
}

// takeUp says by which commands a run is taken up that stands. A pipeline has one
// such run at most, and its name is easier to type than an id.
func takeUp(r *model.Run, looks bool) string {
	if looks {
		return "This console is read-only: it is taken up elsewhere"
	}
	id := tidy(r.Pipeline)
	text := "To go on with it, type resume " + id
	if r.Question != "" {
		text = "To answer, type answer " + id
	}
	if why := ui.AbortBlocked(r); why != "" {
		return stop(text) + " It cannot be given up: " + why
	}
	return text + "; to give it up, type give-up " + id
}

// resultLines are how a run ended and what to do next.
func resultLines(r *model.Run, now time.Time) []string {
	what, next := ui.RunResult(r, now)
	out := []string{stop(what), stop(upper(tidy(strings.ReplaceAll(next, " on the overview", ""))))}
	if r.ResumeSlot != nil {
		text := fmt.Sprintf("Resume slot %d", *r.ResumeSlot)
		if r.GapSlots != nil {
			text += ", gap " + orNone(*r.GapSlots)
		}
		if r.DuplicateSlots != nil {
			text += ", duplicates " + orNone(*r.DuplicateSlots)
		}
		out = append(out, stop(text))
	}
	return out
}

func orNone(slots uint64) string {
	if slots == 0 {
		return "none"
	}
	return model.Units(slots, "slot")
}
