// Package recording keeps what the rules of package health were told over a
// while, in a file of JSON lines, and plays it back through the same rules with
// the same or with other thresholds: would it have fired, and when?
//
// A recording is a line with a [Header], a line for each [Record] in the order
// of time, and a closing line that tells a whole file from one that broke off.
// It holds no secrets: no tokens, no addresses of clusters, no hooks.
//
// Playing is a fold like package health itself: it reads no clock and does no
// I/O, so a recording says the same on any machine.
package recording
