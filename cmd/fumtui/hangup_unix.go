//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// surviveHangup keeps this process alive when its terminal or the reader of its
// output goes away, until restore is called. The signals are caught and not
// ignored, because hooks would inherit that.
func surviveHangup() (restore func()) {
	swallowed := make(chan os.Signal, 1)
	signal.Notify(swallowed, syscall.SIGHUP, syscall.SIGPIPE)
	return func() { signal.Stop(swallowed) }
}
