package cluster

import (
	"hash/fnv"
	"slices"
	"sync"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/probe/sim/chain"
)

// When a block reaches a level, in slots after its own slot. Each is shifted
// further by less than one slot, which differs between clusters.
const (
	confirmedAfter = 2
	finalizedAfter = 32
)

// lateShare is the share of the slots, in percent, whose block is announced
// only after the next slot's.
const lateShare = 12

// Offsets begin at a number in this range, so that they are far from each
// other in two clusters and far from slots.
const (
	lowestBase = 1_000_000_000
	baseRange  = 8_000_000_000
)

// level is a commitment level, with the numbers that it has on the wire.
type level uint8

const (
	processed level = iota
	confirmed
	finalized
)

// event is one entry of the log. Its offset is where it stands.
type event struct {
	slot  model.Slot
	level level
	dead  bool
}

// timed is an event and the moment, in slots, at which it is published.
type timed struct {
	event
	at float64
}

// eventLog is the log of a cluster: a window of consecutive offsets that is
// extended at its end and forgets at its start. Safe for concurrent use.
type eventLog struct {
	chain     chain.Chain
	salt      uint64 // what makes this cluster's timing its own
	retention model.Slot

	mu      sync.Mutex
	events  []event
	first   model.Offset            // of events[0], or of the next event where there is none
	newest  model.Slot              // highest slot published
	pending []timed                 // generated, not yet published
	tick    model.Slot              // next slot to generate events for
	doomed  int                     // skipped slots still to be announced as dead
	died    map[model.Slot]struct{} // skipped slots that were
	changed chan struct{}
}

// newLog is the log as it stands at the slot start, its history filled.
func newLog(name string, c chain.Chain, start model.Slot, retention int) *eventLog {
	salt := nameHash(name) ^ c.Seed()*0x9e3779b97f4a7c15
	l := &eventLog{
		chain:     c,
		salt:      salt,
		retention: model.Slot(retention),
		events:    make([]event, 0, 4*retention),
		first:     model.Offset(lowestBase + noise(salt, 0)%baseRange),
		tick:      start - model.Slot(retention) - 2*finalizedAfter,
		died:      make(map[model.Slot]struct{}),
		changed:   make(chan struct{}),
	}
	l.advance(float64(start) + 0.5)
	return l
}

// advance publishes all events up to the moment now, in slots, and forgets what
// fell out of retention. It returns when there is something to publish next.
func (l *eventLog) advance(now float64) float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	published := l.bury()
	for {
		if len(l.pending) == 0 {
			if float64(l.tick) > now {
				break
			}
			l.pending = l.generate(l.tick, l.pending)
			l.tick++
			continue
		}
		if l.pending[0].at > now {
			break
		}
		l.publish(l.pending[0].event)
		l.pending = l.pending[1:]
		published = true
	}
	if published {
		close(l.changed)
		l.changed = make(chan struct{})
	}
	if len(l.pending) > 0 {
		return l.pending[0].at
	}
	return float64(l.tick)
}

// publish appends an event. The array behind the window moves on by itself:
// append copies only what is still in the window.
func (l *eventLog) publish(e event) {
	l.events = append(l.events, e)
	if e.slot <= l.newest {
		return
	}
	l.newest = e.slot
	for l.events[0].slot < l.oldest() {
		l.events = l.events[1:]
		l.first++
	}
}

// oldest is the lowest slot of the retention window. The lock is held.
func (l *eventLog) oldest() model.Slot {
	if l.newest < l.retention {
		return 0
	}
	return l.newest - l.retention + 1
}

// generate lists, in order, the events of the moments [tick, tick+1).
func (l *eventLog) generate(tick model.Slot, buffer []timed) []timed {
	events := buffer[:0]
	for _, slot := range []model.Slot{tick - 1, tick} {
		if at := float64(slot) + l.delay(slot); at >= float64(tick) && at < float64(tick+1) {
			if block, ok := l.chain.At(slot); ok {
				dead := block.Kind == chain.Dead
				events = append(events, timed{event{slot, processed, dead}, at})
			}
		}
	}
	events = l.rise(events, tick-confirmedAfter, confirmed, tick)
	events = l.rise(events, tick-finalizedAfter, finalized, tick)
	slices.SortFunc(events, func(a, b timed) int {
		switch {
		case a.at < b.at:
			return -1
		case a.at > b.at:
			return 1
		default:
			return 0
		}
	})
	return events
}

// rise adds the event of a slot that reaches a level within the given tick,
// which only canonical blocks do.
func (l *eventLog) rise(events []timed, slot model.Slot, to level, tick model.Slot) []timed {
	if block, ok := l.chain.At(slot); !ok || block.Kind != chain.Canonical {
		return events
	}
	shift := unit(noise(l.salt, uint64(slot)<<2|uint64(to))) * 0.95
	return append(events, timed{event{slot, to, false}, float64(tick) + shift})
}

// delay is how long, in slots, after its own time a slot's block is announced:
// most within half a slot, some after the following slot.
func (l *eventLog) delay(slot model.Slot) float64 {
	dice := noise(l.salt, uint64(slot)<<2|3)
	delay := unit(dice) * 0.5
	if dice%100 < lateShare {
		delay += 1.1
	}
	return delay
}

// tip is the newest offset.
func (l *eventLog) tip() model.Offset {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.first + model.Offset(len(l.events)) - 1
}

// start is the oldest offset.
func (l *eventLog) start() model.Offset {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.first
}

// slots is the retention window.
func (l *eventLog) slots() model.SlotRange {
	l.mu.Lock()
	defer l.mu.Unlock()
	return model.SlotRange{Min: l.oldest(), Max: l.newest}
}

// read copies at most limit events that follow an offset; the first of them has
// the offset returned.
func (l *eventLog) read(after model.Offset, limit int) ([]event, model.Offset) {
	l.mu.Lock()
	defer l.mu.Unlock()
	from := max(after+1, l.first)
	begin := min(int(from-l.first), len(l.events))
	end := min(begin+limit, len(l.events))
	return slices.Clone(l.events[begin:end]), from
}

// available is how many events follow an offset, at most limit. The channel
// closes when there are more.
func (l *eventLog) available(after model.Offset, limit int) (int, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := l.first + model.Offset(len(l.events))
	n := next - max(after+1, l.first)
	return int(min(max(n, 0), model.Offset(limit))), l.changed
}

// before is the offset just below the first event of slot or a later one, and
// false where the slot is outside what can be served. The slot after the newest
// can: its events are yet to come.
func (l *eventLog) before(slot model.Slot) (model.Offset, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if slot < l.oldest() || slot > l.newest+1 {
		return 0, false
	}
	for i, e := range l.events {
		if e.slot >= slot {
			return l.first + model.Offset(i) - 1, true
		}
	}
	return l.first + model.Offset(len(l.events)) - 1, true
}

// nameHash turns a name into a number.
func nameHash(name string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return h.Sum64()
}

// noise is a number that looks random and depends on salt and n alone.
func noise(salt, n uint64) uint64 {
	x := salt + n*0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// unit maps a random number to [0, 1).
func unit(n uint64) float64 { return float64(n>>11) / (1 << 53) }
