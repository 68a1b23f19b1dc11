//go:build !unix

package main

import "context"

// surviveHangup has nothing to do on systems without hang-ups.
func surviveHangup() {}

// leaveOnHangup has nothing to wait for there either.
func leaveOnHangup(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithCancel(ctx)
}
