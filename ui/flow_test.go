package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/fumtui/fumtui/model"
)

func TestCutoverNeedsTheTypedName(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 2, 0))
	d.keys("c")
	d.sees("cutover of trades: ams → nyc", "312363641", "about 32 slots", "Type nyc and press enter", "drain the client")
	for _, wrong := range []string{"", "=yes", "=ams", "=nycc"} {
		d.keys("ctrl+u")
		if wrong != "" {
			d.keys(wrong)
		}
		d.keys("enter")
		d.sees("nothing was done")
	}
	if len(d.operator.executed) != 0 {
		t.Fatalf("executed %v", d.operator.executed)
	}
	d.keys("backspace", "enter")
	if len(d.operator.executed) != 1 || d.operator.executed[0].To != "nyc" {
		t.Fatalf("executed %v", d.operator.executed)
	}
	d.sees("Run of trades")

	s := fakeSnapshot(2, 2, 0)
	s.Pipelines[0].Run, s.Pipelines[0].Verdict = fakeRun(false), model.PipelineMoving
	d.snapshot(s)
	d.sees("» confirm     running", "312 slots behind", "✓ create", "esc returns to the overview")
	d.keys("esc")
	d.sees("» moving: confirm")

	s = fakeSnapshot(3, 2, 0)
	s.Pipelines[0].Run = fakeRun(true)
	d.snapshot(s)
	d.sees("the cutover of trades ended: done")
	d.keys("enter")
	d.seesWrapped("Result", "active on nyc; the run took", "was not touched")
}

func TestKeysBeforeThePaintDoNotCount(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 1, 0))
	_, cmd := d.m.Update(keyPress("c"))
	_, arm := d.m.Update(cmd()) // the plan is there, but not yet painted
	for _, k := range []string{"n", "y", "c", "enter"} {
		d.m.Update(keyPress(k))
	}
	d.sees("do not count")
	d.m.Update(arm())
	d.keys("enter")
	d.sees("type nyc first")

	// A plan that was covered by another page is not armed by the old wait.
	d.m.Update(tea.WindowSizeMsg{Width: 20, Height: 5})
	_, arm = d.m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	d.keys("=nyc", "enter")
	if len(d.operator.executed) != 0 {
		t.Fatal("keys typed before the paint were executed")
	}
	d.m.Update(arm())
	d.keys("=nyc", "enter")
	if len(d.operator.executed) != 1 {
		t.Fatal("the confirmation did not work after the paint")
	}
}

func TestPastesDoNotCount(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 1, 0))
	d.keys("c")
	d.send(tea.PasteMsg{Content: "nyc\r"})
	d.sees("pasted text does not count: wait 2s, then type it")
	if _, cmd := d.m.Update(tea.KeyPressMsg{Code: 'v', Mod: tea.ModCtrl}); cmd != nil {
		t.Fatal("ctrl+v does something: it must not read a clipboard")
	}
	d.keys("enter")
	if len(d.operator.executed) != 0 {
		t.Fatal("a paste confirmed the plan")
	}
}

// A line that stalls within a paste may bring the rest of it as keys.
func TestRestOfAPasteDoesNotCount(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 1, 0))
	d.m.burst = burst
	d.keys("c")
	d.send(tea.PasteMsg{Content: "some notes, target "})
	d.keys("=nyc")
	d.now = d.now.Add(pasteSilence - time.Millisecond)
	d.keys("enter", "=nyc")
	d.now = d.now.Add(pasteSilence)
	d.keys("enter")
	if len(d.operator.executed) != 0 {
		t.Fatal("a paste confirmed the plan")
	}
	d.keys("=nyc")
	d.now = d.now.Add(burst)
	d.keys("enter")
	if len(d.operator.executed) != 1 {
		t.Fatal("what was typed after it does not count")
	}
}

