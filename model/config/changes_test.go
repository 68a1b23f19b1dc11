package config

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

const changing = `
clusters:
  ams: {endpoint: "https://ams.example", token: {value: hidden1}, metadata: {x-key: hidden2}}
  nyc: {endpoint: "https://nyc.example"}
pipelines:
  trades:
    home: ams
    clients:
      ams: {metrics: "http://h/m?key=hidden3", hooks: {start: [ssh, hidden4], stop: [x], status: [x]}}
      nyc: {hooks: manual}
  blocks: {home: nyc, clients: {nyc: {hooks: manual}}}
`

func TestChanges(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     []string
	}{
		{"", "", nil},
		{"pipelines:", "probe: {interval: 2s, keep: 2h}\npipelines:", nil}, // the defaults
		{"pipelines:", "probe: {interval: 5s, timeout: 4s}\npipelines:", []string{"~ probe.interval: 5s, was 2s", "~ probe.timeout: 4s, was 5s"}},
		{"pipelines:", "detection: {down_after: 4m}\npipelines:", []string{"~ detection.down_after: 4m, was 3m"}},
		{"pipelines:", "failover: {lease: 20s}\npipelines:", []string{"~ failover.lease: 20s, was 15s"}},
		{"pipelines:", "store: /x.db\npipelines:", []string{"+ store: /x.db"}},
		{"hidden1", "hidden9", []string{"~ clusters.ams.token: another ***"}},
		{", token: {value: hidden1}", "", []string{"- clusters.ams.token: ***"}},
		{"x-key: hidden2", "x-key: hidden8, x-b: hidden7", []string{"+ clusters.ams.metadata.x-b: ***", "~ clusters.ams.metadata.x-key: another ***"}},
		{"hidden3", "hidden8", []string{"~ pipelines.trades.clients.ams.metrics: another http://h/m?***"}},
		{"[ssh, hidden4]", "[ssh, hidden5]", []string{"~ pipelines.trades.clients.ams.hooks.start: another ssh and 1 argument"}},
		{"home: ams", "home: nyc\n    idempotent: true\n    subscriber: other", []string{
			"~ pipelines.trades.home: nyc, was ams", "~ pipelines.trades.idempotent: true, was false", "~ pipelines.trades.subscriber: other, was trades",
		}},
		{"home: ams", "home: ams\n    detection: {preset: cautious, silent_after: 5m}", []string{
			"+ pipelines.trades.detection.block: 30m", "+ pipelines.trades.detection.lag_noise: 384", "+ pipelines.trades.detection.preset: cautious",
			"+ pipelines.trades.detection.silent_after: 5m", "+ pipelines.trades.detection.stability: 1h", "+ pipelines.trades.detection.urgent_before: 1h",
		}},
		{"home: ams", "home: ams\n    failback: {quiet: \"02:00-05:00\"}\n    cursor: {source: exec, command: [cat, hidden6]}", []string{
			"+ pipelines.trades.cursor.at.ams.command: cat and 1 argument", "+ pipelines.trades.cursor.at.nyc.command: cat and 1 argument",
			"~ pipelines.trades.cursor.source: exec, was store", "+ pipelines.trades.quiet.1: 02:00-05:00",
		}},
	} {
		before, err := loadDraft(changing)
		after, afterErr := loadDraft(strings.Replace(changing, c.from, c.to, 1))
		if err != nil || afterErr != nil {
			t.Fatalf("%q: %v, %v", c.to, err, afterErr)
		}
		var got []string
		for _, change := range Changes(before, after) {
			got = append(got, change.String())
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q for %q:\n%s\nwant\n%s", c.to, c.from, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
		if strings.Contains(fmt.Sprint(got), "hidden") {
			t.Errorf("a secret is told: %v", got)
		}
	}
}

func TestChangesOfWholes(t *testing.T) {
	fewer, _, _ := strings.Cut(changing, "  blocks:")
	before, err := loadDraft(changing)
	after, afterErr := loadDraft(fewer)
	if err != nil || afterErr != nil {
		t.Fatal(err, afterErr)
	}
	got := Changes(before, after)
	if len(got) == 0 {
		t.Fatal("nothing changed")
	}
	for _, c := range got {
		if !strings.HasPrefix(c.Key, "pipelines.blocks.") || c.After != "" {
			t.Errorf("%v", c)
		}
	}
}

// TestChangesSeeEveryField changes each field of a configuration in turn: none may
// go unnoticed, but those that follow from others.
func TestChangesSeeEveryField(t *testing.T) {
	load := func() *Config {
		cfg, err := loadDraft(changing)
		if err != nil {
			t.Fatal(err)
		}
		return cfg
	}
	var walk func(path string, pick func(*Config) reflect.Value)
	walk = func(path string, pick func(*Config) reflect.Value) {
		of := pick(load())
		if of.Kind() == reflect.Struct && of.Type() != reflect.TypeFor[model.DailyWindow]() && of.Type().Name() != "Rules" {
			for i := range of.NumField() {
				f := of.Type().Field(i)
				if f.IsExported() && !contains(derived, of.Type().Name()+"."+f.Name) {
					walk(path+"."+f.Name, func(c *Config) reflect.Value { return pick(c).Field(i) })
				}
			}
			return
		}
		changed := load()
		v := pick(changed)
		switch v.Kind() {
		case reflect.String:
			v.SetString(v.String() + "x")
		case reflect.Bool:
			v.SetBool(!v.Bool())
		case reflect.Int64:
			v.SetInt(v.Int() + int64(time.Hour))
		case reflect.Uint64:
			v.SetUint(v.Uint() + 1)
		default:
			return // lists and maps: by the table
		}
		if len(Changes(load(), changed)) == 0 {
			t.Errorf("a change of %s goes unnoticed", path)
		}
	}
	walk("", func(c *Config) reflect.Value { return reflect.ValueOf(c).Elem() })
	walk("cluster", func(c *Config) reflect.Value { return reflect.ValueOf(&c.Clusters[0]).Elem() })
	walk("pipeline", func(c *Config) reflect.Value { return reflect.ValueOf(&c.Pipelines[0]).Elem() })
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}
