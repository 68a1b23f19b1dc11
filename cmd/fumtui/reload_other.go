//go:build !unix

package main

import "os"

// reloadSignals are none on systems without them.
func reloadSignals() (asked <-chan os.Signal, end func()) { return nil, func() {} }
