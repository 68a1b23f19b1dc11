package model

import (
	"testing"
	"time"
)

func TestDailyWindow(t *testing.T) {
	at := func(text string) time.Time {
		when, err := time.Parse(time.RFC3339, "2026-03-29T"+text)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	night := DailyWindow{From: 2 * time.Hour, To: 5*time.Hour + 30*time.Minute}
	over := DailyWindow{From: 23 * time.Hour, To: time.Hour}
	for _, c := range []struct {
		window DailyWindow
		at     string
		want   bool
		next   time.Duration
	}{
		{night, "02:00:00Z", true, 0},
		{night, "05:29:59Z", true, 20*time.Hour + 30*time.Minute + time.Second},
		{night, "05:30:00Z", false, 20*time.Hour + 30*time.Minute},
		{night, "01:59:59Z", false, time.Second},
		{night, "03:00:00+02:00", false, time.Hour}, // 01:00 UTC
		{night, "06:00:00+02:00", true, 22 * time.Hour},
		{over, "23:00:00Z", true, 0},
		{over, "00:59:59Z", true, 22*time.Hour + time.Second},
		{over, "01:00:00Z", false, 22 * time.Hour},
		{DailyWindow{}, "12:00:00Z", true, 12 * time.Hour}, // midnight to midnight
	} {
		if got := c.window.Contains(at(c.at)); got != c.want {
			t.Errorf("%s contains %s: %v", c.window, c.at, got)
		}
		if got := c.window.Next(at(c.at)).Sub(at(c.at)); got != c.next {
			t.Errorf("%s opens %s after %s, want %s", c.window, got, c.at, c.next)
		}
	}
	if night.String() != "02:00-05:30" {
		t.Error(night.String())
	}
}
