package config

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sort"
	"time"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/model/health"
)

// maxFile bounds, in bytes, the files that a configuration may consist of.
const maxFile = 1 << 20

// System is what reading a configuration needs of the machine.
type System struct {
	ReadFile  func(path string) ([]byte, error)
	LookupEnv func(name string) (string, bool)
	HomeDir   func() (string, error)
	// Output runs a command without a shell and gives what it printed.
	Output func(ctx context.Context, argv []string) (string, error)
	// NoTokens leaves tokens alone, for who talks to no cluster.
	NoTokens bool
}

// Load reads the configuration at path. Every error in it is among the
// [Problems] that come back.
func Load(ctx context.Context, sys System, path string) (*Config, error) {
	body, err := readTree(sys, path, "name another file with --config, or try `fumtui demo`")
	if err != nil {
		return nil, err
	}
	l := &loader{ctx: ctx, sys: sys, tree: newTree(path, body), path: path}
	cfg := l.config(body)
	if len(l.problems) > 0 {
		return nil, l.sorted()
	}
	return cfg, nil
}

// maxNesting bounds how deep a file may nest its lists and mappings: the parser
// takes time that grows with the square of it.
const maxNesting = 64

// readTree reads and parses the file; what is wrong with the file as a whole
// is its only problem. mend says what to do where it cannot be read.
func readTree(sys System, path, mend string) (ast.Node, error) {
	data, err := sys.ReadFile(path)
	if err != nil {
		return nil, Problems{fmt.Errorf("%s: %s: %s", path, fileTrouble(err), mend)}
	}
	switch {
	case len(data) > maxFile:
		return nil, Problems{fmt.Errorf("%s: is larger than 1 MiB: is this the configuration of fumtui?", path)}
	case bytes.IndexByte(data, 0) >= 0 || !utf8.Valid(data):
		return nil, Problems{fmt.Errorf("%s: is not text: is this the configuration of fumtui?", path)}
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) // some editors begin a file so
	if flowDepth(data) > maxNesting {
		return nil, Problems{fmt.Errorf("%s: nests brackets too deeply: is this the configuration of fumtui?", path)}
	}
	file, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, Problems{syntaxProblem(path, err)}
	}
	for _, doc := range file.Docs {
		if doc.Body != nil {
			if len(file.Docs) > 1 {
				return nil, Problems{fmt.Errorf("%s: holds more than one YAML document: remove the lines of ---", path)}
			}
			return doc.Body, nil
		}
	}
	return nil, Problems{fmt.Errorf("%s: is empty: the README shows a full example", path)}
}

// flowDepth is the deepest nesting of brackets, wherever they stand.
func flowDepth(data []byte) int {
	depth, deepest := 0, 0
	for _, b := range data {
		switch b {
		case '[', '{':
			depth++
			deepest = max(deepest, depth)
		case ']', '}':
			depth--
		}
	}
	return deepest
}

// fileTrouble says why a file could not be read.
func fileTrouble(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "does not exist"
	case errors.Is(err, fs.ErrPermission):
		return "may not be read by this user"
	}
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	return "cannot be read: " + err.Error()
}

// syntaxProblem gives the position of a YAML error, where it has one.
func syntaxProblem(path string, err error) error {
	var positioned interface {
		GetToken() *token.Token
		GetMessage() string
	}
	if errors.As(err, &positioned) && positioned.GetToken() != nil {
		pos := positioned.GetToken().Position
		return fmt.Errorf("%s:%d:%d: is not valid YAML: %s", path, pos.Line, pos.Column, positioned.GetMessage())
	}
	return fmt.Errorf("%s: is not valid YAML: %w", path, err)
}

// loader turns the tree into a Config, gathering problems as it goes.
type loader struct {
	*tree
	ctx  context.Context
	sys  System
	path string
}

