package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

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

// late reports whether a look is not newer than the newest of its kind: it came
// twice, or after a newer one. One that is older by far is no late one: the clock
// was set back.
func late(e *model.Evidence, newest time.Time, r *Rules) bool {
	return !newest.IsZero() && !e.Answered.After(newest) && newest.Sub(e.Answered) <= r.MaxAge
}

// late reports whether a look at the cluster is [late].
func (c *cluster) late(e *model.Evidence, r *Rules) bool {
	switch e.Kind {
	case model.KindSubscribers:
		return late(e, c.list.at, r)
	case model.KindCanary:
		return late(e, c.canary.at, r)
	}
	if i := kindIndex(e.Kind); i >= 0 {
		return late(e, c.kinds[i].at, r)
	}
	return false
}
