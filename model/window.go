package model

import (
	"fmt"
	"time"
)

// DailyWindow is a stretch of every day in UTC, from From up to, but without,
// To, each counted from midnight: 0 or more, below 24 hours. A window whose To
// is not after its From goes over midnight.
type DailyWindow struct{ From, To time.Duration }

// Contains reports whether t lies in the window.
func (w DailyWindow) Contains(t time.Time) bool {
	at := sinceMidnight(t)
	if w.From < w.To {
		return w.From <= at && at < w.To
	}
	return at >= w.From || at < w.To
}

// Next is when the window opens next: the first such moment that is not before t.
func (w DailyWindow) Next(t time.Time) time.Time {
	wait := w.From - sinceMidnight(t)
	if wait < 0 {
		wait += 24 * time.Hour
	}
	return t.Add(wait)
}

// String is the window as the configuration has it, "02:00-05:00".
func (w DailyWindow) String() string { return clockText(w.From) + "-" + clockText(w.To) }

func clockText(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60)
}

// sinceMidnight is the time of the day in UTC, where no day is longer or shorter
// than others.
func sinceMidnight(t time.Time) time.Duration {
	t = t.UTC()
	return t.Sub(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC))
}
