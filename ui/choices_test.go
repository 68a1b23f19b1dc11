package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// placedPlan is a plan as the engine makes it of what was chosen: the cursor is
// 312363640, and nyc serves 312345678 to 312363679.
func placedPlan(req model.Request) model.Plan {
	p := withMode(req)
	switch {
	case req.Latest:
		p.ResumeSlot, p.ReplaySlots = ptr(model.Slot(312363680)), ptr(uint64(0))
	case req.FromSlot != nil:
		p.ResumeSlot, p.ReplaySlots = req.FromSlot, ptr(model.SlotsBetween(*req.FromSlot, 312363680))
	}
	p.GapSlots = model.SlotsBetween(312363641, *p.ResumeSlot)
	p.DuplicateSlots += model.SlotsBetween(*p.ResumeSlot, 312363641)
	switch gap := "a gap of " + model.Units(p.GapSlots, "slot"); {
	case p.GapSlots == 0:
	case req.ApproveGap != nil && *req.ApproveGap >= p.GapSlots:
		p.Checks = append(p.Checks, model.Check{Name: "position", Level: model.CheckWarn, Saw: gap + "; approved up to " + model.Count(*req.ApproveGap)})
	default:
		p.Checks = append(p.Checks, model.Check{Name: "position", Level: model.CheckAsk, Saw: gap, Mend: "the run asks for it"})
	}
	return p
}

// choosing is the list of choices of a plan from trades to nyc, at the row.
func choosing(row int) []string {
	return append([]string{"c", "ctrl+o", "home"}, slices.Repeat([]string{"down"}, row)...)
}

// The rows of the list.
const (
	rowSlot   = 4
	rowLatest = 5
	rowGap    = 6
)

func planner(t *testing.T) *driver {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 2, 0))
	d.operator.plan = placedPlan
	return d
}

func (d *driver) lastPlanned() model.Request { return d.operator.planned[len(d.operator.planned)-1] }

// TestChoicesOfAPlan: everything that the command's flags choose is chosen on the
// page, and the plan made anew shows what it costs.
func TestChoicesOfAPlan(t *testing.T) {
	d := planner(t)
	d.keys("c", "=ny", "ctrl+o")
	d.sees("Choices for trades to nyc", "mode: planned (now)", "start: after the cursor (now)", "Nothing happens before you confirm")
	d.keys("home", "down", "enter")
	if got := d.lastPlanned().Mode; got != model.Reactive {
		t.Fatalf("planned %s", got)
	}
	d.keys("esc")

	d.keys(choosing(rowSlot)...)
	d.keys("enter", "=312363600", "enter")
	d.sees("from slot 312363600", "resume slot       312363600, as chosen", "about 73 slots delivered again", "80 slots to the newest of nyc")
	d.keys("esc")

	d.keys(choosing(rowLatest)...)
	d.keys("enter")
	d.sees("from the newest slot", "39 slots would be skipped", "approved here: ctrl+o")
	d.keys("ctrl+o", "home")
	d.keys(slices.Repeat([]string{"down"}, rowGap)...)
	d.seesWrapped("start: after the newest (now)", "this plan skips 39 slots: type that number")
	d.keys("enter", "=39", "enter")
	d.sees("39 slots would be skipped, up to 39 approved", "approved up to 39")
	d.lacks("it will ask")
	if got := d.lastPlanned(); !got.Latest || got.ApproveGap == nil || *got.ApproveGap != 39 {
		t.Fatalf("planned %+v", got)
	}
	d.keys("ctrl+o", "home", "down", "enter") // another mode keeps the approval
	if got := d.lastPlanned(); got.Mode != model.Reactive || got.ApproveGap == nil {
		t.Fatalf("planned %+v", got)
	}
	d.keys("ctrl+o", "home", "down", "down", "down", "enter") // another start does not
	if got := d.lastPlanned(); got.Latest || got.ApproveGap != nil {
		t.Fatalf("planned %+v", got)
	}
	d.keys("ctrl+o", "end", "enter")
	d.sees("with force")
	if d.acted() != 0 {
		t.Fatal("a choice did something")
	}
	d.keys("=nyc", "enter")
	if got := d.operator.executed; len(got) != 1 || !got[0].Request.Force || got[0].Request.Mode != model.Reactive {
		t.Fatalf("executed %+v", got)
	}
}

