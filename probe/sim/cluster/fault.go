package cluster

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
)

// anyRPC asks for faults that cannot be limited to RPCs.
const anyRPC = ""

// Held is a fault that holds.
type Held struct {
	Fault Fault
	// RPCs that it is limited to, sorted; none: it is not limited.
	RPCs []string
}

// String is the fault and, where it is limited, its RPCs: slow (Version).
func (h Held) String() string {
	if len(h.RPCs) == 0 {
		return string(h.Fault)
	}
	return string(h.Fault) + " (" + strings.Join(h.RPCs, ", ") + ")"
}

// hold is what is known of a fault that holds.
type hold struct {
	rpcs  []string // that it is limited to; nil: it is not
	left  int      // downloads still to be hit once; 0: it holds until it is healed
	block [16]byte // the only one that is hit; zero: any
}

// faults are those that hold now. Safe for concurrent use.
type faults struct {
	mu      sync.Mutex
	active  map[Fault]*hold
	changed chan struct{} // closed and replaced at every change
}

func newFaults() *faults {
	return &faults{active: make(map[Fault]*hold), changed: make(chan struct{})}
}

// has reports whether f holds for an RPC.
func (s *faults) has(f Fault, rpc string) bool {
	holds, _ := s.watch(f, rpc)
	return holds
}

// watch reports whether f holds for an RPC, and a channel that closes when that
// may have changed.
func (s *faults) watch(f Fault, rpc string) (bool, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.active[f]
	return h != nil && (h.rpcs == nil || slices.Contains(h.rpcs, rpc)), s.changed
}

// gone waits until f does not hold for an RPC.
func (s *faults) gone(ctx context.Context, f Fault, rpc string) error {
	for {
		holds, changed := s.watch(f, rpc)
		if !holds {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// set makes f hold, for some RPCs or, without any, for all. What holds already
// is widened, never narrowed.
func (s *faults) set(kind Kind, rpcs []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	wider := &hold{left: kind.hits, block: kind.block}
	if old := s.active[kind.Fault]; len(rpcs) > 0 && (old == nil || old.rpcs != nil) {
		wider.rpcs = slices.Clone(rpcs)
		if old != nil {
			wider.rpcs = append(wider.rpcs, old.rpcs...)
		}
		slices.Sort(wider.rpcs)
		wider.rpcs = slices.Compact(wider.rpcs)
	}
	s.active[kind.Fault] = wider
	s.announce()
}

// hit reports whether f strikes the download of a block, and counts that.
func (s *faults) hit(f Fault, block []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.active[f]
	if h == nil || h.block != [16]byte{} && !bytes.Equal(h.block[:], block) {
		return false
	}
	if h.left > 0 {
		if h.left--; h.left == 0 {
			delete(s.active, f)
			s.announce()
		}
	}
	return true
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

// list describes the faults that hold, sorted by name.
func (s *faults) list() []Held {
	s.mu.Lock()
	defer s.mu.Unlock()
	held := make([]Held, 0, len(s.active))
	for f, h := range s.active {
		if h.left == 0 {
			held = append(held, Held{Fault: f, RPCs: h.rpcs})
		}
	}
	slices.SortFunc(held, func(a, b Held) int { return cmp.Compare(a.Fault, b.Fault) })
	return held
}
