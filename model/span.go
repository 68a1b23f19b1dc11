package model

import (
	"strconv"
	"strings"
	"time"
)

// Span writes a duration for a sentence, in its two greatest units: "45s",
// "3m12s", "1h05m", "2d3h". What is below 0 is "0s".
func Span(d time.Duration) string {
	var room [24]byte
	b := room[:0]
	switch d = d.Round(time.Second); {
	case d < 0:
		return "0s"
	case d < time.Minute:
		b = strconv.AppendInt(b, int64(d/time.Second), 10)
		b = append(b, 's')
	case d < time.Hour:
		b = strconv.AppendInt(b, int64(d/time.Minute), 10)
		b = append(b, 'm')
		if rest := d % time.Minute; rest != 0 {
			b = append(two(b, rest/time.Second), 's')
		}
	case d < 48*time.Hour:
		b = strconv.AppendInt(b, int64(d/time.Hour), 10)
		b = append(b, 'h')
		b = append(two(b, d%time.Hour/time.Minute), 'm')
	default:
		b = strconv.AppendInt(b, int64(d/(24*time.Hour)), 10)
		b = append(b, 'd')
		b = strconv.AppendInt(b, int64(d%(24*time.Hour)/time.Hour), 10)
		b = append(b, 'h')
	}
	return string(b)
}

// two appends a number below 100 with both of its digits.
func two(b []byte, n time.Duration) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }

// Length writes a length of time as a person writes it in the configuration:
// 3m and not 3m0s. [time.ParseDuration] reads it back.
func Length(d time.Duration) string {
	if d >= time.Second {
		d = d.Round(time.Millisecond)
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
