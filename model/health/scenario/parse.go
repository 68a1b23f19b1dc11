package scenario

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/fumtui/fumtui/model/health"
)

// maxFile bounds a scenario file, in bytes.
const maxFile = 1 << 20

// maxTicks bounds how often a scenario is assessed: a month of seconds.
const maxTicks = 31 * 24 * 3600

// Parse reads a scenario. It is strict: what is not understood is an error.
// Errors begin with NAME:LINE:COLUMN.
func Parse(name string, data []byte) (*Scenario, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s: is larger than 1 MiB: is this a scenario?", name)
	}
	s := &Scenario{}
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(s); err != nil {
		return nil, positioned(name, err)
	}
	s.withDefaults()
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, positioned(name, err)
	}
	c := &checker{name: name, file: file, s: s}
	c.check()
	return s, errors.Join(c.problems...)
}

// positioned puts the place of a YAML error in front of it.
func positioned(name string, err error) error {
	var at interface {
		GetToken() *token.Token
		GetMessage() string
	}
	if errors.As(err, &at) && at.GetToken() != nil {
		pos := at.GetToken().Position
		return fmt.Errorf("%s:%d:%d: %s", name, pos.Line, pos.Column, at.GetMessage())
	}
	return fmt.Errorf("%s: %w", name, err)
}

// Format writes a scenario as a file that Parse reads back.
func Format(s *Scenario) ([]byte, error) {
	out, err := yaml.MarshalWithOptions(s, yaml.Indent(2), yaml.IndentSequence(true))
	if err != nil {
		return nil, fmt.Errorf("write scenario %s: %w", s.Name, err)
	}
	return out, nil
}

// withDefaults fills in what is left out.
func (s *Scenario) withDefaults() {
	set(&s.Seed, 1)
	set(&s.Speed, 1)
	set(&s.Tick, time.Second)
	set(&s.Rules.Preset, health.PresetDefault)
	set(&s.Probe.Interval, max(s.faster(2*time.Second), 50*time.Millisecond))
	set(&s.Probe.Timeout, max(s.faster(5*time.Second), time.Second))
	set(&s.Noise.Jitter, 0.2)
	set(&s.Noise.Skipped, 0.05)
	if len(s.Clusters) == 0 {
		s.Clusters = []Cluster{{Name: "ams"}, {Name: "nyc"}}
	}
	if len(s.Pipelines) == 0 {
		s.Pipelines = []Pipeline{{Name: "trades"}}
	}
	for i := range s.Clusters {
		set(&s.Clusters[i].RTT, 20*time.Millisecond)
		set(&s.Clusters[i].Window, 18000)
	}
	for i := range s.Pipelines {
		s.pipelineDefaults(&s.Pipelines[i])
	}
	for i := range s.Events {
		s.eventDefaults(&s.Events[i])
	}
}

// pipelineDefaults fills in what a pipeline leaves out.
func (s *Scenario) pipelineDefaults(p *Pipeline) {
	set(&p.Home, s.Clusters[0].Name)
	set(&p.Active, p.Home)
	if len(p.Clusters) == 0 {
		for _, c := range s.Clusters {
			p.Clusters = append(p.Clusters, c.Name)
		}
	}
	if p.Rules != nil {
		set(&p.Rules.Preset, s.Rules.Preset)
	}
	c := &p.Client
	set(&c.Commit, s.faster(5*time.Second))
	set(&c.Cursor, s.faster(2*time.Second))
	set(&c.Capacity, 8)
	set(&c.RestartAfter, s.faster(10*time.Second))
}

// eventDefaults fills in what an event leaves out.
func (s *Scenario) eventDefaults(e *Event) {
	set(&e.Times, 1)
	switch {
	case e.Fail != nil:
		set(&e.Fail.Share, 1)
		set(&e.Fail.SeenBy, everyone)
	case e.Slow != nil:
		set(&e.Slow.Share, 1)
	case e.Withhold != nil:
		set(&e.Withhold.SeenBy, everyone)
	case e.Console != nil && e.Console.Is == consoleOffline:
		if e.Console.Class == "" {
			e.Console.Class = "unreachable"
		}
	case e.Client != nil:
		set(&e.Client.Life, s.faster(20*time.Second))
		for _, p := range s.Pipelines {
			if p.Name == e.Client.Pipeline {
				set(&e.Client.Cluster, p.Active)
			}
		}
	case e.Run != nil && e.Run.End == "":
		e.Run.End = "done"
	}
}

