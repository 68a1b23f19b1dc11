package hook

import (
	"context"
	"errors"
)

// ErrBusy says that another hook of the pipeline still runs on this host, so
// that this one was not run.
var ErrBusy = errors.New("another hook of the pipeline still runs")

// ErrSuperseded says that the hook of a later driver has run, so that this one
// was not.
var ErrSuperseded = errors.New("a later driver has run a hook of this pipeline")

// ErrLost says that a supervisor did not tell how its hook ended, so that it is
// not known.
var ErrLost = errors.New("the hook's outcome is not known")

// The kinds of errors in an [Outcome].
const (
	kindNotStarted = "not_started"
	kindTimeout    = "timeout"
	kindStopped    = "stopped" // the supervisor was told to end
	kindOther      = "other"
)

// kindOf names the kind of an error of [Run].
func kindOf(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, ErrNotStarted):
		return kindNotStarted
	case errors.Is(err, ErrTimeout):
		return kindTimeout
	case errors.Is(err, context.Canceled):
		return kindStopped
	}
	return kindOther
}

// outcomeError is an error of [Run] that another process told.
type outcomeError struct{ text, kind string }

// Error implements error.
func (e *outcomeError) Error() string { return e.text }

// Unwrap gives the error that stands for the kind.
func (e *outcomeError) Unwrap() error {
	switch e.kind {
	case kindNotStarted:
		return ErrNotStarted
	case kindTimeout:
		return ErrTimeout
	}
	return nil
}

// err is the outcome's error as [Run] would have given it.
func (o *Outcome) err() error {
	if o.Error == "" {
		return nil
	}
	return &outcomeError{text: o.Error, kind: o.Kind}
}
