package config

import (
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/fumtui/fumtui/model"
)

// fumeConfig fills in a cluster from the configuration file of the fume CLI,
// whose other keys do not matter here. A token given beside it wins.
func (l *loader) fumeConfig(n ast.Node, c *Cluster, ownToken bool) {
	path := l.filePath(n)
	if path == "" {
		return
	}
	body, err := readTree(l.sys, path, "correct the path")
	if err != nil {
		l.problem(n, "the fume_config %v", err)
		return
	}
	other := &loader{ctx: l.ctx, sys: l.sys, tree: newTree(path, body), path: path}
	for _, e := range other.entries(body, "the fume configuration") {
		switch e.name {
		case "endpoint":
			c.Endpoint = other.endpoint(e.value)
		case "x-token", "x_token":
			if !ownToken && !isNull(e.value) {
				c.Token = model.Secret(strings.TrimSpace(scalarText(other.resolve(e.value))))
			}
		case "x-metadata":
			own := c.Metadata
			if c.Metadata = map[string]model.Secret{}; !isNull(e.value) {
				c.Metadata = other.metadata(e.value)
			}
			for key, value := range own {
				c.Metadata[key] = value
			}
		}
	}
	if c.Endpoint == "" && len(other.problems) == 0 {
		other.problem(body, "has no endpoint: add endpoint: https://HOST")
	}
	l.problems = append(l.problems, other.problems...)
}
