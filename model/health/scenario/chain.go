package scenario

import "time"

// chain is the one chain that all clusters carry. Its position is a slot and
// the way to the next one.
type chain struct {
	speed  float64   // slots a second, when all is well
	pace   float64   // share of it now
	paces  []float64 // of all troubles in force
	base   float64   // the position at since
	since  time.Duration
	seed   uint64
	skip   float64 // share of slots that nobody produces
	gapLow uint64  // slots of the newest burst that nobody produced
	gapTop uint64
}

// firstSlot is where every scenario begins.
const firstSlot = 391_000_000

func newChain(speed, skip float64, seed uint64) *chain {
	return &chain{speed: speed, pace: 1, base: firstSlot, seed: seed, skip: skip}
}

// at is the position at a moment not before the last change.
func (c *chain) at(t time.Duration) float64 {
	return c.base + c.speed*c.pace*(t-c.since).Seconds()
}

// change sets the pace from now on.
func (c *chain) change(t time.Duration, pace float64) {
	c.base, c.since = c.at(t), t
	c.pace = pace
}

// burst leaves the next n slots out.
func (c *chain) burst(t time.Duration, n uint64) {
	c.gapLow = uint64(c.at(t)) + 1
	c.gapTop = c.gapLow + n
}

// newest is the newest slot at or below a position that was produced.
func (c *chain) newest(pos float64) uint64 {
	slot := uint64(pos)
	for {
		if slot >= c.gapLow && slot < c.gapTop {
			slot = c.gapLow - 1
		}
		if !c.skipped(slot) {
			return slot
		}
		slot--
	}
}

// skipped reports whether nobody produced a slot. A leader has four in a row,
// and as a rule misses all of them.
func (c *chain) skipped(slot uint64) bool {
	x := slot/4*0x9e3779b97f4a7c15 + c.seed
	x ^= x >> 31
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 29
	return float64(x>>11)/(1<<53) < c.skip
}
