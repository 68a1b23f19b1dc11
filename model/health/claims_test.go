package health

import (
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// A look under way leaves what came before in the past.
func TestDataOfALookBeforeIsSaidInThePast(t *testing.T) {
	x := three(t)
	x.seconds(120, func() {})
	x.run(8 * time.Second)
	p := x.pipeline("trades")
	if line := factOf(p.Advice.Evidence, model.KindCanary); !strings.Contains(line.Says, "data last came 8s ago") {
		t.Errorf("canary: %q", line.Says)
	}
	x.sing("ams", model.ClassTimeout)
	if c := x.cluster("ams").Canary; !c.Since.Equal(x.now.Add(-time.Second)) {
		t.Errorf("no data since %s, now %s", c.Since, x.now)
	}
}

// A lag whose trend is not measured is given without one, and a pipeline that
// stands with a lag that is not known does not stream.
func TestNoClaimsWithoutEvidence(t *testing.T) {
	x := newWorld(t)
	x.clients["trades@ams"].lag = 500
	x.run(10 * time.Second)
	if p := x.pipeline("trades"); strings.Contains(p.Reason, "neither") || p.Verdict != model.PipelineStreaming {
		t.Errorf("%s: %s", p.Verdict, p.Reason)
	}
	x.run(2 * time.Minute)
	x.clients["trades@ams"].stopped = true
	x.clients["trades@ams"].tipFrozen = true
	x.clusters["ams"].fail = model.ClassTimeout
	x.run(30 * time.Second)
	p := x.wantPipeline(model.PipelineUnknown, model.ActionWait)
	if p.Retention != nil {
		t.Errorf("a countdown of %s", p.Retention.Left)
	}
}

// A countdown needs a pipeline that was watched to stand, and a window that moves.
func TestCountdownOnlyWhereDataIsBeingLost(t *testing.T) {
	x := newWorld(t)
	x.clients["trades@ams"].stopped = true
	x.run(40 * time.Second)
	if p := x.pipeline("trades"); p.Retention != nil {
		t.Errorf("at the start: %s", p.Retention.Left)
	}
	x.run(time.Minute)
	if p := x.pipeline("trades"); p.Retention == nil {
		t.Error("no countdown of a pipeline that stands")
	}
	x.clusters["ams"].frozen, x.clusters["nyc"].frozen = true, true
	x.run(time.Minute)
	if p := x.pipeline("trades"); p.Retention != nil {
		t.Errorf("while the chain stands: %s", p.Retention.Left)
	}
}

// The client goes on only where it did since this console sees nothing.
func TestClientThatWentOnBeforeTheConsoleWentBlind(t *testing.T) {
	x := newWorld(t)
	x.run(2 * time.Minute)
	x.failAll(model.ClassUnreachable)
	x.clients["trades@ams"].stopped = true
	x.run(32 * time.Second)
	p := x.pipeline("trades")
	if p.Advice.Action != model.ActionCheckConsole || strings.Contains(p.Advice.Text, "goes on") {
		t.Errorf("text: %q", p.Advice.Text)
	}
	x.run(2 * time.Minute)
	if text := x.pipeline("trades").Advice.Text; !strings.Contains(text, "gets no data either") {
		t.Errorf("the client stands too: %q", text)
	}
	x.clients["trades@ams"].seesTip = true
	x.run(time.Minute)
	if text := x.pipeline("trades").Advice.Text; strings.Contains(text, "gets no data either") {
		t.Errorf("the client sees the tip move on: %q", text)
	}
}

// Where several calls are refused it is one trouble with one name.
func TestRefusalHasOneName(t *testing.T) {
	x := newWorld(t)
	x.run(time.Minute)
	x.clusters["ams"].fail = model.ClassAuth
	x.run(10 * time.Second)
	for range 10 {
		x.run(500 * time.Millisecond)
		if c := x.cluster("ams"); !strings.HasPrefix(c.Reason, "ams refuses our calls: ") {
			t.Fatalf("reason: %q", c.Reason)
		}
	}
}

// A look that was under way when the clock was set back began in what is now the
// future: an outage after that is called all the same.
func TestLooksUnderWayWhenTheClockIsSetBack(t *testing.T) {
	x := newWorld(t)
	x.run(3 * time.Minute)
	before := x.now
	x.now = x.now.Add(-20 * time.Minute)
	for _, e := range []model.Evidence{
		{Kind: model.KindVersion, Failure: model.NewFailure(model.ClassDNS, "simulated", nil)},
		{Kind: model.KindMetrics, Pipeline: "trades", Failure: model.NewFailure(model.ClassDNS, "simulated", nil)},
		{Kind: model.KindCursor, Pipeline: "trades", Cursor: &model.Cursor{Slot: 1}},
	} {
		e.Cluster, e.Asked, e.Answered = "ams", before, x.now
		x.w.Observe(e)
	}
	x.run(2 * time.Minute)
	x.clusters["ams"].fail = model.ClassServer
	x.clients["trades@ams"].stopped = true
	x.clients["trades@ams"].tipFrozen = true
	x.run(x.r.DownAfter + 2*x.interval)
	x.wantPipeline(model.PipelineCutOff, model.ActionFailOver)
}
