package probe

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/probe/hook"
)

// hookKey makes the test binary play a hook instead of running tests.
const hookKey = "PROBE_TEST_HOOK"

// runAsHook plays a hook where the environment asks for it.
func runAsHook() bool {
	switch role := os.Getenv(hookKey); role {
	case "":
		return false
	case "env":
		for _, pair := range os.Environ() {
			if strings.HasPrefix(pair, "FUMTUI_") {
				fmt.Println(pair)
			}
		}
	case "say":
		code, _ := strconv.Atoi(os.Args[1])
		fmt.Println(strings.Join(os.Args[2:], "\n"))
		os.Exit(code)
	case "hang":
		time.Sleep(time.Minute)
	case "supervisor":
		if err := hook.Supervise(context.Background(), os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	return true
}

// control has one hook: this binary in a role.
func control(t *testing.T, name failover.Hook, role string, args ...string) *Control {
	t.Helper()
	t.Setenv(hookKey, role)
	return &Control{
		Commands: map[failover.Hook][]string{name: append([]string{os.Args[0]}, args...)},
		Grace:    200 * time.Millisecond,
	}
}

func TestHookEnvironment(t *testing.T) {
	t.Setenv("FUMTUI_RESUME_SLOT", "1") // of another run
	t.Setenv("FUMTUI_CONFIG", "kept.yaml")
	c := control(t, failover.HookStart, "env")
	env := failover.HookEnv{
		RunID: "r-1", Epoch: 4, Pipeline: "trades", Cluster: "nyc", From: "ams", To: "nyc", Mode: model.Reactive,
	}
	r, err := c.Run(t.Context(), failover.HookStart, env)
	got := strings.Split(r.Output, "\n")
	slices.Sort(got)
	want := []string{
		"FUMTUI_CLUSTER=nyc", "FUMTUI_CONFIG=kept.yaml", "FUMTUI_EPOCH=4", "FUMTUI_FROM=ams", "FUMTUI_MODE=reactive",
		"FUMTUI_PIPELINE=trades", "FUMTUI_RUN_ID=r-1", "FUMTUI_TO=nyc",
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v", got, err)
	}
	env.ResumeSlot = ptr(model.Slot(391))
	if r, _ = c.Run(t.Context(), failover.HookStart, env); !strings.Contains(r.Output, "FUMTUI_RESUME_SLOT=391") {
		t.Errorf("%q", r.Output)
	}
}

func TestStatusHook(t *testing.T) {
	for code, want := range map[int]failover.ClientStatus{
		0: failover.ClientRunning, 3: failover.ClientStopped,
		1: failover.ClientUnknown,
	} {
		r, err := control(t, failover.HookStatus, "say", strconv.Itoa(code)).Run(t.Context(), failover.HookStatus, failover.HookEnv{})
		if err != nil || r.Status != want || r.ExitCode != code || r.Cursor != nil {
			t.Errorf("exit %d: %+v, %v", code, r, err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	r, err := control(t, failover.HookStatus, "hang").Run(ctx, failover.HookStatus, failover.HookEnv{})
	if !errors.Is(err, hook.ErrTimeout) || r.Status != failover.ClientUnknown {
		t.Errorf("a status that hangs: %+v, %v", r, err)
	}
}

func TestCursorOfDrainAndStop(t *testing.T) {
	for _, name := range []failover.Hook{failover.HookDrain, failover.HookStop} {
		r, err := control(t, name, "say", "0", "cursor=1", "draining", "cursor=391204417", "bye").Run(t.Context(), name, failover.HookEnv{})
		if err != nil || r.Cursor == nil || *r.Cursor != 391204417 {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	r, err := control(t, failover.HookStart, "say", "0", "cursor=5").Run(t.Context(), failover.HookStart, failover.HookEnv{})
	if err != nil || r.Cursor != nil {
		t.Errorf("start: %+v, %v", r, err)
	}
}

func TestDrainThatTimesOutGivesNoCursor(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("needs a program that starts at once:", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	c := &Control{Grace: 200 * time.Millisecond, Commands: map[failover.Hook][]string{
		failover.HookDrain: {"sh", "-c", "echo cursor=7; sleep 60"},
	}}
	r, err := c.Run(ctx, failover.HookDrain, failover.HookEnv{})
	if !errors.Is(err, hook.ErrTimeout) || r.Cursor != nil {
		t.Errorf("%+v, %v", r, err)
	}
	if !strings.Contains(err.Error(), "it last said: cursor=7") {
		t.Errorf("the error does not say what it printed: %v", err)
	}
}

func TestHookThatFails(t *testing.T) {
	r, err := control(t, failover.HookStop, "say", "9", "no such unit").Run(t.Context(), failover.HookStop, failover.HookEnv{})
	if err != nil || r.ExitCode != 9 || r.Output != "no such unit" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestHooksThatAreConfigured(t *testing.T) {
	c := &Control{Commands: map[failover.Hook][]string{
		failover.HookStop: {"a"}, failover.HookStart: {"b"}, failover.HookStatus: {"c"},
	}}
	if got := c.Hooks(); !slices.Equal(got, []failover.Hook{failover.HookStart, failover.HookStatus, failover.HookStop}) {
		t.Errorf("Hooks() = %v", got)
	}
	if _, err := c.Run(t.Context(), failover.HookDrain, failover.HookEnv{Pipeline: "trades", Cluster: "ams"}); !errors.Is(err, ErrNoHook) {
		t.Errorf("a hook that is not there: %v", err)
	}
	if got := (&Control{}).Hooks(); len(got) != 0 {
		t.Errorf("manual: Hooks() = %v", got)
	}
	if _, err := c.Metrics(t.Context()); !errors.Is(err, ErrNoMetrics) || errors.Is(err, failover.ErrPortRefused) {
		t.Errorf("no metrics address: %v", err)
	}
}

func TestHooksRunnable(t *testing.T) {
	if err := (&Control{}).HooksRunnable(); err != nil {
		t.Errorf("a person can do it: %v", err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := &Control{Commands: map[failover.Hook][]string{failover.HookStart: {self}, failover.HookStatus: {self, "status"}}}
	if err := c.HooksRunnable(); err != nil {
		t.Error(err)
	}
	c.Commands[failover.HookStop] = []string{filepath.Join(t.TempDir(), "none")}
	c.Commands[failover.HookDrain] = nil
	err = c.HooksRunnable()
	if err == nil || !strings.HasPrefix(err.Error(), "drain: no program; stop: ") || strings.Contains(err.Error(), "start") {
		t.Error(err)
	}
}
