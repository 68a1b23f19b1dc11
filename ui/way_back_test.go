package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// leftBehind is a pipeline that does well away from home.
func leftBehind(generation uint64, urgent bool) model.Snapshot {
	s := fakeSnapshot(generation, 2, 0)
	p := &s.Pipelines[0]
	slot, left := model.Slot(312363641), 3*time.Hour+12*time.Minute
	p.Active = "nyc"
	p.WayBack = &model.WayBack{
		Cluster: "ams", Subscriber: model.SubscriberPresent, Slot: &slot, Left: &left, Urgent: urgent,
		Says: "trades-prod at ams stands at slot 312363641, leaves the window in about 3h12m",
	}
	return s
}

func TestWayBackIsShown(t *testing.T) {
	const back = "way back: trades-prod at ams stands at slot 312363641, leaves the window in about 3h12m"
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 50}} {
		for _, urgent := range []bool{false, true} {
			d := newDriver(t, size[0], size[1], leftBehind(1, urgent))
			d.seesWrapped(back)
			d.keys("enter")
			d.seesWrapped(back)
		}
	}
	status := strings.Join(strings.Fields(StatusText(leftBehind(1, false), 80, "")), " ")
	if strings.Count(status, back) != 1 {
		t.Errorf("the status does not say once %q:\n%s", back, status)
	}
	s := leftBehind(1, false)
	if text := ExplainText(model.Explanation{Time: s.Time, Pipeline: &s.Pipelines[0]}, 80); !strings.Contains(strings.Join(strings.Fields(text), " "), back) {
		t.Errorf("the explanation does not say %q:\n%s", back, text)
	}
	d := newDriver(t, 80, 24, fakeSnapshot(1, 2, 0))
	d.lacks("way back")
}

// A command that is told in a sentence can be copied: no flag is broken, nor is
// its value, where that fits a line.
func TestWrapKeepsFlagsWhole(t *testing.T) {
	const text = "come back with fumtui failback trades-eu --confirm ams, or begin with --approve-gap 3 and press enter to go on"
	for w := 20; w < len(text)+2; w++ {
		lines := wrap(text, w)
		if joined := strings.Join(lines, " "); joined != text {
			t.Fatalf("width %d: %q", w, joined)
		}
		for _, whole := range []string{"trades-eu", "--confirm ams,", "--approve-gap 3", "press enter"} {
			if !strings.Contains(strings.Join(lines, "\n"), whole) {
				t.Errorf("width %d: %q is broken:\n%s", w, whole, strings.Join(lines, "\n"))
			}
		}
		for _, l := range lines {
			if width(l) > w {
				t.Errorf("width %d: %q", w, l)
			}
		}
	}
	if lines := wrap("a-very-long-name-that-fits-nowhere", 10); len(lines) != 4 {
		t.Errorf("%q", lines)
	}
}
