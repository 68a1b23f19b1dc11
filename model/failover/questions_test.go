package failover

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// noCursorAt loses the cursor while its client does nothing.
func noCursorAt(u *universe) {
	u.fold()
	u.clients["ams"].mute = true
	delete(u.rows, "ams")
}

// A run without a cursor asks, touches nothing, and goes on from what a person
// says; who answers nonsense is asked again.
func TestNoCursorIsAskedFor(t *testing.T) {
	for answer, want := range map[string]model.Slot{"20,100": 20100, "20151": 20151, "latest": 0, "LATEST": 0} {
		bubble(t, func(t *testing.T, u *universe) {
			noCursorAt(u)
			says := model.Slot(20150)
			u.clients["ams"].drainSays = &says
			run := move(t, u.engine(), request("nyc", ""))
			wantState(t, run, model.RunWaiting)
			if !strings.HasPrefix(run.Question, "no cursor for ams (nyc serves slots [1000, 20150]): answer with the slot") || len(u.log) > 0 {
				t.Errorf("%q, effects %v", run.Question, u.log)
			}
			for _, odd := range []string{"", "yes", "-3", "99999999999", "18446744073709551615", "999999999999999999999"} {
				run = resume(t, u.engine(), run.ID, odd)
				wantState(t, run, model.RunWaiting)
				if len(u.log) > 0 || run.FromSlot != nil || run.Latest {
					t.Fatalf("%q: %+v %v", odd, run, u.log)
				}
			}
			run = resume(t, u.engine(), run.ID, answer)
			if want == 0 {
				// The client said where it ended, so that what is skipped has a number.
				wantState(t, run, model.RunWaiting)
				gap, _, _ := strings.Cut(strings.TrimPrefix(run.Question, aGap), " ")
				run = resume(t, u.engine(), run.ID, gap)
			}
			wantState(t, run, model.RunDone)
			if want != 0 && *run.ResumeSlot != want {
				t.Errorf("resume slot %d", *run.ResumeSlot)
			}
			if !u.audited("resume-slot", "ops@bastion chose to resume at") || !u.audited("question", "no cursor for ams") {
				t.Errorf("audit %+v", u.audit)
			}
		})
	}
}

// A person's word where to resume outlives whoever heard it.
func TestChosenSlotIsDurable(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		noCursorAt(u)
		u.clients["ams"].hooks = nil // it says nothing of itself
		run := move(t, u.engine(), request("nyc", ""))
		wantState(t, run, model.RunWaiting)
		u.faults = []fault{{at: u.events + 3, kind: crashAfter}} // taken over, resumed, heard
		if d, err := u.engine().Resume(t.Context(), run.ID, "20100"); err == nil {
			_, _ = d.Run(t.Context())
		}
		run = resume(t, u.engine(), run.ID, "")
		wantState(t, run, model.RunWaiting)
		if !strings.HasPrefix(run.Question, "drain and stop the client") || run.FromSlot == nil || *run.FromSlot != 20100 {
			t.Fatal(story(run))
		}
		u.halt(u.clients["ams"])
		run = resume(t, u.engine(), run.ID, "yes")
		wantState(t, run, model.RunDone)
		if *run.ResumeSlot != 20100 || run.Cursor != nil || run.GapSlots != nil {
			t.Errorf("%+v", run)
		}
	})
}

// A pipeline that is promised nothing begins at the newest slot, unasked.
func TestNoCursorByPolicy(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		noCursorAt(u)
		u.pipes.Guarantee, u.pipes.Bootstrap = model.NoGuarantee, model.BootstrapAllow
		u.clients["ams"].hooks = []Hook{HookStart, HookStop, HookStatus}
		u.fail("ams", model.ClassTimeout)
		e := u.engine()
		plan, err := e.Plan(t.Context(), request("nyc", ""))
		if err != nil {
			t.Fatal(err)
		}
		wantCheck(t, plan, "cursor", model.CheckWarn, "begin at the newest slot of nyc")
		wantCheck(t, plan, "position", model.CheckOK, "after the newest of nyc")
		newest := u.newest(u.clusters["nyc"])
		run := move(t, e, request("nyc", ""))
		wantState(t, run, model.RunDone)
		if *run.ResumeSlot <= newest || *run.ResumeSlot > newest+30 {
			t.Errorf("resume slot %d, newest %d", *run.ResumeSlot, newest)
		}
	})
}

