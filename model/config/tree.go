package config

import (
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/fumtui/fumtui/model"
)

// problem is one error at one place of a file.
type problem struct {
	path         string
	line, column int
	text         string
}

// Error begins with PATH:LINE:COLUMN.
func (p *problem) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", p.path, p.line, p.column, p.text)
}

// tree reads typed values from the nodes of a YAML file and gathers what is
// wrong with them.
type tree struct {
	file     string
	anchors  map[string]ast.Node
	problems []*problem
}

func newTree(file string, body ast.Node) *tree {
	t := &tree{file: file, anchors: map[string]ast.Node{}}
	ast.Walk(anchorVisitor(t.anchors), body)
	return t
}

// anchorVisitor gathers the anchors of a file by name.
type anchorVisitor map[string]ast.Node

// Visit implements ast.Visitor.
func (v anchorVisitor) Visit(n ast.Node) ast.Visitor {
	if anchor, ok := n.(*ast.AnchorNode); ok {
		v[anchor.Name.String()] = anchor.Value
	}
	return v
}

// problem records an error at a node.
func (t *tree) problem(n ast.Node, format string, args ...any) {
	p := &problem{path: t.file, line: 1, column: 1, text: model.Clean(fmt.Sprintf(format, args...), model.MaxMessage)}
	if n != nil && n.GetToken() != nil {
		p.line, p.column = n.GetToken().Position.Line, n.GetToken().Position.Column
	}
	t.problems = append(t.problems, p)
}

// resolve follows anchors and aliases to the value itself.
func (t *tree) resolve(n ast.Node) ast.Node {
	switch v := n.(type) {
	case *ast.AnchorNode:
		return t.resolve(v.Value)
	case *ast.AliasNode:
		// An anchor cannot stand for itself: its name is taken out while its
		// value is resolved.
		name := v.Value.String()
		target, ok := t.anchors[name]
		if !ok {
			t.problem(n, "*%s has no anchor &%s, or stands for itself", name, name)
			return nil
		}
		delete(t.anchors, name)
		defer func() { t.anchors[name] = target }()
		return t.resolve(target)
	case *ast.TagNode:
		t.problem(n, "YAML tags are not understood here: remove %s", v.Start.Value)
		return nil
	}
	return n
}

// fields are the keys that a mapping may have, and what reads each value.
type fields map[string]func(ast.Node)

// entry is one key of a mapping.
type entry struct {
	key   ast.Node
	name  string
	value ast.Node
}

// entries lists a mapping in the order of the file. Twice the same key is a
// problem; the first one counts.
func (t *tree) entries(n ast.Node, what string) []entry {
	var values []*ast.MappingValueNode
	switch v := t.resolve(n).(type) {
	case *ast.MappingNode:
		values = v.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{v}
	case nil:
		return nil
	default:
		t.problem(n, "%s must be a mapping (name: value), but is %s", what, kindOf(v))
		return nil
	}
	seen := map[string]int{}
	var all []entry
	for _, v := range values {
		if v.Key.IsMergeKey() {
			t.problem(v.Key, "merge keys (<<) are not understood here: write the values out")
			continue
		}
		name := scalarText(v.Key)
		if line, dup := seen[name]; dup {
			t.problem(v.Key, "%q stands here a second time, after line %d: remove or rename one", name, line)
			continue
		}
		seen[name] = v.Key.GetToken().Position.Line
		all = append(all, entry{key: v.Key, name: name, value: v.Value})
	}
	return all
}

// mapping reads a mapping of known keys. A key without a value counts as absent.
func (t *tree) mapping(n ast.Node, what string, known fields) {
	for _, e := range t.entries(n, what) {
		read, ok := known[e.name]
		switch {
		case !ok:
			t.problem(e.key, "unknown key %q in %s: %s", e.name, what, suggest(e.name, known))
		case isNull(e.value):
			t.problem(e.key, "%s has no value: give it one or remove the line", e.name)
		default:
			read(e.value)
		}
	}
}

