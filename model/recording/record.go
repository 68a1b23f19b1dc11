package recording

import (
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

// The name and the version of the format. A version is only raised where a
// reader of the old one would misunderstand the new.
const (
	Format  = "fumtui-recording"
	Version = 1
)

// Header says what a recording is of.
type Header struct {
	Made     time.Time // when it was exported
	By       string    // the version of fumtui that did
	Since    time.Time // how far back it goes
	Clusters []model.Cluster
	// Pipelines with their name, subscriber, home and clusters only.
	Pipelines []model.Pipeline

	// Rules are the thresholds that were in force, complete.
	Rules health.Rules
	// PipelineRules are those of pipelines that have their own.
	PipelineRules map[string]health.Rules

	Interval time.Duration // between two probes of a kind
	Timeout  time.Duration // of one probe
}

// Record is one thing that the rules were told: exactly one of its fields
// besides At is set.
type Record struct {
	At       time.Time // when they were told; of evidence when it was answered
	Evidence *model.Evidence
	Active   *Active
	Run      *Run
	Moved    *Moved
}

// Active says that a pipeline is active on a cluster.
type Active struct {
	Pipeline string `json:"pipeline"`
	Cluster  string `json:"cluster"`
}

// Run says how a run of a pipeline stands.
type Run struct {
	Pipeline string         `json:"pipeline"`
	ID       string         `json:"id"`
	Kind     model.RunKind  `json:"kind"`
	From     string         `json:"from"`
	To       string         `json:"to"`
	State    model.RunState `json:"state"`
	Step     model.StepName `json:"step"`
}

// Moved says when a run last moved a pipeline.
type Moved struct {
	Pipeline string    `json:"pipeline"`
	Moved    time.Time `json:"moved"`
}

// model is the run as the rules know it.
func (r *Run) model() *model.Run {
	return &model.Run{
		ID: r.ID, Pipeline: r.Pipeline, Kind: r.Kind, From: r.From, To: r.To, State: r.State,
		Steps: []model.Step{{Name: r.Step, State: model.StepRunning}},
	}
}

// names are what a header knows.
type names struct {
	clusters  map[string]bool
	pipelines map[string]map[string]bool // to the clusters where they are seated
	wanted    map[string]bool            // subscribers
}

func (h *Header) names() names {
	n := names{clusters: map[string]bool{}, pipelines: map[string]map[string]bool{}, wanted: map[string]bool{}}
	for _, c := range h.Clusters {
		n.clusters[c.Name] = true
	}
	for _, p := range h.Pipelines {
		n.wanted[p.Subscriber] = true
		seats := map[string]bool{}
		for _, c := range p.Clusters {
			seats[c] = true
		}
		if len(p.Clusters) == 0 {
			seats = n.clusters
		}
		n.pipelines[p.Name] = seats
	}
	return n
}

// about reports whether evidence is about what the header knows.
func (n *names) about(e *model.Evidence) bool {
	switch e.Kind {
	case model.KindMetrics, model.KindCursor:
		return n.pipelines[e.Pipeline][e.Cluster]
	}
	return n.clusters[e.Cluster]
}