// The latest is pinned: the position is certain, and what is skipped is approved
// by its number.
func TestLatestIsPinned(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.fail("ams", model.ClassTimeout)
		time.Sleep(10 * time.Minute)
		req := request("nyc", "")
		req.Latest = true
		e := u.engine()
		plan, err := e.Plan(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		newest := u.newest(u.clusters["nyc"])
		if plan.GapSlots != uint64(newest-20150) || *plan.ResumeSlot != newest+1 || *plan.ReplaySlots != 0 {
			t.Errorf("%+v", plan)
		}
		if !slices.ContainsFunc(plan.Actions, func(a string) bool { return strings.Contains(a, "after the newest of nyc") }) {
			t.Error(plan.Actions)
		}
		time.Sleep(time.Minute) // the chain goes on meanwhile
		d, err := e.Begin(t.Context(), plan)
		if err != nil {
			t.Fatal(err)
		}
		run, _ := d.Run(t.Context())
		wantState(t, run, model.RunWaiting)
		if !strings.HasPrefix(run.Question, "a gap of 1,650 slots: the newest slot of nyc is 21800, the cursor is 20150") || len(u.log) > 0 {
			t.Fatalf("%q %v", run.Question, u.log)
		}
		time.Sleep(time.Minute)
		run = resume(t, u.engine(), run.ID, "2,500")
		wantState(t, run, model.RunDone)
		if got := *run.GapSlots; got < 1800 || got > 2500 || *run.ResumeSlot != 20151+model.Slot(got) || u.lost() != got {
			t.Errorf("gap %d, resume slot %d, lost %d", got, *run.ResumeSlot, u.lost())
		}
		if *u.rows["nyc"].FirstSlot != *run.ResumeSlot {
			t.Errorf("it began at %d", *u.rows["nyc"].FirstSlot)
		}
	})
}

func TestFromSlot(t *testing.T) {
	approve := func(n uint64) *uint64 { return &n }
	for name, c := range map[string]struct {
		from     model.Slot
		approved *uint64
		level    model.CheckLevel
		saw      string
		gap      uint64
	}{
		"below":              {from: 20000, level: model.CheckOK, saw: "slot 20000, chosen by a person"},
		"the one after":      {from: 20151, level: model.CheckOK, saw: "chosen by a person"},
		"above":              {from: 20161, level: model.CheckAsk, saw: "a gap of 10 slots: slot 20161 was chosen, the cursor is 20150"},
		"above, approved":    {from: 20161, approved: approve(10), level: model.CheckWarn, saw: "approved up to 10", gap: 10},
		"below the window":   {from: 900, level: model.CheckRefuse, saw: "slot 900 was chosen, and nyc serves from slot 1000 choose slot 1000 or a later one"},
		"not there yet":      {from: 30000, approved: approve(1 << 40), level: model.CheckRefuse, saw: "above the newest of nyc"},
		"not there for ever": {from: 1<<64 - 1, approved: approve(1<<64 - 1), level: model.CheckRefuse, saw: "above the newest of nyc"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				u.fail("ams", model.ClassTimeout)
				u.clusters["nyc"].top += 100
				req := request("nyc", "")
				req.FromSlot, req.ApproveGap = &c.from, c.approved
				plan, err := u.engine().Plan(t.Context(), req)
				if err != nil {
					t.Fatal(err)
				}
				wantCheck(t, plan, "position", c.level, c.saw)
				if c.level == model.CheckAsk || c.level == model.CheckRefuse {
					return
				}
				run := move(t, u.engine(), req)
				wantState(t, run, model.RunDone)
				if *run.ResumeSlot != c.from || *run.GapSlots != c.gap || run.FromSlot == nil {
					t.Errorf("%s %d", story(run), *run.GapSlots)
				}
			})
		})
	}
}

