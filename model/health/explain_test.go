package health

import (
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// check finds a rule in an explanation.
func check(t *testing.T, rules []model.RuleCheck, name string) model.RuleCheck {
	t.Helper()
	for _, r := range rules {
		if r.Rule == name {
			return r
		}
	}
	t.Fatalf("no rule %q", name)
	return model.RuleCheck{}
}

func TestExplainAnOutageOnItsWay(t *testing.T) {
	x := newWorld(t)
	x.run(time.Minute)
	x.clusters["ams"].fail = model.ClassTimeout
	x.clients["trades@ams"].stopped = true
	x.run(82 * time.Second)
	c, ok := x.w.ExplainCluster("ams", x.now)
	if !ok || c.Cluster.Verdict != model.ClusterBlip || c.Cluster.Outlook != "down in 1m40s unless it answers" {
		t.Fatalf("%+v", c.Cluster)
	}
	down := check(t, c.Rules, "down")
	want := model.RuleCheck{
		Rule: "down", Subject: "ams", State: model.RuleNear, Measured: "every call failed for 1m20s, 123 calls",
		Bound: "3m", Setting: "detection.down_after", Change: "down in 1m40s unless it answers",
	}
	if down != want {
		t.Errorf("%+v\nwant %+v", down, want)
	}
	if r := check(t, c.Rules, "blip: every call fails"); r.State != model.RuleFired {
		t.Errorf("%+v", r)
	}
	if r := check(t, c.Rules, "degraded: no data comes"); r.State != model.RuleUnknown {
		t.Errorf("%+v", r)
	}
	p, ok := x.w.Explain("trades", x.now)
	if !ok || p.Pipeline.Advice.Change != down.Change || len(p.Clusters) != 2 || p.Clusters[0].Cluster.Name != "ams" {
		t.Fatalf("%+v", p)
	}
	if r := check(t, p.Rules, "fail_over"); r.State != model.RuleNear || r.Change != down.Change {
		t.Errorf("%+v", r)
	}
	if _, ok := x.w.Explain("nobody", x.now); ok {
		t.Error("explains a pipeline that is none")
	}
	if _, ok := x.w.ExplainCluster("nowhere", x.now); ok {
		t.Error("explains a cluster that is none")
	}
}

func TestExplainNamesEachPieceOfEvidence(t *testing.T) {
	x := newWorld(t)
	x.runSinging(2*time.Minute, "ams", "")
	x.run(10 * time.Second)
	p, _ := x.w.Explain("trades", x.now)
	seen := map[string]model.Vantage{}
	for _, f := range append(p.Facts, p.Clusters[0].Facts...) {
		if f.Cluster == "ams" {
			seen[f.ID] = f.Vantage
			if f.Says == "" || f.Old || f.At.IsZero() {
				t.Errorf("%+v", f)
			}
		}
	}
	for id, from := range map[string]model.Vantage{
		"E1": model.VantageConsole, "E2": model.VantageConsole, "E3": model.VantageConsole, "E4": model.VantageConsole,
		"E5": model.VantageClient, "E6": model.VantageClient, "E7": model.VantageConsole,
	} {
		if seen[id] != from {
			t.Errorf("%s is seen by %q, want %q", id, seen[id], from)
		}
	}
	x.advance(time.Minute)
	p, _ = x.w.Explain("trades", x.now)
	for _, f := range append(p.Facts, p.Clusters[0].Facts...) {
		if !f.At.IsZero() && !f.Old && f.ID != "E7" {
			t.Errorf("not old after a minute: %+v", f)
		}
	}
}

// Exactly one rule of each table fires, at any moment, and it is the one that the
// state was made of.
func TestExplainAgreesWithTheVerdict(t *testing.T) {
	faults := map[string]func(x *world){
		"calm":    func(*world) {},
		"down":    func(x *world) { x.clusters["ams"].fail = model.ClassServer; x.clients["trades@ams"].stopped = true },
		"refused": func(x *world) { x.clusters["ams"].fail = model.ClassAuth },
		"dns":     func(x *world) { x.clusters["ams"].fail = model.ClassDNS },
		"stalled": func(x *world) { x.clusters["ams"].frozen = true },
		"halted":  func(x *world) { x.speed = 0 },
		"slow":    func(x *world) { x.clusters["ams"].rtt = 2 * time.Second },
		"part":    func(x *world) { x.clusters["ams"].failTip = model.ClassServer },
		"silent":  func(x *world) { x.clients["trades@ams"].stopped = true },
		"behind":  func(x *world) { x.clients["trades@ams"].pace = 0.4 },
		"gone":    func(x *world) { x.clients["trades@ams"].down = true },
		"lost":    func(x *world) { x.clusters["ams"].subs = nil },
		"offline": func(x *world) { x.failAll(model.ClassTimeout) },
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			x := newWorld(t)
			for i := range 400 {
				if i == 60 {
					fault(x)
				}
				x.run(time.Second)
				x.agrees()
			}
		})
	}
}

// agrees holds explanations against states.
func (x *world) agrees() {
	x.t.Helper()
	clusters, pipelines := x.w.Assess(x.now)
	p, _ := x.w.Explain("trades", x.now)
	fired := firedOf(p.Rules)
	if p.Pipeline.Verdict != pipelines[0].Verdict || p.Pipeline.Advice.Text != pipelines[0].Advice.Text {
		x.t.Fatalf("explained %s (%s), is %s (%s)", p.Pipeline.Verdict, p.Pipeline.Advice.Text, pipelines[0].Verdict, pipelines[0].Advice.Text)
	}
	if len(fired) < 2 || plain(fired[0]) != string(p.Pipeline.Verdict) || !strings.HasPrefix(fired[1], string(p.Pipeline.Advice.Action)) && len(fired) < 3 {
		x.t.Fatalf("%v fired, verdict %s, advice %s", fired, p.Pipeline.Verdict, p.Pipeline.Advice.Action)
	}
	for _, c := range p.Clusters {
		for _, s := range clusters {
			if s.Name != c.Cluster.Name {
				continue
			}
			if got := firedOf(c.Rules); len(got) != 1 || plain(got[0]) != string(s.Verdict) || s.Verdict != c.Cluster.Verdict {
				x.t.Fatalf("%v fired, %s is %s", got, s.Name, s.Verdict)
			}
		}
	}
}

// plain is the verdict that a rule is named after.
func plain(rule string) string {
	name, _, _ := strings.Cut(rule, ":")
	return strings.ReplaceAll(name, " ", "_")
}

// firedOf are the names of the rules that fired.
func firedOf(rules []model.RuleCheck) []string {
	var names []string
	for _, r := range rules {
		if r.State == model.RuleFired {
			names = append(names, r.Rule)
		}
	}
	return names
}
