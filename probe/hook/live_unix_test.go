//go:build unix

package hook

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// talk is a hook that says a line and waits until the file of its argument is
// there.
func talk() {
	fmt.Println("draining \x1b[31m12 events\x07")
	for range 2000 {
		if _, err := os.Stat(os.Args[1]); err == nil {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	fmt.Println("drained")
}

// toldSoon asks what is told until it is as wanted.
func toldSoon(t *testing.T, dir, run string, want func([]model.HookOutput) bool) []model.HookOutput {
	t.Helper()
	var told []model.HookOutput
	for range 2000 {
		var err error
		if told, err = Told(dir, "trades", run, time.Now()); err != nil {
			t.Fatal(err)
		}
		if want(told) {
			return told
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("told %+v", told)
	return nil
}

// What a hook says is told while it runs, to whoever may read the folder, and
// after it has ended.
func TestAHookIsHeardWhileItRuns(t *testing.T) {
	dir, gate := t.TempDir(), filepath.Join(t.TempDir(), "gate")
	s := supervised(t, dir)
	over := make(chan error, 1)
	go func() {
		_, err := s.Run(t.Context(), spec("talk", gate))
		over <- err
	}()
	told := toldSoon(t, dir, "r1", func(h []model.HookOutput) bool { return len(h) == 1 && len(h[0].Lines) == 1 })
	if h := told[0]; !h.EndedAt.IsZero() || h.Hook != "stop" || h.Cluster != "ams" || h.Lines[0] != "draining [31m12 events" {
		t.Errorf("while it runs: %+v", h)
	}
	if told, _ := Told(dir, "trades", "another", time.Now()); len(told) != 0 {
		t.Errorf("of another run: %+v", told)
	}
	if told, _ := Told(dir, "trades", "r1", time.Now().Add(48*time.Hour)); len(told) != 0 {
		t.Errorf("long after it must be over: %+v", told)
	}
	if err := os.WriteFile(gate, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := <-over; err != nil {
		t.Fatal(err)
	}
	told = toldSoon(t, dir, "r1", func(h []model.HookOutput) bool { return len(h) == 1 && !h[0].EndedAt.IsZero() })
	if h := told[0]; h.ExitCode != 0 || !slices.Equal(h.Lines, []string{"draining [31m12 events", "drained"}) {
		t.Errorf("after it: %+v", h)
	}
	if left, _ := filepath.Glob(filepath.Join(OutcomesDir(dir, "trades"), liveName)); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// The status hook is run all the time: it pushes out nothing, and is told once.
func TestStatusHooksPushNothingOut(t *testing.T) {
	dir := t.TempDir()
	outcomes := OutcomesDir(dir, "trades")
	if err := os.MkdirAll(outcomes, 0o700); err != nil {
		t.Fatal(err)
	}
	began := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for i := range 3 * keptOutcomes {
		hook := "status"
		if i == 1 {
			hook = "drain"
		}
		at := began.Add(time.Duration(i) * time.Second)
		text := fmt.Sprintf(`{"hook":%q,"run":"r1","began_at":%q,"ended_at":%[2]q,"output":"line %d"}`, hook, at.Format(time.RFC3339), i)
		if err := keep(outcomes, Outcome{Hook: hook, BeganAt: at}, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	names, err := outcomeFiles(outcomes)
	if err != nil || len(names) != keptStatus+1 || !strings.HasSuffix(names[0], "drain.json") {
		t.Errorf("%v, %v", names, err)
	}
	told, err := Told(dir, "trades", "r1", began)
	if err != nil || len(told) != 2 || told[0].Hook != "drain" || told[1].Lines[0] != fmt.Sprintf("line %d", 3*keptOutcomes-1) {
		t.Errorf("%+v, %v", told, err)
	}
}
