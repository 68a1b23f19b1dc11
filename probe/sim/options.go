package sim

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/fumtui/fumtui/probe/sim/cluster"
)

// Bounds of [Options].
const (
	maxClusters  = 8
	maxPipelines = 100
	minSpeed     = 0.1
	maxSpeed     = 100
)

// Options say what to simulate. Dir is needed; all else has a default.
type Options struct {
	// Dir is the folder that is served. It may exist and hold other files.
	Dir string
	// Clusters are the names of the clusters, two or more (ams, nyc). The first
	// is the home of all pipelines.
	Clusters []string
	// Pipelines is their number, 1 to 100 (2).
	Pipelines int
	// Speed makes the chain that many times faster, 0.1 to 100 (1).
	Speed float64
	// Seed is what the chain grows from (1).
	Seed uint64
	// TLS makes the clusters speak TLS with a certificate of the simulator's
	// own authority.
	TLS bool
	// Shards of a block, 1 or 4 (1).
	Shards int
	// ServiceVersion is what Version answers (that of the cluster package).
	// With another one than the default the clients take whatever they are
	// told, so that a version that real ones refuse can be tried.
	ServiceVersion string
	// Exe is the command line of the fumtui binary, which hooks and clients run
	// with further arguments (the running binary). Its first item is absolute.
	Exe []string
	// Notice is told, a line each, what a person should know; may be nil.
	Notice func(string)
	// Prepare makes fumtui's database at a path, before anything uses it. Nil:
	// the clients make the one table that they need.
	Prepare func(ctx context.Context, path string) error
}

var (
	namePattern   = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)
	pipelineNames = []string{"trades", "accounts", "entries", "blocks"}
	regions       = map[string]string{"ams": "eu", "nyc": "us"}
)

// complete fills in the defaults and refuses what cannot work.
func (o Options) complete() (Options, error) {
	if o.Dir == "" {
		return o, errors.New("the simulator needs a folder: name one with --dir")
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return o, fmt.Errorf("folder %s: %w", o.Dir, err)
	}
	o.Dir = dir
	if len(o.Clusters) == 0 {
		o.Clusters = []string{"ams", "nyc"}
	}
	o.Clusters = slices.Clone(o.Clusters)
	if o.Notice == nil {
		o.Notice = func(string) {}
	}
	setDefault(&o.Pipelines, 2)
	setDefault(&o.Speed, 1)
	setDefault(&o.Seed, 1)
	setDefault(&o.Shards, 1)
	setDefault(&o.ServiceVersion, cluster.DefaultVersion)
	if len(o.Exe) == 0 {
		exe, err := os.Executable()
		if err != nil {
			return o, fmt.Errorf("find the fumtui binary for the hooks: %w", err)
		}
		o.Exe = []string{exe}
	}
	return o, o.check()
}

func (o Options) check() error {
	if n := len(o.Clusters); n < 2 || n > maxClusters {
		return fmt.Errorf("%d clusters: needs 2 to %d", n, maxClusters)
	}
	for i, name := range o.Clusters {
		if !namePattern.MatchString(name) || name == allClusters {
			return fmt.Errorf("cluster name %q: needs lower-case letters, digits and dashes, and not %q", name, allClusters)
		}
		if slices.Contains(o.Clusters[:i], name) {
			return fmt.Errorf("cluster name %q is there twice", name)
		}
	}
	switch {
	case o.Pipelines < 1 || o.Pipelines > maxPipelines:
		return fmt.Errorf("%d pipelines: needs 1 to %d", o.Pipelines, maxPipelines)
	case !(o.Speed >= minSpeed && o.Speed <= maxSpeed):
		return fmt.Errorf("speed %v: needs %v to %v", o.Speed, minSpeed, maxSpeed)
	case o.Shards != 1 && o.Shards != 4:
		return fmt.Errorf("%d shards: needs 1 or 4", o.Shards)
	}
	return nil
}

// pipelineName is the name of pipeline i, from 0.
func pipelineName(i int) string {
	if i < len(pipelineNames) {
		return pipelineNames[i]
	}
	return fmt.Sprintf("pipeline-%02d", i+1)
}

// faster divides a duration by the speed, in whole milliseconds and never 0.
func faster(d time.Duration, speed float64) time.Duration {
	return max(time.Duration(float64(d)/speed).Round(time.Millisecond), time.Millisecond)
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Validate refuses what [Start] would refuse before it does anything.
func (o Options) Validate() error {
	_, err := o.complete()
	return err
}
