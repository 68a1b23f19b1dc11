// Package terminaltest runs programs on a pseudo-terminal, for tests only, with
// an emulator behind it that shows what a person would see.
//
// A test waits for what is on the screen, and never for a time: [Terminal.Await].
// It types bytes, changes the size, keeps the line from moving and hangs up. The
// emulator answers the queries of the program, as terminals do, and knows which
// modes are on, so that a test can tell whether all was left as it was found.
package terminaltest
