package recording

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// Summary is a timeline in numbers.
type Summary struct {
	Clusters  []ClusterSummary
	Pipelines []PipelineSummary
}

// ClusterSummary is what became of a cluster.
type ClusterSummary struct {
	Name     string
	Blips    int       // that were over without becoming more
	Outages  []Episode // down or stalled
	Degraded int
}

// PipelineSummary is what was advised for a pipeline.
type PipelineSummary struct {
	Name      string
	FailOvers []Episode      // advice to fail over
	Advised   map[string]int // how often each action came up
}

// Episode is a stretch of time in which something held.
type Episode struct {
	What   string // the verdict or the action it began with
	Target string
	From   time.Time
	To     *time.Time // nil: it held at the end
}

// Summarize counts what a timeline holds for the clusters and pipelines of its
// header.
func Summarize(h Header, t Timeline) Summary {
	var s Summary
	for _, c := range h.Clusters {
		s.Clusters = append(s.Clusters, summarizeCluster(c.Name, t.Changes))
	}
	for _, p := range h.Pipelines {
		s.Pipelines = append(s.Pipelines, summarizePipeline(p.Name, t.Changes))
	}
	return s
}

func summarizeCluster(name string, changes []Change) ClusterSummary {
	s := ClusterSummary{Name: name}
	out := func(v string) bool {
		return v == string(model.ClusterDown) || v == string(model.ClusterStalled)
	}
	blip := string(model.ClusterBlip)
	hurt := false // it was out, and has not been healthy since: a blip is how that heals
	for _, c := range changes {
		if c.Of != OfCluster || c.Subject != name {
			continue
		}
		switch {
		case out(c.To) && !out(c.From):
			s.Outages = append(s.Outages, Episode{What: c.To, From: c.At})
		case out(c.From) && !out(c.To):
			end(s.Outages, c.At)
		}
		hurt = hurt || out(c.To)
		if c.From == blip && !hurt {
			s.Blips++
		}
		hurt = hurt && c.To != string(model.ClusterHealthy)
		if c.To == string(model.ClusterDegraded) {
			s.Degraded++
		}
	}
	return s
}

func summarizePipeline(name string, changes []Change) PipelineSummary {
	s := PipelineSummary{Name: name, Advised: map[string]int{}}
	fail := string(model.ActionFailOver)
	for _, c := range changes {
		if c.Of != OfAdvice || c.Subject != name {
			continue
		}
		if c.From == fail {
			end(s.FailOvers, c.At)
		}
		if c.To == fail {
			s.FailOvers = append(s.FailOvers, Episode{What: fail, Target: c.Target, From: c.At})
		}
		if c.From != c.To {
			s.Advised[c.To]++
		}
	}
	return s
}

// end closes the newest episode.
func end(episodes []Episode, at time.Time) {
	if n := len(episodes); n > 0 && episodes[n-1].To == nil {
		episodes[n-1].To = &at
	}
}
