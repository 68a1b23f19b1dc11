package main

import (
	"errors"
	"fmt"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// driveOutcome is how [failover.Drive.Run] left a run. Where the journal could
// not be kept, the run says what is known.
func (c *console) driveOutcome(run model.Run, err error) error {
	switch {
	case err == nil:
		return c.runOutcome(run)
	case errors.Is(err, failover.ErrFenced), runErrorCode(err) == exitLeaseHeld:
		return runError(err)
	}
	var left *exitError
	if errors.As(c.runOutcome(run), &left) && left.err != nil {
		err = errors.Join(err, left.err)
	}
	return &exitError{code: exitUnknown, err: err}
}

// runOutcome turns the state in which a run was left into an exit code.
func (c *console) runOutcome(run model.Run) error {
	switch run.State {
	case model.RunInterrupted, model.RunUnknown, model.RunRunning:
		return &exitError{code: exitUnknown, err: fmt.Errorf("run %s was left at step %s: go on with: %s",
			run.ID, run.CurrentStep(), c.resumeCommand(run))}
	case model.RunDone:
		return nil
	}
	return &exitError{code: stateCode(run.State)}
}

// stateCode is the exit code of a run that was left in a state.
func stateCode(state model.RunState) int {
	switch state {
	case model.RunDone:
		return exitDone
	case model.RunFailed:
		return exitFailed
	case model.RunWaiting:
		return exitQuestion
	case model.RunAborted:
		return exitAborted
	case model.RunInterrupted, model.RunUnknown, model.RunRunning:
	}
	return exitUnknown
}

// resumeCommand is the command that goes on with a run.
func (c *console) resumeCommand(run model.Run) string {
	answer := ""
	if run.State == model.RunWaiting {
		answer = " --answer VALUE"
	}
	return fmt.Sprintf("fumtui resume %s --confirm %s%s%s", run.ID, run.Toward(), answer, c.configArgument())
}

// abortCommand is the command that gives a run up; "" where that is too late.
func (c *console) abortCommand(run model.Run) string {
	if !run.CanAbort() {
		return ""
	}
	return fmt.Sprintf("fumtui abort %s%s", run.ID, c.configArgument())
}

// configArgument is what a command shown to a person needs in order to find the
// configuration in use.
func (c *console) configArgument() string {
	path := shownConfig(c.cfg.Path)
	if path == "" {
		return ""
	}
	return fmt.Sprintf(" --config %q", path)
}

// runError gives an error of the engine its exit code.
func runError(err error) error {
	return &exitError{code: runErrorCode(err), err: err}
}

func runErrorCode(err error) int {
	var (
		usage   *failover.UsageError
		refused *failover.RefusedError
		held    *failover.HeldError
		busy    *failover.BusyError
		moved   *failover.MovedError
		stale   *failover.PlanMovedError
		ended   *failover.EndedError
		forward *failover.ForwardOnlyError
		noOp    *failover.NoOpError
	)
	switch {
	case errors.As(err, &noOp):
		return exitDone
	case errors.As(err, &usage), errors.Is(err, failover.ErrNotFound):
		return exitUsage
	case errors.As(err, &held), errors.Is(err, failover.ErrFenced):
		return exitLeaseHeld
	case errors.As(err, &refused), errors.As(err, &busy), errors.As(err, &moved),
		errors.As(err, &stale), errors.As(err, &ended), errors.As(err, &forward):
		return exitRefused
	}
	return exitFailed
}
