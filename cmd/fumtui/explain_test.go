package main

import (
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/config"
)

func TestExplainJSONIsTheContract(t *testing.T) {
	all := explanations{
		time: noon, notices: []string{"the database is locked"},
		clusters: []model.Explanation{{
			Time:    noon,
			Cluster: &model.ClusterState{Name: "ams", Verdict: model.ClusterDown, Since: noon.Add(-time.Minute), Reason: "all calls fail", Outlook: "until it answers"},
			Facts: []model.Fact{{
				ID: "E1", Kind: model.KindVersion, Vantage: model.VantageConsole, Cluster: "ams", At: noon.Add(-1500 * time.Millisecond), Says: "no answer\x1b[2J",
			}},
			Rules: []model.RuleCheck{{
				Rule: "down", Subject: "ams", State: model.RuleFired, Measured: "failed for 4m", Bound: "3m", Setting: "detection.down_after", Change: "the first answer",
			}},
			Hints: []string{"a silence this long is unusual"},
		}},
		pipelines: []model.Explanation{{
			Time: noon,
			Pipeline: &model.PipelineState{
				Name: "trades", Active: "ams", Home: "ams", Verdict: model.PipelineCutOff, Reason: "no progress",
				Advice: model.Advice{Action: model.ActionFailOver, Target: "nyc", Text: "fail over", Change: "ams answers"},
			},
			Facts: []model.Fact{{Vantage: model.VantageClient, Cluster: "ams", Pipeline: "trades", Old: true, Says: "stands"}},
			Rules: []model.RuleCheck{{Rule: "moving", Subject: "trades", State: model.RuleQuiet, Measured: "no run"}},
		}},
	}
	const want = `{"time":"2026-03-04T11:00:00.005Z",` +
		`"clusters":[{"name":"ams","verdict":"down","since_seconds":60,"reason":"all calls fail","change":"until it answers",` +
		`"evidence":[{"id":"E1","kind":"version","vantage":"console","cluster":"ams","pipeline":null,"at":"2026-03-04T10:59:58.505Z","age_seconds":1.5,"too_old":false,"says":"no answer[2J"}],` +
		`"rules":[{"rule":"down","subject":"ams","state":"fired","measured":"failed for 4m","bound":"3m","setting":"detection.down_after","change":"the first answer"}],` +
		`"hints":["a silence this long is unusual"]}],` +
		`"pipelines":[{"name":"trades","active":"ams","home":"ams","verdict":"cut_off","since_seconds":null,"reason":"no progress",` +
		`"advice":{"action":"fail_over","target":"nyc","text":"fail over","urgent_seconds":null,"change":"ams answers"},"way_back":null,` +
		`"evidence":[{"id":null,"kind":null,"vantage":"client","cluster":"ams","pipeline":"trades","at":null,"age_seconds":null,"too_old":true,"says":"stands"}],` +
		`"rules":[{"rule":"moving","subject":"trades","state":"quiet","measured":"no run","bound":null,"setting":null,"change":null}],"hints":[]}],` +
		`"notices":["the database is locked"]}`
	if got := asJSON(t, newExplainJSON(all)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	const nothing = `{"time":"2026-03-04T11:00:00.005Z","clusters":[],"pipelines":[],"notices":[]}`
	if got := asJSON(t, newExplainJSON(explanations{time: noon})); got != nothing {
		t.Errorf("got  %s\nwant %s", got, nothing)
	}
}

func TestExplainJSONIsBounded(t *testing.T) {
	x := model.Explanation{Time: noon, Cluster: &model.ClusterState{Name: "ams", Reason: strings.Repeat("r", 1<<20)}}
	for range 5000 {
		x.Facts = append(x.Facts, model.Fact{Says: strings.Repeat("s", 10_000)})
		x.Rules = append(x.Rules, model.RuleCheck{Measured: strings.Repeat("m", 10_000)})
		x.Hints = append(x.Hints, strings.Repeat("h", 10_000))
	}
	if n := len(asJSON(t, newExplainJSON(explanations{time: noon, clusters: []model.Explanation{x}}))); n > 2<<20 {
		t.Errorf("%d bytes", n)
	}
}

func TestUnknownPipelineNamesTheKnownOnes(t *testing.T) {
	c := &console{cfg: &config.Config{}}
	if _, err := c.pipelinesNamed([]string{"x"}); exitOf(err) != exitUsage || !strings.Contains(err.Error(), "has none") {
		t.Errorf("without any: %v", err)
	}
	for _, name := range strings.Fields("trades orders a b c d e f g h i j") {
		c.cfg.Pipelines = append(c.cfg.Pipelines, config.Pipeline{Pipeline: model.Pipeline{Name: name}})
	}
	_, err := c.pipelinesNamed([]string{"x"})
	if exitOf(err) != exitUsage || !strings.Contains(err.Error(), "trades, orders, a, b, c, d, e, f, g, h and 2 more") {
		t.Errorf("among many: %v", err)
	}
	if all, err := c.pipelinesNamed(nil); err != nil || len(all) != 12 {
		t.Errorf("all of them: %v, %v", all, err)
	}
}
