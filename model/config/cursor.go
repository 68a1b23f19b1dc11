package config

import (
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/fumtui/fumtui/model"
)

// foreignPrefix begins the names of the metrics of every Fumarole client.
const foreignPrefix = "fumarole_"

// cursorKeys are the keys of a cursor besides source and kind, and the source to
// which each belongs.
var cursorKeys = map[string]CursorSource{
	"metric": CursorMetrics, "url": CursorMetrics, "path": CursorFile, "command": CursorExec,
}

// cursor reads where the cursor of a pipeline comes from. Its clients are read
// already; n is nil where the file does not say it.
func (l *loader) cursor(n ast.Node, p *Pipeline) {
	p.Cursor = Cursor{Source: CursorStore, At: map[string]CursorAt{}}
	if n == nil {
		return
	}
	l.set["pipelines."+p.Name+".cursor"] = n
	var kind ast.Node
	given := map[string]ast.Node{}
	known := fields{
		"source": func(n ast.Node) {
			p.Cursor.Source = CursorSource(l.choice(n,
				string(CursorStore), string(CursorMetrics), string(CursorFile), string(CursorExec)))
		},
		"kind": func(n ast.Node) {
			kind = n
			p.Highest = l.choice(n, "contiguous", "highest") == "highest"
		},
	}
	for key := range cursorKeys {
		known[key] = func(n ast.Node) { given[key] = n }
	}
	before := len(l.problems)
	l.mapping(n, "cursor", known)
	if len(l.problems) > before {
		return
	}
	for key, at := range given {
		if of := cursorKeys[key]; of != p.Cursor.Source {
			l.problem(at, "%s is of the cursor source %s, but the source is %s: remove it, or write source: %s",
				key, of, p.Cursor.Source, of)
		}
	}
	l.cursorOf(n, p, given)
	l.checkHighest(kind, p)
}

// cursorOf reads what the source itself needs.
func (l *loader) cursorOf(n ast.Node, p *Pipeline, given map[string]ast.Node) {
	switch p.Cursor.Source {
	case CursorMetrics:
		l.cursorMetric(n, p, given["metric"])
		l.cursorURLs(n, p, given["url"])
	case CursorFile:
		l.perCluster(n, given["path"], p, "path", func(n ast.Node, at *CursorAt) { at.Path = l.filePath(n) })
	case CursorExec:
		l.cursorCommands(n, p, given["command"])
	case CursorStore:
	}
}

// cursorMetric reads the metric and the labels of its sample.
func (l *loader) cursorMetric(cursor ast.Node, p *Pipeline, n ast.Node) {
	if n == nil {
		l.problem(cursor, "the cursor source metrics needs metric: the name of the client's own metric that holds its last fully consumed slot")
		return
	}
	text, ok := l.text(n)
	if !ok {
		return
	}
	name, labels, err := parseSelector(text)
	switch {
	case err != nil:
		l.problem(n, "the metric %v", err)
	case strings.HasPrefix(name, foreignPrefix):
		l.problem(n, "%s cannot be a cursor: no %s* metric holds a slot that was consumed, not even fumarole_max_slot_detected, "+
			"which is of slots that are yet to be downloaded; name a metric of the client's own, or use another source", name, foreignPrefix)
	}
	p.Cursor.Metric, p.Cursor.Labels = name, labels
}

// cursorURLs reads the pages of the metric; those of the clients' metrics by
// default.
func (l *loader) cursorURLs(cursor ast.Node, p *Pipeline, n ast.Node) {
	if n != nil {
		l.perCluster(cursor, n, p, "url", func(n ast.Node, at *CursorAt) { at.URL = l.pageURL(n) })
		return
	}
	for _, name := range p.Clusters {
		p.Cursor.At[name] = CursorAt{URL: p.Clients[name].Metrics}
		if p.Clients[name].Metrics == "" {
			l.problem(cursor, "the client at %s has no metrics address to read the cursor from: give it one, or say it under cursor as url: {%s: http://HOST:PORT/metrics}",
				name, name)
		}
	}
}

// pageURL reads the address of a metrics page.
func (l *loader) pageURL(n ast.Node) string {
	raw, ok := l.text(n)
	if !ok {
		return ""
	}
	if err := checkURL(raw); err != nil {
		l.problem(n, "the metrics address %v", err)
	}
	return raw
}

// cursorCommands reads the command of each cluster, or the one of all of them:
// it is told in its environment which one is asked for.
func (l *loader) cursorCommands(cursor ast.Node, p *Pipeline, n ast.Node) {
	if _, list := l.resolve(n).(*ast.SequenceNode); !list {
		l.perCluster(cursor, n, p, "command", func(n ast.Node, at *CursorAt) { at.Command = l.list(n, "the command") })
		return
	}
	command := l.list(n, "the command")
	for _, name := range p.Clusters {
		p.Cursor.At[name] = CursorAt{Command: command}
	}
}

// perCluster reads a value per cluster. A bare one will do where the pipeline has
// one client only: two clients that share a cursor would each look as if it ran
// where the other does.
func (l *loader) perCluster(cursor, n ast.Node, p *Pipeline, key string, read func(ast.Node, *CursorAt)) {
	if len(p.Clusters) == 0 {
		return // which is a problem already
	}
	var example []string
	for _, name := range p.Clusters {
		example = append(example, name+": …")
	}
	shape := key + ": {" + strings.Join(example, ", ") + "}"
	set := func(name string, n ast.Node) {
		var at CursorAt
		read(n, &at)
		p.Cursor.At[name] = at
	}
	if n == nil {
		l.problem(cursor, "the cursor source %s needs %s", p.Cursor.Source, shape)
		return
	}
	if _, mapping := l.resolve(n).(ast.MapNode); !mapping {
		if len(p.Clusters) > 1 {
			l.problem(n, "each client needs a cursor of its own, or one would seem to run wherever another does: write %s", shape)
			return
		}
		set(p.Clusters[0], n)
		return
	}
	for _, e := range l.entries(n, key) {
		if !hasClient(*p, e.name) {
			l.problem(e.key, "pipeline %s has no client at %q: write %s", p.Name, e.name, shape)
			continue
		}
		set(e.name, e.value)
	}
	for _, name := range p.Clusters {
		if _, ok := p.Cursor.At[name]; !ok {
			l.problem(n, "the client at %s has no cursor here: write %s", name, shape)
		}
	}
}

// checkHighest looks at what a cursor that is only the highest slot means for
// the rest.
func (l *loader) checkHighest(kind ast.Node, p *Pipeline) {
	switch {
	case !p.Highest:
	case p.Guarantee == model.ExactlyOnce:
		l.problem(kind, "kind: highest goes not with guarantee: exactly_once: slots below the highest may be missing; "+
			"have the client report the last slot up to which it consumed all, which is kind: contiguous")
	case p.Overlap == 0:
		l.warn(kind, "kind: highest without an overlap: slots below the highest that were still under way would be lost; "+
			"set overlap to how far apart slots may come, %d at least", trailing)
	}
}
