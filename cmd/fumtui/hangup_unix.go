//go:build unix

package main

import (
	"context"
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

// leaveOnHangup ends a context when the terminal or the reader of the output of
// this process goes away, so that what it made elsewhere can still be removed.
func leaveOnHangup(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(ctx, syscall.SIGHUP, syscall.SIGPIPE)
}