func TestConfirmationExpires(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 1, 0))
	d.keys("c", "=ny")
	d.sees("expires in 1m ")
	d.now = d.now.Add(61 * time.Second)
	d.m.Update(tickMsg{})
	d.sees("Expired", "r plans again")
	d.keys("=c", "enter")
	if len(d.operator.executed) != 0 {
		t.Fatal("an expired plan was executed")
	}
	d.keys("r")
	d.sees("Type nyc and press enter", "expires in 1m ")
	if len(d.operator.planned) != 2 {
		t.Fatalf("planned %d times", len(d.operator.planned))
	}
}

// The rest of a name that is being typed while its question expires, or goes away,
// is no command.
func TestTheRestOfAConfirmationIsNoCommand(t *testing.T) {
	for what, goes := range map[string]func(*driver){
		"expired": later(500 * time.Millisecond),
		"moved on": func(d *driver) {
			d.m.home.doing = "" // as it is
			s := fakeSnapshot(2, 1, 0)
			s.Pipelines[0].Active, s.Pipelines[0].Home = "nyc", "nyc"
			d.snapshot(s)
		},
	} {
		s := fakeSnapshot(1, 1, 0)
		s.Pipelines[0].Active = "nyc"
		d := newDriver(t, 80, 24, s)
		d.keys("H")
		later(expireAfter - 200*time.Millisecond)(d)
		d.keys("=ny")
		goes(d)
		for _, key := range []string{"q", "e", "m", "backspace", "r", "c", "space", "ctrl+u", "q"} {
			d.keys(key)
			d.sees("what was being typed is not asked for any more")
			later(typingPause - time.Millisecond)(d)
		}
		if d.quit || len(d.operator.planned)+len(d.operator.done) != 0 {
			t.Errorf("%s: planned %v, did %v", what, d.operator.planned, d.operator.done)
		}
		later(typingPause)(d)
		d.keys("q") // who pauses, and tries again, waits no longer for that
		later(strayWithin - 2*typingPause + time.Millisecond)(d)
		d.keys("?")
		d.sees("Keys on")
	}
}

func TestRefusedFailbackOffersForce(t *testing.T) {
	s := fakeSnapshot(1, 1, 0)
	s.Pipelines[0].Active = "nyc"
	d := newDriver(t, 80, 24, s)
	d.operator.plan = refusedPlan
	d.keys("b")
	d.sees("✗ refuse home is stable", "to mend: wait 25m50s", "f plans again with force", "Refused")
	d.keys("=ams", "enter")
	if len(d.operator.executed) != 0 {
		t.Fatal("a refused plan was executed")
	}
	d.keys("f")
	d.sees("with force", "Type ams and press enter")
	d.keys("=ams", "enter")
	if n := len(d.operator.executed); n != 1 || !d.operator.executed[0].Request.Force {
		t.Fatalf("executed %v", d.operator.executed)
	}
}

func TestBlockedKeysSayWhy(t *testing.T) {
	s := fakeSnapshot(1, 1, 0)
	d := newDriver(t, 80, 24, s)
	d.keys("b")
	d.sees("b: trades is active at its home, ams, already")
	s.Pipelines[0].Run = fakeRun(false)
	d.snapshot(s)
	d.keys("c")
	d.sees("has not ended")
	if len(d.operator.planned) != 0 {
		t.Fatalf("planned %v", d.operator.planned)
	}
}

func TestEscLeavesWithoutDoingAnything(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 1, 0))
	_, plan := d.m.Update(keyPress("c"))
	d.sees("making the plan")
	d.keys("esc")
	d.m.Update(plan()) // the answer is late
	d.lacks("Type nyc")
	d.keys("c", "=nyc", "esc")
	d.sees("Lag from tip")
	if len(d.operator.executed) != 0 {
		t.Fatal("esc executed")
	}
}

func TestPlanErrorsAreShown(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 1, 0))
	d.operator.planErr = errors.New("read the cursor: database is locked: try again")
	d.keys("c")
	d.sees("database is locked", "r plans again")
	d.operator.planErr = nil
	d.operator.runErr = errors.New("run run-6 of pipeline trades has not ended")
	d.keys("r", "=nyc", "enter")
	d.sees("run-6 of pipeline trades has not ended")
}

