package health

import "time"

const maxCalls = 512 // kept calls of one cluster; more than any sane probing makes in a window

// call is one completed look at a cluster.
type call struct {
	at     time.Time
	kind   int // its place in cluster.kinds
	took   time.Duration
	failed bool
	late   bool // it failed for want of an answer in time
	bad    bool // it failed, or took too long
}

// timed reports whether the call says something of how long an answer takes. One
// that was given up for want of an answer took at least that long; one that was
// refused says nothing.
func (c *call) timed() bool { return !c.failed || c.late }

// calls are the completed looks of the last window, with their sums.
type calls struct {
	ring           [maxCalls]call
	head, n        int
	failed, timedN int
	nBy, failedBy  [3]int // the same by kind
	bad            int
	badAt          time.Time     // the newest bad one
	took           time.Duration // of the timed ones
}

// add takes a call in and lets go of those that left the window.
func (c *calls) add(next call, window time.Duration) {
	for c.n > 0 && (c.n == maxCalls || next.at.Sub(c.ring[c.head].at) > window) {
		c.count(&c.ring[c.head], -1)
		c.head = (c.head + 1) % maxCalls
		c.n--
	}
	c.ring[(c.head+c.n)%maxCalls] = next
	c.n++
	c.count(&next, 1)
	if next.bad {
		c.badAt = next.at
	}
}

// count adds a call to the sums, or takes it away.
func (c *calls) count(one *call, sign int) {
	c.nBy[one.kind] += sign
	if one.failed {
		c.failed += sign
		c.failedBy[one.kind] += sign
	}
	if one.bad {
		c.bad += sign
	}
	if one.timed() {
		c.timedN += sign
		c.took += time.Duration(sign) * one.took
	}
}

// reset forgets all calls.
func (c *calls) reset() {
	c.head, c.n, c.failed, c.timedN, c.bad, c.took = 0, 0, 0, 0, 0, 0
	c.nBy, c.failedBy, c.badAt = [3]int{}, [3]int{}, time.Time{}
}

// dropSince forgets the calls from a moment on.
func (c *calls) dropSince(from time.Time) {
	for c.n > 0 {
		newest := &c.ring[(c.head+c.n-1)%maxCalls]
		if newest.at.Before(from) {
			return
		}
		c.count(newest, -1)
		c.n--
	}
}

// latency is the mean time of the calls that answered, or were given up for
// want of an answer in time; 0 without one.
func (c *calls) latency() time.Duration {
	if c.timedN == 0 {
		return 0
	}
	return c.took / time.Duration(c.timedN)
}

// errorRate is the share of calls that failed, 0 to 1, and how many there were.
func (c *calls) errorRate() (rate float64, n int) {
	if c.n == 0 {
		return 0, 0
	}
	return float64(c.failed) / float64(c.n), c.n
}
