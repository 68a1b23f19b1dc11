package plain

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/ui"
)

var update = flag.Bool("update", false, "write the golden sessions")

// golden compares a whole session with how it is kept.
func (r *rig) golden(name string) {
	r.t.Helper()
	path := filepath.Join("testdata", name+".golden")
	got := r.text.String()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			r.t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		r.t.Fatal(err)
	}
	if got != string(want) {
		r.t.Errorf("%s differs (go test ./ui/plain -update writes it anew); got:\n%s", path, got)
	}
}

func TestGoldenCutover(t *testing.T) {
	r := newRig(t, nil)
	r.sees(calm("trades", "accounts"))
	r.passes(3 * time.Second)
	r.sees(outage("trades", "accounts"))
	r.types("explain trades")
	r.types("plan trades")
	r.types("cutover trades")
	r.types("nyc")
	r.sees(moving(outage("trades", "accounts"), 2, model.RunRunning))
	r.passes(2 * time.Second)
	r.ports.events = append(r.ports.events, model.Event{
		ID: "a1", At: r.now, Kind: model.EventAction, Pipeline: "trades", Run: "20260102-120000-abcdef", Word: "hook stop", By: "ada@bastion",
		Reason: "run 20260102-120000-abcdef of pipeline trades: client at ams: exit code 0:\none\ntwo\nthree\nfour\nfive\ncursor=312363640\n",
	})
	r.sees(moving(outage("trades", "accounts"), 9, model.RunRunning))
	r.passes(2 * time.Second)
	r.sees(moving(outage("trades", "accounts"), 11, model.RunDone))
	r.passes(3 * time.Second)
	r.types("runs")
	r.types("report trades")
	r.types("events 3")
	r.types("config")
	r.types("quit")
	r.golden("cutover")
	if !r.s.over {
		t.Error("it was not left")
	}
	r.did("execute trades to nyc")
}

func TestGoldenInterrupted(t *testing.T) {
	r := newRig(t, nil)
	left := moving(outage("trades"), 6, model.RunInterrupted)
	r.sees(left)
	r.types("resume")
	r.types("nyc")
	r.did("resume 20260102-120000-abcdef at 6 answer \"\"")
	on := moving(outage("trades"), 7, model.RunRunning)
	on.Pipelines[0].Run.Epoch = 8
	r.sees(on)
	r.passes(3 * time.Second)
	asks := moving(outage("trades"), 7, model.RunWaiting)
	asks.Pipelines[0].Run.Epoch, asks.Pipelines[0].Run.Question = 8, "slots 5 to 9 are gone: 5 slots would be skipped; answer their number to agree"
	r.sees(asks)
	r.passes(3 * time.Second)
	r.types("5") // without the name of its pipeline that is no answer
	r.did()
	r.types("answer trades")
	r.types("status")
	r.types("5")
	r.did("resume 20260102-120000-abcdef at 7 answer \"5\"")
	r.golden("interrupted")
}

func TestGoldenEvacuation(t *testing.T) {
	r := newRig(t, nil)
	r.sees(outage("trades", "accounts", "entries"))
	r.types("evacuate ams")
	r.types("nyc")
	r.did("empty ams into nyc")
	r.ports.observe.Begun("trades", "r1", false)
	r.ports.observe.Ended(failover.EvacuationResult{Pipeline: "trades", Begun: true, Run: model.Run{ID: "r1", State: model.RunDone}})
	r.ports.observe.Ended(failover.EvacuationResult{Pipeline: "accounts", Err: errors.New("its lease is held")})
	r.ports.over()
	r.flush()
	r.golden("evacuation")
}

func TestGoldenHelp(t *testing.T) {
	r := newRig(t, nil)
	r.sees(calm("trades"))
	r.types("help")
	r.types("he cut")
	r.types("frobnicate")
	r.types("freeze")
	r.types("e")
	r.golden("help")
}

