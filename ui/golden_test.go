package ui

import (
	"flag"
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
