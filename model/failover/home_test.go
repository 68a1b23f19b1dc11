package failover

import (
	"errors"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// Who fails forward has a new home: what went back to the old one is a cutover
// then, and what comes back to the new one a failback, with its wait.
func TestFailForward(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		e := u.engine()
		ctx := t.Context()
		var moved *MovedError
		if err := e.SetHome(ctx, "trades", "nyc", "ann@bastion"); !errors.As(err, &moved) {
			t.Errorf("not active there: %v", err)
		}
		wantState(t, move(t, e, request("nyc", "")), model.RunDone)
		if err := e.SetHome(ctx, "trades", "nyc", "ann@bastion"); err != nil {
			t.Fatal(err)
		}
		if home, err := e.Home(ctx, "trades"); home != "nyc" || err != nil {
			t.Errorf("home %s, %v", home, err)
		}
		if last := u.audit[len(u.audit)-1]; last.Actor != "ann@bastion" || last.Action != "home" ||
			last.Detail != "the home of pipeline trades was ams and is nyc" {
			t.Errorf("audit %+v", last)
		}
		entries := len(u.audit)
		if err := e.SetHome(ctx, "trades", "nyc", "ann@bastion"); err != nil || len(u.audit) != entries {
			t.Errorf("once more: %v, %d entries more", err, len(u.audit)-entries)
		}
		u.shake()
		run := move(t, e, request("ams", ""))
		wantState(t, run, model.RunDone)
		if run.Kind != model.Cutover {
			t.Errorf("away from the new home: %s", run.Kind)
		}
		u.shake()
		plan, err := e.Plan(ctx, request("nyc", ""))
		if err != nil || plan.Kind != model.Failback {
			t.Errorf("back to the new home: %s, %v", plan.Kind, err)
		}
		wantCheck(t, plan, "stability", model.CheckRefuse, "0s of 30s")
	})
}

func TestSetHomeIsRefused(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		var usage *UsageError
		var busy *BusyError
		for pipeline, cluster := range map[string]string{"nope": "ams", "trades": "fra"} {
			if err := u.engine().SetHome(t.Context(), pipeline, cluster, "ann@bastion"); !errors.As(err, &usage) {
				t.Errorf("%s %s: %v", pipeline, cluster, err)
			}
		}
		u.home = "nyc"
		begin(t, u.engine(), request("nyc", ""))
		if err := u.engine().SetHome(t.Context(), "trades", "ams", "ann@bastion"); !errors.As(err, &busy) {
			t.Errorf("mid-run: %v", err)
		}
		u.home = "fra" // no longer in the configuration
		if home, err := u.engine().Home(t.Context(), "trades"); home != "ams" || err != nil {
			t.Errorf("home %s, %v", home, err)
		}
	})
}

// A failback waits for its quiet window.
func TestQuietWindow(t *testing.T) {
	hour := func(h float64) time.Duration { return time.Duration(h * float64(time.Hour)) }
	for name, c := range map[string]struct {
		windows []model.DailyWindow
		force   bool
		down    bool
		level   model.CheckLevel
		saw     string
	}{
		"none":                {level: ""},
		"inside":              {windows: []model.DailyWindow{{From: 0, To: hour(4)}}, level: model.CheckOK, saw: "it is 00:11 UTC, in 00:00-04:00"},
		"over midnight":       {windows: []model.DailyWindow{{From: hour(22), To: hour(4)}}, level: model.CheckOK, saw: "in 22:00-04:00"},
		"one of two":          {windows: []model.DailyWindow{{From: hour(9), To: hour(10)}, {From: hour(22), To: hour(4)}}, level: model.CheckOK, saw: "in 22:00"},
		"outside":             {windows: []model.DailyWindow{{From: hour(2), To: hour(4)}, {From: hour(9), To: hour(10)}}, level: model.CheckRefuse, saw: "wait 1h48m"},
		"outside, forced":     {windows: []model.DailyWindow{{From: hour(2), To: hour(4)}}, force: true, level: model.CheckWarn, saw: "02:00-04:00"},
		"outside, nyc is ill": {windows: []model.DailyWindow{{From: hour(2), To: hour(4)}}, down: true, level: model.CheckWarn, saw: "nyc is not healthy"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				u.pipes.Quiet = c.windows
				wantState(t, move(t, u.engine(), request("nyc", "")), model.RunDone)
				time.Sleep(10 * time.Minute)
				if c.down {
					u.fail("nyc", model.ClassTimeout)
				}
				req := request("ams", "")
				req.Force = c.force
				plan, err := u.engine().Plan(t.Context(), req)
				if err != nil {
					t.Fatal(err)
				}
				if c.level == "" {
					for _, check := range plan.Checks {
						if check.Name == "quiet window" {
							t.Errorf("%+v", check)
						}
					}
					return
				}
				wantCheck(t, plan, "quiet window", c.level, c.saw)
			})
		})
	}
}

// shake has nothing be stable any more.
func (u *universe) shake() {
	for _, c := range u.clusters {
		c.top = u.newest(c)
	}
	u.zero = time.Now()
}
