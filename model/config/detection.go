package config

import (
	"fmt"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/fumtui/fumtui/model/health"
)

// detection reads the general thresholds: the preset's, but for those that the
// file sets one by one, wherever in it they stand.
func (l *loader) detection(n ast.Node, cfg *Config) {
	r := &cfg.Detection
	if name := l.preset(n); name != "" {
		cfg.Preset = name
		*r, _ = health.Preset(name)
	}
	known := l.thresholds(r)
	known["preset"] = func(ast.Node) {} // read above
	l.section(n, "detection", known)
	*r = r.ForProbing(cfg.Probe.Interval, cfg.Probe.Timeout)
}

// preset reads a preset's name before all that may override it; "" is none.
func (l *loader) preset(n ast.Node) (name string) {
	before := len(l.problems)
	mapping, ok := l.resolve(n).(ast.MapNode)
	l.problems = l.problems[:before] // who reads the rest says it again
	if !ok {
		return ""
	}
	for at := mapping.MapRange(); at.Next(); {
		if scalarText(at.Key()) != "preset" || isNull(at.Value()) {
			continue
		}
		if name = l.choice(at.Value(), health.Presets()...); name != "" {
			return name
		}
	}
	return ""
}

// thresholds are the readers of every threshold that can be set. The bounds
// keep out what would make a rule fire always or never.
func (l *loader) thresholds(r *health.Rules) fields {
	span := func(to *time.Duration, low, high time.Duration) func(ast.Node) {
		return func(n ast.Node) { l.durationIn(n, to, low, high) }
	}
	number := func(to *float64, low, high float64) func(ast.Node) {
		return func(n ast.Node) { l.number(n, to, low, high) }
	}
	whole := func(low, high uint64, set func(uint64)) func(ast.Node) {
		return func(n ast.Node) {
			if v, ok := l.wholeIn(n, low, high); ok {
				set(v)
			}
		}
	}
	return fields{
		"down_after":       span(&r.DownAfter, time.Second, day),
		"degraded_after":   span(&r.DegradedAfter, 100*time.Millisecond, day),
		"window":           span(&r.Window, 100*time.Millisecond, time.Hour),
		"latency":          span(&r.Latency, time.Millisecond, time.Minute),
		"error_rate":       number(&r.ErrorRate, 0.01, 1),
		"first_samples":    whole(1, 100, func(v uint64) { r.FirstSamples = int(v) }),
		"stall_slots":      whole(1, 100_000, func(v uint64) { r.StallSlots = v }),
		"slots_per_second": number(&r.SlotsPerSecond, 0.01, 10_000),
		"silent_after":     span(&r.SilentAfter, 100*time.Millisecond, day),
		"lag_noise":        whole(1, 1_000_000_000, func(v uint64) { r.LagNoise = int64(v) }),
		"stability":        span(&r.Stability, time.Second, 30*day),
		"block":            span(&r.Block, time.Second, 7*day),
		"urgent_before":    span(&r.UrgentBefore, time.Second, 7*day),
	}
}

// ownDetection reads the thresholds that a pipeline sets itself. A preset that
// it names stands above the general settings, and its own settings above both.
func (l *loader) ownDetection(n ast.Node, p *Pipeline) {
	r := &p.Detection
	if p.Preset = l.preset(n); p.Preset != "" {
		own, _ := health.Preset(p.Preset)
		r.SilentAfter, r.LagNoise, r.UrgentBefore = own.SilentAfter, own.LagNoise, own.UrgentBefore
		r.Stability, r.Block = own.Stability, own.Block
	}
	all := l.thresholds(r)
	known := fields{"preset": func(ast.Node) {}} // read above
	for _, t := range r.Thresholds() {
		if read := all[t.Key]; read != nil && t.Of == health.OfPipelines {
			known[t.Key] = read
		}
	}
	path := pipelinePath(p.Name)
	l.sectionOr(n, path, known, func(key string) string {
		if all[key] != nil {
			return fmt.Sprintf("%s is of clusters, and what a cluster is called cannot differ between its pipelines: set it under detection, at the top level", key)
		}
		return fmt.Sprintf("unknown key %q in %s: %s", key, path, suggest(key, known))
	})
}

// pipelinePath is the path of a pipeline's own thresholds.
func pipelinePath(name string) string { return "pipelines." + name + ".detection" }
