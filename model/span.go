package model

import (
	"strconv"
	"strings"
	"time"
)

// Seconds makes a duration of what may be any number: not below 0, at most a year.
func Seconds(v float64) time.Duration {
	const most = 365 * 24 * 3600
	if !(v > 0) {
		return 0
	}
	return time.Duration(min(v, most) * float64(time.Second))
}

// Span writes a duration for a sentence, in its two greatest units: "45s",
// "3m12s", "1h05m", "2d3h". What is below 0 is "0s".
func Span(d time.Duration) string {
	var room [24]byte
	b := room[:0]
	switch d = d.Round(time.Second); {
	case d < 0:
		return "0s"
	case d < time.Minute:
		n := int(d / time.Second)
		if n < 10 {
			return seconds[3*n+1 : 3*n+3]
		}
		return seconds[3*n : 3*n+3]
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

// seconds are the spans below a minute, which are written all the time.
const seconds = "00s01s02s03s04s05s06s07s08s09s10s11s12s13s14s15s16s17s18s19s" +
	"20s21s22s23s24s25s26s27s28s29s30s31s32s33s34s35s36s37s38s39s" +
	"40s41s42s43s44s45s46s47s48s49s50s51s52s53s54s55s56s57s58s59s"

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
