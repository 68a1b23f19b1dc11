package config

import (
	"fmt"
	"sort"
	"strings"

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
// wrong or odd with them.
type tree struct {
	file     string
	anchors  map[string]ast.Node
	problems []*problem
	warnings []*problem
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
	t.problems = append(t.problems, t.remark(n, format, args...))
}

// warn records, at a node, what is legal but hardly meant.
func (t *tree) warn(n ast.Node, format string, args ...any) {
	t.warnings = append(t.warnings, t.remark(n, format, args...))
}

func (t *tree) remark(n ast.Node, format string, args ...any) *problem {
	p := &problem{path: t.file, line: 1, column: 1, text: model.Clean(fmt.Sprintf(format, args...), model.MaxMessage)}
	if n != nil && n.GetToken() != nil {
		p.line, p.column = n.GetToken().Position.Line, n.GetToken().Position.Column
	}
	return p
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
	t.mappingOr(n, what, known, func(key string) string {
		return fmt.Sprintf("unknown key %q in %s: %s", key, what, suggest(key, known))
	})
}

// mappingOr is mapping with a text of its own for a key that is not known.
func (t *tree) mappingOr(n ast.Node, what string, known fields, unknown func(key string) string) {
	for _, e := range t.entries(n, what) {
		read, ok := known[e.name]
		switch {
		case !ok:
			t.problem(e.key, "%s", unknown(e.name))
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
