package health

import "time"

const (
	// fastest is the shortest pause after a failure, unless the interval is
	// shorter still.
	fastest = 250 * time.Millisecond
	// eagerLooks is how many failures in a row are followed by a short pause.
	// With the defaults that is about 10 s; then it doubles up to the interval.
	eagerLooks = 20
)

// Pause is the time from one look's beginning to the next one's, where looks
// that go well are an interval apart, after so many failures in a row that may
// be an outage: a quarter of the interval, not under 250 ms, for the first 20,
// so that a verdict rests on many tries, and from then on pauses that double up
// to the interval.
func Pause(interval time.Duration, failures int) time.Duration {
	if failures == 0 {
		return interval
	}
	pause := max(interval/4, fastest)
	for late := failures - eagerLooks; late > 0 && pause < interval; late-- {
		pause *= 2
	}
	return min(pause, interval)
}
