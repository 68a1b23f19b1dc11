// Package config reads the configuration file. It is strict: every key it does
// not know, every value of a wrong kind and every name that leads nowhere is an
// error that begins with PATH:LINE:COLUMN and says how to mend it, and as many
// as can be found are reported at once.
package config

import (
	"errors"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/model/health"
)

// Config is a configuration that was read and found valid, defaults filled in.
type Config struct {
	Path      string // of the file
	Store     string // path of the database; "": the default place
	Clusters  []Cluster
	Probe     Probe
	Preset    string       // what Detection begins with; see [health.Presets]
	Detection health.Rules // complete, MaxAge included
	Failover  failover.Settings
	Console   Console
	Pipelines []Pipeline

	// Warnings are what is legal but hardly meant, in the order of the file.
	Warnings Problems
	// Lines are the lines of the settings that the file gives, by the path of
	// their keys, such as "detection.down_after". Settings are all scalar keys
	// of probe, detection, failover and console, of a pipeline's detection, and a
	// cluster's canary; a pipeline's cursor and failback.quiet and console.keys
	// are there, too.
	Lines map[string]int
}

// Cluster is a cluster and how to reach it.
type Cluster struct {
	model.Cluster
	Token    model.Secret // "" sends none
	Metadata map[string]model.Secret
	CAFile   string // trusted beside the system's roots; "": the system's only
	Canary   bool   // whether fumtui's own subscriber looks there whether data comes
}

// Probe says how often and how patiently the clusters are looked at.
type Probe struct {
	Interval time.Duration // between two probes of a kind; default 2 s
	Timeout  time.Duration // of one call; default 5 s

	Canary         bool          // of clusters that do not say it themselves; default false
	CanaryInterval time.Duration // between two looks of a canary; default 30 s
	Keep           time.Duration // looks are kept in the database for this long; default 2 h
}

// Pipeline is a pipeline and its clients by cluster name.
type Pipeline struct {
	model.Pipeline
	Clients map[string]Client
	Cursor  Cursor
	Preset  string // that it names itself; "": none
	// Detection are the rules in force for it: the general ones but for the
	// thresholds of pipelines that it sets itself.
	Detection health.Rules
}

// Client is a pipeline's client at one cluster.
type Client struct {
	Metrics string                     // URL of its metrics page; "": it has none
	Hooks   map[failover.Hook][]string // argument lists; empty: a person does it by hand
}

// Cursor says where the cursor of a pipeline comes from.
type Cursor struct {
	Source CursorSource
	// Metric is the name of the metric and Labels what its sample must be labelled
	// with, of CursorMetrics.
	Metric string
	Labels map[string]string
	// At says where the source is found, by cluster; of CursorStore it is empty.
	At map[string]CursorAt
}

// CursorAt is where a cursor source is found at one cluster: of the three what
// its kind asks for.
type CursorAt struct {
	URL     string   // of the page, of CursorMetrics
	Path    string   // of the file, of CursorFile
	Command []string // argument list, of CursorExec
}

// CursorSource is a kind of cursor source.
type CursorSource string

// The cursor sources.
const (
	CursorStore   CursorSource = "store"   // the client writes it to the database
	CursorMetrics CursorSource = "metrics" // a metric of the client's own
	CursorFile    CursorSource = "file"    // the first line of a file
	CursorExec    CursorSource = "exec"    // what a command prints
)

// Cluster finds a cluster by name.
func (c *Config) Cluster(name string) (Cluster, bool) {
	for _, cluster := range c.Clusters {
		if cluster.Name == name {
			return cluster, true
		}
	}
	return Cluster{}, false
}

// Pipeline finds a pipeline by name.
func (c *Config) Pipeline(name string) (Pipeline, bool) {
	for _, p := range c.Pipelines {
		if p.Name == name {
			return p, true
		}
	}
	return Pipeline{}, false
}

// Lookback is how far back the rules in force look, those of every pipeline
// included; see [health.Rules.Lookback].
func (c *Config) Lookback() time.Duration {
	look := c.Detection.Lookback()
	for i := range c.Pipelines {
		look = max(look, c.Pipelines[i].Detection.Lookback())
	}
	return look
}

// Problems are all the errors of a configuration file, in the order of the file.
type Problems []error

// Error gives one problem a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, err := range p {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the single problems.
func (p Problems) Unwrap() []error { return p }

// IsProblem reports whether err is about the configuration.
func IsProblem(err error) bool {
	var p Problems
	return errors.As(err, &p)
}