// TestManyAreFew: what is the same of hundreds of pipelines is said in a line.
func TestManyAreFew(t *testing.T) {
	var names []string
	for i := range 300 {
		names = append(names, "p"+string(rune('a'+i%26))+model.Count(i))
	}
	r := newRig(t, nil)
	r.sees(calm(names...))
	r.says("Watching 2 clusters and 300 pipelines", "Nothing to do about 300 pipelines")
	r.passes(2 * time.Second)
	r.sees(outage(names...))
	r.passes(3 * time.Second)
	if n := len(textLines(r.text.String())); n > 6 {
		t.Errorf("%d lines", n)
	}
	r.says("cluster ams: down", "300 pipelines, cut-off at ams: pa0, pb1, pc2 and 297 more", "300 pipelines, fail over to nyc")
}

// TestTypeAheadAndPaste: what was typed before the question was printed does not
// confirm, nor do several lines at once, nor anything but the name.
func TestTypeAheadAndPaste(t *testing.T) {
	for name, tt := range map[string]struct {
		do   func(r *rig)
		says string
	}{
		"type-ahead": {func(r *rig) { r.bursts("cutover trades", "nyc") }, "does not count: nyc"},
		"type-ahead on a slow line": {func(r *rig) {
			r.slow = true
			r.types("cutover trades")
			r.types("nyc")
			r.slow = false
		}, "does not count: nyc"},
		"as the question comes": {func(r *rig) {
			r.types("cutover trades")
			r.s.ask.printedAt = r.now
			r.bursts("nyc")
		}, "does not count: nyc"},
		"a paste of more": {func(r *rig) {
			r.types("cutover trades")
			r.passes(3 * time.Second)
			r.bursts("nyc", "status")
		}, "several lines at once look like a paste"},
		"a paste with more before": {func(r *rig) {
			r.types("cutover trades")
			r.passes(3 * time.Second)
			r.bursts("", "nyc")
		}, "Cancelled, because an empty line was typed"},
		"another name": {func(r *rig) { r.types("cutover trades"); r.types("ams") }, `"ams" is not the target, nyc`},
		"a paste with marks": {func(r *rig) {
			r.types("cutover trades")
			r.types("\x1b[200~nyc\x1b[201~")
		}, "is not the target, nyc"},
		"a command":     {func(r *rig) { r.types("cutover trades"); r.types("unended") }, "No run is under way."},
		"too late":      {func(r *rig) { r.types("cutover trades"); r.passes(ui.ExpireAfter); r.types("nyc") }, "Expired: the cutover of trades to nyc"},
		"going back":    {func(r *rig) { r.types("cutover trades"); r.types("back"); r.types("nyc") }, "Cancelled"},
		"end of input":  {func(r *rig) { r.types("cutover trades"); r.s.ended(); r.passes(time.Second) }, "Cancelled, because no more lines come"},
		"another plan":  {func(r *rig) { r.types("cutover trades"); r.types("home trades"); r.types("nyc") }, "There is no command nyc"},
		"plan-again":    {func(r *rig) { r.types("cutover trades"); r.types("plan-again"); r.types("ams") }, "Cancelled"},
		"plan asks not": {func(r *rig) { r.types("plan trades"); r.types("nyc") }, "There is no command nyc"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil)
			r.sees(outage("trades"))
			tt.do(r)
			r.passes(2 * time.Second)
			r.did()
			r.says(tt.says)
		})
	}
}

// TestTypedByHandConfirms is the other side of it.
func TestTypedByHandConfirms(t *testing.T) {
	r := newRig(t, nil)
	r.sees(outage("trades"))
	r.bursts("cutover trades", "nyc") // does not count, and takes nothing back
	r.types("nyc")
	r.did("execute trades to nyc")
	r.types("cutover trades")
	r.types("mode hybrid")
	r.says("hybrid")
	r.types("  nyc ")
	r.did("execute trades to nyc")
}

