//go:build !race

package consumer_test

import "time"

const (
	raceEnabled = false
	rate        = 100 // slots per second
	stall       = 500 * time.Millisecond
)
