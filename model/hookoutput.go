package model

import "time"

// HookOutput is a hook of a run and what it said, for a person: bounded, and free
// of control characters.
type HookOutput struct {
	Cluster  string // whose client it controls
	Hook     string
	BeganAt  time.Time
	EndedAt  time.Time // zero: it runs
	ExitCode int       // -1: it did not exit by itself
	Lines    []string  // the last ones
	Error    string    // why it could not be run to its end; "" where it was
}
