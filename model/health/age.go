package health

import "time"

// fresh reports whether there is evidence young enough to speak of now.
func (c *cluster) fresh(now time.Time, r *Rules) bool {
	if c.tickAt == now { //nolint:staticcheck // the very same reading of a clock
		return c.tickFresh
	}
	return young(c.lastAt, now, r)
}

// young reports whether something seen at that time still counts now. A time
// from the future does not: some clock was wrong.
func young(at, now time.Time, r *Rules) bool {
	if at.IsZero() {
		return false
	}
	age := now.Sub(at)
	return age <= r.MaxAge && age >= -r.MaxAge
}
