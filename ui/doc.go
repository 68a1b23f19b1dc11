// Package ui is the console: it turns snapshots into screens and keys into
// intents. It never does I/O in Update or View and never blocks: whatever
// takes time runs in a command against one of the small interfaces that this
// package declares ([Feed], [Operator], [Faults]).
//
// The flow has one direction. A snapshot arrives, the root model keeps it, the
// screen of the current page renders it as plain functions of (data, size,
// theme). The console holds no truth of its own: end it, start another, and it
// shows the same run at the same step.
//
// Styles are built from escape sequences directly and not with a styling
// library, so that importing this package starts no child process and a frame
// costs little.
package ui
