//go:build !unix

package main

// surviveHangup has nothing to do on systems without hang-ups.
func surviveHangup() (restore func()) { return func() {} }
