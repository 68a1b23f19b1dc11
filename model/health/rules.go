package health

import "time"

// Rules are the thresholds of all verdicts and advice. Durations shrink with a
// faster chain; counts of slots and offsets do not.
type Rules struct {
	DownAfter     time.Duration // failing, or standing still, for this long is an outage; default 3 m
	DegradedAfter time.Duration // slow or failing in part for this long is degraded; default 60 s
	Window        time.Duration // means and rates are taken over this; default 60 s
	SilentAfter   time.Duration // a client that commits nothing for this long is silent; default 60 s
	Stability     time.Duration // home is healthy for this long before a failback; default 30 m
	Block         time.Duration // a failover holds back the next advice for this long; default 10 m
	Latency       time.Duration // mean round trip above it is degraded; default 1 s
	ErrorRate     float64       // share of failed calls, 0 to 1, above it is degraded; default 0.2

	SlotsPerSecond float64 // pace of the chain; default 2.5

	// MaxAge is how old the newest evidence may be and still count, and also
	// the longest pause in our own looking that does not break a series.
	// Default 18 s; see [Rules.ForProbing].
	MaxAge time.Duration
	// FirstSamples is how many completed looks a first verdict needs; default 3.
	FirstSamples int
	// StallSlots is how far another cluster must have moved on past one that
	// stands still; default 32.
	StallSlots uint64
	// LagNoise is the lag, in offsets, within which a healthy client saw-tooths
	// between two commits; default 192. It does not depend on the pace.
	LagNoise int64
	// UrgentBefore is how near to the end of the retention window a cursor that
	// stands still becomes urgent; default 30 m.
	UrgentBefore time.Duration
}

// DefaultRules are the defaults of [Rules].
func DefaultRules() Rules {
	return Rules{
		DownAfter:      3 * time.Minute,
		DegradedAfter:  time.Minute,
		Window:         time.Minute,
		SilentAfter:    time.Minute,
		Stability:      30 * time.Minute,
		Block:          10 * time.Minute,
		Latency:        time.Second,
		ErrorRate:      0.2,
		SlotsPerSecond: 2.5,
		MaxAge:         18 * time.Second,
		FirstSamples:   3,
		StallSlots:     32,
		LagNoise:       192,
		UrgentBefore:   30 * time.Minute,
	}
}

// ForProbing is a copy of the rules whose MaxAge fits probes at this interval
// with this timeout: a few of them may be lost or late, and never is it below
// 5 s, because a busy machine pauses for seconds.
func (r Rules) ForProbing(interval, timeout time.Duration) Rules {
	r.MaxAge = max(4*interval+2*timeout, 5*time.Second)
	return r
}

// Lookback is how far back the rules look: who begins to watch with the evidence
// of this long knows what one knows that watched all along.
func (r Rules) Lookback() time.Duration { return max(r.Stability, 2*r.DownAfter) + r.Window }

// withDefaults fills in what is zero, so that a zero threshold never fires by
// accident.
func (r Rules) withDefaults() Rules {
	d := DefaultRules()
	for _, f := range []struct{ have, want *time.Duration }{
		{&r.DownAfter, &d.DownAfter},
		{&r.DegradedAfter, &d.DegradedAfter},
		{&r.Window, &d.Window},
		{&r.SilentAfter, &d.SilentAfter},
		{&r.Stability, &d.Stability},
		{&r.Block, &d.Block},
		{&r.Latency, &d.Latency},
		{&r.MaxAge, &d.MaxAge},
		{&r.UrgentBefore, &d.UrgentBefore},
	} {
		if *f.have <= 0 {
			*f.have = *f.want
		}
	}
	if r.ErrorRate <= 0 {
		r.ErrorRate = d.ErrorRate
	}
	if r.SlotsPerSecond <= 0 {
		r.SlotsPerSecond = d.SlotsPerSecond
	}
	if r.FirstSamples <= 0 {
		r.FirstSamples = d.FirstSamples
	}
	if r.StallSlots == 0 {
		r.StallSlots = d.StallSlots
	}
	if r.LagNoise <= 0 {
		r.LagNoise = d.LagNoise
	}
	return r
}
