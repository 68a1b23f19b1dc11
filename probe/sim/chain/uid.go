package chain

import (
	"encoding/binary"

	"github.com/fumtui/fumtui/model"
)

// A block's UID carries its slot in its last 56 bits, mixed by a multiplication
// that can be undone, so that a block is found by its UID without an index.
const (
	slotBits    = 56
	slotMask    = 1<<slotBits - 1
	uidFactor   = 0x9f_b21c_651e_98df // odd, so it has an inverse modulo 2^56
	uuidVersion = 8                   // "custom" in RFC 9562
)

// ByUID finds the block of a UID, and false where no block has it.
func (c Chain) ByUID(uid []byte) (Block, bool) { return byUID(c, uid, c.At) }

// DiedByUID finds, among those of [Chain.Died], the block of a UID.
func (c Chain) DiedByUID(uid []byte) (Block, bool) { return byUID(c, uid, c.Died) }

// byUID finds the block of a UID among those that at gives.
func byUID(c Chain, uid []byte, at func(model.Slot) (Block, bool)) (Block, bool) {
	if len(uid) != 16 {
		return Block{}, false
	}
	mixed := binary.BigEndian.Uint64(uid[8:]) & slotMask
	slot := model.Slot((mixed - c.mix(uidPositionSalt, 0)) * inverse(uidFactor) & slotMask)
	block, ok := at(slot)
	if !ok || block.UID != [16]byte(uid) {
		return Block{}, false
	}
	return block, true
}

// uid is the name of the block at a slot below 2^56.
func (c Chain) uid(slot model.Slot) [16]byte {
	mixed := (uint64(slot)*uidFactor + c.mix(uidPositionSalt, 0)) & slotMask
	return asUUID(c.mix(identitySalt, uint64(slot)), mixed|c.mix(uidPaddingSalt, uint64(slot))<<slotBits)
}

// asUUID lays two numbers out as a UUID, in which six bits are fixed.
func asUUID(high, low uint64) [16]byte {
	var id [16]byte
	binary.BigEndian.PutUint64(id[:8], high)
	binary.BigEndian.PutUint64(id[8:], low)
	id[6] = id[6]&0x0f | uuidVersion<<4
	id[8] = id[8]&0x3f | 0x80
	return id
}

// inverse is the number that undoes a multiplication by the odd x modulo 2^64.
func inverse(x uint64) uint64 {
	y := x // right in the lowest 3 bits; every round doubles their number
	for range 5 {
		y *= 2 - x*y
	}
	return y
}
