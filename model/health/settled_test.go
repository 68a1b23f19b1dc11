package health

import (
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// An outage is as long as the time since its first failed call, everywhere.
func TestOutageCountsFromItsFirstFailedCall(t *testing.T) {
	x := newWorld(t)
	x.run(time.Minute)
	x.clusters["ams"].fail = model.ClassTimeout
	x.clients["trades@ams"].stopped = true
	x.run(2 * time.Second)
	first := x.now.Add(-x.clusters["ams"].rtt).Add(20 * time.Millisecond)
	x.run(4 * time.Minute)
	c, p := x.cluster("ams"), x.pipeline("trades")
	if !c.Since.Equal(first) || !p.Since.Equal(first) {
		t.Errorf("since %s and %s, want %s", c.Since, p.Since, first)
	}
	if !strings.Contains(c.Reason, " for 4m,") || !strings.HasPrefix(p.Advice.Text, "ams has been down for 4m ") {
		t.Errorf("%q and %q", c.Reason, p.Advice.Text)
	}
}

// Data that is withheld is a silence on its way, and no slow client.
func TestWithheldDataAccusesNobody(t *testing.T) {
	x := newWorld(t)
	x.run(2 * time.Minute)
	x.clients["trades@ams"].stopped = true
	for range 59 {
		x.run(time.Second)
		x.wantPipeline(model.PipelineStreaming, model.ActionNone)
	}
	if a := x.pipeline("trades").Advice; a.Change != "silent in 1s unless it commits" && a.Change != "silent in 2s unless it commits" {
		t.Errorf("change: %q", a.Change)
	}
	x.run(2 * time.Second)
	x.wantPipeline(model.PipelineSilent, model.ActionAskSupport)
}

// One commit does not end a silence, two do.
func TestSilenceEndsWithTheSecondCommit(t *testing.T) {
	x := newWorld(t)
	x.run(2 * time.Minute)
	k := x.clients["trades@ams"]
	k.stopped, k.noCursor = true, true
	x.run(80 * time.Second)
	x.wantPipeline(model.PipelineSilent, model.ActionAskSupport)
	k.stopped = false
	x.run(2 * time.Second)
	x.wantPipeline(model.PipelineSilent, model.ActionAskSupport)
	x.run(2 * time.Second)
	if v := x.pipeline("trades").Verdict; v == model.PipelineSilent {
		t.Error("still silent")
	}
}

func TestFailBackWaitsAfterAMove(t *testing.T) {
	x := newWorld(t)
	x.run(2 * time.Hour) // home has been stable all along
	x.clients["trades@nyc"] = x.clients["trades@ams"]
	x.clients["trades@nyc"].committed = 0
	delete(x.clients, "trades@ams")
	x.w.SetActive("trades", "nyc")
	x.w.SetLastFailover("trades", x.now)
	x.run(9*time.Minute + 50*time.Second)
	p := x.wantPipeline(model.PipelineStreaming, model.ActionNone)
	if !strings.Contains(p.Advice.Text, "moved only 9m50s ago") || p.Advice.Change != "fail back in 10s if ams stays healthy: stable for 2h09m of 30m" {
		t.Errorf("%q, change %q", p.Advice.Text, p.Advice.Change)
	}
	x.run(10 * time.Second)
	x.wantPipeline(model.PipelineStreaming, model.ActionFailBack)
}

// A client that is restarted over and over and never commits is not unknown for
// ever.
func TestRestartsWithoutACommit(t *testing.T) {
	for _, up := range []time.Duration{4 * time.Second, 20 * time.Second} {
		x := newWorld(t)
		x.run(2 * time.Minute)
		k := x.clients["trades@ams"]
		k.stopped, k.noCommit, k.noCursor = true, true, true
		for range 12 {
			k.down = true
			x.run(6 * time.Second)
			k.down, k.tipZero = false, true
			x.run(4 * time.Second)
			k.tipZero = false
			x.run(up)
		}
		x.wantPipeline(model.PipelineClientDown, model.ActionCheckYourSide)
		k.stopped, k.noCommit, k.pace = false, false, 50
		x.run(30 * time.Second)
		if v := x.pipeline("trades").Verdict; v == model.PipelineClientDown {
			t.Error("down, although it commits again")
		}
	}
}

// At another cluster offsets begin elsewhere, and about 32 slots come twice:
// neither is a rewind, nor anything else.
func TestOffsetsAfterAFailoverAreNoRewind(t *testing.T) {
	x := newWorld(t)
	x.run(5 * time.Minute)
	old := x.clients["trades@ams"]
	old.down = true
	x.clients["trades@nyc"] = &simClient{pace: 20, lag: 3 * 40, cursor: old.cursor - model.RepeatedSlots}
	x.w.SetActive("trades", "nyc")
	x.w.SetLastFailover("trades", x.now)
	for range 120 {
		x.run(time.Second)
		p := x.wantPipeline(model.PipelineStreaming, model.ActionNone)
		if p.ConsumedPerSecond != nil && *p.ConsumedPerSecond < 0 || p.CursorPerSecond != nil && *p.CursorPerSecond < 0 {
			t.Fatalf("negative pace: %v, %v", *p.ConsumedPerSecond, *p.CursorPerSecond)
		}
		if t.Failed() {
			return
		}
	}
	// A subscriber that was made again commits lower offsets than before.
	k := x.clients["trades@nyc"]
	k.committed -= 300
	k.cursor -= 100
	k.pace = 20
	for range 60 {
		x.run(time.Second)
		x.wantPipeline(model.PipelineStreaming, model.ActionNone)
	}
}

func TestOwnThresholds(t *testing.T) {
	x := newWorld(t)
	own := DefaultRules()
	own.SilentAfter, own.DownAfter = 3*time.Minute, time.Second
	x.w.SetRules("trades", own)
	x.w.SetRules("nobody", own)
	x.run(2 * time.Minute)
	x.clients["trades@ams"].stopped = true
	x.run(178 * time.Second)
	x.wantPipeline(model.PipelineStreaming, model.ActionNone)
	x.run(4 * time.Second)
	x.wantPipeline(model.PipelineSilent, model.ActionAskSupport)
	x.clusters["ams"].fail = model.ClassTimeout
	x.run(20 * time.Second)
	x.wantCluster("ams", model.ClusterBlip) // DownAfter is of clusters
	if x.w.Rules().SilentAfter != time.Minute {
		t.Error("the rules of others changed")
	}
}

func TestTimeToGo(t *testing.T) {
	x := newWorld(t)
	x.run(2 * time.Minute)
	k := x.clients["trades@ams"]
	k.committed -= 9000
	k.pace = 5 // 37.5 offsets a second consumed, 7.5 made: 300 s
	x.run(40 * time.Second)
	p := x.wantPipeline(model.PipelineCatchingUp, model.ActionNone)
	e := p.ToGo
	if e == nil || e.Likely < 250*time.Second || e.Likely > 270*time.Second || e.Low > e.Likely || e.High < e.Likely {
		t.Fatalf("to go: %+v", e)
	}
	if p.ConsumedPerSecond == nil || *p.ConsumedPerSecond < 36 || *p.ConsumedPerSecond > 39 {
		t.Errorf("consumed: %v", p.ConsumedPerSecond)
	}
	if got := estimateText(model.Estimate{Likely: 4 * time.Minute, Low: 3 * time.Minute, High: 6 * time.Minute}); got != "about 4m (3m to 6m) to go" {
		t.Errorf("%q", got)
	}
	if got := estimateText(model.Estimate{Likely: 4 * time.Minute, Low: 2 * time.Minute}); got != "about 4m (2m or more) to go" {
		t.Errorf("%q", got)
	}
}

func TestRetentionCountdown(t *testing.T) {
	x := newWorld(t)
	x.run(2 * time.Minute)
	if r := x.pipeline("trades").Retention; r != nil {
		t.Errorf("a countdown of a pipeline that streams: %+v", r)
	}
	x.clusters["nyc"].windowSize = 9000 // an hour
	x.clients["trades@ams"].stopped = true
	x.run(2 * time.Minute)
	r := x.pipeline("trades").Retention
	if r == nil || r.Cluster != "ams" || r.Urgent || r.Left < 117*time.Minute || r.Left > 119*time.Minute {
		t.Errorf("countdown: %+v", r)
	}
	x.run(89 * time.Minute)
	p := x.wantPipeline(model.PipelineSilent, model.ActionAskSupport)
	if p.Retention == nil || !p.Retention.Urgent || !strings.Contains(p.Advice.Text, "leaves the retention window of ams in 2") {
		t.Errorf("%+v: %q", p.Retention, p.Advice.Text)
	}
}

func TestSlowGrowthOverHours(t *testing.T) {
	x := newWorld(t)
	x.interval = 5 * time.Second
	x.run(time.Hour)
	x.wantPipeline(model.PipelineStreaming, model.ActionNone)
	x.clients["trades@ams"].pace = 0.98 // 540 offsets an hour
	x.run(150 * time.Minute)
	x.wantPipeline(model.PipelineFallingBehind, model.ActionCheckYourSide)
}

// A load at night that grows, stays and goes away again is none.
func TestNightlyLoadIsNoGrowth(t *testing.T) {
	x := newWorld(t)
	x.interval = 5 * time.Second
	x.run(time.Hour)
	k := x.clients["trades@ams"]
	for minute := range 120 {
		k.pace = 1
		switch {
		case minute < 20:
			k.pace = 0.985 // up to 135 offsets behind
		case minute > 100:
			k.pace = 1.1
		}
		x.run(time.Minute)
		x.wantPipeline(model.PipelineStreaming, model.ActionNone)
	}
}

// The newest slots of two clusters compare: they carry the same chain.
func TestBehindAnother(t *testing.T) {
	x := newWorld(t)
	x.run(time.Minute)
	if b := x.cluster("ams").Behind; b == nil || *b > 5 {
		t.Errorf("behind: %v", b)
	}
	x.clusters["ams"].frozen = true
	x.run(40 * time.Second)
	if b := x.cluster("ams").Behind; b == nil || *b < 90 || *b > 110 {
		t.Errorf("behind: %v", b)
	}
	x.clusters["nyc"].slot += 1e7
	x.clusters["nyc"].frozen = true
	x.run(2 * time.Second)
	e, _ := x.w.ExplainCluster("ams", x.now)
	if len(e.Hints) == 0 || !strings.Contains(strings.Join(e.Hints, " "), "carry the same chain") {
		t.Errorf("hints: %q", e.Hints)
	}
}

// Where the client sees newer slots than this console, this console is wrong.
func TestClientSeesMoreThanThisConsole(t *testing.T) {
	x := newWorld(t)
	x.run(time.Minute)
	x.clusters["ams"].frozen = true
	c := x.clusters["ams"]
	x.clients["trades@ams"].hidden = true // its page is the one below
	for range 120 {
		x.run(2 * time.Second)
		newest, committed := model.Slot(x.slot), model.Offset(c.offset+3*x.slot)
		x.w.Observe(model.Evidence{
			Kind: model.KindMetrics, Cluster: "ams", Pipeline: "trades", Asked: x.now, Answered: x.now,
			Metrics: &model.ClientMetrics{Tip: &committed, Committed: &committed, MaxSlot: &newest},
		})
	}
	a := x.pipeline("trades").Advice
	if a.Action != model.ActionCheckConsole || !strings.Contains(a.Text, "gets newer slots") {
		t.Errorf("%s: %s", a.Action, a.Text)
	}
}

// The client's own tip has frozen, while this console sees the cluster move on.
func TestFrozenTipIsNamed(t *testing.T) {
	x := newWorld(t)
	x.run(2 * time.Minute)
	x.clients["trades@ams"].tipFrozen, x.clients["trades@ams"].stopped = true, true
	x.run(70 * time.Second)
	p := x.wantPipeline(model.PipelineSilent, model.ActionAskSupport)
	if !strings.Contains(p.Reason, "as this console sees it; the client's own tip stands too") {
		t.Errorf("reason: %q", p.Reason)
	}
	found := false
	for _, f := range p.Advice.Evidence {
		found = found || (f.ID == "E5" && strings.Contains(f.Says, "though this console sees ams move on"))
	}
	if !found {
		t.Errorf("evidence: %+v", p.Advice.Evidence)
	}
}

func TestClockSetBackHidesNoOutage(t *testing.T) {
	x := newWorld(t)
	x.run(20 * time.Minute)
	x.w.SetLastFailover("trades", x.now)
	x.now = x.now.Add(-time.Hour)
	x.pipeline("trades")
	x.run(time.Minute)
	x.clusters["ams"].fail = model.ClassTimeout
	x.clients["trades@ams"].stopped = true
	x.run(184 * time.Second)
	x.wantPipeline(model.PipelineCutOff, model.ActionFailOver)
}
