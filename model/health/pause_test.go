package health

import (
	"testing"
	"time"
)

func TestPause(t *testing.T) {
	for _, c := range []struct {
		interval time.Duration
		failures int
		want     time.Duration
	}{
		{2 * time.Second, 0, 2 * time.Second},
		{2 * time.Second, 1, 500 * time.Millisecond},
		{2 * time.Second, 20, 500 * time.Millisecond},
		{2 * time.Second, 21, time.Second},
		{2 * time.Second, 22, 2 * time.Second},
		{2 * time.Second, 1 << 30, 2 * time.Second},
		{400 * time.Millisecond, 3, 250 * time.Millisecond},
		{100 * time.Millisecond, 3, 100 * time.Millisecond}, // never slower for failing
		{time.Minute, 1, 15 * time.Second},
	} {
		if got := Pause(c.interval, c.failures); got != c.want {
			t.Errorf("Pause(%v, %d) = %v, want %v", c.interval, c.failures, got, c.want)
		}
	}
}
