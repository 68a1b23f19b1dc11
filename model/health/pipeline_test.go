package health

import (
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

func TestStreaming(t *testing.T) {
	x := newWorld(t)
	x.run(time.Minute)
	p := x.wantPipeline(model.PipelineStreaming, model.ActionNone)
	if p.LagOffsets == nil || *p.LagOffsets != 20 {
		t.Errorf("lag in offsets: %v", p.LagOffsets)
	}
	if p.LagSlots == nil || *p.LagSlots < 5 || *p.LagSlots > 12 {
		t.Errorf("lag in slots: %v", p.LagSlots)
	}
	if len(p.Advice.Evidence) < 4 {
		t.Errorf("evidence: %+v", p.Advice.Evidence)
	}
	if got := x.w.Lags(x.now); len(got) != 1 || got[0].Lag != 20 || got[0].Cluster != "ams" || got[0].Pipeline != "trades" {
		t.Errorf("lags: %v", got)
	}
}

func TestGaugesThatAreNoMeasurement(t *testing.T) {
	t.Run("tip 0 after a start", func(t *testing.T) {
		x := newWorld(t)
		x.clients["trades@ams"].tipZero = true
		x.run(time.Minute)
		p := x.wantPipeline(model.PipelineStreaming, model.ActionNone)
		if p.LagOffsets == nil || *p.LagOffsets != 20 {
			t.Errorf("lag %v, want that of the console's own tip", p.LagOffsets)
		}
	})
	t.Run("committed 0", func(t *testing.T) {
		x := newWorld(t)
		x.clients["trades@ams"].noCommit = true
		x.run(5 * time.Minute)
		p := x.wantPipeline(model.PipelineStreaming, model.ActionNone)
		if p.LagOffsets != nil {
			t.Errorf("lag %d of a client that never commits", *p.LagOffsets)
		}
	})
	t.Run("frozen tip in a total outage", func(t *testing.T) {
		x := newWorld(t)
		x.run(time.Minute)
		x.clusters["ams"].fail = model.ClassTimeout
		x.clients["trades@ams"].tipFrozen, x.clients["trades@ams"].stopped = true, true
		x.run(40 * time.Second)
		if p := x.pipeline("trades"); p.LagOffsets != nil {
			t.Errorf("lag %d from a frozen tip", *p.LagOffsets)
		}
		x.run(150 * time.Second)
		x.wantPipeline(model.PipelineCutOff, model.ActionFailOver)
	})
	t.Run("client's tip serves while it moves", func(t *testing.T) {
		x := newWorld(t)
		x.run(time.Minute)
		x.clusters["ams"].fail = model.ClassTimeout
		x.run(time.Minute)
		if p := x.pipeline("trades"); p.LagOffsets == nil {
			t.Error("no lag, although the client sees the tip move")
		}
	})
	t.Run("restart is no rewind", func(t *testing.T) {
		x := newWorld(t)
		x.run(5 * time.Minute)
		k := x.clients["trades@ams"]
		k.pace = 5 // it makes up for what it missed
		for range 10 {
			k.down = true
			x.run(4 * time.Second)
			k.down, k.noCommit, k.tipZero = false, true, true
			x.run(6 * time.Second)
			k.noCommit, k.tipZero = false, false
			x.run(30 * time.Second)
			x.wantPipeline(model.PipelineStreaming, model.ActionNone)
		}
	})
}

func TestOwnSideRows(t *testing.T) {
	for _, test := range []struct {
		name    string
		fault   func(x *world)
		after   time.Duration
		verdict model.PipelineVerdict
		action  model.Action
	}{
		{"client down, not yet", func(x *world) { x.clients["trades@ams"].down = true }, 40 * time.Second, model.PipelineUnknown, model.ActionNone},
		{"client down", func(x *world) { x.clients["trades@ams"].down = true }, 64 * time.Second, model.PipelineClientDown, model.ActionCheckYourSide},
		{"silent, not yet", func(x *world) { x.clients["trades@ams"].stopped = true }, 58 * time.Second, model.PipelineStreaming, model.ActionNone},
		{"silent", func(x *world) { x.clients["trades@ams"].stopped = true }, 60 * time.Second, model.PipelineSilent, model.ActionAskSupport},
		{"silent alone", func(x *world) {
			x.clients["trades@ams"].stopped = true
			x.clients["orders@ams"] = &simClient{pace: 1}
		}, 64 * time.Second, model.PipelineSilent, model.ActionCheckYourSide},
		{"falling behind", func(x *world) { x.clients["trades@ams"].pace = 0.4 }, 2 * time.Minute, model.PipelineFallingBehind, model.ActionCheckYourSide},
		{"falling behind slowly", func(x *world) { x.clients["trades@ams"].pace = 0.9 }, 12 * time.Minute, model.PipelineFallingBehind, model.ActionCheckYourSide},
		{"subscriber lost", func(x *world) { x.clusters["ams"].subs = nil }, 4 * time.Second, model.PipelineSubscriberLost, model.ActionRecreateSubscriber},
		{"subscriber stale", func(x *world) { x.clusters["ams"].subs[0].Stale = true }, 4 * time.Second, model.PipelineSubscriberStale, model.ActionRecreateSubscriber},
		{"subscriber lost at the standby", func(x *world) { x.clusters["nyc"].subs = nil }, time.Minute, model.PipelineStreaming, model.ActionNone},
		{"degraded", func(x *world) { x.clusters["ams"].rtt = 2 * time.Second }, 3 * time.Minute, model.PipelineStreaming, model.ActionAskSupport},
		{"refused", func(x *world) { x.clusters["ams"].fail = model.ClassAuth }, time.Minute, model.PipelineStreaming, model.ActionFixConfiguration},
		{"blip", func(x *world) { x.clusters["ams"].fail = model.ClassTimeout }, 10 * time.Second, model.PipelineStreaming, model.ActionWait},
	} {
		t.Run(test.name, func(t *testing.T) {
			x := newWorld(t)
			x.run(2 * time.Minute)
			test.fault(x)
			x.run(test.after)
			x.wantPipeline(test.verdict, test.action)
		})
	}
}

func TestScrapesSayNothingWhileTheCursorMoves(t *testing.T) {
	x := newWorld(t)
	x.run(time.Minute)
	// The page is gone, but the client still writes its cursor.
	x.clients["trades@ams"].hidden = true
	for range 100 {
		x.run(2 * time.Second)
		x.w.Observe(model.Evidence{
			Kind: model.KindMetrics, Pipeline: "trades", Cluster: "ams", Asked: x.now, Answered: x.now,
			Failure: model.NewFailure(model.ClassUnreachable, "refused", nil),
		})
	}
	x.wantPipeline(model.PipelineStreaming, model.ActionNone)
}

func TestClientsThatStopTogetherAreNotAccused(t *testing.T) {
	x := newWorld(t)
	x.clients["orders@ams"] = &simClient{pace: 1}
	x.run(2 * time.Minute)
	x.clients["trades@ams"].stopped = true
	x.run(10 * time.Second) // the other's last commit came a little later
	x.clients["orders@ams"].stopped = true
	x.run(52 * time.Second)
	x.wantPipeline(model.PipelineSilent, model.ActionAskSupport)
}

func TestClientGetsTimeToComeBackWithItsCluster(t *testing.T) {
	x := newWorld(t)
	x.run(2 * time.Minute)
	x.clusters["ams"].fail = model.ClassAuth
	x.clients["trades@ams"].stopped = true
	x.run(5 * time.Minute)
	x.clusters["ams"].fail = ""
	x.run(50 * time.Second)
	if v := x.pipeline("trades").Verdict; v == model.PipelineSilent {
		t.Error("silent, although its cluster has only just let it in again")
	}
	x.run(20 * time.Second)
	x.wantPipeline(model.PipelineSilent, model.ActionAskSupport)
}

func TestDoubleActive(t *testing.T) {
	x := newWorld(t)
	x.run(time.Minute)
	x.clients["trades@nyc"] = &simClient{pace: 1}
	x.run(10 * time.Second)
	x.wantPipeline(model.PipelineStreaming, model.ActionNone)
	x.run(30 * time.Second)
	x.wantPipeline(model.PipelineDoubleActive, model.ActionCheckYourSide)
}

func TestCutoverIsNotDoubleActiveAndCatchesUp(t *testing.T) {
	x := newWorld(t)
	x.run(5 * time.Minute)
	run := &model.Run{ID: "1", Pipeline: "trades", Kind: model.Cutover, From: "ams", To: "nyc", State: model.RunRunning}
	x.w.SetRun("trades", run)
	x.wantPipeline(model.PipelineMoving, model.ActionWait)
	x.clients["trades@ams"].down = true
	x.run(4 * time.Second)
	x.clients["trades@nyc"] = &simClient{pace: 5, lag: 8000}
	x.run(20 * time.Second)
	done := *run
	done.State = model.RunDone
	x.w.SetRun("trades", &done)
	x.w.SetActive("trades", "nyc")
	x.w.SetLastFailover("trades", x.now)
	x.run(20 * time.Second)
	p := x.wantPipeline(model.PipelineCatchingUp, model.ActionNone)
	if !strings.Contains(p.Reason, "to go") {
		t.Errorf("reason: %q", p.Reason)
	}
	for range 100 {
		x.run(5 * time.Second)
		if p := x.pipeline("trades"); p.Verdict != model.PipelineCatchingUp && p.Verdict != model.PipelineStreaming {
			t.Fatalf("after %s: %s (%s)", x.now.Sub(epoch), p.Verdict, p.Reason)
		}
	}
	x.wantPipeline(model.PipelineStreaming, model.ActionNone)
	// Home has been healthy for long: the way back.
	x.run(20 * time.Minute)
	x.wantPipeline(model.PipelineStreaming, model.ActionFailBack)
}

func TestFailBackAtItsThreshold(t *testing.T) {
	x := newWorld(t)
	x.clients["trades@nyc"] = x.clients["trades@ams"]
	delete(x.clients, "trades@ams")
	x.w.SetActive("trades", "nyc")
	x.run(6 * time.Second) // healthy since now
	x.run(30*time.Minute - 2*time.Second)
	p := x.wantPipeline(model.PipelineStreaming, model.ActionNone)
	if !strings.Contains(p.Advice.Text, "of the 30m before a failback") {
		t.Errorf("text: %q", p.Advice.Text)
	}
	x.run(2 * time.Second)
	x.wantPipeline(model.PipelineStreaming, model.ActionFailBack)
	x.clusters["ams"].fail = model.ClassServer
	x.run(2 * time.Second)
	x.wantPipeline(model.PipelineStreaming, model.ActionNone)
}

func TestSawToothIsNoGrowth(t *testing.T) {
	x := newWorld(t)
	k := x.clients["trades@ams"]
	for range 360 { // commits every 10 s only
		k.stopped = true
		x.run(8 * time.Second)
		k.stopped, k.pace = false, 100
		x.run(2 * time.Second)
		if x.now.Sub(epoch) > time.Minute {
			x.wantPipeline(model.PipelineStreaming, model.ActionNone)
		}
		if t.Failed() {
			return
		}
	}
}

func TestDataLossSoon(t *testing.T) {
	x := newWorld(t)
	x.run(2 * time.Minute)
	x.clients["trades@ams"].down = true
	x.run(80 * time.Minute) // of two hours
	if a := x.pipeline("trades").Advice; a.UrgentSeconds != nil {
		t.Errorf("urgent too early: %v", *a.UrgentSeconds)
	}
	x.run(15 * time.Minute)
	p := x.wantPipeline(model.PipelineClientDown, model.ActionCheckYourSide)
	if u := p.Advice.UrgentSeconds; u == nil || *u < 1300 || *u > 1700 {
		t.Errorf("urgent seconds: %v", u)
	}
	x.clusters["ams"].fail = model.ClassTimeout // a blip: the action would be to wait
	x.run(10 * time.Second)
	x.wantPipeline(model.PipelineClientDown, model.ActionDataLossSoon)
}

func TestTimeLeft(t *testing.T) {
	window := model.SlotRange{Min: 1000, Max: 2000}
	for _, test := range []struct {
		cursor model.Slot
		seen   time.Duration
		want   time.Duration
		ok     bool
	}{
		{1499, 0, 200 * time.Second, true},
		{1499, 10 * time.Second, 190 * time.Second, true},
		{1000, 0, 400 * time.Millisecond, true},
		{999, 0, 0, true},
		{500, 0, 0, true},
		{2000, 0, 0, false},
		{2000, 10 * time.Second, 390400 * time.Millisecond, true}, // by now there is more
		{2025, 10 * time.Second, 0, false},
		{3000, 0, 0, false},
	} {
		got, ok := TimeLeft(test.cursor, window, test.seen, 2.5)
		if got != test.want || ok != test.ok {
			t.Errorf("TimeLeft(%d, seen %s) = %s, %v; want %s, %v", test.cursor, test.seen, got, ok, test.want, test.ok)
		}
	}
	if _, ok := TimeLeft(1500, window, 0, 0); ok {
		t.Error("a chain that stands loses nothing")
	}
}

func TestRunsThatNeedAPerson(t *testing.T) {
	x := newWorld(t)
	x.run(time.Minute)
	for state, want := range map[model.RunState]string{
		model.RunWaiting:     "waits for an answer: is it stopped?",
		model.RunInterrupted: "resume it or abort it",
	} {
		x.w.SetRun("trades", &model.Run{Kind: model.Cutover, To: "nyc", State: state, Question: "is it stopped?"})
		if p := x.wantPipeline(model.PipelineMoving, model.ActionWait); !strings.Contains(p.Advice.Text, want) {
			t.Errorf("%s: %q", state, p.Advice.Text)
		}
	}
}

func TestWords(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0s", 9 * time.Second: "9s", 192 * time.Second: "3m12s", 3 * time.Minute: "3m",
		65 * time.Minute: "1h05m", 51 * time.Hour: "2d3h",
	} {
		if got := model.Span(d); got != want {
			t.Errorf("model.Span(%d) = %q, want %q", d, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -1234567: "-1,234,567"} {
		if got := model.Count(n); got != want {
			t.Errorf("model.Count(%d) = %q, want %q", n, got, want)
		}
	}
}