func (l *loader) config(body ast.Node) *Config {
	cfg := &Config{
		Path:      l.path,
		Probe:     Probe{Interval: 2 * time.Second, Timeout: 5 * time.Second},
		Detection: health.DefaultRules(),
		Failover:  failover.DefaultSettings(),
	}
	var pipelines ast.Node
	l.mapping(body, "the configuration", fields{
		"store":    func(n ast.Node) { cfg.Store = l.filePath(n) },
		"clusters": func(n ast.Node) { cfg.Clusters = l.clusters(n) },
		"probe":    func(n ast.Node) { l.probe(n, &cfg.Probe) },
		"detection": func(n ast.Node) {
			l.detection(n, &cfg.Detection)
			cfg.Failover.Stability, cfg.Failover.Block = cfg.Detection.Stability, cfg.Detection.Block
		},
		"failover":  func(n ast.Node) { l.failover(n, &cfg.Failover) },
		"pipelines": func(n ast.Node) { pipelines = n },
	})
	if len(cfg.Clusters) == 0 && len(l.problems) == 0 {
		l.problem(body, "no cluster is configured: add one under clusters, with an endpoint")
	}
	cfg.Failover.CallTimeout = cfg.Probe.Timeout
	if pipelines != nil {
		cfg.Pipelines = l.pipelines(pipelines, cfg.Clusters)
	}
	return cfg
}

func (l *loader) probe(n ast.Node, p *Probe) {
	l.mapping(n, "probe", fields{
		"interval": func(n ast.Node) { l.duration(n, &p.Interval) },
		"timeout":  func(n ast.Node) { l.duration(n, &p.Timeout) },
		"canary": func(n ast.Node) {
			if l.boolean(n) {
				l.problem(n, "the canary is not available in this version: set it to false")
			}
		},
	})
}

func (l *loader) detection(n ast.Node, r *health.Rules) {
	l.mapping(n, "detection", fields{
		"preset":           func(n ast.Node) { l.choice(n, "default") },
		"down_after":       func(n ast.Node) { l.duration(n, &r.DownAfter) },
		"degraded_after":   func(n ast.Node) { l.duration(n, &r.DegradedAfter) },
		"window":           func(n ast.Node) { l.duration(n, &r.Window) },
		"silent_after":     func(n ast.Node) { l.duration(n, &r.SilentAfter) },
		"stability":        func(n ast.Node) { l.duration(n, &r.Stability) },
		"block":            func(n ast.Node) { l.duration(n, &r.Block) },
		"latency":          func(n ast.Node) { l.duration(n, &r.Latency) },
		"error_rate":       func(n ast.Node) { l.number(n, &r.ErrorRate, 0, 1) },
		"slots_per_second": func(n ast.Node) { l.number(n, &r.SlotsPerSecond, 0.01, 10000) },
	})
}

func (l *loader) failover(n ast.Node, s *failover.Settings) {
	l.mapping(n, "failover", fields{
		"drain_timeout":   func(n ast.Node) { l.duration(n, &s.DrainTimeout) },
		"hook_timeout":    func(n ast.Node) { l.duration(n, &s.HookTimeout) },
		"settle":          func(n ast.Node) { l.duration(n, &s.Settle) },
		"position_wait":   func(n ast.Node) { l.duration(n, &s.PositionWait) },
		"confirm_timeout": func(n ast.Node) { l.duration(n, &s.ConfirmTimeout) },
		"live_slots":      func(n ast.Node) { l.whole(n, &s.LiveSlots) },
		"lease":           func(n ast.Node) { l.duration(n, &s.Lease) },
	})
}

// filePath reads a path: ~ is the home folder, and a relative path is relative
// to the configuration file.
func (l *loader) filePath(n ast.Node) string {
	path, ok := l.text(n)
	if !ok {
		return ""
	}
	if path == "" {
		l.problem(n, "the path is empty: name a file")
		return ""
	}
	if path == "~" || len(path) > 1 && path[0] == '~' && path[1] == '/' {
		home, err := l.sys.HomeDir()
		if err != nil {
			l.problem(n, "~ cannot be resolved: %v: write the whole path", err)
			return ""
		}
		return filepath.Join(home, path[1:])
	}
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(l.path), path)
}

// sorted gives the problems in the order of the file.
func (l *loader) sorted() Problems {
	sort.SliceStable(l.problems, func(i, j int) bool {
		a, b := l.problems[i], l.problems[j]
		return a.line < b.line || a.line == b.line && a.column < b.column
	})
	all := make(Problems, len(l.problems))
	for i, p := range l.problems {
		all[i] = p
	}
	return all
}
