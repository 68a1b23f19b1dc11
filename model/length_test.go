package model

import (
	"testing"
	"time"
)

func TestLengthIsShortAndReadBack(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                                        "0s",
		250 * time.Millisecond:                   "250ms",
		time.Second:                              "1s",
		12800 * time.Millisecond:                 "12.8s",
		60 * time.Second:                         "1m",
		70 * time.Second:                         "1m10s",
		10 * time.Minute:                         "10m",
		time.Hour:                                "1h",
		time.Hour + 10*time.Minute:               "1h10m",
		time.Hour + 10*time.Second:               "1h0m10s",
		720 * time.Hour:                          "720h",
		8571428571 * time.Nanosecond:             "8.571s",
		20*time.Hour + time.Minute + time.Second: "20h1m1s",
	} {
		got := Length(d)
		if got != want {
			t.Errorf("%d: %s, want %s", d, got, want)
		}
		if back, err := time.ParseDuration(got); err != nil || back.Round(time.Millisecond) != d.Round(time.Millisecond) {
			t.Errorf("%s is read back as %s, %v", got, back, err)
		}
	}
}
