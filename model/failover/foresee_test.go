package failover

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// seen is the snapshot that a console would have of the universe now.
func (u *universe) seen() (*model.PipelineState, *Scene) {
	u.mu.Lock()
	u.fold()
	u.mu.Unlock()
	now := time.Now()
	p := &model.PipelineState{Name: u.pipes.Name, Home: u.pipes.Home, Active: u.active, Run: u.unended(), Verdict: model.PipelineStreaming}
	if p.Active == "" {
		p.Active = u.pipes.Home
	}
	s := &Scene{Now: now}
	look := u.process()
	for _, name := range u.pipes.Clusters {
		c := u.clusters[name]
		state := look.Health(name)
		state.AnsweredAt, state.SlotsAt = now, now
		state.Slots = &model.SlotRange{Min: c.min, Max: u.newest(c)}
		if c.down != nil {
			state.Failure = model.NewFailure(model.ClassOf(c.down), "simulated", nil)
		}
		s.Clusters = append(s.Clusters, state)
		seat := model.SeatState{Cluster: name, Cursor: u.rows[name], CursorAt: now}
		seat.Client = &model.ClientState{Scraped: u.clients[name].running}
		p.Seats = append(p.Seats, seat)
	}
	return p, s
}

// foresight is what the universe's settings foresee.
func (u *universe) foresight() *Foresight {
	return NewForesight(testSettings(), []model.Pipeline{u.pipes})
}

// checkWords are words of each check of a plan that refuses, in what is foreseen.
var checkWords = map[string][]string{
	"lease": {"has not ended"}, "target": {"does not answer", "refuses us"}, "target client": {"runs already"},
	"cursor": {"no cursor"}, "position": {"no longer has", "behind the cursor"}, "guarantee": {"exactly_once"},
	"stability": {"must be healthy"}, "quiet window": {"quiet window"},
}

// agrees holds what is foreseen against what is planned.
func agrees(t *testing.T, u *universe) (ready model.Ready, first string) {
	t.Helper()
	p, s := u.seen()
	list := u.foresight().Tell(nil, p, s)
	if len(list) != 1 {
		t.Fatalf("foreseen for %d clusters", len(list))
	}
	r := list[0]
	plan, err := u.engine().Plan(t.Context(), model.Request{Pipeline: p.Name, To: r.Target})
	if err != nil {
		t.Fatal(err)
	}
	want := map[model.CheckLevel]model.Ready{
		model.CheckOK: model.ReadyYes, model.CheckWarn: model.ReadyYes, model.CheckAsk: model.ReadyAsks, model.CheckRefuse: model.ReadyNo,
	}[plan.Worst()]
	story := fmt.Sprintf("foreseen %+v\nplanned %s", r, tell(plan.Checks, model.CheckRefuse)+tell(plan.Checks, model.CheckAsk))
	if r.Ready != want {
		t.Errorf("ready %s, and the plan's worst check is %s\n%s", r.Ready, plan.Worst(), story)
	}
	if r.Kind != plan.Kind || r.Mode != plan.Mode {
		t.Errorf("%s %s, and the plan is %s %s", r.Kind, r.Mode, plan.Kind, plan.Mode)
	}
	for _, c := range plan.Checks {
		if c.Level == model.CheckRefuse {
			first = c.Name
			break
		}
	}
	if first != "" && !anyIn(r.Why, checkWords[first]) {
		t.Errorf("%q, and the plan is refused by %s first\n%s", r.Why, first, story)
	}
	if s.Clusters[1].Failure == nil && s.Clusters[0].Failure == nil {
		samePlace(t, &r, &plan)
	}
	return r.Ready, first
}

