package config

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
)

// Console is how the console looks and what its keys do.
type Console struct {
	Theme    string // one of [Themes]; default auto
	ASCII    string // auto, true or false: whether it is drawn with ASCII alone; default auto
	Mouse    bool   // whether it takes the mouse; default false
	ReadOnly bool   // nothing can be changed with this configuration; default false
	// Keys are the keys that a person gave to commands, by the command's name.
	Keys map[string][]string
}

// Themes are the names of all themes. That of auto is dark or light, as the
// terminal's background is.
func Themes() []string { return []string{"auto", "dark", "light", "high-contrast", "colour-blind"} }

// KeyFault is why a key cannot be given to a command.
type KeyFault struct {
	Command string
	Key     string
	Text    string // with what mends it
}

const (
	maxKeys    = 8  // for one command
	maxKeyName = 20 // bytes
)

func defaultConsole() Console { return Console{Theme: "auto", ASCII: "auto"} }

func (l *loader) console(n ast.Node, c *Console) {
	l.section(n, "console", fields{
		"theme":     func(n ast.Node) { c.Theme = l.theme(n) },
		"ascii":     func(n ast.Node) { c.ASCII = l.choice(n, "auto", "true", "false") },
		"mouse":     func(n ast.Node) { c.Mouse = l.boolean(n) },
		"read_only": func(n ast.Node) { c.ReadOnly = l.boolean(n) },
		"keys":      func(n ast.Node) { c.Keys = l.keys(n) },
	})
}

// theme reads the name of a theme; colour may be written color.
func (l *loader) theme(n ast.Node) string {
	if scalarText(l.resolve(n)) == "color-blind" {
		return "colour-blind"
	}
	return l.choice(n, Themes()...)
}

// keys reads which keys a person gave to which commands. What they may be is
// known where the keymap is.
func (l *loader) keys(n ast.Node) map[string][]string {
	given, places := map[string][]string{}, map[string]ast.Node{}
	known := fields{}
	for _, name := range l.sys.Commands {
		known[name] = nil
	}
	for _, e := range l.entries(n, "keys") {
		if _, ok := known[e.name]; !ok && l.sys.CheckKeys != nil {
			l.problem(e.key, "there is no command %q that could have a key: %s", e.name, suggest(e.name, known))
			continue
		}
		keys := []ast.Node{e.value}
		if list, ok := l.resolve(e.value).(*ast.SequenceNode); ok {
			keys = list.Values
		}
		if len(keys) == 0 || len(keys) > maxKeys {
			l.problem(e.key, "%s must have 1 to %d keys, but has %d", e.name, maxKeys, len(keys))
			continue
		}
		for _, k := range keys {
			name, ok := l.keyName(k)
			switch {
			case !ok:
			case slices.Contains(given[e.name], name):
				l.problem(k, "%s stands here twice: remove one", name)
			default:
				given[e.name] = append(given[e.name], name)
				places[e.name+" "+name] = k
			}
		}
	}
	if l.sys.CheckKeys != nil {
		for _, fault := range l.sys.CheckKeys(given) {
			l.problem(places[fault.Command+" "+fault.Key], "%s", fault.Text)
		}
	}
	return given
}

// keyName reads the name of a key; digits need no quotes.
func (l *loader) keyName(n ast.Node) (string, bool) {
	switch l.resolve(n).(type) {
	case *ast.StringNode, *ast.LiteralNode, *ast.IntegerNode:
	default:
		l.problem(n, "must be a key, such as x, ctrl+d, f5 or space, but is %s: put it in quotes", kindOf(l.resolve(n)))
		return "", false
	}
	name := scalarText(l.resolve(n))
	if name == " " {
		name = "space"
	}
	if name == "" || len(name) > maxKeyName || !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) {
		l.problem(n, "%s is no key: write one such as x, ctrl+d, f5 or space", fmt.Sprintf("%.*q", maxKeyName, name))
		return "", false
	}
	return name, true
}
