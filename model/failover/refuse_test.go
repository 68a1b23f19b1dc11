package failover

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// TestEveryRefusal has one cause each, and changes nothing.
func TestEveryRefusal(t *testing.T) {
	for _, c := range []struct {
		name  string
		to    string
		req   func(*model.Request)
		world func(*universe)
		check string
		level model.CheckLevel
		saw   string
	}{
		{name: "target down", world: func(u *universe) { u.fail("nyc", model.ClassUnreachable) }, check: "target", level: model.CheckRefuse, saw: "unreachable"},
		{name: "target refuses us", world: func(u *universe) { u.fail("nyc", model.ClassAuth) }, check: "target", level: model.CheckRefuse, saw: "auth"},
		{
			name: "planned from a dead source", req: func(r *model.Request) { r.Mode = model.Planned },
			world: func(u *universe) { u.fail("ams", model.ClassTimeout) }, check: "source", level: model.CheckRefuse, saw: "does not answer",
		},
		{name: "source refuses us", world: func(u *universe) { u.fail("ams", model.ClassAuth) }, check: "source", level: model.CheckWarn, saw: "refuses us"},
		{name: "reactive from a healthy source", req: func(r *model.Request) { r.Mode = model.Reactive }, check: "source", level: model.CheckWarn, saw: "reactive"},
		{name: "hook missing", world: func(u *universe) { u.clients["nyc"].hooks = []Hook{HookStop, HookStatus} }, check: "hooks", level: model.CheckRefuse, saw: "start at nyc"},
		{name: "store full", world: func(u *universe) { u.full = errors.New("disk full") }, check: "store", level: model.CheckRefuse, saw: "disk full"},
		{name: "target's client runs", world: func(u *universe) {
			u.clients["nyc"].running, u.clients["nyc"].mute = true, true
		}, check: "target client", level: model.CheckRefuse, saw: "running"},
		{name: "target's port answers", world: func(u *universe) {
			u.clients["nyc"].running, u.clients["nyc"].mute, u.clients["nyc"].statusLies = true, true, ClientStopped
		}, check: "target client", level: model.CheckRefuse, saw: "answers"},
		{name: "target's status unknown", world: func(u *universe) { u.clients["nyc"].statusLies = ClientUnknown }, check: "target client", level: model.CheckRefuse, saw: "does not tell"},
		{name: "no cursor", world: func(u *universe) { u.clients["ams"].mute = true; delete(u.rows, "ams") }, check: "cursor", level: model.CheckAsk, saw: "no cursor"},
		{name: "no cursor, reject", world: func(u *universe) {
			u.clients["ams"].mute, u.pipes.Bootstrap = true, model.BootstrapReject
			delete(u.rows, "ams")
		}, check: "cursor", level: model.CheckRefuse, saw: "reject"},
		{name: "gap", world: func(u *universe) { u.clusters["nyc"].min = 20500 }, check: "position", level: model.CheckAsk, saw: "a gap of 349 slots"},
		{name: "gap, exactly once", world: func(u *universe) {
			u.clusters["nyc"].min, u.pipes.Guarantee = 20500, model.ExactlyOnce
		}, check: "position", level: model.CheckRefuse, saw: "gap"},
		{
			name: "gap, approved", req: func(r *model.Request) { n := uint64(349); r.ApproveGap = &n },
			world: func(u *universe) { u.clusters["nyc"].min = 20500 }, check: "position", level: model.CheckWarn, saw: "approved",
		},
		{
			name: "gap, approved by too low a number", req: func(r *model.Request) { n := uint64(348); r.ApproveGap = &n },
			world: func(u *universe) { u.clusters["nyc"].min = 20500 }, check: "position", level: model.CheckAsk, saw: "gap",
		},
		{name: "target far behind", world: func(u *universe) {
			rate := 2.5
			u.clusters["nyc"].top, u.clusters["nyc"].rate = 19000, &rate
		}, check: "position", level: model.CheckRefuse, saw: "will not be there in time"},
		{name: "target behind", world: func(u *universe) { u.clusters["nyc"].top = 19000 }, check: "position", level: model.CheckWarn, saw: "above the newest"},
		{name: "exactly once, not idempotent", world: func(u *universe) {
			u.pipes.Guarantee, u.pipes.Idempotent = model.ExactlyOnce, false
		}, check: "guarantee", level: model.CheckRefuse, saw: "not idempotent"},
		{name: "exactly once with overlap", world: func(u *universe) {
			u.pipes.Guarantee, u.pipes.Overlap = model.ExactlyOnce, 3
		}, check: "guarantee", level: model.CheckRefuse, saw: "overlap"},
		{name: "unstable home", to: "ams", world: atNYC(func(u *universe) { u.zero = time.Now().Add(-10 * time.Second) }), check: "stability", level: model.CheckRefuse, saw: "10s of 30s"},
		{
			name: "unstable home, forced", to: "ams", req: func(r *model.Request) { r.Force = true },
			world: atNYC(func(u *universe) { u.zero = time.Now() }), check: "stability", level: model.CheckWarn, saw: "healthy for 0s",
		},
		{
			name: "unstable home, active cluster down", to: "ams",
			world: atNYC(func(u *universe) { u.zero = time.Now(); u.fail("nyc", model.ClassTimeout) }), check: "stability", level: model.CheckWarn, saw: "healthy for 0s",
		},
		{
			name: "active cluster refusing us is no reason", to: "ams",
			world: atNYC(func(u *universe) { u.zero = time.Now(); u.fail("nyc", model.ClassAuth) }), check: "stability", level: model.CheckRefuse, saw: "--force",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				u.fold()
				if c.world != nil {
					c.world(u)
				}
				req := request("nyc", "")
				if c.to != "" {
					req.To = c.to
				}
				if c.req != nil {
					c.req(&req)
				}
				plan, err := u.engine().Plan(t.Context(), req)
				if err != nil {
					t.Fatal(err)
				}
				wantCheck(t, plan, c.check, c.level, c.saw)
				if len(u.log) > 0 || len(u.runs) > 0 {
					t.Errorf("a plan had effects: %v", u.log)
				}
				switch c.level {
				case model.CheckRefuse:
					refusesToBegin(t, u, plan)
				case model.CheckAsk:
					standsAtItsQuestion(t, u, plan)
				}
			})
		})
	}
}