func TestRunsAreTakenUp(t *testing.T) {
	ask := func(snap model.Snapshot) model.Snapshot {
		snap.Pipelines[0].Run.Question = "is the client stopped?"
		return snap
	}
	for name, tt := range map[string]struct {
		snap  model.Snapshot
		lines []string
		did   []string
		says  string
	}{
		"given up":           {moving(outage("trades"), 5, model.RunInterrupted), []string{"give-up trades", "ams"}, []string{"abort 20260102-120000-abcdef"}, "is driven by this console now"},
		"by the target":      {moving(outage("trades"), 5, model.RunInterrupted), []string{"give-up", "nyc"}, nil, "is not the source, ams"},
		"too late":           {moving(outage("trades"), 9, model.RunInterrupted), []string{"give-up"}, nil, "It cannot be given up: the client at nyc was told to start"},
		"of another console": {moving(outage("trades"), 5, model.RunRunning), []string{"give-up"}, nil, "it is driven by ada@bastion (process 4711)"},
		"asks nothing":       {moving(outage("trades"), 5, model.RunInterrupted), []string{"answer abcdef"}, nil, "It asks nothing."},
		"answered":           {ask(moving(outage("trades"), 3, model.RunWaiting)), []string{"answer", "yes"}, []string{`resume 20260102-120000-abcdef at 3 answer "yes"`}, "To give it up instead"},
		"resumed, but asks":  {ask(moving(outage("trades"), 3, model.RunWaiting)), []string{"resume"}, nil, "type answer trades"},
		"none":               {calm("trades"), []string{"resume"}, nil, "No run is under way."},
		"named wrongly":      {moving(outage("trades"), 5, model.RunInterrupted), []string{"resume accounts"}, nil, "No run accounts is under way, but those of trades."},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil)
			r.sees(tt.snap)
			for _, l := range tt.lines {
				r.types(l)
			}
			r.did(tt.did...)
			r.says(tt.says)
		})
	}
}

// TestMovedOnRunIsNotTakenUp: a question about a run is bound to how it was shown.
func TestMovedOnRunIsNotTakenUp(t *testing.T) {
	r := newRig(t, nil)
	r.sees(moving(outage("trades"), 5, model.RunInterrupted))
	r.types("resume")
	r.sees(moving(outage("trades"), 6, model.RunInterrupted))
	r.says("Cancelled, because the run moved on since this was printed")
	r.types("nyc")
	r.did()
}

// TestAnswerMeetsNoOther: what is typed as the answer of one run is not taken for
// that of another which asks meanwhile.
func TestAnswerMeetsNoOther(t *testing.T) {
	const asks = "is the client stopped? answer yes"
	snap := func(trades, accounts model.RunState) model.Snapshot {
		s := moving(outage("trades", "accounts"), 7, trades)
		other := moving(outage("accounts"), 7, accounts).Pipelines[0]
		other.Run.ID = "20260102-120000-bbbbbb"
		s.Pipelines[1].Run, s.Pipelines[1].Verdict = other.Run, other.Verdict
		for i := range s.Pipelines {
			if r := s.Pipelines[i].Run; r.State == model.RunWaiting {
				r.Question = asks
			}
		}
		return s
	}
	r := newRig(t, nil)
	r.sees(outage("trades", "accounts"))
	r.s.drivenHere("20260102-120000-abcdef", "trades", 0)
	r.s.drivenHere("20260102-120000-bbbbbb", "accounts", 0)
	r.sees(snap(model.RunWaiting, model.RunRunning))
	r.passes(2 * time.Second)
	r.says("type answer trades")
	r.types("answer trades")
	r.says("It asks: "+asks, "Type the answer on a line of its own")
	r.sees(snap(model.RunRunning, model.RunWaiting)) // answered elsewhere, and the other one asks
	r.passes(2 * time.Second)
	r.says("Cancelled", "type answer accounts")
	r.types("yes")
	r.did()
	r.types("answer accounts")
	r.types("yes")
	r.did(`resume 20260102-120000-bbbbbb at 7 answer "yes"`)
}

