package main

import "errors"

// The exit codes of every command.
const (
	exitDone      = 0 // done
	exitFailed    = 1 // tried and failed
	exitUsage     = 2 // usage or configuration
	exitRefused   = 3 // preflight or policy
	exitQuestion  = 4 // needs an answer that was not given
	exitLeaseHeld = 5 // another driver holds the lease
	exitAborted   = 6 // the source runs as before
	exitUnknown   = 7 // unknown or interrupted: resume it
)

// exitError carries the exit code of a command. A nil err prints nothing: the
// command has said it already.
type exitError struct {
	code int
	err  error
}

// Error implements error.
func (e *exitError) Error() string {
	if e.err == nil {
		return "exit"
	}
	return e.err.Error()
}

// Unwrap gives the cause.
func (e *exitError) Unwrap() error { return e.err }

// failed marks err as a failure of the work itself, not of its command line.
// An error that carries an exit code already is left alone.
func failed(err error) error {
	var coded *exitError
	if err == nil || errors.As(err, &coded) {
		return err
	}
	return &exitError{code: exitFailed, err: err}
}

// usage marks err as a fault of the command line.
func usage(err error) error {
	if err == nil {
		return nil
	}
	return &exitError{code: exitUsage, err: err}
}

// exitOf is the exit code of an outcome.
func exitOf(err error) int {
	var coded *exitError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &coded):
		return coded.code
	}
	return exitFailed
}
