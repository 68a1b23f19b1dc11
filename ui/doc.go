// Package ui is the console: it turns snapshots into screens and keys into
// intents. It never does I/O in Update or View and never blocks: whatever
// takes time runs in a command against one of the small interfaces that this
// package declares ([Feed], [Operator], [Explainer], [Canary], [Faults]).
//
// The flow has one direction. A snapshot arrives, the root model keeps it, the
// screen of the current page renders it as plain functions of (data, size,
// theme). The console holds no truth of its own: end it, start another, and it
// shows the same run at the same step.
//
// Keys, scrolling and the typed name are Bubbles; what is painted is built from
// escape sequences directly, so that a frame costs little. The styling library
// that Bubbles bring along would run tmux while it is initialised: package
// notmux sees to it that it does not.
package ui

import "github.com/fumtui/fumtui/ui/internal/notmux"

// By now all that this package imports is initialised.
func init() { notmux.Restore() }
