// Package hook runs a command without a shell, bounded in time and output, and
// leaves nothing of it behind that it had to stop by force.
//
// [Run] does so within this process. A hook that has an effect should outlive
// whoever wanted it: a [Supervisor] has it run by a process of its own, which
// calls [Supervise] and holds the pipeline's lock until the hook has ended. Hooks
// are idempotent and say cursor=SLOT again when repeated, so nobody has to make
// use of the outcome of a hook whose driver was killed: who takes over waits for
// the lock ([Supervisor.Await]) and runs the hook again.
package hook

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync/atomic"
	"time"

	"github.com/fumtui/fumtui/model"
)

// DefaultGrace is the time between the polite and the forceful end of a command
// whose time is up.
const DefaultGrace = 2 * time.Second

// Command is what to run.
type Command struct {
	Args  []string      // the program and its arguments
	Env   []string      // the whole environment, as KEY=VALUE
	Grace time.Duration // 0: [DefaultGrace]
	// Apart keeps standard error out of the output, for a command whose standard
	// output is read by a program.
	Apart bool
	// Started, where set, is called with the process id of the command, which is
	// that of its process group, too, when it has begun.
	Started func(pid int)

	heard *tail // hears the output, where set: for who tells it on while it runs
}

// Result is how a command ended.
type Result struct {
	ExitCode int         // -1: it did not exit by itself, or did not begin
	Output   string      // the last 64 KiB of what it printed: lines, without other control characters
	Errors   string      // the same of standard error, where that is kept apart
	Cursor   *model.Slot // from the last line cursor=SLOT of the output; nil: none
}

// ErrNotStarted says that the command never ran.
var ErrNotStarted = errors.New("could not be started")

// ErrTimeout says that the command's time was up and that it was stopped. For
// errors.Is it is context.DeadlineExceeded as well.
var ErrTimeout error = timeoutError{}

// timeoutError is the type of [ErrTimeout].
type timeoutError struct{}

// Error implements error.
func (timeoutError) Error() string { return "did not end in time and was stopped" }

// Is serves errors.Is.
func (timeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// Run runs a command to its end, whatever its exit code, and gives an error
// only when it could not: [ErrNotStarted]; [ErrTimeout], when ctx had a deadline
// that passed; or the error of a cancelled ctx. In the latter two the command
// and (on Unix) everything that it started in its session is asked to end, and
// after the grace is killed.
//
// It has no terminal and no input. Standard output and error are one pipe,
// unless they are kept apart: a process that the command leaves running should
// not hold on to it, for Run waits for that only for the grace and then closes it.
func Run(ctx context.Context, c Command) (Result, error) {
	if len(c.Args) == 0 || c.Args[0] == "" {
		return Result{ExitCode: -1}, fmt.Errorf("an empty command %w", ErrNotStarted)
	}
	if err := ctx.Err(); err != nil {
		return Result{ExitCode: -1}, fmt.Errorf("%s %w: %w", c.Args[0], ErrNotStarted, err)
	}
	if c.Grace <= 0 {
		c.Grace = DefaultGrace
	}
	out := c.heard
	if out == nil {
		out = &tail{}
	}
	cmd := exec.CommandContext(ctx, c.Args[0], c.Args[1:]...)
	cmd.Env = c.Env
	cmd.Stdout, cmd.Stderr = out, out
	errs := &tail{}
	if c.Apart {
		cmd.Stderr = errs
	}
	cmd.WaitDelay = c.Grace
	isolate(cmd)
	var stopped atomic.Pointer[time.Time] // when it was asked to end
	cmd.Cancel = func() error {
		err := terminate(cmd)
		if !errors.Is(err, os.ErrProcessDone) {
			now := time.Now()
			stopped.Store(&now)
		}
		return err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return Result{ExitCode: -1}, fmt.Errorf("%s %w: %w", c.Args[0], ErrNotStarted, err)
	}
	if c.Started != nil {
		c.Started(cmd.Process.Pid)
	}
	err := cmd.Wait()
	result := Result{ExitCode: cmd.ProcessState.ExitCode(), Output: out.text(), Errors: errs.text(), Cursor: out.lastCursor()}
	asked := stopped.Load()
	if asked == nil {
		return result, waitError(c.Args[0], err)
	}
	// How it ended now says nothing of what it was to do.
	result.ExitCode = -1
	sweep(cmd, asked.Add(c.Grace))
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return result, fmt.Errorf("%s %w after %s", c.Args[0], ErrTimeout, asked.Sub(began).Round(time.Millisecond))
	}
	return result, fmt.Errorf("%s was stopped: %w", c.Args[0], ctx.Err())
}

// isExit reports whether the command ended with an exit code of its own.
func isExit(err error) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit) && exit.ExitCode() >= 0
}

// waitError keeps the errors of waiting that are not just an exit code.
func waitError(name string, err error) error {
	var exit *exec.ExitError
	switch {
	case err == nil, errors.Is(err, exec.ErrWaitDelay), isExit(err):
		return nil
	case errors.As(err, &exit):
		return fmt.Errorf("%s ended by %s", name, exit.ProcessState)
	default:
		return fmt.Errorf("wait for %s: %w", name, err)
	}
}
