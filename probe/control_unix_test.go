//go:build unix

package probe

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/probe/hook"
)

// supervisedControl has hooks that play roles under a supervisor.
func supervisedControl(t *testing.T, commands map[failover.Hook][]string) *Control {
	t.Helper()
	s := &hook.Supervisor{
		Command: []string{"env", hookKey + "=supervisor", os.Args[0]},
		Dir:     filepath.Join(t.TempDir(), "db.hooks"),
	}
	t.Cleanup(s.Wait)
	c := &Control{Commands: map[failover.Hook][]string{}, Grace: 200 * time.Millisecond, Supervisor: s}
	for name, args := range commands {
		c.Commands[name] = append([]string{"env", hookKey + "=" + args[0], os.Args[0]}, args[1:]...)
	}
	return c
}

func TestHooksWithAnEffectAreSupervised(t *testing.T) {
	c := supervisedControl(t, map[failover.Hook][]string{
		failover.HookStart: {"env"}, failover.HookDrain: {"say", "0", "cursor=7"}, failover.HookStatus: {"say", "3"},
	})
	env := failover.HookEnv{RunID: "r-1", Epoch: 4, Pipeline: "trades", Cluster: "nyc"}
	r, err := c.Run(t.Context(), failover.HookStatus, env)
	if err != nil || r.Status != failover.ClientStopped {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := os.Stat(c.Supervisor.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Error("the status hook was supervised:", err)
	}
	r, err = c.Run(t.Context(), failover.HookStart, env)
	if err != nil || r.ExitCode != 0 || r.Output != "FUMTUI_CLUSTER=nyc\nFUMTUI_EPOCH=4\nFUMTUI_PIPELINE=trades\nFUMTUI_RUN_ID=r-1" {
		t.Errorf("%+v, %v", r, err)
	}
	r, err = c.Run(t.Context(), failover.HookDrain, env)
	if err != nil || r.Cursor == nil || *r.Cursor != 7 {
		t.Errorf("%+v, %v", r, err)
	}
	kept, err := hook.Outcomes(c.Supervisor.Dir, "trades")
	if err != nil || len(kept) != 2 || kept[0].Hook != "start" || kept[1].Hook != "drain" || kept[1].Cluster != "nyc" {
		t.Errorf("%+v, %v", kept, err)
	}
	env.Epoch = 3
	if _, err := c.Run(t.Context(), failover.HookDrain, env); !errors.Is(err, failover.ErrFenced) {
		t.Errorf("a driver that was replaced: %v", err)
	}
}

func TestSupervisedHookThatTimesOut(t *testing.T) {
	c := supervisedControl(t, map[failover.Hook][]string{failover.HookDrain: {"hang"}})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	r, err := c.Run(ctx, failover.HookDrain, failover.HookEnv{RunID: "r", Pipeline: "trades", Cluster: "ams"})
	if !errors.Is(err, hook.ErrTimeout) || r.Cursor != nil || r.ExitCode != -1 {
		t.Errorf("%+v, %v", r, err)
	}
}
