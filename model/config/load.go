package config

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sort"
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
	// Commands are the names of what can be given keys, and CheckKeys says what is
	// wrong with the keys given, by the command's name. Nil: they are not looked at.
	Commands  []string
	CheckKeys func(keys map[string][]string) []KeyFault
	// NoTokens leaves tokens alone, for who talks to no cluster.
	NoTokens bool
}

// Load reads the configuration at path. Every error in it is among the
// [Problems] that come back.
func Load(ctx context.Context, sys System, path string) (*Config, error) {
	body, err := readTree(sys, path, "name another file with --config, write one with `fumtui init`, or try `fumtui demo`")
	if err != nil {
		return nil, err
	}
	l := &loader{ctx: ctx, sys: sys, tree: newTree(path, body), path: path, set: map[string]ast.Node{}}
	cfg := l.config(body)
	if len(l.problems) > 0 {
		return nil, sorted(l.problems)
	}
	cfg.Warnings, cfg.Lines = sorted(l.warnings), l.lines()
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
		return nil, Problems{fmt.Errorf("%s: is larger than 1 MiB: is this the right file?", path)}
	case bytes.IndexByte(data, 0) >= 0 || !utf8.Valid(data):
		return nil, Problems{fmt.Errorf("%s: is not text: is this the right file?", path)}
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) // some editors begin a file so
	if flowDepth(data) > maxNesting {
		return nil, Problems{fmt.Errorf("%s: nests brackets too deeply: is this the right file?", path)}
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
	return nil, Problems{fmt.Errorf("%s: is empty: is this the right file?", path)}
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
	set  map[string]ast.Node // values of settings that the file gives, by their path of keys
}

func (l *loader) config(body ast.Node) *Config {
	cfg := &Config{
		Path:      l.path,
		Probe:     defaultProbe(),
		Preset:    health.PresetDefault,
		Detection: health.DefaultRules(),
		Failover:  failover.DefaultSettings(),
		Console:   defaultConsole(),
	}
	// What stands where in the file does not matter: what others rest on is
	// read first.
	top := map[string]ast.Node{}
	known := fields{"store": func(n ast.Node) { cfg.Store = l.filePath(n) }}
	for _, key := range []string{"clusters", "probe", "detection", "failover", "console", "pipelines"} {
		known[key] = func(n ast.Node) { top[key] = n }
	}
	l.mapping(body, "the configuration", known)
	before := len(l.problems)
	l.probe(top["probe"], &cfg.Probe)
	l.detection(top["detection"], cfg)
	sound := len(l.problems) == before
	l.failover(top["failover"], &cfg.Failover)
	l.console(top["console"], &cfg.Console)
	cfg.Failover.Stability, cfg.Failover.Block = cfg.Detection.Stability, cfg.Detection.Block
	cfg.Failover.CallTimeout = cfg.Probe.Timeout
	if n := top["clusters"]; n != nil {
		cfg.Clusters = l.clusters(n, cfg.Probe.Canary)
	}
	if len(cfg.Clusters) == 0 && len(l.problems) == 0 {
		l.problem(body, "no cluster is configured: add one under clusters, with an endpoint")
	}
	if n := top["pipelines"]; n != nil {
		cfg.Pipelines = l.pipelines(n, cfg)
	}
	if sound {
		l.crossCheck(cfg)
	}
	return cfg
}

func (l *loader) failover(n ast.Node, s *failover.Settings) {
	l.section(n, "failover", fields{
		"drain_timeout":   func(n ast.Node) { l.duration(n, &s.DrainTimeout) },
		"hook_timeout":    func(n ast.Node) { l.duration(n, &s.HookTimeout) },
		"settle":          func(n ast.Node) { l.duration(n, &s.Settle) },
		"position_wait":   func(n ast.Node) { l.duration(n, &s.PositionWait) },
		"confirm_timeout": func(n ast.Node) { l.duration(n, &s.ConfirmTimeout) },
		"live_slots":      func(n ast.Node) { l.whole(n, &s.LiveSlots) },
		"lease":           func(n ast.Node) { l.duration(n, &s.Lease) },
	})
}

// section reads a mapping of settings and notes where each stands; nil is one
// that is absent.
func (l *loader) section(n ast.Node, path string, known fields) {
	l.sectionOr(n, path, known, func(key string) string {
		return fmt.Sprintf("unknown key %q in %s: %s", key, path, suggest(key, known))
	})
}

// sectionOr is section with a text of its own for a key that is not known.
func (l *loader) sectionOr(n ast.Node, path string, known fields, unknown func(key string) string) {
	if n == nil {
		return
	}
	noted := fields{}
	for key, read := range known {
		noted[key] = func(n ast.Node) {
			l.set[path+"."+key] = n
			read(n)
		}
	}
	l.mappingOr(n, path, noted, unknown)
}

// place is where the first of these settings stands that the file gives, the
// spot to mend when they do not go together; nil, the file's beginning, where it
// gives none of them.
func (l *loader) place(paths ...string) ast.Node {
	for _, path := range paths {
		if n := l.set[path]; n != nil {
			return n
		}
	}
	return nil
}

// lines are the lines of all settings that the file gives.
func (l *loader) lines() map[string]int {
	all := make(map[string]int, len(l.set))
	for path, n := range l.set {
		if token := n.GetToken(); token != nil {
			all[path] = token.Position.Line
		}
	}
	return all
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

// sorted gives problems in the order of the file; nil where there are none.
func sorted(problems []*problem) Problems {
	sort.SliceStable(problems, func(i, j int) bool {
		a, b := problems[i], problems[j]
		return a.line < b.line || a.line == b.line && a.column < b.column
	})
	var all Problems
	for _, p := range problems {
		all = append(all, p)
	}
	return all
}