// faster is a time of the real chain on this one.
func (s *Scenario) faster(d time.Duration) time.Duration {
	return time.Duration(float64(d) / s.Speed)
}

// set gives a field that is zero its default.
func set[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// checker gathers what is wrong with a scenario, with its place.
type checker struct {
	name     string
	file     *ast.File
	s        *Scenario
	problems []error
}

// problem is an error at a path such as $.events[2].fail.
func (c *checker) problem(path, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if p, err := yaml.PathString(path); err == nil {
		if node, err := p.FilterFile(c.file); err == nil && node != nil {
			pos := start(node).Position
			c.problems = append(c.problems, fmt.Errorf("%s:%d:%d: %s", c.name, pos.Line, pos.Column, text))
			return
		}
	}
	c.problems = append(c.problems, fmt.Errorf("%s: %s: %s", c.name, strings.TrimPrefix(path, "$."), text))
}

// start is the first token of a node: a mapping's own is the colon behind its
// first key.
func start(n ast.Node) *token.Token {
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 && !m.IsFlowStyle {
		return m.Values[0].Key.GetToken()
	}
	return n.GetToken()
}

func (c *checker) check() {
	s := c.s
	if s.Name == "" || s.Shows == "" {
		c.problem("$", "a scenario has a name, and says what it shows")
	}
	if s.Length <= 0 {
		c.problem("$", "a scenario has a length, such as 20m")
	}
	if _, ok := health.Preset(s.Rules.Preset); !ok {
		c.problem("$.rules.preset", "no preset %q: one of %s", s.Rules.Preset, strings.Join(health.Presets(), ", "))
	}
	if s.Speed < 0 || s.Tick < 0 || s.Probe.Interval < 0 || s.Probe.Timeout < 0 || s.Probe.Canary < 0 {
		c.problem("$", "speed, tick and the times of the probes are above 0")
	}
	if s.Tick > 0 && s.Length/s.Tick > maxTicks {
		c.problem("$.length", "%s is more than %d ticks of %s", s.Length, maxTicks, s.Tick)
	}
	c.checkNames()
	for i := range s.Events {
		c.checkEvent(fmt.Sprintf("$.events[%d]", i), &s.Events[i])
	}
	for i := range s.Expect {
		c.checkExpect(fmt.Sprintf("$.expect[%d]", i), &s.Expect[i])
	}
}

// checkNames looks at clusters and pipelines.
func (c *checker) checkNames() {
	for i, x := range c.s.Clusters {
		first := slices.IndexFunc(c.s.Clusters, func(o Cluster) bool { return o.Name == x.Name })
		if x.Name == "" || first != i {
			c.problem(fmt.Sprintf("$.clusters[%d]", i), "a cluster has a name of its own")
		}
		if x.RTT < 0 || x.Window+x.Trails >= firstSlot/2 {
			c.problem(fmt.Sprintf("$.clusters[%d]", i), "a round trip takes time, and a window has an end")
		}
	}
	for i, p := range c.s.Pipelines {
		path := fmt.Sprintf("$.pipelines[%d]", i)
		if p.Name == "" || c.pipeline(p.Name) != &c.s.Pipelines[i] {
			c.problem(path, "a pipeline has a name of its own")
		}
		if k := p.Client; k.Commit <= 0 || k.Cursor <= 0 || k.RestartAfter <= 0 || k.Capacity <= 0 {
			c.problem(path, "the times and the capacity of a client are above 0")
		}
		for _, name := range append([]string{p.Home, p.Active}, p.Clusters...) {
			if !c.cluster(name) {
				c.problem(path, "no cluster %q", name)
			}
		}
		if !slices.Contains(p.Clusters, p.Active) {
			c.problem(path, "%s is active on %s, where it has no client", p.Name, p.Active)
		}
	}
}

func (c *checker) cluster(name string) bool {
	return slices.ContainsFunc(c.s.Clusters, func(x Cluster) bool { return x.Name == name })
}

func (c *checker) pipeline(name string) *Pipeline {
	for i := range c.s.Pipelines {
		if c.s.Pipelines[i].Name == name {
			return &c.s.Pipelines[i]
		}
	}
	return nil
}
