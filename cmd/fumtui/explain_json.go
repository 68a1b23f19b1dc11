package main

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// Bounds of what an explanation holds of lists and words from outside.
const (
	maxExplained = 500
	maxHints     = 50
)

// explainJSON is what `explain --json` prints, a public contract like those of
// json.go.
type explainJSON struct {
	Time      string                `json:"time"`
	Clusters  []clusterExplainJSON  `json:"clusters"`
	Pipelines []pipelineExplainJSON `json:"pipelines"`
	Notices   []string              `json:"notices"`
}

type clusterExplainJSON struct {
	Name         string               `json:"name"`
	Verdict      model.ClusterVerdict `json:"verdict"`
	SinceSeconds *float64             `json:"since_seconds"`
	Reason       string               `json:"reason"`
	Change       *string              `json:"change"`
	becauseJSON
}

type pipelineExplainJSON struct {
	Name         string                `json:"name"`
	Active       string                `json:"active"`
	Home         string                `json:"home"`
	Verdict      model.PipelineVerdict `json:"verdict"`
	SinceSeconds *float64              `json:"since_seconds"`
	Reason       string                `json:"reason"`
	Advice       adviceJSON            `json:"advice"`
	WayBack      *wayBackJSON          `json:"way_back"`
	becauseJSON
}

// becauseJSON is what a verdict or an advice rests on.
type becauseJSON struct {
	Evidence []factJSON `json:"evidence"`
	Rules    []ruleJSON `json:"rules"`
	Hints    []string   `json:"hints"`
}

type factJSON struct {
	ID         *string             `json:"id"`
	Kind       *model.EvidenceKind `json:"kind"`
	Vantage    *model.Vantage      `json:"vantage"`
	Cluster    string              `json:"cluster"`
	Pipeline   *string             `json:"pipeline"`
	At         *string             `json:"at"`
	AgeSeconds *float64            `json:"age_seconds"`
	TooOld     bool                `json:"too_old"`
	Says       string              `json:"says"`
}

type ruleJSON struct {
	Rule     string          `json:"rule"`
	Subject  string          `json:"subject"`
	State    model.RuleState `json:"state"`
	Measured string          `json:"measured"`
	Bound    *string         `json:"bound"`
	Setting  *string         `json:"setting"`
	Change   *string         `json:"change"`
}

// newExplainJSON puts explanations of clusters and pipelines into the shape of
// the contract.
func newExplainJSON(all explanations) explainJSON {
	out := explainJSON{
		Time:      jsonTime(all.time),
		Clusters:  make([]clusterExplainJSON, 0, len(all.clusters)),
		Pipelines: make([]pipelineExplainJSON, 0, len(all.pipelines)),
		Notices:   append([]string{}, all.notices...),
	}
	for i := range all.clusters {
		out.Clusters = append(out.Clusters, newClusterExplainJSON(&all.clusters[i]))
	}
	for i := range all.pipelines {
		out.Pipelines = append(out.Pipelines, newPipelineExplainJSON(&all.pipelines[i]))
	}
	return out
}

func newClusterExplainJSON(x *model.Explanation) clusterExplainJSON {
	c := x.Cluster
	return clusterExplainJSON{
		Name: c.Name, Verdict: c.Verdict, SinceSeconds: ageSeconds(c.Since, x.Time), Reason: brief(c.Reason),
		Change: orNull(brief(c.Outlook)), becauseJSON: newBecauseJSON(x),
	}
}

func newPipelineExplainJSON(x *model.Explanation) pipelineExplainJSON {
	p := x.Pipeline
	return pipelineExplainJSON{
		Name: p.Name, Active: p.Active, Home: p.Home, Verdict: p.Verdict,
		SinceSeconds: ageSeconds(p.Since, x.Time), Reason: brief(p.Reason), Advice: newAdviceJSON(p.Advice),
		WayBack: newWayBackJSON(p.WayBack), becauseJSON: newBecauseJSON(x),
	}
}

func newBecauseJSON(x *model.Explanation) becauseJSON {
	out := becauseJSON{
		Evidence: make([]factJSON, 0, len(x.Facts)),
		Rules:    make([]ruleJSON, 0, len(x.Rules)),
		Hints:    make([]string, 0, len(x.Hints)),
	}
	for _, f := range x.Facts[:min(len(x.Facts), maxExplained)] {
		out.Evidence = append(out.Evidence, newFactJSON(f, x.Time))
	}
	for _, r := range x.Rules[:min(len(x.Rules), maxExplained)] {
		out.Rules = append(out.Rules, ruleJSON{
			Rule: r.Rule, Subject: r.Subject, State: r.State, Measured: brief(r.Measured),
			Bound: orNull(brief(r.Bound)), Setting: orNull(r.Setting), Change: orNull(brief(r.Change)),
		})
	}
	for _, h := range x.Hints[:min(len(x.Hints), maxHints)] {
		out.Hints = append(out.Hints, brief(h))
	}
	return out
}

func newFactJSON(f model.Fact, now time.Time) factJSON {
	out := factJSON{
		ID: orNull(f.ID), Kind: orNull(f.Kind), Vantage: orNull(f.Vantage), Cluster: f.Cluster,
		Pipeline: orNull(f.Pipeline), AgeSeconds: ageSeconds(f.At, now), TooOld: f.Old, Says: brief(f.Says),
	}
	if !f.At.IsZero() {
		out.At = orNullTime(&f.At)
	}
	return out
}

// brief bounds a text that may carry words from outside, and strips it of what
// a terminal would obey.
func brief(text string) string { return model.Clean(text, model.MaxMessage) }
