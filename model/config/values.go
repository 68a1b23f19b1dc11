package config

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/fumtui/fumtui/model"
)

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

// durationIn is duration from low to high.
func (t *tree) durationIn(n ast.Node, to *time.Duration, low, high time.Duration) {
	before, d := len(t.problems), time.Duration(0)
	t.duration(n, &d)
	switch {
	case len(t.problems) > before:
	case d < low || d > high:
		t.problem(n, "must be from %s to %s, but is %s", model.Length(low), model.Length(high), model.Length(d))
	default:
		*to = d
	}
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

// wholeIn reads a whole number from low to high.
func (t *tree) wholeIn(n ast.Node, low, high uint64) (v uint64, ok bool) {
	raw := scalarText(t.resolve(n))
	v, err := strconv.ParseUint(raw, 10, 63)
	if err != nil || v < low || v > high {
		t.problem(n, "must be a whole number from %d to %d, but is %q", low, high, raw)
		return 0, false
	}
	return v, true
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
