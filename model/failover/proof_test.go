package failover

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// provingPort is a cluster where the canary is on.
type provingPort struct{ *clusterPort }

// ProveData makes a subscriber of a proof and removes it: two effects, of which
// any may be the last of its process.
func (k provingPort) ProveData(_ context.Context, from model.Slot) (data model.CanaryData, err error) {
	defer func() {
		_ = k.p.event(func() error { k.c.own = max(k.c.own-1, 0); return nil }, failed(model.ClassTimeout))
	}()
	err = k.p.event(func() error {
		switch {
		case k.c.down != nil:
			return k.c.down
		case from < k.c.min || from > k.p.u.newest(k.c)+1:
			return failed(model.ClassIncompatible)
		}
		k.c.proved = append(k.c.proved, from)
		k.c.own++
		return k.c.noData
	}, failed(model.ClassTimeout))
	if err != nil {
		return data, err
	}
	time.Sleep(40 * time.Millisecond)
	return model.CanaryData{Slot: from + 1, Offset: 7}, nil
}

func TestProofOfData(t *testing.T) {
	const resume = 20151 // the slot after the newest of both
	for name, c := range map[string]struct {
		world func(*universe)
		from  model.Slot // 0: none is tried
		level model.CheckLevel
		says  string
	}{
		"data comes":      {from: resume - 1, level: model.CheckOK, says: "slot 20151 came from nyc in 40ms"},
		"target ahead":    {world: func(u *universe) { u.clusters["nyc"].top += 500 }, from: resume, level: model.CheckOK, says: "slot 20152 came"},
		"says how":        {from: resume - 1, level: model.CheckOK, says: "a subscriber of fumtui's own, made for this and removed"},
		"none comes":      {world: without(model.ClassTimeout), from: resume - 1, level: model.CheckRefuse, says: "no data came from slot 20150 on: timeout"},
		"the server":      {world: without(model.ClassServer), from: resume - 1, level: model.CheckRefuse, says: "switch the canary off"},
		"cut off":         {world: without(model.ClassUnreachable), from: resume - 1, level: model.CheckRefuse, says: "choose another cluster"},
		"limits":          {world: without(model.ClassThrottled), from: resume - 1, level: model.CheckWarn, says: "not proved from slot 20150 on: throttled"},
		"rights":          {world: without(model.ClassAuth), from: resume - 1, level: model.CheckWarn, says: "switch the canary off"},
		"one bad block":   {world: without(model.ClassNotFound), from: resume - 1, level: model.CheckWarn, says: "not proved"},
		"no deadline":     {world: func(u *universe) { u.clusters["nyc"].noData = context.DeadlineExceeded }, from: resume - 1, level: model.CheckRefuse, says: "no data"},
		"a little behind": {world: func(u *universe) { u.clusters["nyc"].top -= 20 }, from: resume - 21, level: model.CheckOK, says: "slot"},
		"far behind":      {world: func(u *universe) { u.clusters["nyc"].top -= 200 }, from: resume - 201, level: model.CheckWarn, says: "has not come to the resume slot 20151"},
		"a gap": {world: func(u *universe) {
			u.pipes.Guarantee, u.pipes.Bootstrap = model.NoGuarantee, model.BootstrapAllow
			u.clusters["nyc"].top, u.clusters["nyc"].min = 21000, 20500
		}, from: 20500 + tolerance, level: model.CheckOK, says: "came"},
		"target down":     {world: func(u *universe) { u.fail("nyc", model.ClassUnreachable) }},
		"no cursor":       {world: func(u *universe) { u.clients["ams"].mute = true; delete(u.rows, "ams") }},
		"the canary off":  {world: func(u *universe) { u.canary = false }},
		"only the target": {world: func(u *universe) { u.fail("ams", model.ClassUnreachable) }, from: resume - 1, level: model.CheckOK, says: "came"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				u.fold()
				u.canary = true
				if c.world != nil {
					c.world(u)
				}
				plan, err := u.engine().Plan(t.Context(), request("nyc", ""))
				if err != nil {
					t.Fatal(err)
				}
				wantProof(t, u, &plan, c.from)
				if c.from > 0 {
					wantCheck(t, plan, "data at nyc", c.level, c.says)
				}
				if c.level == model.CheckRefuse {
					refusesToBegin(t, u, plan)
				}
			})
		})
	}
}

// without has the target send no data, for a reason.
func without(class model.ErrorClass) func(*universe) {
	return func(u *universe) { u.clusters["nyc"].noData = failed(class) }
}

// wantProof checks that one proof was tried, from a slot, or none; and that
// nothing is left of it.
func wantProof(t *testing.T, u *universe, plan *model.Plan, from model.Slot) {
	t.Helper()
	nyc := u.clusters["nyc"]
	if nyc.own != 0 || len(u.clusters["ams"].proved) > 0 || len(u.log) > 0 {
		t.Errorf("left %d, proved at the source from %v, effects %v", nyc.own, u.clusters["ams"].proved, u.log)
	}
	if from > 0 {
		if got := fmt.Sprint(nyc.proved); got != fmt.Sprint([]model.Slot{from}) {
			t.Errorf("proved from %s, want %d", got, from)
		}
		return
	}
	for _, check := range plan.Checks {
		if strings.HasPrefix(check.Name, "data at") {
			t.Errorf("no proof was to be tried: %+v", check)
		}
	}
	if len(nyc.proved) > 0 {
		t.Errorf("proved from %v", nyc.proved)
	}
}

// A proof is asked for once by a plan and once by the preflight of its run; a
// resumed preflight asks anew.
func TestProofsAreFew(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.canary = true
		nyc := u.clusters["nyc"]
		run := move(t, u.engine(), request("nyc", ""))
		wantState(t, run, model.RunDone)
		if len(nyc.proved) != 2 || nyc.own != 0 {
			t.Errorf("proved from %v, left %d", nyc.proved, nyc.own)
		}
		if s := run.Step(model.StepPreflight); !strings.Contains(s.Detail, "checks passed") {
			t.Errorf("preflight: %+v", s)
		}
		u.sound(t)
	})
}

// Data stops to come between the plan and the run: nothing is touched.
func TestNoDataByTheTimeOfThePreflight(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.canary = true
		d := begin(t, u.engine(), request("nyc", ""))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		run, _ := d.Run(ctx)
		wantState(t, run, model.RunInterrupted)
		without(model.ClassTimeout)(u)
		run = resume(t, u.engine(), run.ID, "")
		wantState(t, run, model.RunAborted)
		if s := run.Step(model.StepPreflight); !strings.Contains(s.Error, "no data came from slot") || len(u.log) > 0 {
			t.Errorf("preflight: %+v, effects %v", s, u.log)
		}
		u.sound(t)
	})
}
