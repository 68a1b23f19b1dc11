package consumer

import (
	"slices"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

// fact is what is known of a slot above the cursor.
type fact struct {
	parent    uint64
	hasParent bool
	confirmed bool // an event of level confirmed or above was seen
	consumed  bool
}

// tracker decides how far a cursor may move: to slot N once N is confirmed and
// consumed and so is its whole parent chain back to the old cursor. Dead,
// orphaned and skipped slots are in no such chain and never block it. Events
// may come in any order of slots.
type tracker struct {
	cursor  uint64
	initial uint64 // where the cursor stood when this process began
	known   bool   // false: at LATEST, and the first slot is not decided yet
	facts   map[uint64]fact

	fresh map[uint64]bool // while !known: slots whose first event came in this stream
	first *uint64         // lowest slot consumed above initial
}

// newTracker begins at a cursor, or, with nil, just before the first slot whose
// first event is still to come. facts are those kept from before.
func newTracker(cursor *uint64, facts map[uint64]fact) *tracker {
	t := &tracker{facts: map[uint64]fact{}, fresh: map[uint64]bool{}}
	for slot, f := range facts {
		t.facts[slot] = f
	}
	if cursor != nil {
		t.begin(*cursor)
	}
	return t
}

// begin sets the initial cursor.
func (t *tracker) begin(cursor uint64) {
	t.cursor, t.initial, t.known, t.fresh = cursor, cursor, true, nil
	for slot, f := range t.facts {
		if slot <= cursor {
			delete(t.facts, slot)
		} else if f.consumed {
			t.noteFirst(slot)
		}
	}
}

// saw takes in one event and reports whether it taught anything about a slot
// above the cursor.
func (t *tracker) saw(ev *pb.BlockchainEvent) bool {
	slot := ev.GetSlot()
	if t.known && slot <= t.cursor {
		return false
	}
	old := t.facts[slot]
	f := old
	if ev.ParentSlot != nil {
		f.parent, f.hasParent = ev.GetParentSlot(), true
	}
	level := ev.GetCommitmentLevel()
	if level >= pb.CommitmentLevel_CONFIRMED {
		f.confirmed = true
	}
	_, had := t.facts[slot]
	t.facts[slot] = f
	if !t.known {
		t.sawFresh(slot, level)
	}
	return !had || f != old
}

// sawFresh looks for the first slot of a stream that began at LATEST. Slot 11
// may come before slot 10, so the lowest one is taken only when one of them is
// confirmed, which is several slots later.
func (t *tracker) sawFresh(slot uint64, level pb.CommitmentLevel) {
	if level == pb.CommitmentLevel_PROCESSED {
		t.fresh[slot] = true
		return
	}
	if !t.fresh[slot] {
		return
	}
	lowest := slot
	for s := range t.fresh {
		lowest = min(lowest, s)
	}
	t.begin(lowest - 1)
}

// consume marks a slot as consumed.
func (t *tracker) consume(slot uint64) {
	if t.known && slot <= t.cursor {
		return
	}
	f := t.facts[slot]
	f.consumed = true
	t.facts[slot] = f
	if t.known {
		t.noteFirst(slot)
	}
}

func (t *tracker) noteFirst(slot uint64) {
	if t.first == nil || slot < *t.first {
		t.first = &slot
	}
}

// advance moves the cursor as far as it may go and reports whether it moved.
func (t *tracker) advance() bool {
	if !t.known {
		return false
	}
	slots := make([]uint64, 0, len(t.facts))
	for slot := range t.facts {
		slots = append(slots, slot)
	}
	slices.Sort(slots)
	linked := make(map[uint64]bool, len(slots)) // consumed, back to the cursor
	best := t.cursor
	for _, slot := range slots {
		f := t.facts[slot]
		if !f.consumed || !f.hasParent || (f.parent > t.cursor && !linked[f.parent]) {
			continue
		}
		linked[slot] = true
		if f.confirmed {
			best = slot
		}
	}
	if best == t.cursor {
		return false
	}
	t.cursor = best
	for _, slot := range slots {
		if slot <= best {
			delete(t.facts, slot)
		}
	}
	return true
}

// firstSlot is the lowest slot that this process consumed above its initial
// cursor, once the cursor has moved past it.
func (t *tracker) firstSlot() *uint64 {
	if !t.known || t.first == nil || t.cursor < *t.first {
		return nil
	}
	return t.first
}
