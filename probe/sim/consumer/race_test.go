//go:build race

package consumer_test

import "time"

// The race detector makes compression many times slower: the chain waits for it.
const (
	raceEnabled = true
	rate        = 15 // slots per second
	stall       = 2 * time.Second
)
