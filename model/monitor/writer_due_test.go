package monitor

import (
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// TestWriterIsDue: what changed is written at the next tick, and again until it
// could be; what was only measured every few seconds.
func TestWriterIsDue(t *testing.T) {
	t.Parallel()
	w := &writer{every: time.Second}
	ticks := func(until int) (due []int) {
		for i := 1; i <= until; i++ {
			if w.isDue() {
				due = append(due, i)
			}
		}
		return due
	}
	w.sample(model.Sample{})
	if due := ticks(10); len(due) != 2 || due[0] != 5 || due[1] != 10 {
		t.Errorf("samples were written at ticks %v", due)
	}
	w.event(model.Event{})
	if due := ticks(1); len(due) != 1 {
		t.Error("an event waits")
	}
	w.events, w.fail = nil, "the disk is full"
	if due := ticks(2); len(due) != 2 {
		t.Error("what failed is not tried again at once")
	}
}
