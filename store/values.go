package store

import (
	"fmt"
	"math"
	"time"

	"github.com/fumtui/fumtui/model"
)

const (
	// timeLayout has a fixed width, so that times sort as text.
	timeLayout = "2006-01-02T15:04:05.000000000Z"
	// cursorLayout is the public contract's.
	cursorLayout = "2006-01-02T15:04:05.000Z"
)

func timeText(t time.Time) string { return t.UTC().Format(timeLayout) }

// timeTextOrNull is NULL for nil.
func timeTextOrNull(t *time.Time) any {
	if t == nil {
		return nil
	}
	return timeText(*t)
}

func parseTime(text string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("read a stored time: %w", err)
	}
	return t.UTC(), nil
}

func parseTimeOrNil(text *string) (*time.Time, error) {
	if text == nil {
		return nil, nil
	}
	t, err := parseTime(*text)
	if err != nil {
		return nil, err
	}
	return &t, nil
}

// parseForeignTime reads a time that another program wrote, in the contract's
// format or in SQLite's own; the zero time stands for anything else.
func parseForeignTime(text string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// bits stores an unsigned number, or NULL, in SQLite's signed 64 bits. Nothing
// is lost, and a number too large for a slot is no reason to lose a journal.
func bits[T ~uint64](n *T) any {
	if n == nil {
		return nil
	}
	return int64(*n) //nolint:gosec // the wrap-around is meant
}

// unbits is the way back.
func unbits[T ~uint64](n *int64) *T {
	if n == nil {
		return nil
	}
	back := T(*n) //nolint:gosec // the wrap-around is meant
	return &back
}

// cursorSlot is a slot for the public table, which other programs read as a
// plain number.
func cursorSlot(slot model.Slot) (int64, error) {
	if slot > math.MaxInt64 {
		return 0, fmt.Errorf("slot %d is larger than any slot can be: give a slot of the chain", slot)
	}
	return int64(slot), nil
}
