//go:build !race

package failover

// raceDetector tells that the tests run under the race detector.
const raceDetector = false
