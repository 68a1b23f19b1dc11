package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/fumtui/fumtui/model"
)

// askingPlan is a cutover that leaves a gap, which nobody has approved yet.
func askingPlan(req model.Request) model.Plan {
	p := fakePlan(req)
	p.GapSlots = 1200
	p.Checks = append(p.Checks, model.Check{
		Name: "position", Level: model.CheckAsk, Saw: "a gap of 1,200 slots: nyc serves from slot 312364841, the cursor is 312363640",
		Mend: "approve it by its number, 1200, or choose another cluster",
	})
	return p
}

// TestPlanThatAsksIsAnsweredInItsRun: the run begins, and stands at its question.
func TestPlanThatAsksIsAnsweredInItsRun(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 1, 0))
	d.operator.plan = askingPlan
	d.keys("c")
	d.seesWrapped("? ask", "a gap of 1,200 slots", "it will ask, before anything is touched", "Type nyc and press enter")
	d.keys("=nyc", "enter")
	if len(d.operator.executed) != 1 {
		t.Fatal("a plan that asks was not executed")
	}
	s := left(model.RunWaiting, "a gap of 1,200 slots: nyc serves from slot 312364841. To approve it type its number, 1200")
	d.snapshot(s)
	d.seesWrapped("it asks: a gap of 1,200 slots", "Your answer, then enter:")
	d.keys("=1200", "enter")
	if got := d.operator.done; len(got) != 1 || got[0] != `resume run-7 at 0.0 with "1200"` {
		t.Fatalf("done %q", got)
	}
}

// left is a run that nobody drives.
func left(state model.RunState, question string) model.Snapshot {
	s := fakeSnapshot(2, 3, 10*time.Minute)
	r := fakeRun(false)
	r.State, r.Question = state, question
	s.Pipelines[0].Run, s.Pipelines[0].Verdict = r, model.PipelineMoving
	return s
}

func TestRunsThatNeedAPersonSayHow(t *testing.T) {
	question := "stop the client of trades at ams, then answer yes"
	for _, c := range []struct {
		state          model.RunState
		question       string
		sees, commands []string
	}{
		{model.RunWaiting, question, []string{question}, []string{"to answer: fumtui resume run-7 --confirm nyc --answer ANSWER"}},
		{model.RunInterrupted, "", []string{"interrupted"}, []string{"to go on: fumtui resume run-7 --confirm nyc"}},
	} {
		s := left(c.state, c.question)
		d := newDriver(t, 80, 24, s)
		d.seesWrapped(append(c.sees, "First of all: 1 run has not ended")...)
		d.keys("esc")
		d.seesWrapped(append(c.sees, "cutover of trades to nyc "+map[model.RunState]string{
			model.RunWaiting: "WAITS FOR AN ANSWER", model.RunInterrupted: "STANDS: nobody drives it,",
		}[c.state], "u opens it: ")...)
		d.keys("enter")
		d.seesWrapped(append(c.sees, "u opens its page: there it is taken up")...)
		if d.keys("q"); !d.quit {
			t.Error("the console asks before it is left, though nothing goes on")
		}

		text := strings.Join(strings.Fields(StatusText(s, 80, "")), " ")
		if strings.Contains(text, "fumtui abort") { // its target was started
			t.Errorf("the status offers to abort:\n%s", text)
		}
		*s.Pipelines[0].Run.Step(model.StepStart) = model.Step{Name: model.StepStart, State: model.StepPending}
		text = strings.Join(strings.Fields(StatusText(s, 80, "")), " ")
		for _, want := range append(append(c.sees, c.commands...), "to give it up: fumtui abort run-7") {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the status does not say %q:\n%s", c.state, want, text)
			}
		}
	}
}

func TestResultComesToTheTop(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 1, 0))
	d.keys("c", "=nyc", "enter")
	s := fakeSnapshot(2, 1, 0)
	s.Pipelines[0].Run = fakeRun(false)
	for i := range s.Pipelines[0].Run.Steps {
		s.Pipelines[0].Run.Steps[i].Detail = strings.Repeat("much to tell ", 40)
	}
	d.snapshot(s)
	d.keys("end")
	d.sees("the end", "Position")
	s = fakeSnapshot(3, 1, 0)
	s.Pipelines[0].Run = fakeRun(true)
	s.Pipelines[0].Run.Steps[0].Detail = strings.Repeat("much to tell ", 120)
	d.snapshot(s)
	d.sees("active on nyc; the run took 20s", "resume slot")
}

// TestFooterKeeps proves that the keys which are always needed always show.
func TestFooterKeeps(t *testing.T) {
	s := outage(1, 2)
	s.Pipelines[0].Active = "nyc" // cutover and failback both work
	for w := minWidth; w < 140; w++ {
		d := newDriver(t, w, 24, s)
		for _, p := range []string{"", "enter"} {
			if p != "" {
				d.keys(p)
			}
			lines := strings.Split(d.screen(), "\n")
			for _, want := range []string{"c cutover", ": command", "? help", "q quit"} {
				if last := lines[len(lines)-1]; !strings.Contains(last, want) {
					t.Fatalf("%d columns: the footer lacks %q: %q", w, want, last)
				}
			}
		}
	}
}

