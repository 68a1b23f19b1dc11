//go:build unix

package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// surviveHangup keeps this process alive from now on when its terminal or the
// reader of its output goes away, also while it prints its last words: the exit
// code has to tell how a run was left. The signals are caught and not ignored,
// because hooks would inherit that.
func surviveHangup() {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP, syscall.SIGPIPE)
}

// leaveOnHangup ends a context when the terminal of this process goes away, so
// that what it made elsewhere can still be removed. Where the reader of its output
// goes away, a write fails instead of ending the process. The signal of that says
// nothing by itself: a connection to a cluster that breaks raises it as well.
func leaveOnHangup(ctx context.Context) (context.Context, context.CancelFunc) {
	unread := make(chan os.Signal, 1)
	signal.Notify(unread, syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGHUP)
	return ctx, func() { stop(); signal.Stop(unread) }
}
