package model

import "fmt"

// Slot is a slot number of the chain. Slots mean the same on every cluster, so
// they are what survives a failover.
type Slot uint64

// Offset is a position in the event log of one cluster. It is not a slot, and
// offsets of two clusters must never be compared.
type Offset int64

// SlotRange is the retention window of a cluster: the slots it can still
// serve, both ends included.
type SlotRange struct {
	Min Slot `json:"min"`
	Max Slot `json:"max"`
}

// Contains reports whether s lies in the window.
func (r SlotRange) Contains(s Slot) bool { return r.Min <= s && s <= r.Max }

// String formats the window as "[min, max]".
func (r SlotRange) String() string { return fmt.Sprintf("[%d, %d]", r.Min, r.Max) }

// SlotsBetween is the number of slots from a up to b, and 0 where b is not
// above a. It never wraps around.
func SlotsBetween(a, b Slot) uint64 {
	if b <= a {
		return 0
	}
	return uint64(b - a)
}

// RepeatedSlots is about how many slots every restart or failover delivers
// again: the events behind the resume position still carry the confirmed and
// finalized levels of slots that were consumed before.
const RepeatedSlots = 32
