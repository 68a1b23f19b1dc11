package ui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/fumtui/fumtui/model"
)

// TestHelpFitsTheSmallestScreen: all keys of each page stand on one screen, and
// nothing of what they do is cut off.
func TestHelpFitsTheSmallestScreen(t *testing.T) {
	for p := pageOverview; p <= pageQuit; p++ {
		d := newDriver(t, minWidth, minHeight, outage(1, 3))
		d.m.under, d.m.page = p, pageHelp
		lines := d.m.keyTable(p, minWidth)
		if len(lines) > minHeight-4 {
			t.Errorf("the keys on %s take %d lines", p, len(lines))
		}
		for _, l := range lines {
			if width(l) > minWidth || strings.Contains(l, "…") {
				t.Errorf("%s: %q", p, ansi.Strip(l))
			}
		}
	}
	for i, b := range newKeymap(true) {
		if short := briefOf(&newKeymap(true)[i]); width(short.text) > 27 {
			t.Errorf("%s: %q is too long for the table of keys", b.Help().Key, short.text)
		}
	}
}

// TestHelpOfThePageItLiesOn: its keys come first, with why some do nothing.
func TestHelpOfThePageItLiesOn(t *testing.T) {
	d := newDriver(t, 80, 24, outage(1, 3))
	d.keys("?")
	d.sees("Keys on the overview", "cutover, to another cluster", "·b        failback, to its home")
	d.keys("esc", "enter", "?")
	d.sees("Keys on the detail of a pipeline")
	d.lacks("mark one", "group the list")
	d.m.opts.ReadOnly, d.m.screen = true, ""
	d.sees("·c")
}

func TestHelpIsSearched(t *testing.T) {
	d := newDriver(t, 120, 40, outage(1, 3))
	d.keys("?", "/", "=retention", "enter")
	d.lacks("Keys on")
	d.keys("esc")
	d.sees("Keys on the overview")
	d.keys("/", "=canary", "enter")
	d.sees("Help: ", " of ", "a small subscriber of fumtui's own")
	d.keys("/", "=zzz", "enter")
	d.sees("nothing in the help contains that")
	d.keys("esc", "esc")
	d.sees("› trades")
}

// TestFooterShowsWhatMattersNow: first what the advice names, and always how to
// find the rest.
func TestFooterShowsWhatMattersNow(t *testing.T) {
	lost := lostSubscriber(1)
	back := fakeSnapshot(1, 2, 0)
	back.Pipelines[0].Active = "nyc"
	back.Pipelines[0].Advice = model.Advice{Action: model.ActionFailBack, Target: "ams"}
	for name, c := range map[string]struct {
		snap model.Snapshot
		want string
	}{
		"calm":    {fakeSnapshot(1, 3, 0), " c cutover  enter detail  "},
		"outage":  {outage(1, 3), " c cutover  E evacuate  enter detail  "},
		"one":     {outage(1, 1), " c cutover  enter detail  "},
		"lost":    {lost, " R recreate  "},
		"back":    {back, " b failback  "},
		"waiting": {withRuns(1, waitingRun(9)), " u runs  "},
	} {
		for _, w := range []int{80, 120, 200} {
			d := newDriver(t, w, 24, c.snap)
			d.m.page = pageOverview
			line := ansi.Strip(footer(d.m, w))
			if !strings.HasPrefix(line, c.want) {
				t.Errorf("%s at %d columns: %q", name, w, line)
			}
			for _, key := range []string{"/ filter", ": command", "? help", "q quit"} {
				if !strings.Contains(line, key) {
					t.Errorf("%s at %d columns lacks %q: %q", name, w, key, line)
				}
			}
		}
	}
	d := newDriver(t, 200, 24, fakeSnapshot(1, 3, 0))
	d.keys("c")
	if line := ansi.Strip(footer(d.m, 200)); strings.Contains(line, "events") || strings.Contains(line, "all runs") {
		t.Errorf("a page that asks shows ways to other screens: %q", line)
	}
}
