package health

import (
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// movedAway is a world in which trades was moved from ams to nyc, its cursor then
// at a slot.
func movedAway(t *testing.T, cursor model.Slot) *world {
	x := newWorld(t)
	x.clients["trades@ams"].down = true
	x.clients["trades@nyc"] = &simClient{pace: 1, cursor: x.slot - 8}
	next := cursor + 1
	x.w.SetActive("trades", "nyc")
	x.w.SetSource("trades", "ams", &next)
	x.run(time.Minute)
	return x
}

func TestWayBackCountsDown(t *testing.T) {
	x := movedAway(t, 999_999)
	first := x.pipeline("trades").WayBack
	if first == nil || first.Cluster != "ams" || *first.Slot != 1_000_000 || first.Subscriber != model.SubscriberPresent || first.Left == nil || first.Urgent {
		t.Fatalf("way back: %+v", first)
	}
	if want := "trades-prod at ams stands at slot 1000000, leaves the window in about 1h59m"; first.Says != want {
		t.Errorf("says %q, want %q", first.Says, want)
	}
	x.run(10 * time.Minute)
	later := x.pipeline("trades").WayBack
	if went := *first.Left - *later.Left; went < 9*time.Minute+50*time.Second || went > 10*time.Minute+10*time.Second {
		t.Errorf("%s went by in 10 minutes", went)
	}
	x.clusters["ams"].fail = model.ClassTimeout
	x.run(10 * time.Minute)
	if out := x.pipeline("trades").WayBack; out.Left == nil || *later.Left-*out.Left < 9*time.Minute {
		t.Errorf("it stands while ams does not answer: %+v", out)
	}
}

func TestWayBackIsUrgentAndGone(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(x *world)
		says   string
	}{
		{"near the end", func(x *world) { x.clusters["ams"].windowSize = 1000 }, "leaves the window in about"},
		{"out of the window", func(x *world) { x.clusters["ams"].windowSize = 100 }, "has left the window there: a failback makes it anew, from the cursor at nyc"},
		{"absent", func(x *world) { x.clusters["ams"].subs = nil }, "trades-prod is not at ams any more"},
		{"stale", func(x *world) { x.clusters["ams"].subs[0].Stale = true }, "ams calls trades-prod stale"},
	} {
		t.Run(test.name, func(t *testing.T) {
			x := movedAway(t, 999_999)
			test.change(x)
			x.run(10 * time.Second)
			if b := x.pipeline("trades").WayBack; b == nil || !b.Urgent || !strings.Contains(b.Says, test.says) {
				t.Errorf("way back: %+v, want %q", b, test.says)
			}
		})
	}
}

func TestWayBackOfAWindowThatStands(t *testing.T) {
	x := movedAway(t, 999_999)
	x.clusters["ams"].frozen = true
	x.run(5 * time.Minute)
	if b := x.pipeline("trades").WayBack; b.Left != nil || b.Urgent || !strings.Contains(b.Says, "does not move now") {
		t.Errorf("way back: %+v", b)
	}
}

// The cursor that was recorded there serves where the run does not say one.
func TestWayBackWithoutTheCursorOfTheRun(t *testing.T) {
	x := movedAway(t, 999_999)
	x.w.SetSource("trades", "ams", nil)
	x.run(10 * time.Second)
	recorded := x.w.byName["trades"].order[0].cursor
	if b := x.pipeline("trades").WayBack; b == nil || recorded == nil || b.Slot == nil || *b.Slot != recorded.Slot+1 {
		t.Errorf("way back: %+v, cursor %+v", b, recorded)
	}
	x.w.byName["trades"].order[0].cursor = nil
	if b := x.pipeline("trades").WayBack; b == nil || b.Slot != nil || !strings.Contains(b.Says, "at which slot is not known") {
		t.Errorf("way back: %+v", b)
	}
}

func TestNoWayBack(t *testing.T) {
	x := movedAway(t, 999_999)
	for name, change := range map[string]func(){
		"a run moved it back":            func() { x.w.SetActive("trades", "ams"); x.w.SetSource("trades", "nyc", nil) },
		"no run moved it":                func() { x.w.SetSource("trades", "", nil) },
		"it was made the home":           func() { x.w.SetHome("trades", "nyc") },
		"it left where it is now active": func() { x.w.SetSource("trades", "nyc", nil) },
	} {
		x = movedAway(t, 999_999)
		change()
		x.run(2 * time.Second)
		if b := x.pipeline("trades").WayBack; b != nil {
			t.Errorf("%s: %+v", name, b)
		}
	}
}

// A client that does not come up after a run that failed is told with that run.
func TestFailedRunIsNamed(t *testing.T) {
	x := movedAway(t, 999_999)
	x.clients["trades@nyc"].down = true
	x.w.SetFailed("trades", &model.Run{ID: "r7", Kind: model.Cutover, From: "ams", To: "nyc", Steps: []model.Step{{Name: model.StepStart, State: model.StepFailed}}})
	x.run(3 * time.Minute)
	p := x.wantPipeline(model.PipelineClientDown, model.ActionCheckYourSide)
	if want := "the cutover that moved it there failed at step start: fumtui history show r7"; !strings.Contains(p.Advice.Text, want) {
		t.Errorf("advice %q, want %q in it", p.Advice.Text, want)
	}
}
