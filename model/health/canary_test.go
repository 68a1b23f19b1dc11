package health

import (
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// sing folds a look of the canary of a cluster: data, or a failure of a class.
func (x *world) sing(cluster string, class model.ErrorClass) {
	e := model.Evidence{Kind: model.KindCanary, Cluster: cluster, Asked: x.now.Add(-time.Second), Answered: x.now}
	if class == "" {
		e.Canary = &model.CanaryData{Slot: model.Slot(x.clusters[cluster].slot), Offset: 7}
	} else {
		e.Failure = model.NewFailure(class, "simulated", nil)
	}
	x.w.Observe(e)
}

// runSinging lets d pass, with a look of the canary every 30 s.
func (x *world) runSinging(d time.Duration, cluster string, class model.ErrorClass) {
	for left := d; left > 0; left -= 30 * time.Second {
		x.run(min(left, 30*time.Second))
		x.sing(cluster, class)
	}
}

func TestClusterWithoutDataIsDegraded(t *testing.T) {
	x := newWorld(t)
	x.runSinging(3*time.Minute, "nyc", "")
	c := x.cluster("nyc")
	if c.Canary == nil || c.Canary.Data == nil || c.Canary.Failure != nil || !c.Canary.DataAt.Equal(x.now) {
		t.Errorf("canary: %+v", c.Canary)
	}
	x.runSinging(time.Minute, "nyc", model.ClassTimeout)
	x.wantCluster("nyc", model.ClusterHealthy) // the first such look was sent 31 s ago
	x.run(28 * time.Second)
	x.wantCluster("nyc", model.ClusterHealthy)
	x.run(2 * time.Second)
	x.wantCluster("nyc", model.ClusterDegraded)
	c = x.cluster("nyc")
	if c.Reason != "nyc answers, but no data has come to this console's canary for 1m01s" || c.Canary.Failure == nil {
		t.Errorf("reason %q, canary %+v", c.Reason, c.Canary)
	}
	// It is no target of a failover.
	x.clusters["ams"].fail = model.ClassTimeout
	x.clients["trades@ams"].stopped = true
	x.runSinging(4*time.Minute, "nyc", model.ClassTimeout)
	p := x.wantPipeline(model.PipelineCutOff, model.ActionCannotFailOver)
	if !strings.Contains(p.Advice.Text, "no data has come") {
		t.Errorf("text: %q", p.Advice.Text)
	}
	x.run(2 * time.Second)
	x.sing("nyc", "")
	x.wantCluster("nyc", model.ClusterHealthy)
	x.wantPipeline(model.PipelineCutOff, model.ActionFailOver)
}

func TestCanaryNeverAddsUpToDown(t *testing.T) {
	x := newWorld(t)
	for i := range 100 {
		x.run(30 * time.Second)
		x.sing("ams", model.ClassUnreachable)
		if v := x.cluster("ams").Verdict; v == model.ClusterDown || v == model.ClusterBlip {
			t.Fatalf("ams is %s", v)
		}
		if i == 50 { // until now data did come, to the client
			x.wantCluster("ams", model.ClusterHealthy)
			x.clients["trades@ams"].stopped = true
		}
	}
	x.wantCluster("ams", model.ClusterDegraded)
}

func TestCanarysOwnTroubleSaysNothing(t *testing.T) {
	for _, class := range []model.ErrorClass{model.ClassAuth, model.ClassThrottled, model.ClassNotFound, model.ClassIncompatible, model.ClassDNS} {
		x := newWorld(t)
		x.runSinging(3*time.Minute, "ams", "")
		x.runSinging(10*time.Minute, "ams", class)
		x.wantCluster("ams", model.ClusterHealthy)
		if k := x.cluster("ams").Canary; k == nil || k.Failure == nil {
			t.Errorf("%s does not show: %+v", class, k)
		}
	}
}

func TestCanaryThatIsOffChangesNothing(t *testing.T) {
	x := newWorld(t)
	x.clients["trades@ams"].stopped = true // one that moves proves that data comes
	x.runSinging(5*time.Minute, "ams", model.ClassTimeout)
	x.wantCluster("ams", model.ClusterDegraded)
	x.run(5 * time.Minute) // nobody looks any more
	x.wantCluster("ams", model.ClusterHealthy)
	if k := x.cluster("ams").Canary; k != nil {
		t.Errorf("canary: %+v", k)
	}
}

func TestCanarySwitchedOff(t *testing.T) {
	x := newWorld(t)
	x.clients["trades@ams"].stopped = true // one that moves proves that data comes
	x.runSinging(5*time.Minute, "ams", model.ClassTimeout)
	x.wantCluster("ams", model.ClusterDegraded)
	x.run(2 * time.Second)
	x.w.Observe(model.Evidence{Kind: model.KindCanary, Cluster: "ams", Asked: x.now, Answered: x.now})
	x.wantCluster("ams", model.ClusterHealthy)
	if k := x.cluster("ams").Canary; k != nil {
		t.Errorf("canary: %+v", k)
	}
}

// A look that takes its time is no canary that is off.
func TestCanaryThatHangs(t *testing.T) {
	x := newWorld(t, func(r *Rules) { r.MaxAge = 5 * time.Second })
	for range 30 {
		x.run(time.Second)
		x.sing("ams", "")
	}
	x.run(18 * time.Second)
	if x.cluster("ams").Canary == nil {
		t.Error("it is off")
	}
}

// A canary that looks every five minutes is slow, and not off.
func TestCanaryLearnsItsSpacing(t *testing.T) {
	x := newWorld(t)
	x.clients["trades@ams"].stopped = true // one that moves proves that data comes
	for range 8 {
		x.run(5 * time.Minute)
		x.sing("ams", model.ClassTimeout)
	}
	x.run(4 * time.Minute)
	x.wantCluster("ams", model.ClusterDegraded)
}

func TestSilenceBesideTheCanary(t *testing.T) {
	for name, test := range map[string]struct {
		class  model.ErrorClass
		action model.Action
		text   string
	}{
		"data comes":    {"", model.ActionCheckYourSide, "data comes from there to this console's canary"},
		"no data comes": {model.ClassTimeout, model.ActionAskSupport, "this console's canary there has got no data"},
		"it is refused": {model.ClassAuth, model.ActionAskSupport, "ask the provider's support"},
	} {
		t.Run(name, func(t *testing.T) {
			x := newWorld(t)
			x.runSinging(3*time.Minute, "ams", "")
			x.clients["trades@ams"].stopped = true
			x.runSinging(2*time.Minute, "ams", test.class)
			p := x.wantPipeline(model.PipelineSilent, test.action)
			if !strings.Contains(p.Advice.Text, test.text) || !strings.HasPrefix(p.Advice.Text, "trades: ") {
				t.Errorf("text: %q", p.Advice.Text)
			}
		})
	}
}

func TestDataAgainstAnOutage(t *testing.T) {
	x := newWorld(t)
	x.runSinging(3*time.Minute, "ams", "")
	x.clusters["ams"].fail = model.ClassServer
	x.clients["trades@ams"].stopped = true
	x.runSinging(4*time.Minute, "ams", "")
	x.wantPipeline(model.PipelineCutOff, model.ActionAskSupport)
	x.runSinging(30*time.Second, "ams", model.ClassServer)
	x.wantPipeline(model.PipelineCutOff, model.ActionFailOver)
}

// A canary that fails at a cluster that is gone gets nothing at all: it does not
// get an old block again.
func TestCanaryAtAClusterThatIsGone(t *testing.T) {
	x := newWorld(t)
	x.runSinging(3*time.Minute, "ams", "")
	x.clusters["ams"].fail = model.ClassUnreachable
	x.clients["trades@ams"].stopped = true
	x.runSinging(4*time.Minute, "ams", model.ClassUnreachable)
	x.wantCluster("ams", model.ClusterDown)
	for _, f := range x.pipeline("trades").Advice.Evidence {
		if f.Kind == model.KindCanary && f.Cluster == "ams" {
			if !strings.Contains(f.Says, "simulated") || strings.Contains(f.Says, "gets only") {
				t.Errorf("it says %q", f.Says)
			}
			return
		}
	}
	t.Error("nothing is said of the canary")
}
