package model

import "strconv"

// Count writes a number for a person, with commas between thousands: "12,345".
// Slots and offsets that a person may copy are written without.
func Count[T ~int | ~int64 | ~uint64](n T) string {
	var room [32]byte
	b := room[:0]
	if n < 0 {
		b = strconv.AppendInt(b, int64(n), 10)
	} else {
		b = strconv.AppendUint(b, uint64(n), 10)
	}
	first := 0
	if n < 0 {
		first = 1
	}
	for i := len(b) - 3; i > first; i -= 3 {
		b = append(b, 0)
		copy(b[i+1:], b[i:])
		b[i] = ','
	}
	return string(b)
}

// Units writes a number of things: "1 slot", "2,000 slots".
func Units[T ~int | ~int64 | ~uint64](n T, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + one + "s"
}
