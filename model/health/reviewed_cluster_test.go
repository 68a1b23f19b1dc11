package health

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// byTurns fails call after call with these classes; "" answers.
func byTurns(classes ...model.ErrorClass) func(model.EvidenceKind) model.ErrorClass {
	n := 0
	return func(model.EvidenceKind) model.ErrorClass {
		n++
		return classes[n%len(classes)]
	}
}

func TestFallsBehind(t *testing.T) {
	for name, test := range map[string]struct {
		share float64 // of the chain's pace
		chain float64 // slots a second; 0 is the usual
		want  model.ClusterVerdict
	}{
		"0.3 of the pace":          {0.3, 0, model.ClusterDegraded},
		"half the pace":            {0.5, 0, model.ClusterDegraded},
		"0.8 of the pace":          {0.8, 0, model.ClusterDegraded},
		"all but a little":         {0.97, 0, model.ClusterHealthy},
		"the whole chain is slow":  {1, 1.2, model.ClusterHealthy},
		"slower than a slow chain": {0.5, 2, model.ClusterDegraded},
	} {
		t.Run(name, func(t *testing.T) {
			x := newWorld(t)
			x.run(5 * time.Minute)
			x.clusters["nyc"].crawl = test.share
			if test.chain > 0 {
				x.speed = test.chain
			}
			x.run(20 * time.Minute)
			x.wantCluster("nyc", test.want)
			x.wantCluster("ams", model.ClusterHealthy)
			if test.want != model.ClusterDegraded {
				return
			}
			if c := x.cluster("nyc"); !strings.Contains(c.Reason, "falls behind: ") || !strings.Contains(c.Reason, "behind ams") {
				t.Errorf("reason: %s", c.Reason)
			}
			x.clusters["nyc"].crawl = 1 // it keeps pace again, as far behind as it is
			x.run(3 * time.Minute)
			x.wantCluster("nyc", model.ClusterHealthy)
		})
	}
}

func TestNothingAnswersIsNeverHealthy(t *testing.T) {
	for name, classes := range map[string][]model.ErrorClass{
		"dns and auth":        {model.ClassDNS, model.ClassAuth},
		"dns and throttled":   {model.ClassDNS, model.ClassThrottled},
		"auth and timeout":    {model.ClassAuth, model.ClassTimeout},
		"dns, auth, timeout":  {model.ClassDNS, model.ClassAuth, model.ClassTimeout},
		"dns and unreachable": {model.ClassDNS, model.ClassDNS, model.ClassUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			x := newWorld(t)
			x.run(5 * time.Minute)
			x.clusters["ams"].failSome = byTurns(classes...)
			x.run(time.Minute)
			for range 200 {
				x.run(2 * time.Second)
				if c := x.cluster("ams"); c.Verdict == model.ClusterHealthy || c.Verdict == model.ClusterDegraded {
					t.Fatalf("after %s: %s: %s", x.now.Sub(epoch), c.Verdict, c.Reason)
				}
			}
		})
	}
}

func TestEachCallMustAnswer(t *testing.T) {
	for _, kind := range []model.EvidenceKind{model.KindVersion, model.KindTip, model.KindSlotRange} {
		x := newWorld(t)
		x.run(5 * time.Minute)
		turns := byTurns(model.ClassDNS, model.ClassAuth)
		x.clusters["ams"].failSome = func(k model.EvidenceKind) model.ErrorClass {
			if k == kind {
				return turns(k)
			}
			return ""
		}
		x.run(3 * time.Minute)
		if c := x.cluster("ams"); c.Verdict == model.ClusterHealthy {
			t.Errorf("%s has no answer: %s: %s", kind, c.Verdict, c.Reason)
		}
	}
}

func TestOneNameThatDoesNotResolve(t *testing.T) {
	x := newWorld(t)
	x.run(5 * time.Minute)
	n := 0
	x.clusters["ams"].failSome = func(model.EvidenceKind) model.ErrorClass {
		if n++; n%241 == 0 {
			return model.ClassDNS
		}
		return model.ClassTimeout
	}
	x.run(x.r.DownAfter + 4*time.Second)
	for range 600 {
		x.run(2 * time.Second)
		x.wantCluster("ams", model.ClusterDown)
	}
}

