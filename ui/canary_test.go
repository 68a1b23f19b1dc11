package ui

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// fakeCanary notes how it was switched.
type fakeCanary struct {
	asked []bool
	err   error
}

func (c *fakeCanary) SetCanary(_ context.Context, on bool) error {
	c.asked = append(c.asked, on)
	return c.err
}

// canaryOff is a snapshot of a console whose canary is off.
func canaryOff(generation uint64) model.Snapshot {
	s := fakeSnapshot(generation, 1, 0)
	for i := range s.Clusters {
		s.Clusters[i].Canary = nil
	}
	return s
}

func TestCanaryIsOneKeyAway(t *testing.T) {
	c := &fakeCanary{}
	d := newDriver(t, 80, 24, canaryOff(1))
	d.sees("data       not looked at: canary off")
	d.keys("d")
	d.sees("d: the canary cannot be switched here")
	d.m.opts.Canary = c
	_, cmd := d.m.Update(keyPress("d"))
	d.sees("switching the canary …")
	d.keys("d")
	d.sees("d: the canary is being switched")
	d.send(cmd())
	d.sees("canary on: fumtui makes a small subscriber of its own in each cluster")

	d.keys("d") // before a snapshot shows it
	d.sees("canary off: fumtui removes its own subscribers")
	d.keys("d")
	d.snapshot(fakeSnapshot(2, 1, 0))
	d.sees("data       ✓ slot 312363670, 3s ago")
	d.keys("enter", "d") // on the detail, too
	d.sees("canary off: fumtui removes its own subscribers")
	c.err = errors.New("nyc: quota of subscribers reached")
	d.snapshot(canaryOff(3))
	d.keys("d")
	d.sees("switching the canary on failed: nyc: quota of subscribers reached")
	if got := fmt.Sprint(c.asked); got != "[true false true false true]" {
		t.Fatalf("asked %s", got)
	}
}

func TestCanaryLine(t *testing.T) {
	s := fakeSnapshot(1, 1, 0)
	sees := s.Clusters[0].Canary
	again, twice := *sees, *sees
	again.DataAt, again.NewAt = noon, noon.Add(-31*time.Second)
	twice.NewAt = twice.DataAt.Add(-time.Second)
	for _, c := range []struct {
		canary *model.CanaryState
		want   string
	}{
		{nil, "data not looked at: canary off"},
		{&model.CanaryState{}, "data not seen yet: canary on"},
		{sees, "data ✓ slot 312363670, 3s ago"},
		{&twice, "data ✓ slot 312363670, 3s ago"},
		{&again, "data ▲ nothing new for 31s"},
		{canaryMisses(sees, 40e9, model.ClassTimeout), "data ▲ none for 40s"},
		{canaryMisses(sees, 40e9, model.ClassAuth), "data ? canary cannot look for 40s"},
		{canaryMisses(sees, 40e9, model.ClassNotFound), "data ? canary cannot look for 40s"},
	} {
		if got := canaryText(c.canary, noon); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	s.Clusters[1].Canary = canaryMisses(sees, 40e9, model.ClassUnreachable)
	d := newDriver(t, 120, 40, s)
	d.sees("data       ▲ none for 40s: unreachable")
}
