package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

func TestHeadlines(t *testing.T) {
	snap := fakeSnapshot(1, 1, 0)
	for action, want := range map[model.Action]string{
		model.ActionNone:               "ALL WELL – nothing to do",
		model.ActionWait:               "BLIP AT ams – wait",
		model.ActionFailOver:           "OUTAGE AT ams – fail trades over to nyc",
		model.ActionCannotFailOver:     "OUTAGE AT ams – cannot fail trades over",
		model.ActionCheckConsole:       "NOT YOUR CLUSTERS: THIS CONSOLE – check this console's network",
		model.ActionCheckYourSide:      "NOT YOUR CLUSTERS: YOUR CLIENT – check trades, do not fail over",
		model.ActionFixConfiguration:   "NOT YOUR CLUSTERS: YOUR CONFIGURATION – correct it, do not fail over",
		model.ActionAskSupport:         "THE PROVIDER of ams – ask its support before failing over",
		model.ActionRecreateSubscriber: "LOST SUBSCRIBER AT ams – create it again, from cursor + 1",
		model.ActionChainHalted:        "THE CHAIN HAS HALTED – wait, no failover helps",
		model.ActionFailBack:           "ALL WELL – fail trades back to nyc when it is quiet, or stay",
		model.ActionDataLossSoon:       "DATA IS LOST IN 12m – get the client of trades going, or move it",
		model.Action("what\x1bever"):   "NOT CLEAR YET – whatever",
	} {
		s := plainScene(&snap, noon)
		p := snap.Pipelines[0]
		p.Advice = model.Advice{Action: action, Target: "nyc"}
		snap.Clusters[0].Verdict = model.ClusterHealthy
		switch action {
		case model.ActionWait:
			snap.Clusters[0].Verdict = model.ClusterBlip
		case model.ActionDataLossSoon:
			p.Advice.UrgentSeconds = ptr(720.0)
		}
		if got := s.headline(&p); got != want {
			t.Errorf("%s: got %q, want %q", action, got, want)
		}
	}
	p := snap.Pipelines[0]
	p.Advice = model.Advice{Action: model.ActionFailOver, Target: "nyc", UrgentSeconds: ptr(0.0)}
	if got, want := plainScene(&snap, noon).headline(&p), "OUTAGE AT ams · DATA IS BEING LOST – fail trades over to nyc"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestCalmOnlyWhereAllIsWell: nothing to do is not the same as all well.
func TestCalmOnlyWhereAllIsWell(t *testing.T) {
	snap := fakeSnapshot(1, 3, 0)
	snap.Clusters[1].Verdict = model.ClusterDown
	d := newDriver(t, 80, 24, snap)
	d.sees("✗ nyc is down · 3 streaming", "NOTHING WRONG HERE – trades streams", "; nyc is")
	d.lacks("ALL WELL", "all well")
	snap = fakeSnapshot(2, 3, 0)
	snap.Pipelines[1].Verdict = model.PipelineUnknown
	d.snapshot(snap)
	d.sees("NOTHING WRONG SEEN")
	d.lacks("ALL WELL", "all well")
	snap = fakeSnapshot(3, 3, 0)
	snap.Pipelines[0].Seats[0].Subscriber = model.SubscriberUnknown
	d.snapshot(snap)
	d.seesWrapped("✓ nothing wrong seen · 3 streaming", "NOTHING WRONG SEEN – trades streams", "; its subscriber there cannot be seen now")
	snap = fakeSnapshot(4, 3, 0)
	snap.Clusters[1].Canary = canaryMisses(snap.Clusters[1].Canary, 8e9, model.ClassTimeout)
	d.snapshot(snap)
	d.seesWrapped("NOTHING WRONG YET – trades streams", "; no data comes to the canary at nyc")
	d.lacks("ALL WELL", "all well")
	snap.Clusters[1].Canary = canaryMisses(snap.Clusters[1].Canary, 8e9, model.ClassAuth) // says nothing of data
	d.snapshot(snap)
	d.sees("ALL WELL")
	snap = fakeSnapshot(5, 3, 0)
	snap.Clusters[1].Verdict = model.ClusterBlip
	d.snapshot(snap)
	d.sees("nyc has a blip")
}

// TestOnceIsEnough: what the first line says the next one does not say again, nor what
// is not well twice over.
func TestOnceIsEnough(t *testing.T) {
	snap := outage(1, 3)
	d := newDriver(t, 120, 40, snap)
	p := snap.Pipelines[0]
	deed := "fail " + p.Name + " over to nyc"
	if !strings.HasSuffix(p.Advice.Text, ": "+deed) {
		t.Fatal(p.Advice.Text)
	}
	if n := strings.Count(d.screen(), deed); n != 1 {
		t.Errorf("%q %d times", deed, n)
	}

	snap = fakeSnapshot(2, 3, 0)
	snap.Clusters[0].Verdict = model.ClusterDown
	for i := range snap.Pipelines {
		away := &snap.Pipelines[i]
		away.Active, away.Readiness = "nyc", []model.Readiness{{Kind: model.Failback, Target: "ams", Ready: model.ReadyNo, Why: "ams does not answer"}}
		away.Advice = model.Advice{Action: model.ActionNone, Text: away.Name + " streams from nyc; its home ams is down"}
	}
	away := plainScene(&snap, noon)
	if got, want := away.calmLine(&snap.Pipelines[0]), "NOTHING WRONG HERE – trades streams from nyc; its home ams is down"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := away.calmAnswers(&snap.Pipelines[0])[0].text, "no – ams does not answer (trades, the first of 3)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTallyBeginsWithTheWorst(t *testing.T) {
	snap := fakeSnapshot(1, 5, 0)
	for i, v := range []model.PipelineVerdict{model.PipelineStreaming, model.PipelineUnknown, model.PipelineSilent, model.PipelineClientDown, model.PipelineStreaming} {
		snap.Pipelines[i].Verdict = v
	}
	if got, want := tallyText(snap.Pipelines), "1 client-down, 1 silent, 1 unknown, 2 streaming"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestARestingClientIsNotAllWell: a client that commits nothing is not yet silent.
func TestARestingClientIsNotAllWell(t *testing.T) {
	snap := fakeSnapshot(1, 3, 0)
	p := &snap.Pipelines[0]
	p.Advice.Text = "trades: the client at ams has committed nothing for 23s; its lag from tip is 197 offsets"
	p.Advice.Change = "silent in 37s unless it commits"
	d := newDriver(t, 80, 24, snap)
	d.sees("✓ nothing wrong yet · 3 streaming", "NOTHING WRONG YET – trades: the client", "silent in 37s unless it commits")
	d.keys("j") // another pipeline is selected: whose it is must be said
	d.seesWrapped("; trades: silent in 37s unless it commits")
	p.Active, p.Advice.Change = "nyc", "fail back in 3m if ams stays healthy"
	d.snapshot(snap)
	d.sees("ALL WELL")
}

func TestOtherPipelinesInAWord(t *testing.T) {
	snap := outage(1, 5)
	d := newDriver(t, 80, 24, snap)
	d.sees("4 more pipelines: the same")
	snap = fakeSnapshot(2, 5, 0)
	for i, action := range []model.Action{model.ActionNone, model.ActionCheckYourSide, model.ActionWait} {
		snap.Pipelines[i].Advice.Action = action
	}
	d.snapshot(snap)
	d.seesWrapped("NOT YOUR CLUSTERS: YOUR CLIENT – check accounts", "nft-index: NOT CLEAR YET – wait · 3 more pipelines: nothing to do")
}

// TestWhatWouldChangeIt shows it once: not where the sentence says it already.
func TestWhatWouldChangeIt(t *testing.T) {
	snap := fakeSnapshot(1, 1, 0)
	p := &snap.Pipelines[0]
	p.Advice = model.Advice{Action: model.ActionWait, Text: "ams does not answer", Change: "down in 1m40s unless it answers"}
	d := newDriver(t, 80, 24, snap)
	d.sees("what would change it: down in 1m40s unless it answers")
	p.Advice.Text += "; " + p.Advice.Change
	d.snapshot(snap)
	d.lacks("what would change it")
	d.sees("down in 1m40s unless it answers")
}

func TestTimeLeft(t *testing.T) {
	snap := fakeSnapshot(1, 2, 0)
	p := &snap.Pipelines[0]
	p.Verdict, p.ToGo = model.PipelineCatchingUp, &model.Estimate{Likely: 240e9, Low: 180e9, High: 360e9}
	snap.Pipelines[1].Retention = &model.Retention{Cluster: "nyc", Left: 6480e9}
	d := newDriver(t, 80, 24, snap)
	d.sees("TIME LEFT", "to go about 4m (3m–6m)", "data lost in 1h48m")
	d.keys("enter")
	d.sees("at the tip in about 4m (3m–6m)", "consumes 20.1 offsets/s, 2.5 slots/s")
	d.keys("esc", "j", "enter")
	d.seesWrapped("· data is lost in 1h48m unless it makes progress", "leaves the window of nyc")
	snap.Pipelines[1].Retention.Left = 0
	d.snapshot(snap)
	d.seesWrapped("✗ data is being lost")
	for want, e := range map[string]model.Estimate{
		"about 95s (60s or more)": {Likely: 95e9, Low: 60e9},
		"about 4m":                {Likely: 240e9, Low: 240e9, High: 250e9},
		"about 0s (0s–9s)":        {Likely: -5e9, Low: -9e9, High: 9e9},
	} {
		if got := about(&e); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestHintsAreNoAlarm: how unusual a silence is never has the look of an alarm.
func TestHintsAreNoAlarm(t *testing.T) {
	snap := fakeSnapshot(1, 1, 0)
	snap.Clusters[0].Suspicion, snap.Clusters[0].Behind = ptr(4.12), ptr(uint64(12))
	d := newDriver(t, 120, 40, snap)
	d.m.theme, d.m.screen = newTheme(false, true), ""
	d.sees("unusual silence: phi 4.1 · 12 slots behind nyc")
	want := d.m.theme.paint(roleFaint, "unusual silence: phi 4.1 · 12 slots behind nyc")
	if !strings.Contains(d.m.View().Content, want) {
		t.Fatalf("the hint is not faint:\n%q", d.m.View().Content)
	}
	snap.Clusters[0].Suspicion, snap.Clusters[0].Behind = ptr(0.8), ptr(uint64(2))
	d.snapshot(snap)
	d.lacks("unusual", "behind")
}

// manyFaults has more kinds than a screen has lines.
type manyFaults struct{ fakeFaults }

func (*manyFaults) Kinds() []FaultKind {
	var out []FaultKind
	for i := range 30 {
		out = append(out, FaultKind{Name: fmt.Sprintf("kind-%d", i), About: fmt.Sprintf("what kind %d does, which takes %s more words than fit beside its name", i, strings.Repeat("many ", 8))})
	}
	return out
}

func TestFaultsListScrolls(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 1, 0))
	faults := &manyFaults{}
	d.m.opts.Faults = faults
	d.keys("!", "enter")
	d.sees("heal: end all faults", "kind-0", "what kind 0 does", "↓", "is not undone")
	d.lacks("kind-29")
	for range 30 {
		d.keys("down")
		d.sees("› break")
	}
	d.sees("› break: kind-29", "↑", "beside its name") // in full below the list
	d.keys("enter")
	d.sees("break ams (kind-29): done")
}

// The key acts on the cluster of what is selected: where another one is to be
// emptied, the command that names it is told.
func TestHintOfEvacuation(t *testing.T) {
	snap := outage(1, 3)
	snap.Pipelines[2].Active = "nyc"
	snap.Pipelines[2].Verdict, snap.Pipelines[2].Advice = model.PipelineStreaming, model.Advice{}
	d := newDriver(t, 120, 40, snap)
	d.sees(", E moves all of ams")
	d.keys("end")
	d.sees(", :evacuate ams moves all of ams")
}

// What is told of pipelines with the same advice is no better than how they stand.
func TestTheSameIsTheSame(t *testing.T) {
	snap := outage(1, 2)
	snap.Pipelines[0].Retention = nil
	d := newDriver(t, 120, 40, snap)
	d.lacks(snap.Pipelines[1].Name + ": the same")
	snap = outage(2, 2)
	d.snapshot(snap)
	d.sees(snap.Pipelines[1].Name + ": the same")
}

// A plan says how old what it tells is.
func TestPlanAges(t *testing.T) {
	d := newDriver(t, 120, 40, fakeSnapshot(1, 1, 0))
	d.keys("c")
	d.sees("written at ams, 2s ago")
	d.lacks("as of")
	d.now = d.now.Add(19 * time.Second)
	d.m.Update(tickMsg{})
	d.sees("as of 19s ago", "written at ams, 21s ago")
}
