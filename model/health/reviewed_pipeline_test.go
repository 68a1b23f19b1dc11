package health

import (
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// wantAdvice checks the advice on a pipeline, and what its words have and have not.
func (x *world) wantAdvice(pipeline string, want model.Action, has, hasNot string) {
	x.t.Helper()
	p := x.pipeline(pipeline)
	if a := p.Advice; a.Action != want || !strings.Contains(a.Text, has) || (hasNot != "" && strings.Contains(a.Text, hasNot)) {
		x.t.Errorf("after %s: %s is %s, advice %s: %q; want %s with %q and without %q",
			x.now.Sub(epoch), pipeline, p.Verdict, a.Action, a.Text, want, has, hasNot)
	}
}

// commits lets d pass for a client that commits all it has each so often, and
// counts the advice.
func (x *world) commits(every, d time.Duration) map[model.Action]int {
	k, c, seen := x.clients["trades@ams"], x.clusters["ams"], map[model.Action]int{}
	k.stopped = true
	for passed := x.interval; passed <= d; passed += x.interval {
		x.run(x.interval)
		seen[x.pipeline("trades").Advice.Action]++
		if x.now.Sub(epoch)%every == 0 {
			k.committed, k.cursor = c.offset+3*c.slot-20, c.slot-8
		}
	}
	return seen
}

func TestTipOfAClientSeesItsClusterAlive(t *testing.T) {
	for _, preset := range Presets() {
		t.Run(preset, func(t *testing.T) {
			r, _ := Preset(preset)
			x := newWorld(t, func(own *Rules) { *own = r })
			x.run(5 * time.Minute)
			x.clusters["ams"].fail = model.ClassUnreachable // from here only
			k := x.clients["trades@ams"]
			k.stopped, k.seesTip = true, true
			x.run(r.DownAfter + 10*time.Second)
			for range 60 {
				x.run(2 * time.Second)
				x.wantAdvice("trades", model.ActionCheckConsole, "check that client too", "fail trades over")
			}
			x.wantAdvice("orders", model.ActionCheckConsole, "the client of trades sees its tip move on", "check that client")
			k.seesTip = false // now it is gone for the client too
			x.run(r.progressAge() + 10*time.Second)
			x.wantPipeline(model.PipelineCutOff, model.ActionFailOver)
		})
	}
}

func TestClientThatCommitsInBatchesIsNotStuck(t *testing.T) {
	for _, test := range []struct {
		name   string
		rules  func() Rules
		silent time.Duration // of the pipeline; 0: as in the rules
		every  time.Duration
	}{
		{"default, own silent_after", DefaultRules, 10 * time.Minute, 90 * time.Second},
		{"cautious", cautious, 0, 110 * time.Second},
		{"aggressive", aggressive, 0, 24 * time.Second},
		{"default, beyond silent_after", DefaultRules, 0, 70 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			x := newWorld(t, func(r *Rules) { *r = test.rules() })
			if test.silent > 0 {
				own := test.rules()
				own.SilentAfter = test.silent
				x.w.SetRules("trades", own)
			}
			x.commits(test.every, 10*test.every)
			x.clusters["ams"].fail = model.ClassUnreachable // from here only
			x.clients["trades@ams"].seesTip = false
			x.commits(test.every, 6*test.every)
			if got := x.commits(test.every, 6*test.every); got[model.ActionCheckConsole] == 0 || len(got) != 1 {
				t.Errorf("advice while it commits on: %v", got)
			}
			x.run(10 * time.Minute) // it stops for good
			x.wantPipeline(model.PipelineCutOff, model.ActionFailOver)
		})
	}
}

func TestUsualLongestPause(t *testing.T) {
	var l longest
	at := epoch
	learn := func(pauses ...time.Duration) {
		for _, p := range pauses {
			at = at.Add(p)
			l.learn(at, p, 2*time.Minute)
		}
	}
	if l.usual() != 0 {
		t.Error("nothing is usual yet")
	}
	learn(time.Second, 40*time.Second, time.Second)
	if got := l.usual(); got != 40*time.Second {
		t.Errorf("the longest of the first stretch: %s", got)
	}
	for range 20 {
		learn(time.Second, time.Second, 40*time.Second)
	}
	learn(10 * time.Minute) // trouble
	learn(time.Second)
	if got := l.usual(); got != 40*time.Second {
		t.Errorf("one that was far longer is not usual: %s", got)
	}
}

