package plain

import (
	"strings"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui"
)

// mostTold bounds the facts, rules and hints of an explanation.
const mostTold = 200

// explainLines say how the verdict and the advice on a pipeline came about, then
// the same of its clusters.
func explainLines(x *model.Explanation) []string {
	var out []string
	switch {
	case x.Pipeline != nil:
		snap := model.Snapshot{Time: x.Time, Pipelines: []model.PipelineState{*x.Pipeline}}
		for _, c := range x.Clusters {
			if c.Cluster != nil {
				snap.Clusters = append(snap.Clusters, *c.Cluster)
			}
		}
		out = append(out, pipelineLine(&snap, x.Pipeline))
		if x.Pipeline.Reason != "" {
			out = append(out, "Verdict "+word(x.Pipeline.Verdict)+": "+stop(tidy(x.Pipeline.Reason)))
		}
	case x.Cluster != nil:
		out = append(out, clusterLine(&model.Snapshot{Time: x.Time}, x.Cluster))
	}
	for i, f := range x.Facts {
		if i < mostTold {
			out = append(out, stop("Evidence "+strings.TrimSpace(tidy(f.ID)+" "+strings.ReplaceAll(tidy(f.Kind), "_", " "))+": "+tidy(f.Line(x.Time))))
		}
	}
	out = append(out, ruleLines(x.Rules)...)
	for i, h := range x.Hints {
		if i < mostTold {
			out = append(out, stop("A hint, which decides nothing: "+tidy(h)))
		}
	}
	for i := range x.Clusters {
		out = append(out, explainLines(&x.Clusters[i])...)
	}
	return out
}

// ruleLines are the rules that something speaks for, and how many others there are.
func ruleLines(rules []model.RuleCheck) []string {
	var out []string
	quiet := 0
	for i := range rules {
		r := &rules[i]
		if r.State == model.RuleQuiet {
			quiet++
			continue
		}
		if i >= mostTold {
			continue
		}
		text := "Rule " + word(r.Rule) + ", " + tidy(r.State)
		if r.Measured != "" {
			text += ": " + tidy(r.Measured)
		}
		if r.Bound != "" {
			text += ", held against " + tidy(r.Bound)
		}
		if r.Setting != "" {
			text += ", the setting " + tidy(r.Setting)
		}
		text = stop(text)
		if r.Change != "" {
			text += " What would change it: " + stop(tidy(r.Change))
		}
		out = append(out, text)
	}
	if quiet > 0 {
		out = append(out, "And "+model.Units(quiet, "rule")+" for which nothing speaks.")
	}
	return out
}

// helpLines are the commands, each with what may follow it; with a name that one
// alone.
func helpLines(verbs []verb, name string) []string {
	var out []string
	for _, v := range verbs {
		if name == "" || name == v.name {
			out = append(out, stop(strings.TrimSpace(v.name+" "+v.usage)+": "+v.about))
		}
	}
	const choices = "Choices about a run follow its cluster, as many as there are: mode planned, reactive or hybrid; from-slot SLOT, or latest; approve-gap SLOTS; force."
	switch {
	case name != "" && strings.Contains(out[0], "[CHOICES]"):
		return append(out, choices)
	case name != "":
		return out
	}
	return append(out,
		"The beginning of a command is enough where no other begins so. A pipeline need not be named where there is one.",
		"A run is named by its id, by the end of that, or by its pipeline. What is in brackets may be left out.",
		choices,
		"Nothing is done before you type the name that the question asks for, on a line of its own, after the question was printed. What was typed before that does not count, not even half a line. Anything else cancels.",
	)
}

// recordLine is a run of the past.
func recordLine(r *model.Run) string {
	text := ui.RunTitle(r) + ", run " + tidy(r.ID) + ", begun " + r.StartedAt.UTC().Format("2006-01-02 15:04:05") + " UTC"
	if r.RequestedBy != "" {
		text += " by " + tidy(r.RequestedBy)
	}
	text += ": " + tidy(r.State)
	if r.EndedAt != nil {
		text += " after " + model.Span(r.EndedAt.Sub(r.StartedAt))
	}
	if r.Reason != "" {
		text += ", reason: " + tidy(r.Reason)
	}
	return stop(upper(text))
}

// eventLine is something that changed or was done.
func eventLine(e *model.Event) string {
	text := e.At.UTC().Format("2006-01-02 15:04:05")
	if of := e.Subject(); of != "" {
		text += " " + tidy(of) + ":"
	}
	text += " " + ui.EventText(e)
	if e.By != "" && e.Kind == model.EventAction {
		text += ", by " + tidy(e.By)
	}
	return text
}