// text reads a string. Plain numbers and booleans are not strings: whoever
// writes 0123 as a token means the digits, so quotes are asked for.
func (t *tree) text(n ast.Node) (string, bool) {
	switch v := t.resolve(n).(type) {
	case *ast.StringNode:
		return v.Value, true
	case *ast.LiteralNode:
		return v.Value.Value, true
	case nil:
		return "", false
	default:
		t.problem(n, "must be text, but is %s: put it in quotes", kindOf(v))
		return "", false
	}
}

func (t *tree) boolean(n ast.Node) bool {
	v, ok := t.resolve(n).(*ast.BoolNode)
	if !ok {
		t.problem(n, "must be true or false, but is %s", kindOf(n))
		return false
	}
	return v.Value
}

// duration reads a length of time above 0, such as 2s or 3m.
func (t *tree) duration(n ast.Node, to *time.Duration) {
	raw := scalarText(t.resolve(n))
	d, err := time.ParseDuration(raw)
	if err != nil || d <= 0 || d > 365*24*time.Hour {
		t.problem(n, "must be a length of time above 0 with its unit, such as 500ms, 2s, 3m or 1h, but is %q", raw)
		return
	}
	*to = d
}

// number reads a number in [low, high].
func (t *tree) number(n ast.Node, to *float64, low, high float64) {
	raw := scalarText(t.resolve(n))
	f, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsNaN(f) || f < low || f > high {
		t.problem(n, "must be a number from %g to %g, but is %q", low, high, raw)
		return
	}
	*to = f
}

// whole reads a whole number of 0 or more.
func (t *tree) whole(n ast.Node, to *uint64) {
	raw := scalarText(t.resolve(n))
	v, err := strconv.ParseUint(raw, 10, 63)
	if err != nil {
		t.problem(n, "must be a whole number, 0 or more, but is %q", raw)
		return
	}
	*to = v
}

// choice reads one of the given words.
func (t *tree) choice(n ast.Node, words ...string) string {
	raw := scalarText(t.resolve(n))
	for _, w := range words {
		if raw == w {
			return w
		}
	}
	t.problem(n, "must be %s, but is %q", strings.Join(words, " or "), raw)
	return words[0]
}

// list reads a list of texts; numbers in it are taken as they are written.
func (t *tree) list(n ast.Node, what string) []string {
	v, ok := t.resolve(n).(*ast.SequenceNode)
	if !ok {
		t.problem(n, "%s must be a list of arguments, such as [systemctl, stop, trades], but is %s", what, kindOf(n))
		return nil
	}
	var all []string
	for _, item := range v.Values {
		switch s := t.resolve(item).(type) {
		case *ast.StringNode, *ast.LiteralNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
			all = append(all, scalarText(s))
		default:
			t.problem(item, "%s must hold plain arguments only", what)
			return nil
		}
	}
	if len(all) == 0 || all[0] == "" {
		t.problem(n, "%s is empty: its first item is the program to run", what)
		return nil
	}
	return all
}

func isNull(n ast.Node) bool {
	_, null := n.(*ast.NullNode)
	return n == nil || null
}

// scalarText is the text of a scalar as it stands in the file, without quotes.
func scalarText(n ast.Node) string {
	switch v := n.(type) {
	case nil:
		return ""
	case *ast.StringNode:
		return v.Value
	case *ast.LiteralNode:
		return v.Value.Value
	}
	if n.GetToken() == nil {
		return ""
	}
	return n.GetToken().Value
}

// kindOf names the kind of a node for a person.
func kindOf(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.StringNode, *ast.LiteralNode:
		return "text"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "a number"
	case *ast.BoolNode:
		return "true or false"
	case *ast.NullNode, nil:
		return "nothing"
	}
	return "something else"
}

// suggest names the known key nearest to a wrong one, else all of them.
func suggest(name string, known fields) string {
	keys := make([]string, 0, len(known))
	for k := range known {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		if distance(name, k) <= 2 {
			return fmt.Sprintf("did you mean %q?", k)
		}
	}
	return "remove it; the keys here are " + strings.Join(keys, ", ")
}

// distance is the number of single-letter edits between two short words.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost = 1 + min(diagonal, row[j], row[j-1])
			}
			diagonal, row[j] = row[j], cost
		}
	}
	return row[len(b)]
}
