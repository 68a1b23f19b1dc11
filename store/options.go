package store

import "time"

// settings are what [Option] changes.
type settings struct {
	now         func() time.Time
	actor       string
	busyWait    time.Duration
	historyWait time.Duration
	keepRaw     time.Duration
	keepSeries  time.Duration
}

func defaults() settings {
	return settings{
		now:         time.Now,
		busyWait:    5 * time.Second,
		historyWait: 250 * time.Millisecond,
		keepRaw:     2 * time.Hour,
		keepSeries:  30 * 24 * time.Hour,
	}
}

// Option changes how a [Store] behaves.
type Option func(*settings)

// WithClock makes the store take the time from now; the default is the system's
// clock.
func WithClock(now func() time.Time) Option { return func(s *settings) { s.now = now } }

// WithActor names, as user@host, who acts through this store where no run does:
// it is written to the audit trail.
func WithActor(actor string) Option { return func(s *settings) { s.actor = actor } }

// WithBusyWait is how long a write waits for other processes before it fails
// with [KindLocked]; default 5 s. History waits a twentieth of that.
func WithBusyWait(d time.Duration) Option {
	return func(s *settings) { s.busyWait, s.historyWait = d, d/20 }
}

// WithRetention is how long evidence (default 2 h) and the series of charts
// (default 30 days) are kept. Every sample is kept for at most 6 hours, then
// only what it was in a minute, and after 8 days what it was in an hour. What is
// not above 0 keeps its default.
func WithRetention(evidence, series time.Duration) Option {
	return func(s *settings) {
		if evidence > 0 {
			s.keepRaw = evidence
		}
		if series > 0 {
			s.keepSeries = series
		}
	}
}
