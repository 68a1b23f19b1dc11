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
	Detection health.Rules
	Failover  failover.Settings
	Pipelines []Pipeline
}

// Cluster is a cluster and how to reach it.
type Cluster struct {
	model.Cluster
	Token    model.Secret // "" sends none
	Metadata map[string]model.Secret
	CAFile   string // trusted beside the system's roots; "": the system's only
}

// Probe says how often and how patiently the clusters are looked at.
type Probe struct {
	Interval time.Duration // between two probes of a kind; default 2 s
	Timeout  time.Duration // of one call; default 5 s
}

// Pipeline is a pipeline and its clients by cluster name.
type Pipeline struct {
	model.Pipeline
	Clients map[string]Client
}

// Client is a pipeline's client at one cluster.
type Client struct {
	Metrics string                     // URL of its metrics page; "": it has none
	Hooks   map[failover.Hook][]string // argument lists; empty: a person does it by hand
}

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
