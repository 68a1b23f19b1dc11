package config

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/fumtui/fumtui/model"
)

// maxSelector bounds the text that names a metric, in bytes.
const maxSelector = 1 << 10

var (
	metricRule = regexp.MustCompile(`^[a-zA-Z_:][a-zA-Z0-9_:]*`)
	labelRule  = regexp.MustCompile(`^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*("(?:[^"\\]|\\.)*")\s*`)
)

// errSelector says how a metric is named.
var errSelector = errors.New(`must be a name, such as app_consumed_slot, or a name with labels, such as app_consumed_slot{stage="sink"}`)

// parseSelector reads the name of a metric and the labels by which its sample is
// found among others.
func parseSelector(text string) (name string, labels map[string]string, err error) {
	if len(text) > maxSelector {
		return "", nil, fmt.Errorf("is longer than %d bytes: it %w", maxSelector, errSelector)
	}
	text = strings.TrimSpace(text)
	name = metricRule.FindString(text)
	rest := strings.TrimSpace(text[len(name):])
	if name == "" {
		return "", nil, errSelector
	}
	if rest == "" {
		return name, nil, nil
	}
	inner, open := strings.CutPrefix(rest, "{")
	if !open {
		return "", nil, errSelector
	}
	labels = map[string]string{}
	for {
		pair := labelRule.FindStringSubmatch(inner)
		if pair == nil {
			return "", nil, errSelector
		}
		value, err := strconv.Unquote(pair[2])
		if err != nil || model.Clean(value, maxSelector) != value {
			return "", nil, errSelector
		}
		if _, twice := labels[pair[1]]; twice {
			return "", nil, fmt.Errorf("has the label %s twice: it %w", pair[1], errSelector)
		}
		labels[pair[1]] = value
		inner = inner[len(pair[0]):]
		if inner == "}" {
			return name, labels, nil
		}
		next, more := strings.CutPrefix(inner, ",")
		if !more {
			return "", nil, errSelector
		}
		inner = next
	}
}