func TestReadOnlyDoesNothing(t *testing.T) {
	r := newRig(t, func(o *ui.Options) { o.ReadOnly = true })
	r.sees(moving(outage("trades"), 5, model.RunInterrupted))
	for _, v := range r.s.verbs {
		if v.acts {
			r.types(v.name + " trades")
			r.types("nyc")
		}
	}
	if r.did(); len(r.ports.calls) > 0 {
		t.Errorf("it asked for %q", r.ports.calls)
	}
	r.says("This console is read-only")
	r.types("fault ams down")
	r.did("fault ams down") // what a demo breaks is nobody's
}

// TestOtherDeeds are those with a question of their own, or none.
func TestOtherDeeds(t *testing.T) {
	away := calm("trades")
	away.Pipelines[0].Active = "nyc"
	for name, tt := range map[string]struct {
		snap  model.Snapshot
		lines []string
		did   []string
		says  string
	}{
		"home":             {away, []string{"home", "nyc"}, []string{"home of trades is nyc"}, "The home of trades is nyc now."},
		"home at home":     {calm("trades"), []string{"home"}, nil, "Not now: trades is active at its home, ams."},
		"failback at home": {calm("trades"), []string{"failback"}, nil, "Not now: trades is active at its home, ams, already."},
		"recreate":         {calm("trades"), []string{"recreate"}, nil, "is neither lost nor stale"},
		"canary":           {calm("trades"), []string{"canary"}, []string{"canary true"}, "The canary is on"},
		"canary off":       {calm("trades"), []string{"canary off"}, []string{"canary false"}, "The canary is off"},
		"fault":            {calm("trades"), []string{"fault ams down", "fault ams heal"}, []string{"fault ams down", "heal ams"}, "Done: ams heal."},
		"faults":           {calm("trades"), []string{"fault"}, nil, "Down: nothing answers."},
		"elsewhere":        {calm("trades"), []string{"cutover trades fra"}, nil, "cannot be moved to fra, but to nyc."},
		"which":            {calm("trades", "accounts"), []string{"cutover"}, nil, "Name a pipeline: trades and accounts."},
		"unknown":          {calm("trades"), []string{"explain quotes"}, nil, "There is no pipeline quotes, but trades."},
		"beginnings":       {calm("trades"), []string{"une"}, nil, "No run is under way."},
		"empty the wrong":  {calm("trades"), []string{"evacuate fra"}, nil, "There is no cluster fra, but ams and nyc."},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil)
			r.sees(tt.snap)
			for _, l := range tt.lines {
				r.types(l)
			}
			r.did(tt.did...)
			if tt.says == "Down: nothing answers." {
				tt.says = "down: nothing answers."
			}
			r.says(tt.says)
		})
	}
}

// TestQuitSaysWhatGoesOn: leaving while a run is driven here is asked twice.
func TestQuitSaysWhatGoesOn(t *testing.T) {
	r := newRig(t, nil)
	r.sees(outage("trades"))
	r.types("cutover")
	r.types("nyc")
	r.asksBeforeLeaving()
}

// asksBeforeLeaving fails unless leaving is asked twice.
func (r *rig) asksBeforeLeaving() {
	r.t.Helper()
	r.types("quit")
	r.says("What this console drives goes on when you leave", "Type quit again to leave")
	if r.s.over {
		r.t.Fatal("it was left without asking")
	}
	if r.types("quit"); !r.s.over {
		r.t.Fatal("it was not left")
	}
}

