package cluster

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/probe/sim/chain"
)

// Cluster is one simulated cluster. Its methods are safe for concurrent use.
type Cluster struct {
	opts   Options
	log    *eventLog
	port   *port
	faults *faults
	groups *groups
	calls  *calls
	work   sync.WaitGroup // goroutines that belong to calls

	diceMu sync.Mutex
	dice   *rand.Rand // decides which calls fail or come later than others
}

// New makes a cluster, fills its log and takes its address, so that
// [Cluster.Addr] is known. It serves once [Cluster.Serve] is called, which also
// gives the address back; a cluster that is never served needs [Cluster.Close].
func New(options Options) (*Cluster, error) {
	o, err := options.complete()
	if err != nil {
		return nil, err
	}
	f := newFaults()
	p, err := openPort(o.Address, f)
	if err != nil {
		return nil, fmt.Errorf("simulated cluster %s: %w", o.Name, err)
	}
	return &Cluster{
		opts:   o,
		log:    newLog(o.Name, o.Chain, o.StartSlot, o.Retention),
		port:   p,
		faults: f,
		groups: newGroups(),
		calls:  newCalls(),
		dice:   rand.New(rand.NewPCG(o.Chain.Seed(), nameHash(o.Name))),
	}, nil
}

// Close gives the address of a cluster back that is not served.
func (c *Cluster) Close() error { return c.port.Close() }

// Name of the cluster.
func (c *Cluster) Name() string { return c.opts.Name }

// Addr is where the cluster listens, as host:port. It stays the same through
// all faults.
func (c *Cluster) Addr() string { return c.port.address }

// Tip is the newest offset that was published.
func (c *Cluster) Tip() model.Offset { return c.log.tip() }

// SlotRange is the retention window, up to the newest slot that was published.
func (c *Cluster) SlotRange() model.SlotRange { return c.log.slots() }

// Subscriber is the state of a persistent subscriber.
type Subscriber struct {
	ID        string
	Name      string
	Committed model.Offset
	Stale     bool
	// Sessions is the number of live control streams.
	Sessions int
}

// Subscribers lists the subscribers of all tenants, sorted by name.
func (c *Cluster) Subscribers() []Subscriber { return c.groups.all() }

// SetFault breaks the cluster, for all RPCs or for those named. A fault that
// already holds stays, and holds for these RPCs as well.
func (c *Cluster) SetFault(f Fault, rpcs ...string) error {
	kind, err := scoped(f, rpcs)
	if err != nil {
		return err
	}
	if f == FaultFailBlock {
		kind.block = c.nextBlock()
	}
	if !kind.Once || kind.hits > 0 {
		c.faults.set(kind, rpcs)
	}
	switch f {
	case FaultDown:
		return c.port.shut()
	case FaultCutConnections:
		c.port.cut()
	case FaultRejectToken:
		c.calls.end(errToken)
	case FaultUnavailable:
		c.calls.end(errUnavailable, rpcs...)
	case FaultRestartControl:
		c.calls.end(errRestart, controlRPCs()...)
	case FaultEndControl:
		c.calls.end(errCleanEnd, controlRPCs()...)
	case FaultDeadSlots:
		c.log.burst(deadSlots)
	case FaultLoseSubscriber:
		c.groups.loseAll()
	case FaultStaleSubscriber:
		c.groups.staleAll()
	}
	return nil
}

// nextBlock is the next block of those that stay. All who follow the chain will
// ask for it.
func (c *Cluster) nextBlock() [16]byte {
	for slot := c.log.slots().Max + 1; ; slot++ {
		if block, ok := c.opts.Chain.At(slot); ok && block.Kind == chain.Canonical {
			return block.UID
		}
	}
}

// deadSlots is how many slots die at once under [FaultDeadSlots].
const deadSlots = 16

// Heal ends all faults and listens again where it listened before. An error
// says that the address was lost to somebody else.
func (c *Cluster) Heal() error {
	c.faults.clear()
	if err := c.port.open(); err != nil {
		c.faults.set(Kind{Fault: FaultDown}, nil)
		return fmt.Errorf("heal simulated cluster %s: %w", c.opts.Name, err)
	}
	return nil
}

// Faults lists the faults that hold now, sorted: none of those that happen once.
func (c *Cluster) Faults() []Held { return c.faults.list() }

// headSlot is where the chain stands at a time, in slots.
func (c *Cluster) headSlot(at time.Time) float64 {
	return float64(c.opts.StartSlot) + at.Sub(c.opts.Start).Seconds()*c.opts.Rate
}

// minPause keeps a fast chain from waking the cluster for every single event.
const minPause = 10 * time.Millisecond

// ingest publishes the chain as it grows, until the context ends.
func (c *Cluster) ingest(ctx context.Context) {
	for ctx.Err() == nil {
		if c.faults.gone(ctx, FaultFreeze, anyRPC) != nil {
			return
		}
		_, changed := c.faults.watch(FaultFreeze, anyRPC)
		head := c.headSlot(c.opts.Clock.Now())
		next := c.log.advance(head)
		c.groups.expire(c.log.start())
		pause := time.Duration((next - head) / c.opts.Rate * float64(time.Second))
		select {
		case <-c.opts.Clock.After(max(pause, minPause)):
		case <-changed:
		case <-ctx.Done():
		}
	}
}