// The guarantees and policies, each against what it does not allow.
func TestPolicies(t *testing.T) {
	low, high := model.Slot(20100), model.Slot(20160)
	for name, c := range map[string]struct {
		world func(*universe)
		req   func(*model.Request)
		check string
		level model.CheckLevel
		saw   string
	}{
		"exactly once, lower slot": {once1, func(r *model.Request) { r.FromSlot = &low }, "guarantee", model.CheckRefuse, "51 slots before the slot after the cursor"},
		"exactly once, gap":        {once1, func(r *model.Request) { r.FromSlot = &high }, "position", model.CheckRefuse, "resume after the cursor"},
		"exactly once, highest":    {func(u *universe) { once1(u); u.pipes.Highest = true }, nil, "guarantee", model.CheckRefuse, "only the highest slot seen"},
		"exactly once, no cursor":  {func(u *universe) { once1(u); noCursorAt(u) }, nil, "cursor", model.CheckRefuse, "exactly_once needs one"},
		"exactly once":             {once1, nil, "guarantee", model.CheckOK, "about 32 slots come twice"},
		"reject, chosen gap":       {func(u *universe) { u.pipes.Bootstrap = model.BootstrapReject }, func(r *model.Request) { r.FromSlot = &high }, "position", model.CheckAsk, "a gap of 9 slots"},
		"reject, left the window":  {func(u *universe) { u.pipes.Bootstrap, u.clusters["nyc"].min = model.BootstrapReject, 20155 }, nil, "position", model.CheckRefuse, "the policy is reject"},
		"allow, gap":               {allow1, func(r *model.Request) { r.FromSlot = &high }, "position", model.CheckWarn, "the policy allows it"},
		"none, await":              {func(u *universe) { u.pipes.Guarantee = model.NoGuarantee }, func(r *model.Request) { r.FromSlot = &high }, "position", model.CheckAsk, "--approve-gap 9"},
		"contiguous":               {nil, nil, "cursor", model.CheckOK, ", contiguous"},
		"highest, no overlap":      {func(u *universe) { u.pipes.Highest = true }, nil, "cursor", model.CheckWarn, "no overlap covers them"},
		"highest":                  {func(u *universe) { u.pipes.Highest, u.pipes.Overlap = true, 64 }, nil, "cursor", model.CheckOK, "the overlap of 64 slots covers what may be missing below it"},
		"overlap is told":          {func(u *universe) { u.pipes.Overlap = 64 }, nil, "position", model.CheckOK, "less an overlap of 64 slots"},
		"hybrid, source down":      {func(u *universe) { u.fail("ams", model.ClassTimeout) }, func(r *model.Request) { r.Mode = model.Hybrid }, "source", model.CheckWarn, "the drain may not end"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				u.fold()
				u.clusters["nyc"].top += 100
				if c.world != nil {
					c.world(u)
				}
				req := request("nyc", "")
				if c.req != nil {
					c.req(&req)
				}
				plan, err := u.engine().Plan(t.Context(), req)
				if err != nil {
					t.Fatal(err)
				}
				wantCheck(t, plan, c.check, c.level, c.saw)
			})
		})
	}
}

func once1(u *universe) { u.pipes.Guarantee = model.ExactlyOnce }
func allow1(u *universe) {
	u.pipes.Guarantee, u.pipes.Bootstrap = model.NoGuarantee, model.BootstrapAllow
}

func TestFromSlotOrLatest(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		req := request("nyc", "")
		slot := model.Slot(5)
		req.FromSlot, req.Latest = &slot, true
		if _, err := u.engine().Plan(t.Context(), req); err == nil || !strings.Contains(err.Error(), "name one of the two") {
			t.Error(err)
		}
	})
}