// TestVerbsAreOfTheVocabulary: both consoles have one set of names.
func TestVerbsAreOfTheVocabulary(t *testing.T) {
	names := map[string]bool{}
	for _, w := range ui.Vocabulary(true) {
		names[w.Name] = true
	}
	r := newRig(t, nil)
	r.sees(calm("trades"))
	for _, v := range r.s.verbs {
		if !names[v.name] {
			t.Errorf("%s is not in the vocabulary", v.name)
		}
	}
	for name := range names {
		r.text.Reset()
		if _, ok := r.s.verb(name); !ok {
			r.types(name)
			r.says("belongs to the console on a screen")
		}
	}
}

// TestEarlyLinesWait: what is typed before there is a picture is answered after it.
func TestEarlyLinesWait(t *testing.T) {
	r := newRig(t, nil)
	blank := calm("trades")
	blank.Pipelines[0].Verdict = model.PipelineUnknown
	r.sees(blank)
	r.bursts("unended")
	r.lacks("Watching", "No run")
	r.passes(firstWithin)
	r.says("Watching 2 clusters and 1 pipeline", "No run is under way")
}

// TestEndOfInputAnswersFirst: what was asked through a pipe is answered before the
// console is left.
func TestEndOfInputAnswersFirst(t *testing.T) {
	r := newRig(t, nil)
	r.bursts("runs", "unended")
	r.s.ended()
	r.passes(time.Second)
	if r.s.over {
		t.Fatal("it was left before there was a picture")
	}
	r.sees(calm("trades"))
	r.passes(time.Second)
	r.says("No run is under way", "The newest runs")
	if !r.s.over {
		t.Error("it was not left")
	}
}

// TestChoicesAreTyped: what is chosen about a run is planned with and told, and a
// word that says nothing does nothing.
func TestChoicesAreTyped(t *testing.T) {
	r := newRig(t, nil)
	r.sees(outage("trades"))
	r.ports.plan = func(req model.Request) (model.Plan, error) { return planOf(req), nil }
	r.types("cutover trades nyc mode planned from-slot 312363000 approve-gap 1204 force")
	r.says("planned", "Chosen: from slot 312363000, with force, a gap of up to 1,204 slots approved.")
	req := r.s.req
	if req.Mode != model.Planned || req.FromSlot == nil || *req.FromSlot != 312363000 || req.ApproveGap == nil || *req.ApproveGap != 1204 || !req.Force {
		t.Errorf("planned %+v", req)
	}
	r.types("back")
	r.types("plan trades nyc force approve-gap 1204 from-slot 312363000 mode planned")
	r.says("To do it, type cutover trades nyc mode planned from-slot 312363000 approve-gap 1204 force.")
	r.ports.calls = nil
	lost := outage("trades")
	lost.Pipelines[0].Verdict = model.PipelineSubscriberLost
	lost.Pipelines[0].Seats[0].Subscriber = model.SubscriberAbsent
	r.sees(lost)
	for line, says := range map[string]string{
		"cutover trades nyc from-slot": "From-slot: name the slot", "plan trades nyc soon": "Soon is none of mode, from-slot",
		"recreate trades latest": "Latest: a subscriber is made again where its cursor is", "status now": "takes 0 words at most", "give-up trades please": "takes 1 word at most",
	} {
		r.types(line)
		r.says(says)
	}
	r.did()
}

// TestOneQuestionAtATime: the question of a plan that comes late does not take the
// place of another.
func TestOneQuestionAtATime(t *testing.T) {
	r := newRig(t, nil)
	snap := outage("trades", "accounts")
	snap.Pipelines[1].Active = "nyc"
	r.sees(snap)
	r.ports.plan = func(req model.Request) (model.Plan, error) {
		r.s.typed("home accounts", r.now) // while it is being made
		return planOf(req), nil
	}
	r.types("cutover trades")
	r.says("The plan that was being made is given up", "Type the cluster, nyc")
	r.ports.calls = nil
	r.passes(time.Second)
	r.types("nyc")
	r.did("home of accounts is nyc")

	r.sees(snap)
	r.ports.plan = nil
	r.types("cutover trades")
	r.types("home accounts")
	r.says(`Cancelled, because "home accounts" is not the target, nyc`)
}

