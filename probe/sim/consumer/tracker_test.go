package consumer

import (
	"math/rand/v2"
	"testing"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
	"github.com/fumtui/fumtui/probe/sim/chain"
)

// at makes an event.
func at(slot, parent uint64, level pb.CommitmentLevel) *pb.BlockchainEvent {
	return &pb.BlockchainEvent{Slot: slot, ParentSlot: &parent, CommitmentLevel: level}
}

const (
	processed = pb.CommitmentLevel_PROCESSED
	confirmed = pb.CommitmentLevel_CONFIRMED
	finalized = pb.CommitmentLevel_FINALIZED
)

// step is an event, or the consumption of a slot, and the cursor after it.
type step struct {
	event   *pb.BlockchainEvent
	consume uint64
	want    uint64
}

func TestCursorRule(t *testing.T) {
	const start = 9
	tests := map[string][]step{
		"processed alone is not enough":  {{at(10, 9, processed), 0, 9}, {nil, 10, 9}},
		"confirmed alone is not enough":  {{at(10, 9, confirmed), 0, 9}},
		"consumed, then confirmed":       {{at(10, 9, processed), 0, 9}, {nil, 10, 9}, {at(10, 9, confirmed), 0, 10}},
		"confirmed, then consumed":       {{at(10, 9, confirmed), 0, 9}, {nil, 10, 10}},
		"finalized counts as confirmed":  {{nil, 10, 9}, {at(10, 9, finalized), 0, 10}},
		"a child before its parent":      {{at(11, 10, confirmed), 11, 9}, {at(10, 9, processed), 0, 9}, {nil, 10, 11}},
		"a parent that was never seen":   {{at(11, 10, confirmed), 11, 9}, {at(12, 11, confirmed), 12, 9}},
		"skipped slots":                  {{at(14, 9, confirmed), 14, 14}},
		"a dead slot":                    {{at(10, 9, processed), 0, 9}, {at(11, 9, confirmed), 11, 11}},
		"an orphaned slot, not consumed": {{at(10, 9, processed), 0, 9}, {at(11, 9, confirmed), 11, 11}, {nil, 10, 11}},
		"a parent below the cursor":      {{at(10, 5, confirmed), 10, 10}},
		"old slots":                      {{at(3, 2, finalized), 3, 9}, {at(10, 9, confirmed), 10, 10}},
		"unconfirmed ancestors":          {{at(10, 9, processed), 10, 9}, {at(11, 10, processed), 11, 9}, {at(12, 11, confirmed), 12, 12}},
	}
	for name, steps := range tests {
		t.Run(name, func(t *testing.T) {
			cursor := uint64(start)
			tr := newTracker(&cursor, nil)
			for i, s := range steps {
				if s.event != nil {
					tr.saw(s.event)
				}
				if s.consume != 0 {
					tr.consume(s.consume)
				}
				tr.advance()
				if tr.cursor != s.want {
					t.Fatalf("step %d: cursor %d, want %d", i, tr.cursor, s.want)
				}
			}
		})
	}
}

// A stream that began at LATEST may bring slot 11 before slot 10, and later
// levels of slots from before it.
func TestCursorBeginsBeforeTheFirstFreshSlot(t *testing.T) {
	tr := newTracker(nil, nil)
	for _, ev := range []*pb.BlockchainEvent{
		at(8, 7, confirmed), at(11, 10, processed), at(10, 9, processed), at(9, 8, confirmed), at(12, 11, processed),
	} {
		tr.saw(ev)
		tr.consume(ev.GetSlot())
		if tr.advance(); tr.known {
			t.Fatalf("decided by slot %d", ev.GetSlot())
		}
	}
	tr.saw(at(10, 9, confirmed))
	tr.advance()
	if !tr.known || tr.initial != 9 || tr.cursor != 10 {
		t.Fatalf("known %v, initial %d, cursor %d; want 9 and 10", tr.known, tr.initial, tr.cursor)
	}
	if first := tr.firstSlot(); first != nil && *first != 10 {
		t.Fatalf("first slot %d, want 10", *first)
	}
}

// What an earlier session learnt and consumed above the cursor counts.
func TestCursorGoesOnAfterARestart(t *testing.T) {
	cursor := uint64(9)
	tr := newTracker(&cursor, map[uint64]fact{
		9:  {parent: 8, hasParent: true, confirmed: true, consumed: true},
		10: {parent: 9, hasParent: true, consumed: true},
		11: {parent: 10, hasParent: true, confirmed: true},
	})
	if tr.advance() {
		t.Fatalf("moved to %d though slot 11 was not consumed", tr.cursor)
	}
	tr.consume(11)
	tr.advance()
	if tr.cursor != 11 {
		t.Fatalf("cursor %d, want 11", tr.cursor)
	}
	if first := tr.firstSlot(); first == nil || *first != 10 {
		t.Fatalf("first slot %v, want 10", first)
	}
}

// However events and deliveries come, the cursor never passes a canonical slot
// that was not consumed, never moves back, and ends at the last one.
func TestCursorOnAChainInAnyOrder(t *testing.T) {
	const from, to = 1_000_000, 1_000_300
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 1))
		ch := chain.New(seed)
		cursor := uint64(from - 1)
		tr, owed := newTracker(&cursor, nil), map[uint64]bool{}
		type act struct {
			key float64
			do  func()
		}
		var acts []act
		last := uint64(0)
		for slot := uint64(from); slot <= to; slot++ {
			b, ok := ch.At(model.Slot(slot))
			if !ok {
				continue
			}
			parent := uint64(b.Parent)
			add := func(delay float64, do func()) {
				acts = append(acts, act{float64(slot) + delay + 4*rng.Float64(), do})
			}
			add(0, func() { tr.saw(at(slot, parent, processed)) })
			if b.Kind != chain.Dead {
				add(0, func() { tr.consume(slot); delete(owed, slot) })
			}
			if b.Kind == chain.Canonical {
				owed[slot], last = true, slot
				add(2, func() { tr.saw(at(slot, parent, confirmed)) })
			}
		}
		for len(acts) > 0 {
			next := 0
			for i, a := range acts {
				if a.key < acts[next].key {
					next = i
				}
			}
			acts[next].do()
			acts = append(acts[:next], acts[next+1:]...)
			before := tr.cursor
			tr.advance()
			if tr.cursor < before {
				t.Fatalf("seed %d: the cursor moved back from %d to %d", seed, before, tr.cursor)
			}
			for slot := range owed {
				if slot <= tr.cursor {
					t.Fatalf("seed %d: cursor %d passed slot %d, which was not consumed", seed, tr.cursor, slot)
				}
			}
		}
		if tr.cursor != last {
			t.Fatalf("seed %d: cursor %d, want %d", seed, tr.cursor, last)
		}
	}
}
