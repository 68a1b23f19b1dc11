package ui

import (
	"strings"
	"testing"

	"github.com/fumtui/fumtui/model"
)

// typed types a command and does it.
func (d *driver) typed(line string) {
	d.t.Helper()
	d.keys(":", "="+line, "enter")
}

// Acts are named with what they act on, from any page. They open a plan, and do
// nothing by themselves.
func TestCommandsNameWhatTheyActOn(t *testing.T) {
	away := fakeSnapshot(1, 3, 0)
	away.Pipelines[1].Active = "nyc"
	for line, want := range map[string]model.Request{
		"cutover nft-index":     {Pipeline: "nft-index", To: "nyc"},
		"cutover nft-index nyc": {Pipeline: "nft-index", To: "nyc"},
		"plan trades":           {Pipeline: "trades", To: "nyc"},
		"failback accounts":     {Pipeline: "accounts", To: "ams"},
	} {
		for _, page := range []string{"esc", "e", "U", "i", "?", "w"} {
			d, _ := withHistory(t, 120, 40, away)
			d.keys(page)
			d.typed(line)
			if got := d.operator.planned; len(got) != 1 || got[0].Pipeline != want.Pipeline || got[0].To != want.To {
				t.Fatalf("%s after %s planned %+v", line, page, got)
			}
			d.sees("Type " + want.To + " and press enter")
			if len(d.operator.executed) != 0 {
				t.Fatal("done without being confirmed")
			}
		}
	}
}

func TestCommandsWithWords(t *testing.T) {
	s := withRuns(1, runAt("trades", model.RunInterrupted, model.StepStop, 1, 4))
	s.Pipelines[1].Active, s.Pipelines[1].Home = "nyc", "ams"
	for line, sees := range map[string]string{
		"run run-of-trades":         "cutover of trades",
		"run run-98":                "failback of accounts",
		"run nosuch":                "it could not be read: there is no run nosuch",
		"resume run-of-trades":      "Type nyc and press enter",
		"give-up run-of-trades":     "give",
		"report run-98":             "Report of run run-98",
		"home accounts":             "accounts",
		"evacuate ams":              "Evacuation of ams to nyc",
		"evacuate ams nyc":          "Evacuation of ams to nyc",
		"evacuate zap":              "evacuate: no pipeline is active on zap",
		"evacuate ams ams":          "evacuate: no pipeline of ams has a client at ams",
		"cutover zap":               "cutover: there is no pipeline zap",
		"cutover accounts zap":      "cutover: accounts cannot be moved to zap",
		"cutover trades":            "cutover: ",
		"cutover accounts ams more": "more is none of mode, from-slot, latest, approve-gap, force",
		"recreate accounts":         "recreate: ",
		"failback nft-index":        "failback: nft-index is active at its home",
		"mode hybrid":               "mode: not on this page: it belongs to a plan",
		"canary maybe":              "canary: ",
		"fault ams nosuch":          "fault: there is no kind nosuch",
		"fault ams down":            "break ams (down): done",
		"fault zap":                 "fault: there is no cluster zap",
		"fault ams":                 "What shall happen to it?",
		"chart behind":              "Newest slot behind the foremost cluster",
		"chart zap":                 "chart: lag, ",
		"zoom 24h":                  "last 24 h",
		"zoom 7d":                   "7 d",
		"zoom zap":                  "zoom: auto, 1m",
		"filter !nft":               "2 of 3 pipelines",
		"events verdict":            "only verdicts",
		"events accounts":           "of accounts",
		"theme zap":                 "theme: auto, dark, light",
		"theme light":               "theme: colours are off here",
		"order lag":                 "by lag",
	} {
		d, _ := withHistory(t, 120, 40, s)
		d.keys("esc")
		d.operator.evacuate = evacuationOf(s)
		d.typed(line)
		if !strings.Contains(strings.Join(strings.Fields(d.screen()), " "), sees) {
			t.Errorf("%s does not show %q:\n%s", line, sees, d.screen())
		}
		if d.quit || len(d.operator.executed)+len(d.operator.done)+len(d.operator.evacuated) != 0 {
			t.Fatalf("%s did something", line)
		}
	}
}

// A console that only looks plans nothing by name either.
func TestReadOnlyConsolesTakeNoActByName(t *testing.T) {
	d, _ := withHistory(t, 120, 40, withRuns(1, runAt("trades", model.RunInterrupted, model.StepStop, 1, 4)))
	d.m.opts.ReadOnly = true
	d.keys("esc")
	for _, line := range []string{"cutover accounts", "failback accounts", "recreate accounts", "home accounts", "evacuate ams", "give-up run-of-trades", "canary on", "mode hybrid"} {
		d.typed(line)
		d.sees(": " + readOnlyHere)
	}
	if len(d.operator.planned)+len(d.operator.evacuations)+len(d.operator.done)+len(d.faults.asked) != 0 {
		t.Fatal("something was planned or done")
	}
	d.typed("fault ams down") // what a demo breaks is nobody's
	if len(d.faults.asked) != 1 {
		t.Errorf("the demo was asked for %q", d.faults.asked)
	}
}

// Every word is completed, and what does not work now says why.
func TestWordsAreCompleted(t *testing.T) {
	d, _ := withHistory(t, 120, 40, fakeSnapshot(1, 3, 0))
	d.keys(":", "=cutover nft")
	d.sees("cutover nft-index")
	d.keys("tab", "= ")
	d.sees("cutover nft-index nyc")
	d.keys("tab", "enter")
	if got := d.operator.planned; len(got) != 1 || got[0].Pipeline != "nft-index" || got[0].To != "nyc" {
		t.Fatalf("planned %+v", got)
	}
	d.keys("esc", ":", "=failback ")
	d.sees("failback trades", "not now: trades is active at its home, ams, already")
	d.keys("esc", ":", "=report run-9")
	d.sees("report run-99", "report run-98")
	d.keys("esc", ":", "=fault nyc sl")
	d.sees("fault nyc slow")
	d.keys("esc", ":", "=zoom 3")
	d.sees("zoom 30m", "zoom 3d", "zoom 30d")
}

// What acts lets a picture go on that stands still, however it is asked for.
func TestPaletteThaws(t *testing.T) {
	for _, line := range []string{"cutover trades", "cutover trades nyc", "evacuate ams nyc", "failback trades", "home trades"} {
		d := newDriver(t, 120, 40, fakeSnapshot(1, 2, 0))
		d.keys("space")
		d.typed(line)
		if asking(d.m.page) && d.m.frozen() {
			t.Errorf("%s: %s stands still", line, d.m.page)
		}
	}
}