func anyIn(text string, words []string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// samePlace compares positions.
func samePlace(t *testing.T, r *model.Readiness, plan *model.Plan) {
	t.Helper()
	switch {
	case (r.Resume == nil) != (plan.ResumeSlot == nil):
		t.Errorf("resume slot %v, the plan has %v", r.Resume, plan.ResumeSlot)
	case r.Resume == nil:
	case *r.Resume != *plan.ResumeSlot || *r.Repeat != plan.DuplicateSlots || *r.Replay != *plan.ReplaySlots,
		r.Gap != nil && *r.Gap != plan.GapSlots, r.Gap == nil && plan.Cursor != nil:
		t.Errorf("at %d, gap %v, repeats %d, replays %d; the plan has %d, %d, %d, %d", *r.Resume, r.Gap, *r.Repeat, *r.Replay,
			*plan.ResumeSlot, plan.GapSlots, plan.DuplicateSlots, *plan.ReplaySlots)
	}
}

// unsettle makes a universe of many states.
func (u *universe) unsettle(random *rand.Rand) {
	some := func(one int) bool { return random.IntN(one) == 0 }
	if some(3) {
		atNYC(func(*universe) {})(u)
		if some(2) {
			u.zero = time.Now().Add(-time.Duration(random.IntN(60)) * time.Second)
			for _, c := range u.clusters {
				c.top += 150
			}
		}
	}
	for _, c := range u.clusters {
		switch random.IntN(8) {
		case 0:
			u.fail(c.name, []model.ErrorClass{model.ClassTimeout, model.ClassUnreachable, model.ClassAuth, model.ClassThrottled}[random.IntN(4)])
		case 1:
			c.min = 20000 + model.Slot(random.IntN(400))
		case 2:
			c.top = 19800 + model.Slot(random.IntN(400))
			rate := 2.5
			c.rate = &rate
		}
	}
	p := &u.pipes
	p.Guarantee = []model.Guarantee{model.AtLeastOnce, model.AtLeastOnce, model.ExactlyOnce, model.NoGuarantee}[random.IntN(4)]
	p.Bootstrap = []model.Bootstrap{model.BootstrapAwait, model.BootstrapAwait, model.BootstrapReject, model.BootstrapAllow}[random.IntN(4)]
	p.Idempotent, p.Highest = !some(6), some(6)
	if some(3) {
		p.Overlap = uint64(random.IntN(100))
	}
	if some(6) {
		p.Quiet = []model.DailyWindow{{From: 2 * time.Hour, To: 5 * time.Hour}}
	}
	if some(8) {
		for _, c := range u.clients {
			c.mute = true
		}
		u.rows = map[string]*model.Cursor{}
	}
	if some(10) {
		u.clients["nyc"].running, u.clients["nyc"].mute = true, true
	}
	if some(10) {
		u.runs = append(u.runs, model.Run{ID: "r", Pipeline: p.Name, To: "nyc", State: model.RunWaiting})
	}
}

// What a console foresees is what a plan finds, whatever the world is like: the
// same answer, the same first reason against it, the same slots.
func TestWhatIsForeseenIsWhatIsPlanned(t *testing.T) {
	answers, reasons := map[model.Ready]int{}, map[string]int{}
	for seed := range 600 {
		bubble(t, func(t *testing.T, u *universe) {
			u.unsettle(rand.New(rand.NewPCG(uint64(seed), 7)))
			ready, first := agrees(t, u)
			answers[ready]++
			reasons[first]++
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
		})
		if t.Failed() {
			return
		}
	}
	for _, r := range []model.Ready{model.ReadyYes, model.ReadyAsks, model.ReadyNo} {
		if answers[r] < 20 {
			t.Errorf("only %d states in which the answer is %s: %v", answers[r], r, answers)
		}
	}
	for check := range checkWords {
		if reasons[check] == 0 {
			t.Errorf("no state is refused by %s first: %v", check, reasons)
		}
	}
}

// What is not known is said, and is no yes.
func TestWhatIsNotKnownIsNotForeseen(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*model.PipelineState, *Scene)
		why    string
	}{
		"never answered": {func(_ *model.PipelineState, s *Scene) { s.Clusters[1].AnsweredAt = time.Time{} }, "nyc was not seen to answer yet"},
		"old evidence": {func(_ *model.PipelineState, s *Scene) {
			s.Clusters[1].Verdict, s.Clusters[1].AnsweredAt = model.ClusterUnknown, s.Now.Add(-40*time.Second)
		}, "whether nyc is well is not known: 40s ago"},
		"no window": {func(_ *model.PipelineState, s *Scene) { s.Clusters[1].Slots = nil }, "the window of nyc is not known"},
		"an old window": {func(_ *model.PipelineState, s *Scene) {
			s.Clusters[1].SlotsOld, s.Clusters[1].SlotsAt = true, s.Now.Add(-2*time.Minute)
		}, "the window of nyc was last read 2m ago"},
		"no look at the cursor": {func(p *model.PipelineState, _ *Scene) { p.Seats[0].CursorAt = time.Time{} }, "its cursor was not read yet"},
		"an old look at it": {func(p *model.PipelineState, s *Scene) {
			p.Seats[0].CursorOld, p.Seats[0].CursorAt = true, s.Now.Add(-time.Hour)
		}, "its cursor was last read 1h00m ago"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				p, s := u.seen()
				c.change(p, s)
				r := u.foresight().Tell(nil, p, s)[0]
				if r.Ready != model.ReadyUnknown || r.Why != c.why {
					t.Errorf("%s: %q, want %q", r.Ready, r.Why, c.why)
				}
				if r.ToTip != nil {
					t.Error("a time to the tip")
				}
			})
		})
	}
}
