package scenario

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// call is a call to a cluster, or the flow of data to a client.
type call int

const (
	callVersion call = iota
	callTip
	callSlotRange
	callSubscribers
	callData
	numCalls
)

// callSet is a set of calls; none means all.
type callSet [numCalls]bool

func callsOf(names []string) (set callSet) {
	for i := range set {
		set[i] = len(names) == 0
	}
	for _, name := range names {
		set[callNames[name]] = true
	}
	return set
}

// fault makes calls fail or take longer.
type fault struct {
	class    model.ErrorClass // "": they only take longer
	calls    callSet
	share    float64
	takes    time.Duration // until it fails, or how much longer it takes
	spread   time.Duration
	seenBy   string
	withheld bool // data does not come, and its calls do not fail
}

// seen reports whether the fault is there for a viewer: onlyConsole, or the
// name of a pipeline.
func (f *fault) seen(viewer string) bool {
	switch f.seenBy {
	case everyone, "":
		return true
	case onlyClients:
		return viewer != onlyConsole
	}
	return f.seenBy == viewer
}

// cluster is one simulated cluster.
type cluster struct {
	cfg    Cluster
	chain  *chain
	events float64 // of its log for each slot
	first  int64   // offset of slot 0 in its log: no two logs begin alike

	pos   float64 // how far it has taken in the chain
	since time.Duration
	pace  float64   // share of the chain's pace; 1: all, and it makes up for what it missed
	paces []float64 // of all troubles in force

	window uint64
	faults []*fault
	subs   []model.Subscriber // by the order in which they came
}

// catchUp is how many times the chain's speed a cluster takes in what it missed.
const catchUp = 20

// at is how far the cluster has taken in the chain at a moment not before the
// last change.
func (c *cluster) at(t time.Duration) float64 {
	head := c.chain.at(t) - float64(c.cfg.Trails)
	rate := c.chain.speed * c.pace
	if c.pace >= 1 {
		rate = c.chain.speed * catchUp
	}
	return max(min(head, c.pos+rate*(t-c.since).Seconds()), c.pos)
}

// settle takes down where the cluster stands, before something changes.
func (c *cluster) settle(t time.Duration) { c.pos, c.since = c.at(t), t }

// newest is its newest slot.
func (c *cluster) newest(t time.Duration) uint64 { return c.chain.newest(c.at(t)) }

// offset is the last offset of a slot's events in its log.
func (c *cluster) offset(pos float64) model.Offset {
	return model.Offset(c.first + int64(c.events*(pos-firstSlot)))
}

// slots is its retention window.
func (c *cluster) slots(t time.Duration) model.SlotRange {
	top := c.newest(t)
	return model.SlotRange{Min: model.Slot(top - c.window), Max: model.Slot(top)}
}

// setSubscriber changes how a subscriber stands. The list may have been handed
// out, so it is made anew.
func (c *cluster) setSubscriber(name string, state model.SubscriberState) {
	subs := make([]model.Subscriber, 0, len(c.subs)+1)
	for _, s := range c.subs {
		if s.Name != name {
			subs = append(subs, s)
		}
	}
	if state == model.SubscriberPresent || state == model.SubscriberStale {
		subs = append(subs, model.Subscriber{ID: c.cfg.Name + "-" + name, Name: name, Stale: state == model.SubscriberStale})
	}
	c.subs = subs
}

// subscriber is how a subscriber stands.
func (c *cluster) subscriber(name string) model.SubscriberState {
	for _, s := range c.subs {
		if s.Name == name {
			if s.Stale {
				return model.SubscriberStale
			}
			return model.SubscriberPresent
		}
	}
	return model.SubscriberAbsent
}

// remove takes a fault away again.
func (c *cluster) remove(f *fault) {
	for i, have := range c.faults {
		if have == f {
			c.faults = append(c.faults[:i:i], c.faults[i+1:]...)
			return
		}
	}
}

// data reports how the flow of data to a viewer is: it comes, or fails with a
// class, or silently does not come.
func (c *cluster) data(viewer string, what call) (class model.ErrorClass, withheld bool) {
	for _, f := range c.faults {
		if !f.calls[what] || !f.seen(viewer) || f.share < 1 {
			continue
		}
		if f.withheld {
			withheld = true
		} else if f.class != "" {
			return f.class, false
		}
	}
	return "", withheld
}
