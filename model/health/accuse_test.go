package health

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// three is a world with three pipelines at ams, whose canary looks every second.
func three(t *testing.T) *world {
	x := newWorld(t)
	x.interval = time.Second
	pipelines := make([]model.Pipeline, 0, 3)
	for _, name := range []string{"trades", "orders", "audits"} {
		x.clients[name+"@ams"] = &simClient{pace: 1}
		pipelines = append(pipelines, model.Pipeline{Name: name, Subscriber: name + "-prod", Home: "ams", Clusters: []string{"ams", "nyc"}})
	}
	for _, c := range x.clusters {
		c.subs = append(c.subs, model.Subscriber{ID: "3", Name: "audits-prod"})
	}
	x.w = New(x.r, []model.Cluster{{Name: "ams"}, {Name: "nyc"}}, pipelines)
	return x
}

// second lets a second pass, with a look of each canary.
func (x *world) second() {
	x.run(time.Second)
	for name, c := range x.clusters {
		x.sing(name, c.fail)
	}
}

// seconds lets time pass, and looks at what is said each second.
func (x *world) seconds(n int, look func()) {
	for range n {
		x.second()
		look()
	}
}

// never fails the test where a pipeline gets this advice.
func (x *world) never(actions ...model.Action) func() {
	return func() {
		x.t.Helper()
		_, pipelines := x.w.Assess(x.now)
		for _, p := range pipelines {
			for _, a := range actions {
				if p.Advice.Action == a {
					x.t.Fatalf("after %s: %s is %s with advice %s: %s", x.now.Sub(epoch), p.Name, p.Verdict, a, p.Advice.Text)
				}
			}
		}
	}
}

// A canary that gets the block at which its cluster stands gets no data.
func TestStallIsNotHiddenByTheCanary(t *testing.T) {
	x := three(t)
	x.seconds(120, func() {})
	x.clusters["ams"].frozen = true
	x.seconds(190, x.never(model.ActionAskSupport, model.ActionCheckYourSide))
	p := x.wantPipeline(model.PipelineCutOff, model.ActionFailOver)
	if line := factOf(p.Advice.Evidence, model.KindCanary); !strings.Contains(line.Says, "no new data comes: the canary gets only slot") {
		t.Errorf("canary: %q", line.Says)
	}
}

// A canary has not looked yet when its cluster, or this console, comes back.
func TestNoDataIsNotHeldAgainstAClusterThatWasGone(t *testing.T) {
	for name, who := range map[string][]string{"a cluster": {"ams"}, "this console": {"ams", "nyc"}} {
		t.Run(name, func(t *testing.T) {
			x := three(t)
			x.seconds(120, func() {})
			for _, c := range who {
				x.clusters[c].fail = model.ClassUnreachable
			}
			x.seconds(100, x.never(model.ActionAskSupport))
			for _, c := range who {
				x.clusters[c].fail = ""
			}
			for range 20 { // its next look comes late
				x.run(time.Second)
				x.never(model.ActionAskSupport, model.ActionCheckYourSide)()
			}
			x.seconds(120, x.never(model.ActionAskSupport, model.ActionCheckYourSide))
			x.wantPipeline(model.PipelineStreaming, model.ActionNone)
		})
	}
}

// Data that clients get beats a canary that gets none.
func TestClientsThatMoveBeatTheCanary(t *testing.T) {
	x := three(t)
	x.seconds(120, func() {})
	for range 300 {
		x.run(time.Second)
		x.sing("ams", model.ClassTimeout)
		x.never(model.ActionAskSupport)()
	}
	x.wantCluster("ams", model.ClusterHealthy)
}

// Clients that all go silent in the same second accuse the provider, and those
// that are first to go on accuse none of the others.
func TestSilenceOfAllIsNobodysOwn(t *testing.T) {
	x := three(t)
	x.seconds(120, func() {})
	for _, k := range x.clients {
		k.stopped = true
	}
	x.seconds(120, x.never(model.ActionCheckYourSide))
	p := x.wantPipeline(model.PipelineSilent, model.ActionAskSupport)
	for _, want := range []string{"nor do the 2 other pipelines there", "data comes at the tip, to this console's canary", "the slot after it"} {
		if !strings.Contains(p.Advice.Text, want) {
			t.Errorf("no %q in %q", want, p.Advice.Text)
		}
	}
	x.clients["orders@ams"].stopped = false
	x.seconds(5, x.never(model.ActionCheckYourSide))
	x.clients["trades@ams"].stopped = false
	x.clients["audits@ams"].stopped = false
	x.seconds(120, x.never(model.ActionCheckYourSide))
	x.wantPipeline(model.PipelineStreaming, model.ActionNone)
}

