package ui

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// none stands for a value that is not known.
const none = "–"

func countOr(n *int64) string {
	if n == nil {
		return none
	}
	return model.Count(*n)
}

// quantity writes a count that may not be known with its unit: "1 offset",
// "– offsets".
func quantity(n *int64, unit string) string {
	if n != nil && *n == 1 {
		return "1 " + unit
	}
	return countOr(n) + " " + unit + "s"
}

func slotText(s model.Slot) string { return strconv.FormatUint(uint64(s), 10) }

func slotOr(s *model.Slot) string {
	if s == nil {
		return none
	}
	return slotText(*s)
}

func offsetOr(o *model.Offset) string {
	if o == nil {
		return none
	}
	return model.Count(int64(*o))
}

// span writes a duration in its two greatest units, as sentences have it: 8s,
// 1m40s, 2h03m, 3d4h. What is below 0 counts as 0.
func span(d time.Duration) string { return model.Span(d) }

// brief writes a duration in its greatest unit alone: 8s, 3m, 2h, 12d.
func brief(d time.Duration) string {
	s := int64(max(d, 0) / time.Second)
	switch {
	case s < 100:
		return strconv.FormatInt(s, 10) + "s"
	case s < 6000:
		return strconv.FormatInt(s/60, 10) + "m"
	case s < 48*3600:
		return strconv.FormatInt(s/3600, 10) + "h"
	}
	return strconv.FormatInt(s/86400, 10) + "d"
}

// precise writes a short duration with tenths below ten seconds, as steps of a
// run need it.
func precise(d time.Duration) string {
	d = max(d, 0)
	if d < 10*time.Second {
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return span(d)
}

// since is the time from at to now, and "" without at.
func since(at, now time.Time) string {
	if at.IsZero() {
		return ""
	}
	return span(now.Sub(at))
}

// forText is how long something has been so: " for 3s"; "" where that is not
// known.
func forText(at, now time.Time) string {
	if d := since(at, now); d != "" {
		return " for " + d
	}
	return ""
}

// An age beyond these bounds comes from a time that was never set, or from a
// clock that is wrong.
const (
	oldestAge = 20 * 365 * 24 * time.Hour
	ahead     = time.Minute
)

// ago writes an age in the given way, "2s ago", or that it is not known.
func ago(age time.Duration, write func(time.Duration) string) string {
	if age > oldestAge || age < -ahead {
		return "age unknown"
	}
	return write(age) + " ago"
}

func rttText(d *time.Duration) string {
	switch {
	case d == nil:
		return none
	case *d < time.Millisecond:
		return "<1 ms"
	case *d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// word is a verdict or state as it is said: with "-" between its words.
func word[T ~string](v T) string { return strings.ReplaceAll(clean(string(v)), "_", "-") }

// phrase is an action as it is said: with spaces between its words.
func phrase[T ~string](v T) string { return strings.ReplaceAll(clean(string(v)), "_", " ") }
