package ui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

var update = flag.Lookup("update")

// updating reports whether goldens are to be written: a flag of that name may
// be registered by a test library already.
func updating() bool { return update != nil && update.Value.String() == "true" }

func init() { //nolint:gochecknoinits // the flag must exist before flags are parsed
	if update == nil {
		flag.Bool("update", false, "write the golden screens")
		update = flag.Lookup("update")
	}
}

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	var b strings.Builder
	for line := range strings.Lines(got) {
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	got = b.String()
	path := filepath.Join("testdata", name+".golden")
	if updating() {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test ./ui -update writes it anew); got:\n%s", path, got)
	}
}

func moving() model.Snapshot {
	s := fakeSnapshot(1, 3, 10*time.Minute)
	s.Pipelines[0].Run, s.Pipelines[0].Verdict = fakeRun(false), model.PipelineMoving
	return s
}

func TestGoldenScreens(t *testing.T) {
	screens := []struct {
		name string
		snap model.Snapshot
		keys []string
	}{
		{"overview", fakeSnapshot(1, 5, 10*time.Minute), nil},
		{"outage", outage(1, 3), nil},
		{"moving", moving(), nil},
		{"detail", outage(1, 3), []string{"enter"}},
		{"run", moving(), []string{"enter"}},
		{"plan", fakeSnapshot(1, 2, 0), []string{"c", "=ny", "enter"}},
		{"help", fakeSnapshot(1, 2, 0), []string{"?"}},
		{"first", threeRuns(), nil},
		{"banner", threeRuns(), []string{"esc"}},
		{"answer", withRuns(1, waitingRun(9)), []string{"enter", "=120"}},
		{"resume", withRuns(1, runAt("trades", model.RunInterrupted, model.StepCreate, 3, 9)), []string{"enter"}},
		{"giveup", withRuns(1, runAt("trades", model.RunUnknown, model.StepStop, 3, 9)), []string{"enter", "tab"}},
		{"follow", withRuns(1, runAt("trades", model.RunRunning, model.StepStop, 3, 9)), []string{"u"}},
		{"newhome", movedAway(), []string{"H", "=ny"}},
		{"nothing", model.Snapshot{Generation: 1, Time: noon}, nil},
	}
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 50}} {
		for _, s := range screens {
			name := fmt.Sprintf("%s_%dx%d", s.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				d := newDriver(t, size[0], size[1], s.snap)
				d.keys(s.keys...)
				compareGolden(t, name, d.screen())
			})
		}
	}
}

// movedAway is a console whose first pipeline is not at home.
func movedAway() model.Snapshot {
	s := fakeSnapshot(1, 2, 0)
	s.Pipelines[0].Active = "nyc"
	return s
}

// threeRuns has a run of each kind that has not ended.
func threeRuns() model.Snapshot {
	return withRuns(1, waitingRun(9), runAt("accounts", model.RunInterrupted, model.StepConfirm, 2, 40),
		runAt("nft-index", model.RunRunning, model.StepStop, 1, 4))
}

func TestGoldenRecreate(t *testing.T) {
	d := newDriver(t, 80, 24, lostSubscriber(1))
	d.operator.plan = recreatePlan
	d.keys("R")
	compareGolden(t, "recreate_80x24", d.screen())
}

func TestGoldenMeasured(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		d := newDriver(t, size[0], size[1], fakeSnapshot(1, 2, 0))
		d.keys("c", "=nyc", "enter")
		s := fakeSnapshot(2, 2, 0)
		s.Pipelines[0].Run, s.Pipelines[0].Active = measuredRun(), "nyc"
		d.snapshot(s)
		compareGolden(t, fmt.Sprintf("measured_%dx%d", size[0], size[1]), d.screen())
	}
}

func TestGoldenRefused(t *testing.T) {
	s := fakeSnapshot(1, 1, 0)
	s.Pipelines[0].Active = "nyc"
	d := newDriver(t, 80, 24, s)
	d.operator.plan = refusedPlan
	d.keys("b")
	compareGolden(t, "refused_80x24", d.screen())
}

func TestGoldenResult(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 2, 0))
	d.keys("c", "=nyc", "enter")
	s := fakeSnapshot(2, 2, 0)
	s.Pipelines[0].Run, s.Pipelines[0].Active = fakeRun(true), "nyc"
	d.snapshot(s)
	compareGolden(t, "result_80x24", d.screen())
}

func TestGoldenTexts(t *testing.T) {
	compareGolden(t, "status_text", StatusText(outage(1, 2), 120, ""))
	compareGolden(t, "status_text_80", StatusText(fakeSnapshot(1, 2, 0), 0, ""))
	compareGolden(t, "plan_text", PlanText(refusedPlan(model.Request{Pipeline: "trades", To: "ams"})))
	failed := *fakeRun(false)
	failed.State, failed.EndedAt, failed.Note = model.RunFailed, ptr(noon), "the client at nyc runs: plan a failback when it is needed"
	step := failed.Step(model.StepConfirm)
	step.State, step.EndedAt, step.Error = model.StepFailed, ptr(noon), "no commit in 5m00s: look at the client's log at nyc"
	compareGolden(t, "result_text", ResultText(failed, noon)+ResultText(*fakeRun(false), noon))
}