// One that stays silent while another goes on for long is on its own.
func TestSilenceOfOneIsItsOwn(t *testing.T) {
	x := three(t)
	x.seconds(120, func() {})
	x.clients["trades@ams"].stopped = true
	x.seconds(70, func() {})
	x.wantPipeline(model.PipelineSilent, model.ActionCheckYourSide)
}

// While their cluster gets slow no client is accused of falling behind.
func TestClientsOfASlowClusterAreNotAccused(t *testing.T) {
	x := three(t)
	x.seconds(120, func() {})
	x.clusters["ams"].rtt = 1500 * time.Millisecond
	for i, name := range []string{"trades", "orders", "audits"} {
		x.clients[name+"@ams"].pace = 0.3 + 0.2*float64(i)
	}
	x.seconds(200, x.never(model.ActionCheckYourSide))
	x.wantPipeline(model.PipelineFallingBehind, model.ActionAskSupport)
}

// What is out of bounds is said at once, with when it is held against the cluster.
func TestOutlookOfAClusterThatFailsInPart(t *testing.T) {
	x := three(t)
	x.seconds(120, func() {})
	dice := rand.New(rand.NewPCG(1, 2))
	x.clusters["ams"].failSome = func(model.EvidenceKind) model.ErrorClass {
		if dice.Float64() < 0.45 {
			return model.ClassServer
		}
		return ""
	}
	x.seconds(40, func() {})
	last := time.Hour
	x.seconds(90, func() {
		c := x.cluster("ams")
		if strings.Contains(c.Reason, "does well again") || strings.Contains(c.Outlook, "healthy in") {
			t.Fatalf("after %s: %s; %s", x.now.Sub(epoch), c.Reason, c.Outlook)
		}
		if rest, ok := strings.CutPrefix(c.Outlook, "degraded in "); ok {
			left, err := time.ParseDuration(strings.Fields(rest)[0])
			if err != nil || left > last {
				t.Fatalf("after %s: %q after %s", x.now.Sub(epoch), c.Outlook, last)
			}
			last = left
		}
	})
	x.wantCluster("ams", model.ClusterDegraded)
}

// A call that fails every other time is one trouble and not many.
func TestCallThatFailsAgainAndAgainIsOneOpinion(t *testing.T) {
	x := three(t)
	x.seconds(120, func() {})
	dice := rand.New(rand.NewPCG(3, 4))
	x.clusters["ams"].failSome = func(kind model.EvidenceKind) model.ErrorClass {
		if kind == model.KindSlotRange && dice.Float64() < 0.5 {
			return model.ClassServer
		}
		return ""
	}
	var said []model.ClusterVerdict
	x.seconds(300, func() {
		if v := x.cluster("ams").Verdict; len(said) == 0 || said[len(said)-1] != v {
			said = append(said, v)
		}
	})
	if len(said) > 3 || said[len(said)-1] != model.ClusterDegraded {
		t.Errorf("said %v", said)
	}
	x.clusters["ams"].failSome = nil
	x.seconds(60, func() {})
	x.wantCluster("ams", model.ClusterHealthy)
}

// A list of subscribers that cannot be read is a call that fails alone.
func TestListOfSubscribersFailsAlone(t *testing.T) {
	x := three(t)
	x.seconds(120, func() {})
	x.clusters["ams"].failSome = func(kind model.EvidenceKind) model.ErrorClass {
		if kind == model.KindSubscribers {
			return model.ClassTimeout
		}
		return ""
	}
	x.seconds(10, func() {})
	c := x.cluster("ams")
	if c.Verdict != model.ClusterHealthy || !strings.Contains(c.Reason, "keeps failing the subscriber list call") {
		t.Errorf("%s: %s", c.Verdict, c.Reason)
	}
	x.seconds(60, x.never(model.ActionFailOver, model.ActionCheckYourSide, model.ActionRecreateSubscriber))
	x.wantCluster("ams", model.ClusterDegraded)
	e, _ := x.w.Explain("trades", x.now)
	if line := factOf(e.Facts, model.KindSubscribers); !strings.Contains(line.Says, "cannot be read now: timeout") {
		t.Errorf("subscribers: %q", line.Says)
	}
}

// factOf is the newest fact of a kind.
func factOf(facts []model.Fact, kind model.EvidenceKind) model.Fact {
	for _, f := range facts {
		if f.Kind == kind {
			return f
		}
	}
	return model.Fact{}
}
