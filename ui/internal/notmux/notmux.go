// Package notmux keeps a styling library from running a child process.
//
// That library finds out, while it is initialised, what colours the terminal
// has; inside tmux it runs `tmux info` for it, without a time limit, even where
// nothing is going to be drawn. It looks for the variable TMUX, so that is
// hidden until then, and put back by [Restore] for the programs that this one
// starts.
//
// This works because Go initialises packages in the order of their paths, each
// as soon as all that it imports is ready: this package needs only os, while the
// styling library needs packages whose paths sort after this one. It must
// therefore import nothing else. A test of package ui proves it.
package notmux

import "os"

const name = "TMUX"

// hidden is the variable as it was; "" where it was not set.
var hidden = hide()

func hide() string {
	value := os.Getenv(name)
	if value != "" {
		_ = os.Unsetenv(name) // the worst is that tmux is asked
	}
	return value
}

// Restore puts the variable back, unless somebody has set it since.
func Restore() {
	if _, set := os.LookupEnv(name); hidden != "" && !set {
		_ = os.Setenv(name, hidden)
	}
}
