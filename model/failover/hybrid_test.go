package failover

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// A hybrid run whose drain ends is a planned one; else it stops by force.
func TestHybrid(t *testing.T) {
	for name, c := range map[string]struct {
		world func(*universe)
		log   []string
		stop  string
	}{
		"drained":    {func(*universe) {}, []string{"drain ams", "create nyc 20151", "start nyc"}, "hook drain of the client at ams succeeded"},
		"forced":     {func(u *universe) { u.clients["ams"].drainTakes = time.Hour }, []string{"drain ams", "stop ams"}, "stopped by force, as the drain did not succeed within 10s"},
		"no drain":   {func(u *universe) { u.clients["ams"].hooks = []Hook{HookStart, HookStop, HookStatus} }, []string{"stop ams"}, "hook stop of the client at ams succeeded"},
		"ams is out": {func(u *universe) { u.fail("ams", model.ClassTimeout); u.clients["ams"].drainTakes = time.Hour }, []string{"drain ams", "stop ams"}, "stopped by force"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				c.world(u)
				run := move(t, u.engine(), request("nyc", model.Hybrid))
				wantState(t, run, model.RunDone)
				if !slices.Equal(u.log[:len(c.log)], c.log) {
					t.Errorf("effects %v", u.log)
				}
				if s := run.Step(model.StepStop); !strings.HasPrefix(s.Detail, c.stop) {
					t.Error(s.Detail)
				}
				if forced := u.audited("force", "stopped by force"); forced != strings.HasPrefix(c.stop, "stopped by force") {
					t.Errorf("the decision is in the audit trail: %t", forced)
				}
				u.sound(t)
			})
		})
	}
}

// The decision to stop by force is never taken back: who resumes does not drain.
func TestHybridDecisionIsDurable(t *testing.T) {
	for _, kind := range []faultKind{crashBefore, crashAfter, lostBefore, lostAfter} {
		bubble(t, func(t *testing.T, u *universe) {
			u.clients["ams"].drainTakes = time.Hour
			u.onLog = func(effect string) {
				if effect == "drain ams" {
					u.faults = []fault{{at: u.events + 1, kind: kind}} // the stop
				}
			}
			run, err := begin(t, u.engine(), request("nyc", model.Hybrid)).Run(t.Context())
			if err != nil {
				run = resume(t, u.engine(), "run-1", "")
			}
			wantState(t, run, model.RunDone)
			if n := strings.Count(strings.Join(u.log, ","), "drain ams"); n != 1 {
				t.Errorf("fault %d: drained %d times: %v", kind, n, u.log)
			}
			u.sound(t)
		})
	}
}

// A forced stop that is ignored is found out, and asked about, as in a reactive
// run; and a hybrid run that fails later goes back.
func TestHybridIgnoredStop(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.clients["ams"].ignoreStop, u.clients["ams"].drainTakes = true, time.Hour
		run := move(t, u.engine(), request("nyc", model.Hybrid))
		wantState(t, run, model.RunWaiting)
		if slices.Contains(u.log, "start nyc") || run.CurrentStep() != model.StepVerifyStop {
			t.Error(story(run))
		}
		d, err := u.engine().Abort(t.Context(), run.ID)
		if err != nil {
			t.Fatal(err)
		}
		run, _ = d.Run(t.Context())
		wantState(t, run, model.RunAborted)
		u.sound(t)
	})
	bubble(t, func(t *testing.T, u *universe) {
		u.clusters["nyc"].noCreate = failed(model.ClassThrottled)
		run := move(t, u.engine(), request("nyc", model.Hybrid))
		wantState(t, run, model.RunAborted)
		if !slices.Equal(u.running(), []string{"ams"}) {
			t.Error(u.running())
		}
	})
}

// What a forced client said of its cursor is as good as that of a stopped one.
func TestHybridForcedCursor(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		high := model.Slot(1 << 30)
		u.clients["ams"].drainTakes, u.clients["ams"].drainSays = time.Hour, &high
		run := move(t, u.engine(), request("nyc", model.Hybrid))
		wantState(t, run, model.RunDone)
		if *run.Cursor >= high {
			t.Errorf("the higher cursor was taken: %d", *run.Cursor)
		}
		u.sound(t)
	})
}