func TestNameLostInAnOutage(t *testing.T) {
	x := newWorld(t)
	x.run(5 * time.Minute)
	x.clusters["ams"].fail = model.ClassTimeout
	x.run(4 * time.Minute)
	x.clusters["ams"].fail = model.ClassDNS
	x.run(10 * time.Second)
	x.wantCluster("ams", model.ClusterDown)
	y := newWorld(t)
	y.run(5 * time.Minute)
	y.clusters["ams"].fail = model.ClassTimeout
	y.run(time.Minute)
	y.clusters["ams"].fail = model.ClassDNS
	y.run(10 * time.Second)
	y.wantCluster("ams", model.ClusterUnknown)
}

func TestALoneAnswerEndsNoOutage(t *testing.T) {
	x := newWorld(t)
	x.run(5 * time.Minute)
	n := 0
	x.clusters["ams"].failSome = func(model.EvidenceKind) model.ErrorClass {
		if n++; n%600 == 599 {
			return ""
		}
		return model.ClassTimeout
	}
	x.run(x.r.DownAfter + 4*time.Second)
	for range 600 {
		x.run(2 * time.Second)
		x.wantCluster("ams", model.ClusterDown)
	}
	x.clusters["ams"].failSome = nil
	x.run(2 * time.Second) // a version, a tip and a slot range: three answers
	x.wantCluster("ams", model.ClusterBlip)
}

func TestOutageThatOutlastsABreak(t *testing.T) {
	for name, test := range map[string]struct {
		down  time.Duration // before the break
		after model.ErrorClass
		want  model.ClusterVerdict
	}{
		"down before, fails after":       {5 * time.Minute, model.ClassTimeout, model.ClusterDown},
		"down before, answers after":     {5 * time.Minute, "", model.ClusterHealthy},
		"down before, turned away after": {5 * time.Minute, model.ClassAuth, model.ClusterRefusingUs},
		"a blip before, fails after":     {time.Minute, model.ClassTimeout, model.ClusterBlip},
		"well before, fails after":       {0, model.ClassTimeout, model.ClusterBlip},
	} {
		t.Run(name, func(t *testing.T) {
			x := newWorld(t)
			x.run(5 * time.Minute)
			if test.down > 0 {
				x.clusters["ams"].fail = model.ClassTimeout
				x.run(test.down)
			}
			x.paused = true
			x.run(40 * time.Second)
			x.wantCluster("ams", model.ClusterUnknown)
			x.paused = false
			x.clusters["ams"].fail = test.after
			x.run(8 * time.Second)
			x.wantCluster("ams", test.want)
		})
	}
}

func TestOfflineThoughOneWasDownBefore(t *testing.T) {
	for name, test := range map[string]struct {
		pages bool // go with the network
		want  model.ClusterVerdict
	}{
		"pages of clients are lost too": {true, model.ClusterUnknown},
		"pages of clients answer":       {false, model.ClusterDown},
	} {
		t.Run(name, func(t *testing.T) {
			x := newWorld(t)
			x.clusters["nyc"].fail = model.ClassTimeout
			x.run(10 * time.Minute)
			x.wantCluster("nyc", model.ClusterDown)
			x.failAll(model.ClassUnreachable)
			k := x.clients["trades@ams"]
			k.down, k.noCursor, k.stopped = test.pages, test.pages, true
			x.run(4 * time.Minute)
			x.wantCluster("ams", test.want)
			if !test.pages {
				return
			}
			x.wantPipeline(x.pipeline("trades").Verdict, model.ActionCheckConsole)
			x.failAll("") // it comes back, and nyc is still down
			x.clusters["nyc"].fail = model.ClassTimeout
			x.run(10 * time.Second)
			x.wantCluster("nyc", model.ClusterDown)
			if c := x.cluster("ams"); c.Verdict == model.ClusterDown {
				t.Errorf("ams is down: %s", c.Reason)
			}
		})
	}
}