// atNYC puts the pipeline to nyc before the rest.
func atNYC(then func(*universe)) func(*universe) {
	return func(u *universe) {
		u.halt(u.clients["ams"])
		u.clusters["nyc"].sub = &fakeSub{id: "nyc-0", next: u.rows["ams"].Slot + 1}
		u.startClient(u.clients["nyc"])
		u.active = "nyc"
		time.Sleep(time.Second)
		u.fold()
		then(u)
	}
}

func wantCheck(t *testing.T, plan model.Plan, name string, level model.CheckLevel, saw string) {
	t.Helper()
	for _, c := range plan.Checks {
		if c.Name == name {
			if c.Level != level || !strings.Contains(c.Saw+" "+c.Mend, saw) {
				t.Errorf("check %+v, want %s with %q", c, level, saw)
			}
			if (level == model.CheckRefuse || level == model.CheckAsk) && c.Mend == "" {
				t.Errorf("check %+v says nothing of what mends it", c)
			}
			return
		}
	}
	t.Errorf("no check %s in %+v", name, plan.Checks)
}

func refusesToBegin(t *testing.T, u *universe, plan model.Plan) {
	t.Helper()
	_, err := u.engine().Begin(t.Context(), plan)
	var refused *RefusedError
	if !errors.As(err, &refused) {
		t.Errorf("begin: %v", err)
	}
	if len(u.log) > 0 || len(u.runs) > 0 || len(u.running()) == 0 {
		t.Errorf("a refusal had effects: %v %v", u.log, u.runs)
	}
}

