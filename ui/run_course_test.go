package ui

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

func TestWhatAStepIsExpectedToTake(t *testing.T) {
	c := course{
		usual: &model.Usual{Runs: 3, Total: 40 * time.Second, Steps: map[model.StepName]time.Duration{model.StepStop: 3 * time.Second}},
		most:  map[model.StepName]time.Duration{model.StepStop: 10 * time.Second, model.StepStart: 30 * time.Second, model.StepConfirm: 5 * time.Minute},
	}
	for step, want := range map[model.StepName]string{
		model.StepStop: "usually 3.0s", model.StepStart: "at most 30s", model.StepConfirm: "at most 5m without progress", model.StepDelete: "",
	} {
		if got := c.expected(step); got != want {
			t.Errorf("%s: %q, want %q", step, got, want)
		}
	}
	for _, x := range []struct {
		step model.StepName
		took time.Duration
		want string
		over bool
	}{
		{model.StepStop, 2 * time.Second, "usually 3.0s; at most 10s, 8s left", false},
		{model.StepStop, 4 * time.Second, "usually 3.0s; at most 10s, 6s left", false},
		{model.StepStop, 6 * time.Second, "LONGER THAN USUAL (3.0s); at most 10s, 4s left", true},
		{model.StepStop, 12 * time.Second, "LONGER THAN USUAL (3.0s); OVER ITS TIME of 10s", true},
		{model.StepStart, 12 * time.Second, "at most 30s, 18s left", false},
		{model.StepConfirm, time.Hour, "at most 5m without progress", false},
		{model.StepDelete, time.Second, "", false},
	} {
		if got, over := c.stands(x.step, x.took); got != x.want || over != x.over {
			t.Errorf("%s after %s: %q %t, want %q", x.step, x.took, got, over, x.want)
		}
	}
	if got := (course{}).expected(model.StepStop) + (course{}).totalText(time.Second); got != "" {
		t.Errorf("nothing is known, and it says %q", got)
	}
}

// fakeHooks says what it is told to.
type fakeHooks struct {
	outputs []model.HookOutput
	err     error
}

func (f *fakeHooks) HookOutput(context.Context, string, string) ([]model.HookOutput, error) {
	return f.outputs, f.err
}

// What a hook says is on the page of its run while it runs, whoever drives that,
// and afterwards; the status hook only where there is no other.
func TestHooksAreHeardOnThePage(t *testing.T) {
	began := noon.Add(-3 * time.Second)
	hooks := &fakeHooks{outputs: []model.HookOutput{
		{Cluster: "ams", Hook: "status", BeganAt: began.Add(-time.Second), EndedAt: began, Lines: []string{"running"}},
		{Cluster: "ams", Hook: "drain", BeganAt: began, Lines: []string{"draining \x1b[31m12 events", "11 left"}},
	}}
	d := emptyDriver(t, 80, 30)
	d.m.opts.Hooks = hooks
	d.snapshot(withRuns(1, runAt("trades", model.RunRunning, model.StepStop, 3, 9)))
	d.keys("u")
	d.hear()
	d.sees("» drain at ams, 3.0s: runs", "| draining [31m12 events", "| 11 left")
	d.lacks("status at ams")

	hooks.outputs = []model.HookOutput{{Cluster: "ams", Hook: "drain", BeganAt: began, EndedAt: noon, ExitCode: 2, Lines: []string{"gave up"}}}
	d.snapshot(withRuns(2, runAt("trades", model.RunRunning, model.StepStop, 3, 9)))
	d.hear()
	d.sees("▲ drain at ams, 3.0s: exit 2", "| gave up")

	hooks.outputs, hooks.err = nil, errors.New("permission denied")
	d.snapshot(withRuns(3, runAt("trades", model.RunRunning, model.StepStop, 3, 9)))
	d.hear()
	d.sees("what the hooks say cannot be read: permission denied")
}

// hear has what was asked of hooks answered.
func (d *driver) hear() {
	d.t.Helper()
	d.m.run.heard.asking = false
	cmd := d.m.hearHooks()
	if cmd == nil {
		d.t.Fatal("nobody asks what the hooks say")
	}
	d.m.Update(cmd())
}

func TestWhatIsWaitedForIsOnThePage(t *testing.T) {
	d := emptyDriver(t, 80, 24)
	d.m.opts.Waits = func(pipeline string) (string, time.Time) {
		return "whether alice@bastion-2 still drives it", noon.Add(14 * time.Second)
	}
	d.snapshot(fakeSnapshot(1, 2, 0))
	d.m.makePlan(model.Request{Pipeline: "trades", To: "nyc"})
	d.m.screen = ""
	d.sees("waiting up to 14s more: whether alice@bastion-2 still drives it")
}