// TestQuitWhileSomethingIsDone: what was confirmed is told to go on, and a plan that is
// being made is given up.
func TestQuitWhileSomethingIsDone(t *testing.T) {
	r := newRig(t, nil)
	r.sees(outage("trades"))
	r.ports.plan = func(req model.Request) (model.Plan, error) {
		r.s.typed("quit", r.now)
		return planOf(req), nil
	}
	r.types("cutover trades")
	r.passes(time.Second)
	r.lacks("Type the target")
	r.says("The plan that was being made is given up, because you left", "Leaving, once what was asked before is answered")
	if !r.s.over {
		t.Error("it was not left")
	}

	r = newRig(t, nil)
	r.sees(outage("trades"))
	r.types("cutover trades")
	r.s.acts = 1 // it is being begun
	r.asksBeforeLeaving()
}

// TestReadOnlySaysNotHow: what is refused is not what a person is told to type.
func TestReadOnlySaysNotHow(t *testing.T) {
	r := newRig(t, func(o *ui.Options) { o.ReadOnly = true })
	r.sees(moving(outage("trades"), 6, model.RunInterrupted))
	r.types("unended")
	r.types("status")
	r.lacks("type resume", "type give-up")
	r.says("This console is read-only: it is taken up elsewhere.")
}

// TestQuestionThatWasLeftOut: one that the terminal may not have shown is not answered.
func TestQuestionThatWasLeftOut(t *testing.T) {
	r := newRig(t, nil)
	r.sees(outage("trades"))
	r.types("cutover trades")
	r.s.ask.printedAt = time.Time{}
	r.s.lost()
	r.flush()
	r.says("Cancelled, because it may have been left out")
	r.ports.calls = nil
	r.types("nyc")
	r.did()
}

// TestCommandsBesideAnAnswer: they are taken as commands at any time, and whole.
func TestCommandsBesideAnAnswer(t *testing.T) {
	r := newRig(t, nil)
	asks := moving(outage("trades"), 7, model.RunWaiting)
	asks.Pipelines[0].Run.Question = "5 slots would be skipped; answer their number to agree"
	r.sees(asks)
	r.types("answer trades")
	r.s.ask.printedAt = time.Time{} // it does not stand on the terminal yet
	r.types("status")
	if r.s.ask == nil {
		t.Error("the question is gone")
	}
	r.types("pipelines " + strings.Repeat("x", mostTyped))
	r.says("That line is too long")
	r.types("evacuate ams nyc " + strings.Repeat("trades ", 200) + "nothing-like-that")
	r.says("There is no pipeline nothing-like-that")
}

// TestManyRunsAreFew: of many runs at once their steps are told together, and of
// those that ended well no more than that.
func TestManyRunsAreFew(t *testing.T) {
	names := make([]string, 100)
	for i := range names {
		names[i] = "p" + strconv.Itoa(i)
	}
	all := func(done int, state model.RunState) model.Snapshot {
		snap := outage(names...)
		for i, name := range names {
			one := moving(outage(name), done, state).Pipelines[0]
			one.Run.ID = "run-" + name
			snap.Pipelines[i] = one
		}
		return snap
	}
	r := newRig(t, nil)
	r.sees(outage(names...))
	r.passes(3 * time.Second)
	r.says("")
	for done := range 11 {
		r.sees(all(done, model.RunRunning))
		r.passes(2 * time.Second)
	}
	r.sees(all(11, model.RunDone))
	r.passes(20 * time.Second)
	r.lacks("Resume slot")
	if n := len(textLines(r.text.String())); n > 40 {
		t.Errorf("%d lines of 100 runs:\n%s", n, r.text.String())
	}
	r.says("100 pipelines, step stop: done: p0, p1, p2 and 97 more", "100 pipelines, cutover from ams to nyc: done", "no data is about to be lost any more")
}
