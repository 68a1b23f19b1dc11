package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// fakeExplanation is an outage of ams as the rules see it.
func fakeExplanation() model.Explanation {
	s := outage(1, 1)
	p, ams, nyc := &s.Pipelines[0], &s.Clusters[0], &s.Clusters[1]
	p.Advice.Change = "nothing to do once ams answers for 30s"
	ams.Outlook = "stays down until it answers"
	at := func(ago time.Duration) time.Time { return noon.Add(-ago) }
	return model.Explanation{
		Time: noon, Pipeline: p,
		Facts: []model.Fact{
			{ID: "E4", Kind: model.KindSubscribers, Vantage: model.VantageConsole, Cluster: "ams", Pipeline: "trades", At: at(250 * time.Second), Old: true, Says: "the subscriber trades-prod was present"},
			{ID: "E5", Kind: model.KindMetrics, Vantage: model.VantageClient, Cluster: "ams", Pipeline: "trades", At: at(2 * time.Second), Says: "committed offset 123456477, which has stood for 4m05s, while the tip as the client sees it stands too"},
			{ID: "E6", Kind: model.KindCursor, Vantage: model.VantageClient, Cluster: "ams", Pipeline: "trades", At: at(time.Second), Says: "slot 312363640, which has stood for 4m05s"},
			{ID: "E7", Kind: model.KindCanary, Vantage: model.VantageConsole, Cluster: "nyc", Says: "the canary is off"},
		},
		Rules: []model.RuleCheck{
			{Rule: "moving", Subject: "trades", State: model.RuleQuiet, Measured: "no run is under way"},
			{Rule: "subscriber_lost", Subject: "trades", State: model.RuleUnknown, Measured: "the newest look at subscribers of ams is 4m10s old", Bound: "18s"},
			{Rule: "cut_off", Subject: "trades", State: model.RuleFired, Measured: "no progress for 4m05s", Bound: "1m", Setting: "detection.silent_after", Change: "over with the first commit"},
			{Rule: "client_down", Subject: "trades", State: model.RuleHolds, Measured: "scrapes failed for 1m10s", Bound: "1m", Setting: "detection.silent_after"},
			{Rule: "fail_over", Subject: "nyc", State: model.RuleNear, Measured: "healthy for 20s", Bound: "30s", Change: "in 10s if it stays healthy"},
		},
		Hints: []string{"a silence this long is seen once in 10,000 hours of this cluster"},
		Clusters: []model.Explanation{
			{
				Time: noon, Cluster: ams,
				Facts: []model.Fact{{ID: "E1", Kind: model.KindVersion, Vantage: model.VantageConsole, Cluster: "ams", At: at(time.Second), Says: "timeout: no answer within 5s"}},
				Rules: []model.RuleCheck{{Rule: "down", Subject: "ams", State: model.RuleFired, Measured: "every call failed for 4m05s", Bound: "3m", Setting: "detection.down_after", Change: "over with the first answer"}},
			},
			{
				Time: noon, Cluster: nyc,
				Facts: []model.Fact{{ID: "E3", Kind: model.KindSlotRange, Vantage: model.VantageConsole, Cluster: "nyc", At: at(time.Second), Says: "[312345678, 312363679]"}},
				Rules: []model.RuleCheck{{Rule: "down", Subject: "nyc", State: model.RuleQuiet, Measured: "the newest call answered"}},
			},
		},
	}
}

func TestGoldenExplanation(t *testing.T) {
	x := fakeExplanation()
	compareGolden(t, "explain_text_80", ExplainText(x, 0))
	compareGolden(t, "explain_text_120", ExplainText(x, 120))
	compareGolden(t, "explain_text_all", ExplainAllText(x.Clusters, []model.Explanation{x}, 80))
}

// TestExplanationFitsAndIsComplete: no line is wider than asked for, and nothing
// that was explained is left out, at any width.
func TestExplanationFitsAndIsComplete(t *testing.T) {
	x := fakeExplanation()
	for w := minWidth; w <= 200; w += 7 {
		text := ExplainText(x, w)
		for line := range strings.Lines(text) {
			if n := width(strings.TrimSuffix(line, "\n")); n > w {
				t.Fatalf("%d columns of %d: %q", n, w, line)
			}
		}
		flat := strings.Join(strings.Fields(text), " ")
		for _, r := range x.Rules {
			for _, want := range []string{word(r.Rule), r.Measured, r.Bound, r.Setting, r.Change, string(r.State)} {
				if !strings.Contains(flat, want) {
					t.Errorf("width %d: rule %s: %q is missing", w, r.Rule, want)
				}
			}
		}
		for _, f := range x.Facts {
			if !strings.Contains(flat, f.Line(noon)) || !strings.Contains(flat, f.ID+" ") {
				t.Errorf("width %d: %q is missing", w, f.Line(noon))
			}
		}
	}
}

func TestExplanationIsBoundedAndClean(t *testing.T) {
	x := fakeExplanation()
	for range 5000 {
		x.Rules = append(x.Rules, model.RuleCheck{Rule: "down\x1b[2J", Subject: "\x1b]0;x\a", State: "odd\n", Measured: strings.Repeat("\x1bm", 4000)})
		x.Facts = append(x.Facts, model.Fact{ID: "\x1b[1m", Kind: "\r\n", Says: strings.Repeat("é\u202e", 4000)})
		x.Hints = append(x.Hints, "\x1b[31mred")
	}
	text := ExplainText(x, 80)
	if strings.ContainsAny(text, "\x1b\a\r\u202e") {
		t.Error("control characters reach the terminal")
	}
	if len(text) > 1<<20 {
		t.Errorf("%d bytes", len(text))
	}
	for line := range strings.Lines(text) {
		if n := width(strings.TrimSuffix(line, "\n")); n > 80 {
			t.Fatalf("%d columns: %q", n, line)
		}
	}
	if !strings.Contains(text, "more") {
		t.Error("it does not say that something is left out")
	}
	if text := ExplainText(model.Explanation{}, 80); text != "" {
		t.Errorf("nothing to explain gives %q", text)
	}
}