// standsAtItsQuestion begins a plan that asks: nothing is touched, and an abort
// leaves all as it was.
func standsAtItsQuestion(t *testing.T, u *universe, plan model.Plan) {
	t.Helper()
	d, err := u.engine().Begin(t.Context(), plan)
	if err != nil {
		t.Fatalf("begin: %v", err)
	}
	run, err := d.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantState(t, run, model.RunWaiting)
	if run.CurrentStep() != model.StepPreflight || run.Question == "" || len(u.log) > 0 {
		t.Errorf("%s, effects %v", story(run), u.log)
	}
	back, err := u.engine().Abort(t.Context(), run.ID)
	if err != nil {
		t.Fatalf("abort: %v", err)
	}
	run, _ = back.Run(t.Context())
	wantState(t, run, model.RunAborted)
	if len(u.log) > 0 {
		t.Errorf("effects %v", u.log)
	}
}

func TestPlanMoved(t *testing.T) {
	for name, c := range map[string]struct {
		world func(*universe)
		what  string
	}{
		"source died":    {func(u *universe) { u.fail("ams", model.ClassTimeout) }, "the mode was planned and is reactive"},
		"cursor back":    {func(u *universe) { u.clients["ams"].mute = true; u.rows["ams"].Slot = 7000 }, "the cursor went back"},
		"window moved":   {func(u *universe) { u.clusters["nyc"].min = 25000 }, "the gap was 0 slots"},
		"somebody moved": {func(u *universe) { u.active = "nyc" }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				e := u.engine()
				plan, err := e.Plan(t.Context(), request("nyc", ""))
				if err != nil {
					t.Fatal(err)
				}
				u.fold()
				c.world(u)
				_, err = e.Begin(t.Context(), plan)
				var gone *PlanMovedError
				var noop *NoOpError
				switch {
				case c.what == "" && errors.As(err, &noop):
				case errors.As(err, &gone) && strings.Contains(gone.Error(), c.what):
				default:
					t.Errorf("begin: %v", err)
				}
				if len(u.log) > 0 {
					t.Error(u.log)
				}
			})
		})
	}
}

func TestUsage(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		for _, req := range []model.Request{
			{Pipeline: "nope", To: "nyc"}, {Pipeline: "trades", To: "fra"}, {Pipeline: "trades", To: "nyc", Mode: "odd"},
		} {
			var usage *UsageError
			if _, err := u.engine().Plan(t.Context(), req); !errors.As(err, &usage) {
				t.Errorf("%+v: %v", req, err)
			}
		}
		plan, err := u.engine().Plan(t.Context(), request("ams", ""))
		if err != nil || plan.NoOp == "" {
			t.Errorf("%+v %v", plan, err)
		}
	})
}

// hooklessClient has hooks whose program is not there.
type hooklessClient struct{ Client }

// HooksRunnable implements [HookChecker].
func (hooklessClient) HooksRunnable() error {
	return errors.New(`drain: exec: "drain-it": executable file not found in $PATH`)
}

// A hook whose program is not there is found before anything is touched.
func TestHookWithoutItsProgram(t *testing.T) {
	for cluster, recreates := range map[string]bool{"ams": false, "nyc": false, "": true} {
		bubble(t, func(t *testing.T, u *universe) {
			w := &wrong{process: u.process(), client: func(c *clientPort) Client {
				if cluster == "" || c.c.cluster == cluster {
					return hooklessClient{c}
				}
				return c
			}}
			req, at := request("nyc", ""), cluster
			if recreates {
				staleSub(u)
				req, at = again1(), "ams"
			}
			plan, err := New(w, w, testSettings(), []model.Pipeline{u.pipes}).Plan(t.Context(), req)
			if err != nil {
				t.Fatal(err)
			}
			wantCheck(t, plan, "hooks", model.CheckRefuse, "they cannot be run: at "+at+` drain: exec: "drain-it"`)
		})
	}
}
