package consumer

import (
	"time"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

// keepSlots is how many slots below the cursor stay known as seen, so that
// their later events do not download them again.
const keepSlots = 512

// stage is how far a slot has come in this process.
type stage uint8

const (
	waiting   stage = iota // for its download
	loading                // downloads are under way
	delivered              // all shards came; not durable yet
	durable                // recorded, or nothing to record
)

// work is one slot that was seen by this process.
type work struct {
	event *pb.BlockchainEvent // the one that scheduled it
	stage stage
	dead  bool
	left  int // shards to come
	sum   tally
	since time.Time // scheduled
}

// handed is one event that was received and not yet covered by a commit.
type handed struct {
	offset int64
	slot   uint64
}

// handover keeps the order of events: which slots still need their data, and
// below which offset everything was handed over.
type handover struct {
	events      []handed // in ascending offsets
	received    int64    // highest offset received on this connection
	committable int64    // everything up to here was handed over
	maxSlot     uint64
	slots       map[uint64]*work
	queue       []uint64 // slots in stage waiting, in the order they came
	unfinished  int      // slots in stage waiting or loading
}

func newHandover() *handover { return &handover{slots: map[uint64]*work{}} }

// reconnect prepares for a new connection: the events above the committable
// offset come again, and unfinished downloads start again.
func (h *handover) reconnect() {
	h.events, h.received, h.queue, h.unfinished = nil, h.committable, nil, 0
	for slot, w := range h.slots {
		if w.stage == waiting || w.stage == loading {
			delete(h.slots, slot) // its event was not committed: it comes again
		}
	}
}

// add takes in one event, and reports false for one that came before.
func (h *handover) add(ev *pb.BlockchainEvent, now time.Time) bool {
	if ev.GetOffset() <= h.received {
		return false
	}
	h.received = ev.GetOffset()
	h.maxSlot = max(h.maxSlot, ev.GetSlot())
	h.events = append(h.events, handed{ev.GetOffset(), ev.GetSlot()})
	w, seen := h.slots[ev.GetSlot()]
	if !seen {
		w = &work{event: ev, since: now, left: int(max(1, ev.GetNumShards()))}
		h.slots[ev.GetSlot()] = w
		h.queue = append(h.queue, ev.GetSlot())
		h.unfinished++
	}
	if ev.DeadError != nil {
		w.dead = true
	}
	return true
}

// next takes the next slot that needs its data, nil without one.
func (h *handover) next() *work {
	if len(h.queue) == 0 {
		return nil
	}
	w := h.slots[h.queue[0]]
	h.queue = h.queue[1:]
	w.stage = loading
	return w
}

// shard takes in one finished shard and reports whether the slot is complete.
func (h *handover) shard(slot uint64, t tally) (*work, bool) {
	w := h.slots[slot]
	if w == nil || w.stage != loading {
		return nil, false
	}
	w.sum.merge(t)
	w.left--
	if w.left > 0 {
		return w, false
	}
	h.unfinished--
	w.stage = delivered
	return w, true
}

// recorded marks a slot as durable.
func (h *handover) recorded(slot uint64) {
	if w := h.slots[slot]; w != nil {
		w.stage = durable
	}
}

// settle moves the committable offset over all events whose slot is durable,
// and gives their number. Call it only when everything learnt from events is
// durable too.
func (h *handover) settle() int {
	n := 0
	for _, e := range h.events {
		if w := h.slots[e.slot]; w != nil && w.stage != durable {
			break
		}
		h.committable = e.offset
		n++
	}
	h.events = h.events[n:]
	return n
}

// held is the number of received events that wait for an earlier one.
func (h *handover) held() int {
	n, blocked := 0, false
	for _, e := range h.events {
		w := h.slots[e.slot]
		if done := w == nil || w.stage == durable; !done {
			blocked = true
		} else if blocked {
			n++
		}
	}
	return n
}

// prune forgets slots far below the cursor.
func (h *handover) prune(cursor uint64) {
	for slot, w := range h.slots {
		if slot+keepSlots < cursor && w.stage == durable {
			delete(h.slots, slot)
		}
	}
}