// TestChoicesThatAreNone say why, and plan nothing.
func TestChoicesThatAreNone(t *testing.T) {
	d := planner(t)
	d.keys(choosing(rowSlot)...)
	made := len(d.operator.planned)
	d.keys("enter", "enter")
	d.sees("type a slot first")
	d.keys("=35x", "enter")
	d.sees(`"35x" is not a slot: type a whole number`)
	d.keys("ctrl+u", "=99999999999999999999", "enter")
	d.sees("is not a slot")
	d.keys("esc", "down", "down", "enter")
	d.sees("this plan skips nothing: there is no gap to approve")
	if len(d.operator.planned) != made {
		t.Fatal("planned")
	}
	d.keys("up", "enter", "ctrl+o", "home") // the latest: a gap of 39
	d.keys(slices.Repeat([]string{"down"}, rowGap)...)
	made = len(d.operator.planned)
	d.keys("enter", "=38", "enter")
	d.sees("the gap is 39 slots: type 39 or somewhat more")
	d.keys("ctrl+u", "=312363641", "enter")
	d.sees("too large to be meant: the gap is 39 slots")
	d.keys("ctrl+u")
	d.send(tea.PasteMsg{Content: "39"})
	d.sees(notPasted)
	d.m.burst = burst
	d.keys("=39", "enter")
	d.sees(notPasted)
	d.keys("=39")
	d.now = d.now.Add(time.Second)
	if len(d.operator.planned) != made {
		t.Fatal("planned")
	}
	d.keys("enter")
	if got := d.lastPlanned().ApproveGap; got == nil || *got != 39 {
		t.Fatalf("approved %v", got)
	}
}

