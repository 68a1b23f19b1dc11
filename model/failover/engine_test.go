package failover

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/fumtui/fumtui/model"
)

// bubble runs a test in a bubble of its own time.
func bubble(t *testing.T, test func(t *testing.T, u *universe)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, newUniverse(t)) })
}

// engine makes an engine of a new process.
func (u *universe) engine() *Engine {
	p := u.process()
	return New(p, p, testSettings(), []model.Pipeline{u.pipes})
}

func testSettings() Settings {
	s := DefaultSettings()
	s.Stability = 30 * time.Second
	return s
}

// fail has all calls to a cluster fail from now on.
func (u *universe) fail(cluster string, class model.ErrorClass) {
	u.fold()
	u.clusters[cluster].down = failed(class)
}

// request asks for a run to a cluster.
func request(to string, mode model.Mode) model.Request {
	return model.Request{Pipeline: "trades", To: to, Mode: mode, RequestedBy: "ops@bastion", Reason: "test"}
}

// move plans, begins and drives.
func move(t *testing.T, e *Engine, req model.Request) model.Run {
	t.Helper()
	plan, err := e.Plan(t.Context(), req)
	if err != nil {
		t.Fatalf("plan: %v", err)
	}
	d, err := e.Begin(t.Context(), plan)
	if err != nil {
		t.Fatalf("begin: %v", err)
	}
	run, err := d.Run(t.Context())
	if err != nil {
		t.Fatalf("run: %v (%+v)", err, run)
	}
	return run
}

// sound checks what must hold after every run.
func (u *universe) sound(t *testing.T) {
	t.Helper()
	for _, b := range u.broken {
		t.Errorf("broken: %s", b)
	}
	if n := u.lost(); n != 0 {
		t.Errorf("%d slots lost: %+v %+v", n, u.clients["ams"], u.clients["nyc"])
	}
}

func wantState(t *testing.T, run model.Run, want model.RunState) {
	t.Helper()
	if run.State != want {
		t.Fatalf("state %s, want %s\n%s", run.State, want, story(run))
	}
}

// story is a run's journal as text.
func story(run model.Run) string {
	text := string(run.State) + " question: " + run.Question + " note: " + run.Note + "\n"
	for _, s := range run.Steps {
		text += string(s.Name) + " " + string(s.State) + ": " + s.Detail + " " + s.Error + "\n"
	}
	return text
}

func TestThereAndBackAgain(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		e := u.engine()
		run := move(t, e, request("nyc", ""))
		wantState(t, run, model.RunDone)
		if run.Mode != model.Planned || run.Kind != model.Cutover || u.active != "nyc" {
			t.Errorf("mode %s kind %s active %s", run.Mode, run.Kind, u.active)
		}
		if got := *run.ResumeSlot; got != *run.Cursor+1 {
			t.Errorf("resume slot %d after cursor %d", got, *run.Cursor)
		}
		time.Sleep(10 * time.Minute)
		run = move(t, e, request("ams", ""))
		wantState(t, run, model.RunDone)
		if run.Kind != model.Failback || run.Mode != model.Planned || u.active != "ams" {
			t.Errorf("kind %s mode %s active %s", run.Kind, run.Mode, u.active)
		}
		u.sound(t)
	})
}

func TestReactiveThereAndBack(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		u.fail("ams", model.ClassUnreachable)
		time.Sleep(5 * time.Minute)
		e := u.engine()
		run := move(t, e, request("nyc", ""))
		wantState(t, run, model.RunDone)
		if run.Mode != model.Reactive {
			t.Errorf("mode %s", run.Mode)
		}
		u.clusters["ams"].down = nil
		time.Sleep(time.Minute)
		u.fail("nyc", model.ClassTimeout)
		wantState(t, move(t, e, request("ams", "")), model.RunDone)
		u.sound(t)
	})
}

func TestSettingsHaveDefaults(t *testing.T) {
	if got := withDefaults(Settings{}); got != DefaultSettings() {
		t.Errorf("%+v", got)
	}
}