// TestTableCutsNothing proves that at every width the pipelines are set out so
// that nothing is lost of ordinary names.
func TestTableCutsNothing(t *testing.T) {
	pictures := map[string]model.Snapshot{"calm": fakeSnapshot(1, 3, 0), "outage": outage(1, 3), "moving": moving()}
	for name, snap := range pictures {
		for w := minWidth; w <= 200; w++ {
			s := plainScene(&snap, noon)
			table := strings.Join(s.pipelineTable(s.layoutTable(w), allRows(&snap), "trades", w, 20), "\n")
			if strings.Contains(table, "…") {
				t.Fatalf("%s at %d columns:\n%s", name, w, table)
			}
			for _, want := range []string{"nft-index", "312363642", "present", "LAG offs"} {
				if !strings.Contains(table, want) {
					t.Fatalf("%s at %d columns lacks %q:\n%s", name, w, want, table)
				}
			}
		}
	}
	// Names that tell something are not dropped.
	snap := fakeSnapshot(1, 2, 0)
	snap.Pipelines[1].Subscriber = "other"
	s := plainScene(&snap, noon)
	if table := strings.Join(s.pipelineTable(s.layoutTable(110), allRows(&snap), "", 110, 20), "\n"); !strings.Contains(table, "other") || strings.Contains(table, glyphFocus) {
		t.Errorf("without a selection:\n%s", table)
	}
}

func TestUnknownAges(t *testing.T) {
	for _, at := range []time.Time{{}, noon.Add(100 * 365 * 24 * time.Hour), noon.Add(2 * time.Minute)} {
		snap := fakeSnapshot(1, 1, 0)
		p := &snap.Pipelines[0]
		p.Seats[0].Cursor.UpdatedAt = at
		d := newDriver(t, 80, 24, snap)
		d.sees("312363640 age unknown")
		d.keys("enter")
		d.sees("312363640 age unknown")
		d = newDriver(t, 160, 40, snap)
		d.sees("312363640  unknown")
	}
	if got := ago(-30*time.Second, span); got != "0s ago" {
		t.Errorf("a clock that is a little off: %q", got)
	}
}

// TestPlainLosesNoWord proves that text for no screen is wrapped, never cut.
func TestPlainLosesNoWord(t *testing.T) {
	snap := outage(1, 2)
	words := make([]string, 60)
	for i := range words {
		words[i] = fmt.Sprintf("word%d", i)
	}
	text := strings.Join(words, " ")
	snap.Notices = []string{text}
	snap.Clusters[0].Reason, snap.Clusters[0].Outlook = text, text
	snap.Clusters[0].Endpoint = "https://" + strings.Repeat("long.", 30) + "example:443"
	snap.Pipelines[0].Name, snap.Pipelines[0].Advice.Text = strings.Repeat("n", 70), text
	for _, w := range []int{0, 80, 100, 200} {
		got := StatusText(snap, w, "")
		if strings.Contains(got, "…") || strings.Contains(got, glyphFocus) {
			t.Errorf("%d columns:\n%s", w, got)
		}
		for _, word := range words {
			if n := strings.Count(got+" ", word+" ") + strings.Count(got, word+"\n"); n < 4 {
				t.Fatalf("%d columns: %q is there %d times:\n%s", w, word, n, got)
			}
		}
	}
}

func TestClusterPanelSaysWhatMatters(t *testing.T) {
	snap := fakeSnapshot(1, 3, 0)
	c := &snap.Clusters[0]
	c.Verdict, c.Reason = model.ClusterBlip, "115 calls in a row to ams failed for 8s"
	c.Outlook = "down in 16s unless it answers"
	c.Failure = model.NewFailure(model.ClassUnreachable, "127.0.0.1:24993 refuses the connection: nothing listens there; is the address right?", nil)
	snap.Clusters[1].Reason = "nyc answers and its newest slot advances by 25.1 a second"
	d := newDriver(t, 80, 24, snap)
	d.sees(" down in 16s unless it answers ", "unreachable: 127.0.0.1:24993 refuses…", "answers, its newest slot advances")
	d.keys("enter", "pgdown")
	d.sees("is the address right?") // the whole of it
	calm := fakeSnapshot(2, 3, 0)
	calm.Clusters[0].Reason = snap.Clusters[1].Reason
	d = newDriver(t, 80, 24, calm)
	d.sees("answers, its newest slot advances")
	d.lacks("…")
}

func TestClip(t *testing.T) {
	long := strings.Repeat("x", 30)
	for _, c := range []struct {
		lines []string
		want  string
	}{
		{[]string{"a", "b"}, "a|b"},
		{[]string{"a", "b", "c"}, "a|b…"},
		{[]string{"a", long, "c"}, "a|xxxxxxxx…"},
		{[]string{"a", "\x1b[1m" + long + "\x1b[m", "c"}, "a|xxxxxxxx…"},
		{[]string{"a", "b…", "c"}, "a|b…"},
	} {
		if got := ansi.Strip(strings.Join(clip(c.lines, 2, 10), "|")); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestLagInTheSingular(t *testing.T) {
	s := fakeSnapshot(1, 1, 0)
	s.Pipelines[0].LagOffsets, s.Pipelines[0].LagSlots = ptr(int64(1)), ptr(int64(0))
	d := newDriver(t, 80, 24, s)
	d.keys("enter")
	d.sees("lag 1 offset, 0 slots")
}

// TestAdviceNamesItsPipeline: keys act on the selected pipeline, so that advice
// on another says to select it first.
func TestAdviceNamesItsPipeline(t *testing.T) {
	snap := outage(1, 3)
	calm := fakeSnapshot(1, 3, 0)
	snap.Pipelines[0] = calm.Pipelines[0]
	d := newDriver(t, 80, 24, snap)
	d.seesWrapped("fail accounts over to nyc (press c)")
	d.keys("up")
	d.seesWrapped("(select accounts, then press c)")
	for w := 1; w < 60; w++ {
		for _, l := range wrap("fail trades over to nyc (press c) now", w) {
			if w >= 9 && strings.Contains(l, "(press") && !strings.Contains(l, "(press c)") {
				t.Fatalf("%d columns: the key is on another line: %q", w, l)
			}
		}
	}
}
