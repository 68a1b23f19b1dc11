package consumer

import (
	"testing"
	"time"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

func TestCommittableStopsBelowWhatIsNotDurable(t *testing.T) {
	h := newHandover()
	h.committable = 99
	h.reconnect()
	now := time.Time{}
	for i, slot := range []uint64{11, 10, 11} {
		h.add(&pb.BlockchainEvent{Offset: int64(100 + i), Slot: slot, NumShards: 2}, now)
	}
	if h.add(&pb.BlockchainEvent{Offset: 101, Slot: 10}, now) {
		t.Error("an event was taken in twice")
	}
	load := func(slot uint64, shards int) {
		for range shards {
			h.shard(slot, tally{})
		}
		h.recorded(slot)
		h.settle()
	}
	if w := h.next(); w.event.GetSlot() != 11 {
		t.Fatalf("slot %d is downloaded first, want 11", w.event.GetSlot())
	}
	h.next()
	if h.next() != nil {
		t.Fatal("a slot is downloaded twice")
	}
	if h.settle(); h.committable != 99 {
		t.Fatalf("committable %d before anything came", h.committable)
	}
	load(10, 2)
	if h.committable != 99 || h.held() != 1 {
		t.Fatalf("committable %d with %d held; slot 11 is still missing", h.committable, h.held())
	}
	load(11, 2)
	if h.committable != 102 {
		t.Fatalf("committable %d, want 102", h.committable)
	}
}

// After a reconnection unfinished slots are downloaded again, others are not.
func TestReconnectKeepsWhatIsDone(t *testing.T) {
	h := newHandover()
	now := time.Time{}
	events := []*pb.BlockchainEvent{{Offset: 1, Slot: 5, NumShards: 1}, {Offset: 2, Slot: 6, NumShards: 1}}
	for _, ev := range events {
		h.add(ev, now)
	}
	h.next()
	h.next()
	h.shard(6, tally{})
	h.recorded(6)
	h.settle()
	h.reconnect()
	for _, ev := range events {
		if !h.add(ev, now) {
			t.Fatalf("offset %d did not come again", ev.GetOffset())
		}
	}
	if w := h.next(); w == nil || w.event.GetSlot() != 5 || h.next() != nil {
		t.Fatal("want a download of slot 5 and no other")
	}
	h.shard(5, tally{})
	h.recorded(5)
	h.settle()
	if h.committable != 2 || h.unfinished != 0 {
		t.Fatalf("committable %d, %d unfinished; want 2 and 0", h.committable, h.unfinished)
	}
}