func TestTargetIsChosenAmongSeveral(t *testing.T) {
	s := fakeSnapshot(1, 1, 0)
	s.Clusters = append(s.Clusters, model.ClusterState{Name: "sgp", Region: "ap", Verdict: model.ClusterUnknown}, model.ClusterState{Name: "lon"})
	s.Pipelines[0].Seats = append(s.Pipelines[0].Seats, model.SeatState{Cluster: "sgp", Subscriber: model.SubscriberUnknown})
	d := newDriver(t, 80, 24, s)
	d.keys("c")
	d.sees("to which cluster?", "nyc ✓ healthy", "sgp ? unknown")
	d.lacks("lon") // the pipeline has no client there
	s.Generation, s.Clusters[2].Verdict = 2, model.ClusterDown
	d.snapshot(s)
	d.sees("sgp ✗ down") // as it is now, not as it was
	d.keys("down", "enter")
	if len(d.operator.planned) != 1 || d.operator.planned[0].To != "sgp" {
		t.Fatalf("planned %v", d.operator.planned)
	}
}

func TestSelectionFollowsThePipeline(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 3, 0))
	d.keys("j")
	if d.m.selected != "accounts" {
		t.Fatalf("selected %q", d.m.selected)
	}
	s := fakeSnapshot(2, 3, 0)
	s.Pipelines = append([]model.PipelineState{fakePipeline("above", 7, 0)}, s.Pipelines...)
	d.snapshot(s)
	d.sees("› accounts")
	d.keys("c")
	if d.operator.planned[0].Pipeline != "accounts" {
		t.Fatalf("planned %v", d.operator.planned)
	}
	d.keys("esc", "enter")
	s.Generation, s.Pipelines = 3, s.Pipelines[:2]
	d.snapshot(s)
	d.sees("accounts is no longer configured")
}

func TestQuitAsksWhileARunIsDriven(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 1, 0))
	d.keys("c", "=nyc", "enter", "ctrl+c")
	d.sees("Quit?", "Leaving does not stop")
	if d.quit {
		t.Fatal("quit without asking")
	}
	d.keys("esc")
	d.sees("Run of trades")
	d.keys("q", "q")
	if !d.quit {
		t.Fatal("a second q did not quit")
	}

	d = newDriver(t, 80, 24, fakeSnapshot(1, 1, 0))
	if d.keys("q"); !d.quit {
		t.Fatal("q did not quit")
	}
}

// What was confirmed is being done: leaving asks first, whatever page is shown.
func TestQuitAsksWhileARunIsBegun(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 1, 0))
	d.keys("c", "=nyc")
	_, executing := d.m.Update(keyPress("enter"))
	d.keys("q")
	d.seesWrapped("Quit?", "What was confirmed for trades is being done. Leaving does not stop it")
	d.keys("esc", "?", "q", "esc") // back to below the help
	d.sees("the run begins")
	d.send(executing())
	d.sees("Run of trades")

	d = newDriver(t, 80, 24, withRuns(1, runAt("trades", model.RunInterrupted, model.StepStop, 3, 9)))
	d.keys("enter", "=nyc")
	_, taking := d.m.Update(keyPress("enter"))
	d.keys("q")
	d.seesWrapped("What was confirmed for trades is being done")
	d.operator.runErr = errors.New("the database is locked")
	d.send(taking())
	d.seesWrapped("Nothing that was begun here is under way any more.")
	if d.keys("q"); !d.quit {
		t.Error("q did not quit")
	}

	d = newDriver(t, 80, 24, fakeSnapshot(1, 2, 0)) // also where its page is another one's now
	d.keys("c", "=nyc")
	d.m.Update(keyPress("enter"))
	d.keys("esc", "down", "c", "esc", "q")
	d.seesWrapped("What was confirmed for trades is being done")
}

