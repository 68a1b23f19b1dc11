package config

import (
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

// Change is a difference between two configurations.
type Change struct {
	Key string // its path, such as pipelines.trades.home
	// Before and After are the values, fit to be shown: no secrets. "" is none.
	Before, After string
}

// String is the change in a line.
func (c Change) String() string {
	switch {
	case c.Before == "":
		return fmt.Sprintf("+ %s: %s", c.Key, c.After)
	case c.After == "":
		return fmt.Sprintf("- %s: %s", c.Key, c.Before)
	case c.Before == c.After:
		return fmt.Sprintf("~ %s: another %s", c.Key, c.After)
	}
	return fmt.Sprintf("~ %s: %s, was %s", c.Key, c.After, c.Before)
}

// Changes are the differences of what is in force, in the order of their keys.
// Defaults count as what they are: to write one out changes nothing. Of secrets,
// and of what may hold some, it tells that they changed, and not how.
func Changes(before, after *Config) []Change {
	was, is := valuesOf(before), valuesOf(after)
	keys := slices.AppendSeq(slices.Collect(maps.Keys(was)), maps.Keys(is))
	slices.Sort(keys)
	var all []Change
	for _, key := range slices.Compact(keys) {
		if was[key] != is[key] {
			all = append(all, Change{Key: key, Before: was[key].shown, After: is[key].shown})
		}
	}
	return all
}

// value is a setting: as it is, and as it may be shown.
type value struct{ is, shown string }

// values are settings by their path.
type values map[string]value

// derived are fields that follow from others, or say where these came from.
var derived = []string{
	"Config.Path", "Config.Warnings", "Config.Lines", "Config.Preset",
	"Settings.Stability", "Settings.Block", "Settings.CallTimeout", "Settings.Poll",
	"Pipeline.Clusters", "Pipeline.Preset",
}

func valuesOf(c *Config) values {
	v := values{}
	v.put("detection.preset", c.Preset)
	v.add("", reflect.ValueOf(*c))
	for i := range c.Pipelines {
		p := &c.Pipelines[i]
		own := "pipelines." + p.Name + ".detection."
		for _, t := range c.Detection.Thresholds() { // of these a pipeline shows only what is its own
			if key := own + t.Key; v[key].is == t.Value {
				delete(v, key)
			}
		}
		if p.Preset != "" {
			v.put(own+"preset", p.Preset)
		}
	}
	return v
}

// put sets a plain value.
func (v values) put(key, text string) {
	if text != "" {
		v[key] = value{text, model.Clean(text, 200)}
	}
}

// hide sets a value that may not be shown.
func (v values) hide(key, text, shown string) {
	if text != "" {
		v[key] = value{text, model.Clean(shown, 200)}
	}
}

// add takes in a value of any kind, at its path.
func (v values) add(key string, of reflect.Value) {
	switch is := of.Interface().(type) {
	case model.Secret:
		v.hide(key, is.Reveal(), is.String())
		return
	case health.Rules:
		for _, t := range is.Thresholds() {
			if t.Derived == "" {
				v.put(key+"."+t.Key, t.Value)
			}
		}
		return
	case time.Duration:
		v.put(key, model.Length(is))
		return
	case []string:
		v.hide(key, strings.Join(is, "\x00"), argumentsShown(is))
		return
	case fmt.Stringer:
		v.put(key, is.String())
		return
	}
	switch of.Kind() {
	case reflect.Struct:
		v.fields(key, of)
	case reflect.Map:
		for _, k := range of.MapKeys() {
			v.add(key+"."+k.String(), of.MapIndex(k))
		}
	case reflect.Slice:
		for i := range of.Len() {
			item := of.Index(i)
			name := fmt.Sprint(i + 1)
			if item.Kind() == reflect.Struct && item.FieldByName("Name").IsValid() {
				name = item.FieldByName("Name").String()
			}
			v.add(key+"."+name, item)
		}
	case reflect.String:
		v.hide(key, of.String(), AddressShown(of.String()))
	default:
		v.put(key, fmt.Sprint(of.Interface()))
	}
}

// fields takes in those of a structure.
func (v values) fields(key string, of reflect.Value) {
	for i := range of.NumField() {
		field := of.Type().Field(i)
		switch {
		case !field.IsExported(), slices.Contains(derived, of.Type().Name()+"."+field.Name), field.Name == "Name" && key != "":
		case field.Anonymous:
			v.fields(key, of.Field(i))
		case key == "":
			v.add(keyOf(field.Name), of.Field(i))
		default:
			v.add(key+"."+keyOf(field.Name), of.Field(i))
		}
	}
}

// humps are where a word of a field's name begins.
var humps = regexp.MustCompile(`([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])`)

// keyOf is a field's name as the configuration writes it.
func keyOf(field string) string {
	return strings.ToLower(humps.ReplaceAllString(field, "${1}${3}_${2}${4}"))
}

// argumentsShown is a command without its arguments: those may be secret.
func argumentsShown(argv []string) string {
	switch len(argv) {
	case 0:
		return ""
	case 1:
		return argv[0]
	}
	return argv[0] + " and " + model.Units(len(argv)-1, "argument")
}

// AddressShown is a text, and where that is an address, without what may be secret
// in it: its user and what follows the ?.
func AddressShown(text string) string {
	if !strings.Contains(text, "://") {
		return text
	}
	u, err := url.Parse(text)
	if err != nil {
		return "***"
	}
	if u.User != nil {
		u.User = url.User("***")
	}
	if u.RawQuery != "" {
		u.RawQuery = "***"
	}
	return u.String()
}
