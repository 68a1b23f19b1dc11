package health

import "time"

// stretches is how many stretches of time a [longest] remembers.
const stretches = 4

// longest remembers the longest pause between two signs of progress in each of
// the last stretches of time. The zero value is ready to use.
type longest struct {
	from time.Time                // when the newest stretch began
	most [stretches]time.Duration // of each, the newest first
	n    int                      // of them that are complete
}

// learn takes in a pause that ended at the given moment. A stretch is at least that
// long, and three of the longest pauses.
func (l *longest) learn(at time.Time, pause, least time.Duration) {
	width := least
	for _, d := range l.most {
		width = max(width, 3*d)
	}
	if age := at.Sub(l.from); l.from.IsZero() || age < 0 {
		l.from = at
	} else if age >= width {
		copy(l.most[1:], l.most[:])
		l.from, l.most[0] = at, 0
		l.n = min(l.n+1, stretches)
	}
	l.most[0] = max(l.most[0], pause)
}

// usual is the usual longest pause, 0 where none is known: the second longest of
// the stretches, for one that was longer than all others was some trouble, or the
// longest while too few are known.
func (l *longest) usual() time.Duration {
	var first, second time.Duration
	for _, d := range l.most {
		if d > first {
			first, second = d, first
		} else {
			second = max(second, d)
		}
	}
	if l.n < 2 {
		return first
	}
	return second
}
