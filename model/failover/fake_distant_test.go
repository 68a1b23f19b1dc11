package failover

import (
	"context"
	"time"

	"github.com/fumtui/fumtui/model"
)

// distant is a world and a ledger that take their time.
type distant struct {
	World
	Ledger
	writes chan struct{} // the ledger writes one at a time
}

func newDistant(w World, l Ledger) *distant {
	return &distant{World: w, Ledger: l, writes: make(chan struct{}, 1)}
}

func (d *distant) Alive(h model.Holder) (bool, bool) { return d.World.(Liveness).Alive(h) }

func (d *distant) Cluster(name string) (Cluster, error) {
	c, err := d.World.Cluster(name)
	return distantCluster{c}, err
}

func (d *distant) Client(pipeline, cluster string) (Client, error) {
	c, err := d.World.Client(pipeline, cluster)
	return distantClient{c}, err
}

// disk takes the time of a write.
func (d *distant) disk() func() {
	d.writes <- struct{}{}
	time.Sleep(diskTime)
	return func() { <-d.writes }
}

func (d *distant) Begin(ctx context.Context, run model.Run, ttl time.Duration) (Lease, error) {
	defer d.disk()()
	return d.Ledger.Begin(ctx, run, ttl)
}

func (d *distant) Renew(ctx context.Context, l Lease, ttl time.Duration) (Lease, error) {
	defer d.disk()()
	return d.Ledger.Renew(ctx, l, ttl)
}

func (d *distant) Write(ctx context.Context, l Lease, b Batch) error {
	defer d.disk()()
	return d.Ledger.Write(ctx, l, b)
}

func (d *distant) Writable(ctx context.Context) error {
	defer d.disk()()
	return d.Ledger.Writable(ctx)
}

// there is the way to something and back.
func there(whole time.Duration) (back func()) {
	time.Sleep(whole / 2)
	return func() { time.Sleep(whole - whole/2) }
}

type distantCluster struct{ Cluster }

func (c distantCluster) Version(ctx context.Context) (string, error) {
	defer there(roundTrip)()
	return c.Cluster.Version(ctx)
}

func (c distantCluster) SlotRange(ctx context.Context) (model.SlotRange, error) {
	defer there(roundTrip)()
	return c.Cluster.SlotRange(ctx)
}

func (c distantCluster) Subscriber(ctx context.Context, name string) (model.Subscriber, error) {
	defer there(roundTrip)()
	return c.Cluster.Subscriber(ctx, name)
}

func (c distantCluster) CreateFromSlot(ctx context.Context, name string, from model.Slot) (string, error) {
	defer there(roundTrip)()
	return c.Cluster.CreateFromSlot(ctx, name, from)
}

func (c distantCluster) Delete(ctx context.Context, name string) (bool, error) {
	defer there(roundTrip)()
	return c.Cluster.Delete(ctx, name)
}

type distantClient struct{ Client }

func (c distantClient) Metrics(ctx context.Context) (model.ClientMetrics, error) {
	defer there(roundTrip)()
	return c.Client.Metrics(ctx)
}

func (c distantClient) Run(ctx context.Context, h Hook, env HookEnv) (HookResult, error) {
	defer there(hookTime)()
	return c.Client.Run(ctx, h, env)
}