// TestChosenPlanIsConfirmedAnew: what was typed for the plan before, or before the
// new one was painted, confirms nothing.
func TestChosenPlanIsConfirmedAnew(t *testing.T) {
	d := planner(t)
	d.keys("c", "=nyc", "ctrl+o", "home", "down", "enter", "enter")
	d.sees("type nyc first: nothing was done")
	d.keys("ctrl+o", "enter")
	d.m.rearm() // not painted yet
	for _, r := range "nyc" {
		d.m.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	d.m.Update(keyPress("enter"))
	d.sees(tooEarly)
	if d.acted() != 0 {
		t.Fatal("it was executed")
	}
	d.keys("ctrl+o", "esc")
	d.sees("Type nyc and press enter")
}

// TestChoicesWhereTheyDoNotBelong: a recreate has no start, a console that only
// looks has none at all, nor has a plan that is under way.
func TestChoicesWhereTheyDoNotBelong(t *testing.T) {
	d := newDriver(t, 80, 24, lostSubscriber(1))
	d.operator.plan = recreatePlan
	d.keys("R", "ctrl+o")
	d.sees("mode: hybrid", "approve a gap", "force")
	d.lacks("start:")
	d.keys("esc", "=ams")
	d.m.Update(keyPress("enter"))
	d.keys("ctrl+o")
	d.sees("ctrl+o: the plan is confirmed")

	d = planner(t)
	d.keys("c", "ctrl+o")
	d.m.reloaded(reloadMsg{done: Reloaded{Changes: []string{"a cluster was added"}}})
	d.sees("plan again", "Lag from tip")
}

// TestChoicesByWords: all of them follow the pipeline and the cluster.
func TestChoicesByWords(t *testing.T) {
	for line, want := range map[string]model.Request{
		"cutover trades nyc from-slot 350000283":      {Pipeline: "trades", To: "nyc", FromSlot: ptr(model.Slot(350000283))},
		"plan trades nyc from-slot 350,000,283":       {Pipeline: "trades", To: "nyc", FromSlot: ptr(model.Slot(350000283))},
		"cutover trades nyc latest":                   {Pipeline: "trades", To: "nyc", Latest: true},
		"cutover trades nyc approve-gap 1204":         {Pipeline: "trades", To: "nyc", ApproveGap: ptr(uint64(1204))},
		"cutover trades nyc approve-gap 9 latest":     {Pipeline: "trades", To: "nyc", Latest: true, ApproveGap: ptr(uint64(9))},
		"cutover trades nyc mode hybrid latest force": {Pipeline: "trades", To: "nyc", Mode: model.Hybrid, Latest: true, Force: true},
		"failback trades force":                       {Pipeline: "trades", To: "ams", Force: true},
		"failback trades latest approve-gap 7":        {Pipeline: "trades", To: "ams", Latest: true, ApproveGap: ptr(uint64(7))},
		"recreate trades mode reactive approve-gap 5": {Pipeline: "trades", To: "ams", Recreate: true, Mode: model.Reactive, ApproveGap: ptr(uint64(5))},
	} {
		s := fakeSnapshot(1, 2, 0)
		if strings.HasPrefix(line, "failback") {
			s = movedAway()
		} else if strings.HasPrefix(line, "recreate") {
			s = lostSubscriber(1)
		}
		d := newDriver(t, 120, 40, s)
		d.operator.plan = placedPlan
		d.typed(line)
		if got := d.operator.planned; len(got) != 1 || !sameRequest(got[0], want) {
			t.Errorf("%s planned %+v", line, got)
		}
		if d.m.page != pagePlan || d.acted() != 0 {
			t.Errorf("%s shows %s, and did %d things", line, d.m.page, d.acted())
		}
	}
	for line, sees := range map[string]string{
		"cutover trades nyc from-slot":           "from-slot: name the slot",
		"cutover trades nyc from-slot x":         `"x" is not a slot`,
		"cutover trades nyc latest from-slot 3":  "from-slot or latest: name one of the two",
		"cutover trades nyc latest latest":       "it was said before",
		"cutover trades nyc mode fast":           "mode: planned, reactive or hybrid",
		"cutover trades nyc approve-gap -3":      "is not a number of slots",
		"cutover trades nyc soon":                "soon is none of mode, from-slot",
		"cutover trades fra latest":              "trades cannot be moved to fra",
		"recreate trades latest":                 "is neither lost nor stale",
		"cutover nothing nyc latest":             "there is no pipeline nothing",
		"cutover trades nyc mode hybrid force f": "f is none of",
	} {
		d := newDriver(t, 120, 40, fakeSnapshot(1, 2, 0))
		d.typed(line)
		if !strings.Contains(d.screen(), sees) || len(d.operator.planned) != 0 {
			t.Errorf("%s does not say %q, or planned %v:\n%s", line, sees, d.operator.planned, d.screen())
		}
	}
}

// TestChoicesAreCompleted: each word offers the next, and half a choice is none
// that does not work.
func TestChoicesAreCompleted(t *testing.T) {
	d := newDriver(t, 120, 40, fakeSnapshot(1, 2, 0))
	d.keys(":", "=cutover trades nyc ")
	d.sees("nyc mode", "nyc from-slot", "nyc latest", "nyc approve-gap", "nyc force")
	d.lacks("not now")
	d.keys("=latest ")
	d.sees("latest approve-gap")
	d.lacks("latest from-slot")
	d.keys("=mode ")
	d.sees("mode planned", "mode reactive", "mode hybrid")
}

func sameRequest(a, b model.Request) bool {
	same := func(a, b *uint64) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }
	return a.Pipeline == b.Pipeline && a.To == b.To && a.Mode == b.Mode && a.Recreate == b.Recreate && a.Latest == b.Latest && a.Force == b.Force &&
		same((*uint64)(a.FromSlot), (*uint64)(b.FromSlot)) && same(a.ApproveGap, b.ApproveGap)
}
