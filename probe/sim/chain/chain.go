package chain

import (
	"iter"

	"github.com/fumtui/fumtui/model"
)

// MaxSkips is the largest number of consecutive slots without a canonical
// block, be they skipped, dead or orphaned.
const MaxSkips = 8

// anchorEvery is the distance of the slots that always hold a canonical block.
// They bound every run of missing slots, and with it every look back.
const anchorEvery = MaxSkips + 1

// leaderWindow is the number of consecutive slots that one leader owns; a
// leader that is offline skips them all.
const leaderWindow = 4

// Shares of the slots, in parts of 10,000, before the anchors are taken out.
const (
	parts           = 10_000
	offlineLeaders  = 330
	singleSkips     = 240
	deadBlocks      = 58
	orphanedBlocks  = 58
	windowSalt      = 0x9d17_0c5b
	slotSalt        = 0x51ab_73e1
	fateSalt        = 0x2f6e_b81d
	identitySalt    = 0x7b1c_d2a9
	hashSalt        = 0x3e04_96f7
	contentSalt     = 0x68c3_1e55
	blockchainSalt  = 0x1d93_aa07
	uidPaddingSalt  = 0x4c72_e3bb
	uidPositionSalt = 0x05d8_f16b
)

// Kind says what became of a block.
type Kind uint8

// The kinds of blocks.
const (
	// Canonical blocks are processed, confirmed and finalized.
	Canonical Kind = iota
	// Orphaned blocks are processed; the chain then goes on without them.
	Orphaned
	// Dead blocks failed while they were replayed. They are announced once, as
	// processed with an error, and hold nothing.
	Dead
)

// String is the kind in words.
func (k Kind) String() string {
	switch k {
	case Canonical:
		return "canonical"
	case Orphaned:
		return "orphaned"
	case Dead:
		return "dead"
	default:
		return "unknown"
	}
}

// Block is a block's place in the chain.
type Block struct {
	Slot model.Slot
	// Parent is the canonical slot before Slot. Slot 0 is its own parent.
	Parent model.Slot
	// UID is the name, a UUID, by which the block is downloaded.
	UID  [16]byte
	Kind Kind
}

// Chain is one simulated chain. The zero value is the chain of seed 0. It is
// immutable and safe for concurrent use.
type Chain struct{ seed uint64 }

// New is the chain of a seed.
func New(seed uint64) Chain { return Chain{seed: seed} }

// Seed is the number that the chain grows from.
func (c Chain) Seed() uint64 { return c.seed }

// ID is the blockchain id, a UUID, that clusters serve the chain under.
func (c Chain) ID() [16]byte {
	return asUUID(c.mix(blockchainSalt, 0), c.mix(blockchainSalt, 1))
}

// At is the block of a slot, and false where the slot was skipped.
func (c Chain) At(slot model.Slot) (Block, bool) {
	kind, ok := c.fate(slot)
	if !ok {
		return Block{}, false
	}
	return Block{Slot: slot, Parent: c.parent(slot), UID: c.uid(slot), Kind: kind}, true
}

// Died is the block that a skipped slot would have had, as one that died, and
// false where the slot has a block.
func (c Chain) Died(slot model.Slot) (Block, bool) {
	if _, ok := c.fate(slot); ok {
		return Block{}, false
	}
	return Block{Slot: slot, Parent: c.parent(slot), UID: c.uid(slot), Kind: Dead}, true
}

// Finalized yields the canonical slots of [from, to] in rising order: the
// blocks that a consumer is owed.
func (c Chain) Finalized(from, to model.Slot) iter.Seq[model.Slot] {
	return func(yield func(model.Slot) bool) {
		for slot := from; slot <= to; slot++ {
			if c.canonical(slot) && !yield(slot) {
				return
			}
			if slot == to { // to may be the largest slot there is
				return
			}
		}
	}
}

// fate decides what became of a slot, and false where it was skipped.
func (c Chain) fate(slot model.Slot) (Kind, bool) {
	if slot%anchorEvery == 0 {
		return Canonical, true
	}
	if c.mix(windowSalt, uint64(slot/leaderWindow))%parts < offlineLeaders {
		return 0, false
	}
	if c.mix(slotSalt, uint64(slot))%parts < singleSkips {
		return 0, false
	}
	switch n := c.mix(fateSalt, uint64(slot)) % parts; {
	case n < deadBlocks:
		return Dead, true
	case n < deadBlocks+orphanedBlocks:
		return Orphaned, true
	default:
		return Canonical, true
	}
}

// canonical reports whether the slot holds a block that stays.
func (c Chain) canonical(slot model.Slot) bool {
	kind, ok := c.fate(slot)
	return ok && kind == Canonical
}

// parent is the last canonical slot before slot.
func (c Chain) parent(slot model.Slot) model.Slot {
	if slot == 0 {
		return 0
	}
	for slot--; !c.canonical(slot); slot-- { // an anchor ends this after MaxSkips
	}
	return slot
}

// mix hashes a number under the seed and a salt (the finalizer of splitmix64).
func (c Chain) mix(salt, n uint64) uint64 {
	x := c.seed ^ salt*0x9e3779b97f4a7c15
	x = scramble(x) + n*0x9e3779b97f4a7c15
	return scramble(x)
}

// scramble spreads every bit of x over the whole result.
func scramble(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
