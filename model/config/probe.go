package config

import (
	"time"

	"github.com/goccy/go-yaml/ast"
)

const day = 24 * time.Hour

// defaultProbe are the defaults of [Probe].
func defaultProbe() Probe {
	return Probe{
		Interval: 2 * time.Second, Timeout: 5 * time.Second,
		CanaryInterval: 30 * time.Second, Keep: 2 * time.Hour,
	}
}

func (l *loader) probe(n ast.Node, p *Probe) {
	l.section(n, "probe", fields{
		"interval": func(n ast.Node) { l.durationIn(n, &p.Interval, 10*time.Millisecond, 10*time.Minute) },
		"timeout":  func(n ast.Node) { l.durationIn(n, &p.Timeout, 10*time.Millisecond, 5*time.Minute) },
		"canary":   func(n ast.Node) { p.Canary = l.boolean(n) },
		// A canary downloads a block each time: never in a rush.
		"canary_interval": func(n ast.Node) { l.durationIn(n, &p.CanaryInterval, time.Second, day) },
		"keep":            func(n ast.Node) { l.durationIn(n, &p.Keep, time.Minute, 30*day) },
	})
}
