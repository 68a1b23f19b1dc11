package model

import (
	"fmt"
	"strings"
)

// Count writes a number for a person, with commas between thousands: "12,345".
// Slots and offsets that a person may copy are written without.
func Count[T ~int | ~int64 | ~uint64](n T) string {
	sign, digits := "", fmt.Sprintf("%d", n)
	if rest, negative := strings.CutPrefix(digits, "-"); negative {
		sign, digits = "-", rest
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// Units writes a number of things: "1 slot", "2,000 slots".
func Units[T ~int | ~int64 | ~uint64](n T, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + one + "s"
}