func TestBlindConsoleHoldsTheTargetToTheSameTest(t *testing.T) {
	for _, test := range []struct {
		name string
		nyc  func(c *simCluster)
		want model.Action
	}{
		{"fit", func(*simCluster) {}, model.ActionFailOver},
		{"hidden too", func(c *simCluster) { c.fail = model.ClassDNS }, model.ActionFailOver},
		{"window begins after the cursor", func(c *simCluster) { c.windowSize = 100 }, model.ActionCheckConsole},
		{"stands", func(c *simCluster) { c.frozen = true }, model.ActionCheckConsole},
		{"refuses us", func(c *simCluster) { c.fail = model.ClassAuth }, model.ActionCheckConsole},
		{"sends errors", func(c *simCluster) { c.fail = model.ClassServer }, model.ActionCheckConsole},
	} {
		t.Run(test.name, func(t *testing.T) {
			x := newWorld(t)
			x.clients["orders@nyc"] = &simClient{pace: 1}
			x.w.SetActive("orders", "nyc")
			if test.name == "stands" {
				x.clients["orders@nyc"].lag = 9000
			}
			x.run(5 * time.Minute)
			x.clusters["ams"].fail = model.ClassDNS
			k := x.clients["trades@ams"]
			k.stopped, k.tipFrozen = true, true
			test.nyc(x.clusters["nyc"])
			x.run(4 * time.Minute)
			x.wantAdvice("trades", test.want, "", "own metrics")
		})
	}
}

func TestTargetThatTrailsTheCursor(t *testing.T) {
	for _, test := range []struct {
		below float64 // slots that nyc is behind ams
		want  model.Action
		has   string
	}{
		{20, model.ActionFailOver, "to nyc"},
		{5000, model.ActionCannotFailOver, "nyc"},
	} {
		x := newWorld(t)
		x.clusters["nyc"].crawl = 1
		x.clusters["nyc"].slot -= test.below
		x.run(5 * time.Minute)
		x.clusters["ams"].fail = model.ClassTimeout
		x.clients["trades@ams"].stopped = true
		x.run(5 * time.Minute)
		x.wantAdvice("trades", test.want, test.has, "")
	}
	// What is said of it, where it is the pace of a healthy one.
	window, cursor := model.SlotRange{Min: 1, Max: 1000}, &model.Cursor{Slot: 1499}
	c := &cluster{cfg: model.Cluster{Name: "nyc"}, verdict: model.ClusterHealthy, slots: &window}
	for i := range 10 {
		c.pace.add(epoch.Add(time.Duration(i)*5*time.Second), int64(900+10*i), time.Minute, 0)
	}
	if got := unfit(c, cursor); !strings.Contains(got, "500 slots below slot 1500") || !strings.Contains(got, "wait until it gets there, in about 4m10s") {
		t.Errorf("against it: %q", got)
	}
}

func TestClientAtTheTipOfACrawlingClusterIsCutOff(t *testing.T) {
	for _, pace := range []float64{0.1, 0.2} {
		x := newWorld(t)
		x.clients["orders@ams"] = &simClient{pace: 1}
		x.run(5 * time.Minute)
		x.clusters["ams"].crawl = pace
		x.run(4 * time.Minute)
		for range 300 {
			x.run(2 * time.Second)
			x.wantPipeline(model.PipelineCutOff, model.ActionFailOver)
			x.wantAdvice("orders", model.ActionFailOver, "to nyc", "")
		}
	}
	t.Run("not while it has a backlog", func(t *testing.T) {
		x := newWorld(t)
		x.clients["trades@ams"].lag, x.clients["trades@ams"].pace = 9000, 1.1
		x.run(5 * time.Minute)
		x.clusters["ams"].crawl = 0.1
		x.run(5 * time.Minute)
		x.wantAdvice("trades", model.ActionWait, "still consumes what it has", "")
	})
}

func TestUnseenPipelineIsNotAccused(t *testing.T) {
	x := newWorld(t)
	x.run(5 * time.Minute) // nothing can be seen of orders
	x.clusters["ams"].fail = model.ClassUnreachable
	x.run(5 * time.Minute)
	x.wantAdvice("orders", model.ActionCheckConsole, "trades goes on there", "host")
}

func TestCursorAloneThatStandsIsSilent(t *testing.T) {
	for _, others := range []bool{true, false} {
		x := newWorld(t)
		want := model.ActionAskSupport
		if others {
			x.clients["orders@ams"] = &simClient{pace: 1}
			want = model.ActionCheckYourSide
		}
		x.clients["trades@ams"].hidden = true
		x.run(5 * time.Minute)
		x.clients["trades@ams"].stopped = true
		x.run(50 * time.Second)
		x.wantAdvice("trades", model.ActionNone, "", "")
		x.run(20 * time.Second)
		x.wantPipeline(model.PipelineSilent, want)
		x.wantAdvice("trades", want, "the cursor of the client at ams has not moved for 1m", "answers but")
	}
}

