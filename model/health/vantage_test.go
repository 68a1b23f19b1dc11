package health

import (
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

func TestPauseInOurLookingIsNoOutage(t *testing.T) {
	x := newWorld(t)
	x.run(time.Minute)
	x.clusters["ams"].fail = model.ClassTimeout
	x.run(20 * time.Second)
	x.paused = true
	x.run(time.Hour) // the machine sleeps
	x.paused = false
	x.run(10 * time.Second)
	x.wantCluster("ams", model.ClusterBlip)
	x.run(172 * time.Second)
	x.wantCluster("ams", model.ClusterDown)

	y := newWorld(t)
	y.run(time.Minute)
	y.paused = true
	y.run(time.Hour)
	y.paused = false
	y.run(6 * time.Second)
	y.wantCluster("ams", model.ClusterHealthy)
	y.run(time.Minute)
	if rate := y.cluster("ams").SlotsPerSecond; rate == nil || *rate < 2.4 || *rate > 2.6 {
		t.Errorf("rate after a pause: %v", rate)
	}
}

func TestClockSetBack(t *testing.T) {
	x := newWorld(t)
	x.run(10 * time.Minute)
	x.now = x.now.Add(-time.Hour)
	x.run(10 * time.Second)
	x.wantCluster("ams", model.ClusterHealthy)
	if rate := x.cluster("ams").SlotsPerSecond; rate == nil || *rate < 0 {
		t.Errorf("rate after a step of the clock: %v", rate)
	}
}

func TestConsoleOffline(t *testing.T) {
	for _, class := range []model.ErrorClass{model.ClassUnreachable, model.ClassTimeout, model.ClassDNS} {
		t.Run(string(class), func(t *testing.T) {
			x := newWorld(t)
			x.run(time.Minute)
			x.failAll(class)
			x.run(10 * time.Minute)
			x.wantCluster("ams", model.ClusterUnknown)
			x.wantCluster("nyc", model.ClusterUnknown)
			if a := x.pipeline("trades").Advice; a.Action != model.ActionCheckConsole {
				t.Errorf("advice %s: %s", a.Action, a.Text)
			}
			// nyc is back first: what failed meanwhile does not count against ams.
			x.clients["trades@ams"].stopped = true
			x.clusters["nyc"].fail = ""
			x.run(2 * time.Minute)
			x.wantCluster("nyc", model.ClusterHealthy)
			if a := x.pipeline("trades").Advice; a.Action == model.ActionFailOver {
				t.Errorf("advice %s: %s", a.Action, a.Text)
			}
		})
	}
}

func TestErrorsSentByClustersAreNotOurNetwork(t *testing.T) {
	x := newWorld(t)
	x.run(time.Minute)
	x.failAll(model.ClassServer)
	x.clients["trades@ams"].stopped = true
	x.run(200 * time.Second)
	x.wantCluster("ams", model.ClusterDown)
	x.wantPipeline(model.PipelineCutOff, model.ActionCannotFailOver)
}

func TestFastChain(t *testing.T) {
	x := newWorld(t, func(r *Rules) {
		*r = Rules{
			DownAfter: 18 * time.Second, DegradedAfter: 6 * time.Second, Window: 6 * time.Second, SilentAfter: 6 * time.Second,
			Stability: 30 * time.Second, Block: time.Minute, SlotsPerSecond: 25,
		}.ForProbing(200*time.Millisecond, time.Second)
	})
	x.interval = 200 * time.Millisecond
	x.run(3 * time.Second)
	x.wantCluster("ams", model.ClusterHealthy)
	x.wantPipeline(model.PipelineStreaming, model.ActionNone)
	x.clusters["ams"].fail = model.ClassUnreachable
	x.clients["trades@ams"].stopped = true
	x.run(17900 * time.Millisecond)
	x.wantCluster("ams", model.ClusterBlip)
	x.run(400 * time.Millisecond)
	x.wantCluster("ams", model.ClusterDown)
	p := x.wantPipeline(model.PipelineCutOff, model.ActionFailOver)
	if !strings.HasPrefix(p.Advice.Text, "ams has been down for 18s and nyc is healthy: fail trades over to nyc") {
		t.Errorf("text: %q", p.Advice.Text)
	}
	if rate := x.cluster("nyc").SlotsPerSecond; rate == nil || *rate < 24 || *rate > 26 {
		t.Errorf("rate: %v", rate)
	}
}
