package cluster

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// Fault is a way in which a cluster is broken. Several can hold at once.
type Fault string

// The faults.
const (
	// FaultDown: all connections are cut and new ones refused.
	FaultDown Fault = "down"
	// FaultBlackhole: connections are accepted, and nothing is ever answered.
	FaultBlackhole Fault = "blackhole"
	// FaultSlow: every answer comes late, some later than others.
	FaultSlow Fault = "slow"
	// FaultErrors: a share of the calls fails, UNAVAILABLE or INTERNAL.
	FaultErrors Fault = "errors"
	// FaultFreeze: nothing new is published. What was missed appears, in order,
	// when it is healed.
	FaultFreeze Fault = "freeze"
	// FaultWithhold: all calls answer, commits are taken and the tip moves, but
	// polls bring no events and downloads nothing.
	FaultWithhold Fault = "withhold"
	// FaultRejectToken: every call, and every running one, is UNAUTHENTICATED.
	FaultRejectToken Fault = "reject-token"
	// FaultLoseSubscriber happens once: all subscribers are deleted, their
	// sessions end NOT_FOUND. Healing does not bring them back.
	FaultLoseSubscriber Fault = "lose-subscriber"
	// FaultStaleSubscriber happens once: all subscribers become stale, their
	// sessions end FAILED_PRECONDITION. Healing does not mend them.
	FaultStaleSubscriber Fault = "stale-subscriber"
)

// AllFaults lists every fault that a cluster knows.
func AllFaults() []Fault {
	return []Fault{
		FaultDown, FaultBlackhole, FaultSlow, FaultErrors, FaultFreeze, FaultWithhold,
		FaultRejectToken, FaultLoseSubscriber, FaultStaleSubscriber,
	}
}

// ParseFault reads a fault by its name.
func ParseFault(name string) (Fault, error) {
	if f := Fault(name); slices.Contains(AllFaults(), f) {
		return f, nil
	}
	return "", fmt.Errorf("a cluster has no fault %q; it has %v", name, AllFaults())
}

// faults are those that hold now. Safe for concurrent use.
type faults struct {
	mu      sync.Mutex
	active  map[Fault]bool
	changed chan struct{} // closed and replaced at every change
}

func newFaults() *faults {
	return &faults{active: make(map[Fault]bool), changed: make(chan struct{})}
}

// has reports whether f holds.
func (s *faults) has(f Fault) bool {
	active, _ := s.watch(f)
	return active
}

// watch reports whether f holds, and a channel that closes when that may have
// changed.
func (s *faults) watch(f Fault) (bool, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.active[f], s.changed
}

// gone waits until f does not hold.
func (s *faults) gone(ctx context.Context, f Fault) error {
	for {
		active, changed := s.watch(f)
		if !active {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// set makes f hold.
func (s *faults) set(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active[f] = true
	s.announce()
}

// clear ends all faults.
func (s *faults) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.active)
	s.announce()
}

// announce wakes all who watch. The lock is held.
func (s *faults) announce() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// list names the faults that hold, sorted.
func (s *faults) list() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := make([]Fault, 0, len(s.active))
	for f := range s.active {
		names = append(names, f)
	}
	slices.Sort(names)
	return names
}
