package health

import (
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

func TestFirstVerdictNeedsThreeSamples(t *testing.T) {
	x := newWorld(t)
	x.wantCluster("ams", model.ClusterUnknown)
	x.run(4 * time.Second)
	x.wantCluster("ams", model.ClusterUnknown)
	x.run(2 * time.Second)
	x.wantCluster("ams", model.ClusterHealthy)
}

func TestOldEvidenceIsNoEvidence(t *testing.T) {
	x := newWorld(t)
	x.run(time.Minute)
	x.advance(x.r.MaxAge)
	x.wantCluster("ams", model.ClusterHealthy)
	x.advance(time.Second)
	x.wantCluster("ams", model.ClusterUnknown)
	if !x.cluster("ams").StableSince.IsZero() {
		t.Error("a cluster that is not known to be healthy is not stable either")
	}
}

func TestDownAtItsThreshold(t *testing.T) {
	for _, class := range []model.ErrorClass{model.ClassUnreachable, model.ClassTimeout, model.ClassServer} {
		t.Run(string(class), func(t *testing.T) {
			x := newWorld(t)
			x.run(time.Minute)
			x.clusters["ams"].fail = class
			x.run(2 * time.Second) // the first failure is sent at the end of this
			x.wantCluster("ams", model.ClusterBlip)
			x.run(80 * time.Second)
			if c := x.cluster("ams"); c.Outlook != "down in 1m40s unless it answers" {
				t.Errorf("outlook: %q", c.Outlook)
			}
			x.run(98 * time.Second)
			x.wantCluster("ams", model.ClusterBlip)
			x.run(2 * time.Second)
			x.wantCluster("ams", model.ClusterDown)
		})
	}
}

func TestOneAnswerBreaksTheSeries(t *testing.T) {
	x := newWorld(t)
	x.run(time.Minute)
	x.clusters["ams"].fail = model.ClassTimeout
	x.run(170 * time.Second)
	x.clusters["ams"].fail = ""
	x.run(2 * time.Second)
	x.clusters["ams"].fail = model.ClassTimeout
	x.run(170 * time.Second)
	if v := x.cluster("ams").Verdict; v == model.ClusterDown {
		t.Error("down, although it answered in between")
	}
	x.run(14 * time.Second)
	x.wantCluster("ams", model.ClusterDown)
}

func TestDownHealsSlowly(t *testing.T) {
	x := newWorld(t)
	x.run(time.Minute)
	x.clusters["ams"].fail = model.ClassUnreachable
	x.run(5 * time.Minute)
	x.wantCluster("ams", model.ClusterDown)
	x.clusters["ams"].fail = ""
	x.run(4 * time.Second)
	x.wantCluster("ams", model.ClusterBlip)
	x.run(24 * time.Second)
	x.wantCluster("ams", model.ClusterBlip)
	x.run(6 * time.Second)
	x.wantCluster("ams", model.ClusterHealthy)
	if s := x.cluster("ams").StableSince; x.now.Sub(s) > 10*time.Second {
		t.Errorf("stable since %s before it was healthy", x.now.Sub(s))
	}
}

func TestTroubleThatComesAndGoesIsOneBlip(t *testing.T) {
	x := newWorld(t)
	x.run(time.Minute)
	for range 10 {
		x.clusters["ams"].fail = model.ClassTimeout
		x.run(2 * time.Second)
		x.wantCluster("ams", model.ClusterBlip)
		x.clusters["ams"].fail = ""
		for range 4 {
			x.run(2 * time.Second)
			x.wantCluster("ams", model.ClusterBlip)
		}
	}
	x.run(4 * time.Second)
	x.wantCluster("ams", model.ClusterHealthy)
}

func TestLostProbesAreNoise(t *testing.T) {
	x := newWorld(t)
	x.clusters["ams"].loseEvery = 50
	x.run(10 * time.Second)
	stable := x.cluster("ams").StableSince
	x.run(2 * time.Hour)
	x.wantCluster("ams", model.ClusterHealthy)
	if got := x.cluster("ams").StableSince; !got.Equal(stable) {
		t.Errorf("stable since %v, want %v", got, stable)
	}
}

func TestOursToMendIsNoOutage(t *testing.T) {
	for class, want := range map[model.ErrorClass]model.ClusterVerdict{
		model.ClassAuth:         model.ClusterRefusingUs,
		model.ClassThrottled:    model.ClusterRefusingUs,
		model.ClassIncompatible: model.ClusterRefusingUs,
		model.ClassDNS:          model.ClusterUnknown,
	} {
		t.Run(string(class), func(t *testing.T) {
			x := newWorld(t)
			x.run(time.Minute)
			x.clusters["ams"].fail = class
			x.run(10 * time.Minute)
			x.wantCluster("ams", want)
			x.clusters["ams"].fail = ""
			x.run(6 * time.Second)
			x.wantCluster("ams", model.ClusterHealthy)
		})
	}
}

func TestStalledOnlyAgainstAnother(t *testing.T) {
	x := newWorld(t)
	x.run(time.Minute)
	x.clusters["ams"].frozen = true
	x.run(12 * time.Second)
	x.wantCluster("ams", model.ClusterHealthy)
	x.run(4 * time.Second)
	x.wantCluster("ams", model.ClusterBlip)
	x.run(162 * time.Second)
	x.wantCluster("ams", model.ClusterBlip)
	x.run(4 * time.Second)
	x.wantCluster("ams", model.ClusterStalled)
	x.wantCluster("nyc", model.ClusterHealthy)
	if rate := x.cluster("ams").SlotsPerSecond; rate == nil || *rate != 0 {
		t.Errorf("a stalled cluster makes %v slots a second", rate)
	}
}

func TestHaltOfTheChainIsNoStall(t *testing.T) {
	x := newWorld(t)
	x.run(time.Minute)
	x.speed = 0
	x.run(10 * time.Minute)
	x.wantCluster("ams", model.ClusterUnknown)
	x.wantCluster("nyc", model.ClusterUnknown)
	x.wantPipeline(model.PipelineStreaming, model.ActionChainHalted)
}

func TestCrawlingIsStalled(t *testing.T) {
	x := newWorld(t)
	x.run(2 * time.Minute)
	x.clusters["ams"].crawl = 0.1
	x.run(196 * time.Second)
	x.wantCluster("ams", model.ClusterStalled)
	y := newWorld(t)
	y.run(2 * time.Minute)
	y.clusters["ams"].crawl = 0.6
	y.run(10 * time.Minute)
	y.wantCluster("ams", model.ClusterDegraded) // it falls behind, and is no target
}

func TestStallEndsAtFullPace(t *testing.T) {
	x := newWorld(t)
	x.run(time.Minute)
	x.clusters["ams"].frozen = true
	x.run(time.Hour)
	x.wantCluster("ams", model.ClusterStalled)
	x.clusters["ams"].frozen, x.clusters["ams"].crawl = false, 1 // moves on, an hour behind
	x.run(2 * time.Minute)
	x.wantCluster("ams", model.ClusterHealthy)
}

func TestDegraded(t *testing.T) {
	slow := func(c *simCluster) { c.rtt = 1100 * time.Millisecond }
	errors := func(c *simCluster) { c.loseEvery = 3 }
	part := func(c *simCluster) { c.failTip = model.ClassServer }
	for name, fault := range map[string]func(*simCluster){"slow": slow, "errors": errors, "one call": part} {
		t.Run(name, func(t *testing.T) {
			x := newWorld(t)
			x.run(2 * time.Minute)
			fault(x.clusters["ams"])
			x.run(40 * time.Second)
			if v := x.cluster("ams").Verdict; v == model.ClusterDegraded {
				t.Error("degraded too early")
			}
			x.run(90 * time.Second)
			x.wantCluster("ams", model.ClusterDegraded)
			x.run(10 * time.Minute)
			x.wantCluster("ams", model.ClusterDegraded)
		})
	}
	x := newWorld(t)
	x.clusters["ams"].rtt = 900 * time.Millisecond
	x.clusters["nyc"].loseEvery = 6
	x.run(10 * time.Minute)
	x.wantCluster("ams", model.ClusterHealthy)
	x.wantCluster("nyc", model.ClusterHealthy)
}

func TestShortOutageDoesNotEndAsDegraded(t *testing.T) {
	for _, seconds := range []int{20, 40, 70, 150, 600} {
		x := newWorld(t)
		x.run(2 * time.Minute)
		x.clusters["ams"].fail = model.ClassTimeout
		x.run(time.Duration(seconds) * time.Second)
		x.clusters["ams"].fail = ""
		for range 60 {
			x.run(2 * time.Second)
			if v := x.cluster("ams").Verdict; v == model.ClusterDegraded {
				t.Errorf("degraded after an outage of %ds", seconds)
				break
			}
		}
	}
}
