package failover

import (
	"fmt"
	"strings"

	"github.com/fumtui/fumtui/model"
)

// UsageError says that a request names something that does not exist.
type UsageError struct{ Text string }

// Error implements error.
func (e *UsageError) Error() string { return e.Text }

// RefusedError says that a preflight check refuses the plan. Nothing was
// changed.
type RefusedError struct{ Plan model.Plan }

// Error implements error.
func (e *RefusedError) Error() string {
	return "refused: " + tell(e.Plan.Checks, model.CheckRefuse)
}

// tell joins what the checks of one level saw and what would mend it.
func tell(checks []model.Check, level model.CheckLevel) string {
	var parts []string
	for _, c := range checks {
		if c.Level != level {
			continue
		}
		text := c.Name + ": " + c.Saw
		if c.Mend != "" {
			text += " (" + c.Mend + ")"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// NoOpError says that there is nothing to do, and why.
type NoOpError struct{ Plan model.Plan }

// Error implements error.
func (e *NoOpError) Error() string { return e.Plan.NoOp }

// PlanMovedError says that the world is no longer as the plan that was shown
// has it. Nothing was changed; Now is the plan as it would be made now.
type PlanMovedError struct {
	What []string
	Now  model.Plan
}

// Error implements error.
func (e *PlanMovedError) Error() string {
	return "the world moved since the plan was shown: " + strings.Join(e.What, "; ") + ": look at the new plan"
}

// HeldError says that another driver is at work on the run: its lease is being
// renewed, or has not yet stood still for long enough to say that it is dead.
type HeldError struct {
	Run   model.Run
	Lease Lease
}

// Error implements error.
func (e *HeldError) Error() string {
	return fmt.Sprintf("run %s of pipeline %s to %s is driven by %s: follow it there, or wait for its end",
		e.Run.ID, e.Run.Pipeline, e.Run.To, who(e.Lease.Holder))
}

// who names a holder for a person.
func who(h model.Holder) string {
	return fmt.Sprintf("%s@%s (process %d)", h.User, h.Host, h.PID)
}

// ForwardOnlyError says that the run cannot be aborted any more.
type ForwardOnlyError struct{ Run model.Run }

// Error implements error.
func (e *ForwardOnlyError) Error() string {
	if !startBegun(&e.Run) {
		return fmt.Sprintf("too late to abort: run %s may have deleted the subscriber at %s, without which its client cannot go on as before, "+
			"so it only goes forward: resume it", e.Run.ID, e.Run.To)
	}
	return fmt.Sprintf("too late to abort: run %s has begun to start the client at %s, and going back now could run two clients, "+
		"so it only goes forward: resume it, and fail back afterwards", e.Run.ID, e.Run.To)
}

// EndedError says that the run is over, so that there is nothing to resume or
// abort.
type EndedError struct{ Run model.Run }

// Error implements error.
func (e *EndedError) Error() string {
	return fmt.Sprintf("run %s has ended already: %s", e.Run.ID, e.Run.State)
}

// notedError is a failure that says itself what to do next.
type notedError struct {
	err  error
	note string
}

// Error implements error.
func (e *notedError) Error() string { return e.err.Error() }

// Unwrap gives the cause.
func (e *notedError) Unwrap() error { return e.err }

// questionError stops a run durably at a question.
type questionError struct{ text string }

// Error implements error.
func (e *questionError) Error() string { return e.text }

// ask makes a question.
func ask(format string, args ...any) error {
	return &questionError{text: fmt.Sprintf(format, args...)}
}
