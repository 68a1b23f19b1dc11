//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// reloadSignals are what asks this process to read its configuration anew, until
// the function that comes back is called.
func reloadSignals() (asked <-chan os.Signal, end func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	return signals, func() { signal.Stop(signals) }
}