func TestCanaryBesideAClientThatCommitsSlowly(t *testing.T) {
	x := newWorld(t)
	k := x.clients["trades@ams"]
	k.noCursor = true
	changes := 0
	last := model.ClusterVerdict("")
	for i := range 1200 {
		k.stopped = i%22 != 0 // commits each 44 s
		x.run(2 * time.Second)
		if i%5 == 0 {
			x.sing("ams", model.ClassTimeout)
		}
		if v := x.cluster("ams").Verdict; i > 150 && v != last {
			if last != "" {
				changes++
			}
			last = v
		}
	}
	if changes > 0 {
		t.Errorf("the verdict changed %d times", changes)
	}
}

func TestHaltFarApart(t *testing.T) {
	for _, apart := range []float64{40, 100, 5000} {
		x := newWorld(t)
		x.clusters["ams"].crawl = 1
		x.clusters["ams"].slot -= apart
		x.run(5 * time.Minute)
		x.wantCluster("ams", model.ClusterHealthy)
		x.speed = 0
		for range 300 {
			x.run(2 * time.Second)
			if c := x.cluster("ams"); c.Verdict == model.ClusterStalled {
				t.Fatalf("%v apart, after %s: %s", apart, x.now.Sub(epoch), c.Reason)
			}
		}
		x.wantPipeline(x.pipeline("trades").Verdict, model.ActionChainHalted)
		x.speed = x.r.SlotsPerSecond
		x.run(time.Minute)
		x.wantCluster("ams", model.ClusterHealthy)
	}
}

// What is said at a moment is said again at the same moment, and the rule that
// explaining it shows is the one that decided.
func TestAskingTwiceChangesNothing(t *testing.T) {
	x := newWorld(t)
	classes := []model.ErrorClass{"", model.ClassTimeout, "", model.ClassAuth, model.ClassDNS, "", model.ClassServer, model.ClassUnreachable}
	for i := range 6000 {
		x.clusters["ams"].fail = classes[i/151*(i/37%2)%len(classes)]
		x.clusters["nyc"].loseEvery = 2 + i/101%5
		x.clients["trades@ams"].stopped = i/61%3 == 0
		x.run(2 * time.Second)
		if i%5 == 0 {
			x.sing("ams", classes[min(i/53%5, 1)])
		}
		if i%11 > 0 {
			continue // what was noted when it was asked last is long over
		}
		clusters, pipelines := x.w.Assess(x.now)
		for _, c := range x.w.clusters {
			e, _ := x.w.ExplainCluster(c.cfg.Name, x.now)
			for _, r := range e.Rules {
				if r.State == model.RuleFired && r.Rule != c.rule.name {
					t.Fatalf("after %s: %s: explained by %q, decided by %q", x.now.Sub(epoch), c.cfg.Name, r.Rule, c.rule.name)
				}
			}
		}
		again, pipelinesAgain := x.w.Assess(x.now)
		if !reflect.DeepEqual(clusters, again) || !reflect.DeepEqual(pipelines, pipelinesAgain) {
			t.Fatalf("after %s: %+v\nand at once %+v", x.now.Sub(epoch), clusters, again)
		}
	}
}

func TestWordsForAChainThatCrawls(t *testing.T) {
	for share, want := range map[float64]string{
		0:   "the chain itself has halted; wait",
		0.2: "the chain itself has halted, or nearly: it moves by 0.5 a second; wait",
	} {
		x := newWorld(t)
		x.run(5 * time.Minute)
		x.speed *= share
		x.run(10 * time.Minute)
		if p := x.pipeline("trades"); p.Advice.Action != model.ActionChainHalted || !strings.Contains(p.Advice.Text, want) {
			t.Errorf("%v: %s: %s", share, p.Advice.Action, p.Advice.Text)
		}
	}
}
