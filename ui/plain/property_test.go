package plain

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui"
)

// hostile is text that is no text.
const hostile = "\x1b[2J\x1b]0;x\x07\r\n\t\x00\x7f\u0085\u009b31m\u202e\u200b\u2028\xff\xfe é→✓"

// poison puts hostile text wherever text from outside may stand.
func poison(snap model.Snapshot) model.Snapshot {
	snap.Notices = []string{hostile}
	for i := range snap.Clusters {
		c := &snap.Clusters[i]
		c.Name, c.Region, c.Reason, c.Outlook = c.Name+hostile, hostile, hostile, hostile
		c.Canary = &model.CanaryState{Failure: model.NewFailure(model.ClassTimeout, hostile, nil)}
	}
	for i := range snap.Pipelines {
		p := &snap.Pipelines[i]
		p.Name, p.Subscriber, p.Reason, p.Active, p.Home = p.Name+hostile, hostile, hostile, p.Active+hostile, hostile
		p.Advice.Text, p.Advice.Change, p.Advice.Target = hostile, hostile, "nyc"+hostile
		p.WayBack = &model.WayBack{Says: hostile}
		for j := range p.Seats {
			p.Seats[j].Cluster += hostile
		}
		if r := p.Run; r != nil {
			r.Pipeline, r.From, r.To = p.Name, "ams"+hostile, "nyc"+hostile
			r.Note, r.Reason, r.RequestedBy, r.Holder.User, r.Holder.Host = hostile, hostile, hostile, hostile, hostile
			for j := range r.Steps {
				r.Steps[j].Detail, r.Steps[j].Error = hostile, hostile
			}
			if r.State == model.RunWaiting {
				r.Question = hostile
			}
		}
	}
	return snap
}

// checkPrinted checks that text is nothing but lines of text.
func checkPrinted(t *testing.T, text string, ascii bool) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Error("it is not valid")
	}
	for i, r := range text {
		if (r < 0x20 && r != '\n') || (r >= 0x7f && r <= 0x9f) || r == 0x202e || r == 0x2028 || (ascii && r > 0x7f) {
			t.Fatalf("character %U in %q", r, text[max(0, i-40):i])
		}
	}
}

// TestNothingButText: whatever names, errors and the output of hooks hold, and
// whatever is typed.
func TestNothingButText(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		r := newRig(t, func(o *ui.Options) {
			o.ASCII, o.Version, o.Settings = ascii, hostile, hostile+"\n"+hostile
		})
		plan := planOf(model.Request{Pipeline: hostile, To: "nyc" + hostile})
		plan.Subscriber, plan.From, plan.Actions = hostile, hostile, []string{hostile}
		plan.Checks = append(plan.Checks, model.Check{Name: hostile, Level: model.CheckWarn, Saw: hostile, Mend: hostile})
		r.ports.plan = func(model.Request) (model.Plan, error) { return plan, nil }
		r.ports.events = []model.Event{{At: noon, Kind: model.EventAction, Word: "hook " + hostile, Reason: hostile, By: hostile}}
		r.sees(poison(calm("trades")))
		r.ports.events = append(r.ports.events, model.Event{At: noon, Kind: model.EventAction, Pipeline: hostile, Word: "hook " + hostile, Reason: "x:\n" + strings.Repeat(hostile+"\n", 9)})
		for _, state := range []model.RunState{model.RunRunning, model.RunWaiting, model.RunInterrupted, model.RunFailed} {
			for _, v := range r.s.verbs {
				if v.name == "quit" {
					continue
				}
				r.types(v.name)
				r.types(v.name + " " + hostile)
			}
			r.types(hostile)
			r.sees(poison(moving(outage("trades"), 5, state)))
			r.passes(20 * time.Second)
		}
		checkPrinted(t, dropTyped(r.text.String()), ascii)
	}
}

// dropTyped leaves out what the test itself notes as typed.
func dropTyped(text string) string {
	var b strings.Builder
	typed := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "> ") {
			typed = strings.Contains(line, "\x1b")
			continue
		}
		if typed { // the rest of what was typed
			typed = false
			if strings.Contains(line, "\x00") {
				continue
			}
		}
		b.WriteString(line)
	}
	return b.String()
}

func FuzzPrintable(f *testing.F) {
	f.Add(hostile)
	f.Add(strings.Repeat("é", mostLine))
	f.Fuzz(func(t *testing.T, text string) {
		for _, ascii := range []bool{false, true} {
			got := printable(text, ascii)
			if strings.Contains(got, "\n") || len(got) > mostLine {
				t.Errorf("not a line: %q", got)
			}
			checkPrinted(t, got, ascii)
		}
	})
}

// TestRandomLinesDoNothing: without the name that a question asks for nothing is
// ever done, whatever is typed.
func TestRandomLinesDoNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // any will do
	r := newRig(t, func(o *ui.Options) { o.Faults, o.Canary = nil, nil })
	words := []string{"", "trades", "accounts", "plan-again", "yes", "y", "hybrid", "force", "\x1b", "back"}
	for _, v := range r.s.verbs {
		if v.name != "quit" && v.name != "answer" {
			words = append(words, v.name)
		}
	}
	snaps := []model.Snapshot{calm("trades", "accounts"), outage("trades", "accounts"), moving(outage("trades", "accounts"), 4, model.RunInterrupted)}
	for range 3000 {
		switch random.IntN(10) {
		case 0:
			r.sees(snaps[random.IntN(len(snaps))])
		case 1:
			r.passes(time.Duration(random.IntN(3000)) * time.Millisecond)
		default:
			var line []string
			for range 1 + random.IntN(3) {
				line = append(line, words[random.IntN(len(words))])
			}
			r.bursts(strings.Join(line, " "))
			r.passes(time.Duration(random.IntN(600)) * time.Millisecond)
		}
		r.text.Reset()
	}
	r.did()
}
