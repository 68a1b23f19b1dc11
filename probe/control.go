package probe

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/probe/hook"
)

// The exit codes of a status hook.
const (
	exitRunning = 0
	exitStopped = 3
)

// ErrNoHook says that a hook was asked for that is not configured.
var ErrNoHook = errors.New("hook is not configured")

// ErrNoMetrics says that a client has no metrics address.
var ErrNoMetrics = errors.New("no metrics address is configured")

// Control starts, stops and watches one pipeline's client at one cluster.
type Control struct {
	// Commands are the argument lists of the hooks. Without any, a person
	// starts and stops the client.
	Commands map[failover.Hook][]string
	// Scraper reads the client's metrics; nil: it has none.
	Scraper *Scraper
	// Grace is the time between the polite and the forceful end of a hook whose
	// time is up; 0: [hook.DefaultGrace].
	Grace time.Duration
	// Supervisor runs the hooks that have an effect; nil: this process does, and
	// they end with it.
	Supervisor *hook.Supervisor
}

var (
	_ failover.Client      = (*Control)(nil)
	_ failover.HookChecker = (*Control)(nil)
)

// Hooks implements failover.Client, in alphabetical order.
func (c *Control) Hooks() []failover.Hook {
	return slices.Sorted(maps.Keys(c.Commands))
}

// HooksRunnable implements failover.HookChecker. It looks for the programs of the
// hooks where running them would.
func (c *Control) HooksRunnable() error {
	var missing []string
	for _, name := range c.Hooks() {
		args := c.Commands[name]
		if len(args) == 0 {
			missing = append(missing, fmt.Sprintf("%s: no program", name))
		} else if _, err := exec.LookPath(args[0]); err != nil {
			missing = append(missing, fmt.Sprintf("%s: %v", name, err))
		}
	}
	if len(missing) > 0 {
		return errors.New(strings.Join(missing, "; "))
	}
	return nil
}

// Metrics implements failover.Client. [ErrNoMetrics] is in the error of a
// client without a metrics address.
func (c *Control) Metrics(ctx context.Context) (model.ClientMetrics, error) {
	if c.Scraper == nil {
		return model.ClientMetrics{}, ErrNoMetrics
	}
	return c.Scraper.Scrape(ctx)
}

// Run implements failover.Client. The hook inherits this process's environment
// and finds env in it. When the time of ctx is up it is stopped, which takes at
// most the grace and a little, and [hook.ErrTimeout] is in the error: what it did
// by then is not known. A hook that ran to its end is no error here, whatever its
// exit code.
//
// Where there is a supervisor it runs every hook but status, which has no effect.
// A cancelled ctx then ends only the waiting; see [hook.Supervisor.Run].
func (c *Control) Run(ctx context.Context, name failover.Hook, env failover.HookEnv) (failover.HookResult, error) {
	result := failover.HookResult{ExitCode: -1}
	if name == failover.HookStatus {
		result.Status = failover.ClientUnknown
	}
	args := c.Commands[name]
	if len(args) == 0 {
		return result, fmt.Errorf("%s %w for pipeline %s on %s", name, ErrNoHook, env.Pipeline, env.Cluster)
	}
	out, err := c.run(ctx, name, args, env)
	result.ExitCode, result.Output = out.ExitCode, out.Output
	if errors.Is(err, hook.ErrSuperseded) {
		return result, fmt.Errorf("%w: %w", failover.ErrFenced, err)
	}
	if err != nil {
		return result, fmt.Errorf("%w%s", err, lastWords(out.Output))
	}
	switch name {
	case failover.HookStatus:
		result.Status = clientStatus(out.ExitCode)
	case failover.HookDrain, failover.HookStop:
		result.Cursor = out.Cursor
	case failover.HookStart:
	}
	return result, nil
}

// run runs a hook under the supervisor, or in this process.
func (c *Control) run(ctx context.Context, name failover.Hook, args []string, env failover.HookEnv) (hook.Result, error) {
	if c.Supervisor == nil || name == failover.HookStatus {
		return hook.Run(ctx, hook.Command{Args: args, Env: hook.Environment(os.Environ(), told(env)), Grace: c.Grace})
	}
	return c.Supervisor.Run(ctx, hook.Spec{
		Pipeline: env.Pipeline, Cluster: env.Cluster, Hook: string(name), Run: env.RunID, Epoch: env.Epoch,
		Args: args, Env: told(env), Grace: c.Grace,
	})
}

// clientStatus reads the exit code of a status hook.
func clientStatus(code int) failover.ClientStatus {
	switch code {
	case exitRunning:
		return failover.ClientRunning
	case exitStopped:
		return failover.ClientStopped
	default:
		return failover.ClientUnknown
	}
}

// lastWords quotes the last line of a hook's output, where it printed any.
func lastWords(output string) string {
	if output == "" {
		return ""
	}
	return "; it last said: " + model.Clean(output[strings.LastIndexByte(output, '\n')+1:], maxPeerText)
}

// told is what a hook is told in its environment.
func told(env failover.HookEnv) map[string]string {
	told := map[string]string{
		"FUMTUI_RUN_ID":      env.RunID,
		"FUMTUI_EPOCH":       strconv.FormatInt(env.Epoch, 10),
		"FUMTUI_PIPELINE":    env.Pipeline,
		"FUMTUI_CLUSTER":     env.Cluster,
		"FUMTUI_FROM":        env.From,
		"FUMTUI_TO":          env.To,
		"FUMTUI_MODE":        string(env.Mode),
		"FUMTUI_RESUME_SLOT": "",
	}
	if env.ResumeSlot != nil {
		told["FUMTUI_RESUME_SLOT"] = strconv.FormatUint(uint64(*env.ResumeSlot), 10)
	}
	return told
}