func TestClientDownIsNotSaidWhileOffline(t *testing.T) {
	x := newWorld(t)
	x.clients["trades@ams"].noCursor = true
	x.run(5 * time.Minute)
	x.failAll(model.ClassUnreachable)
	x.clients["trades@ams"].down = true
	x.run(4 * time.Minute)
	if v := x.pipeline("trades").Verdict; v != model.PipelineUnknown {
		t.Errorf("verdict %s of a console that is offline", v)
	}
	y := newWorld(t)
	y.clients["trades@ams"].noCursor = true
	y.run(5 * time.Minute)
	y.clients["trades@ams"].down = true
	y.run(70 * time.Second)
	p := y.wantPipeline(model.PipelineClientDown, model.ActionCheckYourSide)
	if !strings.Contains(p.Reason, "no cursor of it can be read") {
		t.Errorf("reason: %q", p.Reason)
	}
}

func TestSilentEndsOnThreeCommits(t *testing.T) {
	x := newWorld(t)
	x.commits(70*time.Second, 68*time.Second)
	x.wantPipeline(model.PipelineSilent, model.ActionAskSupport)
	x.commits(70*time.Second, 6*time.Second) // once
	p := x.wantPipeline(model.PipelineSilent, model.ActionAskSupport)
	if !strings.Contains(p.Reason, "had committed nothing for 1m") || !strings.Contains(p.Reason, "went on only") {
		t.Errorf("reason: %q", p.Reason)
	}
	x.commits(70*time.Second, 14*time.Minute) // and its rhythm is known
	if got := x.commits(70*time.Second, 7*time.Minute); len(got) != 1 || got[model.ActionNone] == 0 {
		t.Errorf("advice once it committed three times: %v", got)
	}
	x.run(3 * time.Minute)
	x.wantPipeline(model.PipelineSilent, model.ActionAskSupport)
}

func TestNoTargetDoesNotHoldBesideAFitOne(t *testing.T) {
	x := newWorld(t)
	x.run(5 * time.Minute)
	x.clusters["ams"].fail = model.ClassTimeout
	x.clients["trades@ams"].stopped = true
	x.run(5 * time.Minute)
	x.wantPipeline(model.PipelineCutOff, model.ActionFailOver)
	e, _ := x.w.Explain("trades", x.now)
	for _, r := range e.Rules {
		if strings.HasPrefix(r.Rule, "cannot_fail_over") && r.State != model.RuleQuiet {
			t.Errorf("%s: %s (%s)", r.Rule, r.State, r.Measured)
		}
	}
}

func TestLateLooksAreSkipped(t *testing.T) {
	x := newWorld(t)
	x.clients["trades@ams"].noCursor = true
	x.run(5 * time.Minute)
	x.clients["trades@ams"].stopped = true
	x.clusters["ams"].fail = model.ClassTimeout
	old := x.clients["trades@ams"].committed
	x.run(4 * time.Minute)
	for i := range 150 {
		x.run(2 * time.Second)
		if i%20 == 0 { // an older page comes late
			tip, committed := model.Offset(4_000_000), model.Offset(old-100)
			x.w.Observe(model.Evidence{
				Kind: model.KindMetrics, Pipeline: "trades", Cluster: "ams", Asked: x.now.Add(-4 * time.Second), Answered: x.now.Add(-3 * time.Second),
				Metrics: &model.ClientMetrics{Tip: &tip, Committed: &committed},
			})
		}
		x.wantPipeline(model.PipelineCutOff, model.ActionFailOver)
	}
}

func TestLookThatComesTwiceCountsOnce(t *testing.T) {
	x := newWorld(t)
	x.run(time.Minute)
	x.now = x.now.Add(2 * time.Second)
	for range 2 {
		x.w.Observe(model.Evidence{
			Kind: model.KindVersion, Cluster: "ams", Asked: x.now, Answered: x.now, Failure: model.NewFailure(model.ClassThrottled, "quota", nil),
		})
		x.w.Observe(model.Evidence{Kind: model.KindSubscribers, Cluster: "ams", Asked: x.now, Answered: x.now})
	}
	x.wantCluster("ams", model.ClusterHealthy)
	x.wantPipeline(model.PipelineStreaming, model.ActionNone)
}
