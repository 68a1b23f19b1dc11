//go:build !linux

package ui

import "errors"

// output is a terminal that never blocks; there is none here, and the ordinary
// standard output is used.
type output struct{}

func openOutput() *output { return nil }

func (*output) Write([]byte) (int, error) { return 0, errors.ErrUnsupported }
func (*output) Read([]byte) (int, error)  { return 0, errors.ErrUnsupported }
func (*output) Close() error              { return nil }
func (*output) Fd() uintptr               { return 0 }
func (*output) giveUp()                   {}
func (*output) last(string) bool          { return false }
