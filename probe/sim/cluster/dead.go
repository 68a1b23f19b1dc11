package cluster

import (
	"maps"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/probe/sim/chain"
)

// burst has so many slots that were skipped announced as dead, with the next
// events.
func (l *eventLog) burst(slots int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.doomed += slots
}

// bury announces the slots of a burst, the newest of those that no block came
// for, and reports whether there was one. The lock is held.
func (l *eventLog) bury() bool {
	if l.doomed == 0 || l.newest == 0 {
		return false
	}
	oldest := l.oldest()
	maps.DeleteFunc(l.died, func(slot model.Slot, _ struct{}) bool { return slot < oldest })
	found := false
	for slot := l.newest; slot > oldest && l.doomed > 0; slot-- {
		_, blockless := l.chain.Died(slot)
		if _, dead := l.died[slot]; !blockless || dead {
			continue
		}
		l.died[slot] = struct{}{}
		l.publish(event{slot, processed, true})
		l.doomed--
		found = true
	}
	l.doomed = 0
	return found
}

// dead reports whether a skipped slot was announced as dead.
func (l *eventLog) dead(slot model.Slot) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, dead := l.died[slot]
	return dead
}

// blockOf is the block that an event speaks of.
func (c *Cluster) blockOf(e event) chain.Block {
	if block, ok := c.opts.Chain.At(e.slot); ok {
		return block
	}
	block, _ := c.opts.Chain.Died(e.slot) // only blocks have events
	return block
}

// blockByUID finds a block that this cluster announced, or would.
func (c *Cluster) blockByUID(uid []byte) (chain.Block, bool) {
	if block, ok := c.opts.Chain.ByUID(uid); ok {
		return block, true
	}
	block, ok := c.opts.Chain.DiedByUID(uid)
	return block, ok && c.log.dead(block.Slot)
}
