package health

import "time"

// slotsTime is how long the chain takes for n slots.
func (r *Rules) slotsTime(n float64) time.Duration {
	return time.Duration(n / r.SlotsPerSecond * float64(time.Second))
}

// standGrace is how long a newest slot may stand before that is a sign of a
// stall: skipped slots come in rows, and looks are seconds apart.
func (r *Rules) standGrace() time.Duration {
	return max(r.slotsTime(float64(r.StallSlots)), r.MaxAge/2)
}

// recovery is how long a cluster that was down or stalled must do well before
// it is healthy again, and how long all clusters must be out of reach before
// this console calls itself offline.
func (r *Rules) recovery() time.Duration { return r.DownAfter / 6 }

// progressAge is how old the last progress of a client may be and still
// contradict an outage of its cluster. It stays well below DownAfter, or a
// client that stopped with the cluster would hold back the verdict.
func (r *Rules) progressAge() time.Duration { return min(r.SilentAfter, r.DownAfter/3) }

// flicker is how long all calls of a cluster that fails only some of them may
// happen to fail in a row.
func (r *Rules) flicker() time.Duration { return max(r.Window/6, r.MaxAge/2) }

// callPatience is how long a call that failed alone must have answered before
// that is over.
func (r *Rules) callPatience() time.Duration { return r.DegradedAfter / 2 }

// overlap is how long clients of two clusters must have moved side by side to
// call them both active: the looks at them are not simultaneous.
func (r *Rules) overlap() time.Duration { return max(r.slotsTime(50), r.MaxAge/2) }
