package config

import (
	"sort"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/model/health"
)

// pipelines reads all pipelines. What is general is in cfg already.
func (l *loader) pipelines(n ast.Node, cfg *Config) []Pipeline {
	known := map[string]bool{}
	for _, c := range cfg.Clusters {
		known[c.Name] = true
	}
	var all []Pipeline
	owner := map[string]string{} // of a subscriber
	for _, e := range l.entries(n, "pipelines") {
		if !model.ValidName(e.name) {
			l.problem(e.key, "%q cannot be the name of a pipeline: use letters, digits, dots, dashes and underscores, 64 at most", e.name)
			continue
		}
		p := l.pipeline(e, known, &cfg.Detection)
		if first, taken := owner[p.Subscriber]; taken {
			l.problem(e.key, "pipeline %s has the subscriber %s of pipeline %s: each needs its own, or a cutover of one deletes the other's", p.Name, p.Subscriber, first)
		}
		owner[p.Subscriber] = p.Name
		all = append(all, p)
	}
	return all
}

func (l *loader) pipeline(e entry, clusters map[string]bool, general *health.Rules) Pipeline {
	p := Pipeline{
		Pipeline:  model.Pipeline{Name: e.name, Guarantee: model.AtLeastOnce, Bootstrap: model.BootstrapAwait},
		Detection: *general,
	}
	var home, guarantee, bootstrap, overlap, clients, cursor ast.Node
	l.mapping(e.value, "pipeline "+e.name, fields{
		"subscriber": func(n ast.Node) { p.Subscriber = l.subscriber(n) },
		"home":       func(n ast.Node) { home = n; p.Home, _ = l.text(n) },
		"guarantee": func(n ast.Node) {
			guarantee = n
			p.Guarantee = model.Guarantee(l.choice(n, string(model.AtLeastOnce), string(model.ExactlyOnce), string(model.NoGuarantee)))
		},
		"bootstrap": func(n ast.Node) {
			bootstrap = n
			p.Bootstrap = model.Bootstrap(l.choice(n, string(model.BootstrapAwait), string(model.BootstrapReject), string(model.BootstrapAllow)))
		},
		"idempotent": func(n ast.Node) { p.Idempotent = l.boolean(n) },
		"overlap":    func(n ast.Node) { overlap = n; l.whole(n, &p.Overlap) },
		"cursor":     func(n ast.Node) { cursor = n },
		"failback":   func(n ast.Node) { l.failback(n, &p) },
		"clients":    func(n ast.Node) { clients = n; p.Clients = l.clients(n, clusters) },
		"detection":  func(n ast.Node) { l.ownDetection(n, &p) },
	})
	if p.Subscriber == "" {
		if p.Subscriber = p.Name; strings.HasPrefix(p.Name, model.CanaryPrefix) {
			l.problem(e.key, reserved)
		}
	}
	for name := range p.Clients {
		p.Clusters = append(p.Clusters, name)
	}
	sort.Strings(p.Clusters)
	l.cursor(cursor, &p)
	switch {
	case home == nil:
		l.problem(e.key, "pipeline %s has no home: name the cluster it consumes from when all is well", p.Name)
	case !clusters[p.Home]:
		l.problem(home, "the home %q of pipeline %s is not a cluster of this file: %s", p.Home, p.Name, choices(clusters))
	case clients == nil:
		l.problem(e.key, "pipeline %s has no clients: add one per cluster, with metrics and hooks", p.Name)
	case len(p.Clients) > 0 && !hasClient(p, p.Home):
		l.problem(clients, "pipeline %s has no client at its home %s: add it", p.Name, p.Home)
	}
	if bootstrap != nil && p.Bootstrap == model.BootstrapAllow && p.Guarantee != model.NoGuarantee {
		l.problem(bootstrap, "bootstrap: allow may lose slots, so it goes only with guarantee: none; use await_approval")
	}
	if p.Guarantee == model.ExactlyOnce && !p.Idempotent {
		l.problem(guarantee, "guarantee: exactly_once needs idempotent: true, as every failover delivers about %d slots again", model.RepeatedSlots)
	}
	if p.Guarantee == model.ExactlyOnce && p.Overlap > 0 {
		l.problem(overlap, "guarantee: exactly_once allows no overlap: remove it")
	}
	return p
}

func hasClient(p Pipeline, cluster string) bool {
	_, ok := p.Clients[cluster]
	return ok
}

// reserved is why a subscriber may not be named like a canary.
const reserved = "the name of the subscriber begins with " + model.CanaryPrefix +
	", which is for fumtui's own subscribers: it would be removed with them; name another one under subscriber"

func (l *loader) subscriber(n ast.Node) string {
	name, ok := l.text(n)
	if ok && (name == "" || len(name) > 255 || model.Clean(name, 255) != name) {
		l.problem(n, "the name of the subscriber must be 1 to 255 printable characters")
	}
	if strings.HasPrefix(name, model.CanaryPrefix) {
		l.problem(n, reserved)
	}
	return name
}

func (l *loader) clients(n ast.Node, clusters map[string]bool) map[string]Client {
	all := map[string]Client{}
	for _, e := range l.entries(n, "clients") {
		if !clusters[e.name] {
			l.problem(e.key, "%q is not a cluster of this file: %s", e.name, choices(clusters))
			continue
		}
		all[e.name] = l.client(e)
	}
	return all
}

func (l *loader) client(e entry) Client {
	c := Client{Hooks: map[failover.Hook][]string{}}
	var hooks ast.Node
	l.mapping(e.value, "the client at "+e.name, fields{
		"metrics": func(n ast.Node) {
			raw, ok := l.text(n)
			if !ok {
				return
			}
			if err := checkURL(raw); err != nil {
				l.problem(n, "the metrics address %v", err)
			}
			c.Metrics = raw
		},
		"hooks": func(n ast.Node) { hooks = n; l.hooks(n, c.Hooks) },
	})
	if hooks == nil {
		l.problem(e.key, "the client at %s has no hooks: add start, stop and status, or write hooks: manual", e.name)
	}
	return c
}

// hooks reads the argument lists, or the word manual.
func (l *loader) hooks(n ast.Node, into map[failover.Hook][]string) {
	if scalarText(l.resolve(n)) == "manual" {
		return
	}
	before := len(l.problems)
	read := func(h failover.Hook) func(ast.Node) {
		return func(n ast.Node) { into[h] = l.list(n, "the hook "+string(h)) }
	}
	l.mapping(n, "hooks", fields{
		"start":  read(failover.HookStart),
		"stop":   read(failover.HookStop),
		"drain":  read(failover.HookDrain),
		"status": read(failover.HookStatus),
	})
	if len(l.problems) > before {
		return
	}
	for _, h := range []failover.Hook{failover.HookStart, failover.HookStop, failover.HookStatus} {
		if into[h] == nil {
			l.problem(n, "the hook %s is missing: give its argument list, or write hooks: manual for all of them", h)
		}
	}
}

func choices(clusters map[string]bool) string {
	if len(clusters) == 0 {
		return "no cluster is configured"
	}
	names := make([]string, 0, len(clusters))
	for name := range clusters {
		names = append(names, name)
	}
	sort.Strings(names)
	text := "the clusters are "
	for i, name := range names {
		if i > 0 {
			text += ", "
		}
		text += name
	}
	return text
}
