// Package plain is the console in lines: for screen readers, braille displays,
// logs and terminals that can do no more than print. It only ever appends lines of
// text: no escape sequence, no colour, nothing drawn twice. It says at the start
// how all stands, then what changes, and takes commands that are typed as lines.
//
// The core is pure: a [session] is told what happened (a snapshot, a line that was
// typed, the passing of time, the answer of a port) and gives lines to print and
// work to do. [Run] is the edge, with the terminal, the signals and the goroutines.
//
// Nothing here acts before the name that the question asks for was typed on a line
// of its own, after that question stood on the terminal. What was typed before
// that does not count, nor does one of several lines that come at once, which is
// how a paste looks where lines come whole.
package plain
