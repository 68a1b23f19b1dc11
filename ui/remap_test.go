package ui

import (
	"slices"
	"strings"
	"testing"

	"github.com/fumtui/fumtui/model"
)

// TestKeymapHasNoClash: no page gives a key to two commands, but that letters are
// text where a confirmation is typed.
func TestKeymapHasNoClash(t *testing.T) {
	all := newKeymap(true)
	for i := range all {
		for _, k := range all[i].Keys() {
			if text := all[i].clash(all, k); text != "" {
				t.Error(text)
			}
		}
	}
	for _, name := range KeyCommands() {
		if name == "" || strings.ContainsAny(name, " _") {
			t.Errorf("command %q", name)
		}
	}
}

func TestCheckKeys(t *testing.T) {
	for _, c := range []struct {
		keys map[string][]string
		want string // "": they are fit
	}{
		{nil, ""},
		{map[string][]string{"freeze": {"p"}, "page-down": {"ctrl+d", "f8"}}, ""}, // the example
		{map[string][]string{"cutover": {"C"}, "failback": {"ö"}, "quit": {"Q"}}, ""},
		{map[string][]string{"filter": {"n"}, "needs-attention": {"N"}}, ""},
		{map[string][]string{"filter": {"n"}}, "n is the key of needs-attention on the overview"},
		{map[string][]string{"down": {"b"}}, "b is the key of failback on"},
		{map[string][]string{"cutover": {"f9"}, "failback": {"f9"}}, "f9 is the key of failback on the overview"},
		{map[string][]string{"cutover": {"enter"}}, "enter stays what it is"},
		{map[string][]string{"cutover": {"esc"}}, "esc stays what it is"},
		{map[string][]string{"cutover": {"ctrl+c"}}, "ctrl+c means something else"},
		{map[string][]string{"cutover": {"alt+c"}}, "cannot be told from esc"},
		{map[string][]string{"cutover": {"ctrl+1"}}, "must be one of a to z"},
		{map[string][]string{"cutover": {"cc"}}, `"cc" is no key`},
		{map[string][]string{"cutover": {""}}, `"" is no key`},
		{map[string][]string{"page-down": {"backspace"}}, "edits what is typed"},
		{map[string][]string{"give-up": {"ctrl+u"}}, "edits what is typed"},
		{map[string][]string{"no-such": {"x"}}, ""}, // told elsewhere
	} {
		faults := CheckKeys(c.keys)
		if c.want == "" {
			if len(faults) > 0 {
				t.Errorf("%v: %v", c.keys, faults)
			}
			continue
		}
		if len(faults) == 0 || !strings.Contains(faults[0].Text, c.want) {
			t.Errorf("%v: %v, want %s", c.keys, faults, c.want)
		}
		for _, f := range faults {
			if !slices.Contains(c.keys[f.Command], f.Key) {
				t.Errorf("%v: a fault of what was not given: %v", c.keys, f)
			}
		}
	}
}

// TestRemappedKeys: they act, the letters before them do not, what has no letter
// stays, and every place names them.
func TestRemappedKeys(t *testing.T) {
	d := newDriver(t, 120, 40, outage(1, 3))
	d.m.keys = remapped(d.m.keys, map[string][]string{"cutover": {"C"}, "down": {"ctrl+n"}, "quit": {"Q"}, "command": {"f2"}, "help": {"h", "f1"}})
	d.sees("press C", "C cutover", "f2 command", "h help", "Q quit")
	d.lacks("press c)")
	d.keys("j")
	d.sees("› trades")
	d.send(keyPress("down"))
	d.sees("› accounts")
	d.keys("c")
	d.lacks("cutover of")
	d.keys("f1")
	d.sees("C ", "↓ ctrl+n")
	d.keys("esc", "f2", "=cut")
	d.sees("(C)")
	d.keys("esc", "C")
	d.sees("cutover of accounts")
	d.keys("=C") // is text where a confirmation is typed
	d.lacks("quit?")
	d.keys("esc", "q")
	if d.quit {
		t.Error("q still quits")
	}
	d.keys("Q")
	if !d.quit {
		t.Error("Q does not quit")
	}
	small := newDriver(t, 60, 10, outage(1, 3))
	small.m.keys = remapped(small.m.keys, map[string][]string{"quit": {"Q"}})
	small.sees("Q quits")
	if small.keys("q"); small.quit {
		t.Error("q still quits a small window")
	}
	if small.keys("Q"); !small.quit {
		t.Error("Q does not quit a small window")
	}
}

// TestHintsNameRemappedKeys: no page tells a person to press a letter that was
// given away.
func TestHintsNameRemappedKeys(t *testing.T) {
	rekeyed := func(s model.Snapshot) *driver {
		d := newDriver(t, 120, 40, s)
		d.m.keys = remapped(d.m.keys, map[string][]string{
			"cutover": {"C"}, "failback": {"B"}, "home": {"Y"}, "force": {"F"}, "plan-again": {"P"}, "report": {"V"},
		})
		return d
	}
	away := fakeSnapshot(1, 1, 0)
	away.Pipelines[0].Active = "nyc"
	plan := rekeyed(away)
	plan.operator.plan = refusedPlan
	plan.keys("B")
	plan.sees("Refused", "F plans again with force", "P plans again")
	plan.lacks(" f plans again", " r plans again")
	plan.keys("f")
	plan.lacks("with force, ", "press enter")
	plan.keys("F")
	plan.sees("with force", "Type ams and press enter")

	over := rekeyed(fakeSnapshot(1, 2, 0))
	over.keys("C", "=nyc", "enter")
	done := fakeSnapshot(2, 2, 0)
	done.Pipelines[0].Run, done.Pipelines[0].Active = measuredRun(), "nyc"
	over.snapshot(done)
	over.seesWrapped("V its report", "there B plans the failback to ams, Y makes nyc the new home")
	over.lacks("b plans", "H makes")
	aborted := fakeSnapshot(3, 2, 0)
	aborted.Pipelines[0].Run = measuredRun()
	aborted.Pipelines[0].Run.State = model.RunAborted
	over.snapshot(aborted)
	over.seesWrapped("where C plans anew")
	over.lacks("where c plans")
}

func TestRekeyKeepsWhatIsNoLetter(t *testing.T) {
	for _, b := range remapped(newKeymap(true), map[string][]string{"down": {"n"}, "last": {"z"}, "freeze": {"p"}, "give-up": {"f4"}}) {
		switch label := b.Help().Key; b.id() {
		case "down":
			if label != "↓ n tab" && label != "↓ n" {
				t.Errorf("down is %q", label)
			}
		case "last":
			if label != "end z" || strings.Join(b.Keys(), " ") != "end z" {
				t.Errorf("last is %q, %v", label, b.Keys())
			}
		case "freeze":
			if label != "p" || strings.Join(b.Keys(), " ") != "p" {
				t.Errorf("freeze is %q, %v", label, b.Keys())
			}
		case "give-up":
			if label != "tab f4" {
				t.Errorf("give-up is %q", label)
			}
		}
	}
}