// A run that begins, or does not, while another page lies on its plan is not awaited
// for ever.
func TestPlanBelowAnotherPage(t *testing.T) {
	for _, err := range []error{nil, errors.New("ams came back")} {
		d := newDriver(t, 80, 24, fakeSnapshot(1, 1, 0))
		d.operator.runErr = err
		d.keys("c", "=nyc")
		_, executing := d.m.Update(keyPress("enter"))
		d.keys("?")
		d.send(executing())
		d.sees("Keys on")
		d.keys("esc")
		if err == nil {
			d.sees("Run of trades")
			continue
		}
		d.sees("ams came back", "r plans again")
		d.keys("r")
		d.sees("Type nyc and press enter")
	}
}

func TestFaultsMenu(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 1, 0))
	d.keys("!", "down", "enter")
	d.sees("Demo: nyc", "heal: end all faults", "break: blackhole")
	d.keys("down", "down", "enter")
	d.sees("break nyc (blackhole): done")
	d.keys("!", "enter", "enter")
	d.sees("heal ams failed: the simulator does not answer")
	if got := d.faults.asked; len(got) != 2 || got[0] != "blackhole nyc" || got[1] != "heal ams" {
		t.Fatalf("asked %q", got)
	}
	d.m.keys = newKeymap(false)
	d.keys("!")
	d.lacks("Demo: break")
}

func TestSmallWindowIsSafe(t *testing.T) {
	d := newDriver(t, 60, 10, outage(1, 1))
	d.sees("ams ✗ down", "nyc ✓ healthy", "needs 80x24, is 60x10")
	d.keys("c", "b", "enter", "!")
	if len(d.operator.planned) != 0 || d.m.page != pageOverview {
		t.Fatal("a key acted unseen")
	}
	if d.keys("q"); !d.quit {
		t.Fatal("q did not quit")
	}
}

func TestSilentFeedIsStale(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 1, 0))
	d.lacks("STALE")
	d.now = d.now.Add(20 * time.Second)
	d.m.Update(tickMsg{})
	d.sees("STALE: nothing new for 20s")
	d.m.Update(feedMsg{errors.New("store: database is locked")})
	d.snapshot(fakeSnapshot(2, 1, 0))
	d.lacks("STALE")
	if old := fakeSnapshot(1, 3, 0); true {
		d.snapshot(old)
		d.lacks("nft-index")
	}
}

func TestHelpShowsEveryBinding(t *testing.T) {
	d := newDriver(t, 120, 60, fakeSnapshot(1, 1, 0))
	d.keys("?")
	for _, b := range d.m.keys {
		if b.help != "" {
			if all := ansi.Strip(strings.Join(d.m.helpLines(220), "\n")); !strings.Contains(all, b.Help().Key) || !strings.Contains(all, b.help) {
				t.Errorf("the help lacks %q", b.help)
			}
		}
	}
	d.sees("· not now", "b          trades is active at its home")
	seen := map[string]bool{}
	for p := pageOverview; p <= pageQuit; p++ {
		for _, b := range d.m.keys {
			for _, k := range b.Keys() {
				if id := string(rune('0'+int(p))) + k; b.on(p) && seen[id] && b.act != actEnter {
					t.Errorf("page %d: %q is bound twice", p, k)
				} else if b.on(p) {
					seen[id] = true
				}
			}
		}
	}
}

func TestCommandPanicBecomesAnError(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 1, 0))
	d.operator.plan = func(model.Request) model.Plan { panic("boom") }
	d.keys("c")
	if !d.quit || d.m.crash == nil {
		t.Fatal("a panic of a command did not end the console with an error")
	}
}

// TestPasteAsKeysDoesNotConfirm: a terminal without bracketed paste delivers a
// paste as keys.
func TestPasteAsKeysDoesNotConfirm(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 1, 0))
	d.keys("c")
	d.m.burst = burst
	d.keys("=nyc", "enter", "enter")
	d.sees("pasted text does not count: type it")
	if d.m.plan.stage != stageShown || d.m.plan.ask.input.Value() != "" {
		t.Fatal("a paste confirmed the plan, or stays in the field")
	}
	d.keys("=nyc")
	d.now = d.now.Add(2 * burst)
	d.keys("enter")
	if d.m.plan.stage == stageShown {
		t.Fatal("typing the name does not confirm any more")
	}
}
