package failover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// fleet is many universes side by side, one for each pipeline p0, p1, …, under
// one world and one ledger.
type fleet struct {
	t    *testing.T
	all  []*universe
	ids  atomic.Int64
	pids int
}

func newFleet(t *testing.T, n int) *fleet {
	f := &fleet{t: t}
	for i := range n {
		u := newUniverse(t)
		u.pipes.Name = fmt.Sprintf("p%d", i)
		u.pipes.Subscriber = u.pipes.Name + "-prod"
		f.all = append(f.all, u)
	}
	for _, u := range f.all {
		u.zero = f.all[0].zero // one chain
	}
	return f
}

// of is the universe of a pipeline, or of its subscriber.
func (f *fleet) of(name string) *universe {
	for _, u := range f.all {
		if u.pipes.Name == name || u.pipes.Subscriber == name {
			return u
		}
	}
	f.t.Errorf("there is no pipeline %s", name)
	return f.all[0]
}

// engine makes an engine of a new process that knows all pipelines.
func (f *fleet) engine() *Engine {
	f.pids++
	p := &fleetProcess{fleet: f, pid: f.pids}
	var pipelines []model.Pipeline
	for _, u := range f.all {
		u.pids = f.pids
		pipelines = append(pipelines, u.pipes)
	}
	return New(p, p, testSettings(), pipelines)
}

// sound checks what must hold of every pipeline.
func (f *fleet) sound() {
	f.t.Helper()
	for _, u := range f.all {
		u.sound(f.t)
	}
}

// fleetProcess is one process, in all universes at once.
type fleetProcess struct {
	*fleet
	pid int
}

func (p *fleetProcess) in(u *universe) *process { return &process{u: u, pid: p.pid} }
func (p *fleetProcess) at(name string) *process { return p.in(p.of(name)) }
func (p *fleetProcess) any() *process           { return p.in(p.all[0]) }
func (p *fleetProcess) Now() time.Time          { return time.Now() }
func (p *fleetProcess) Holder() model.Holder    { return p.any().Holder() }
func (p *fleetProcess) NewID() string           { return fmt.Sprintf("run-%03d", p.ids.Add(1)) }

func (p *fleetProcess) Sleep(ctx context.Context, d time.Duration) error {
	return p.any().Sleep(ctx, d)
}
func (p *fleetProcess) Health(name string) model.ClusterState { return p.any().Health(name) }
func (p *fleetProcess) Alive(h model.Holder) (bool, bool)     { return p.any().Alive(h) }
func (p *fleetProcess) Writable(ctx context.Context) error    { return p.any().Writable(ctx) }

func (p *fleetProcess) Client(pipeline, cluster string) (Client, error) {
	return p.at(pipeline).Client(pipeline, cluster)
}

func (p *fleetProcess) Cluster(name string) (Cluster, error) { return &fleetCluster{p, name}, nil }

func (p *fleetProcess) Begin(ctx context.Context, run model.Run, ttl time.Duration) (Lease, error) {
	return p.at(run.Pipeline).Begin(ctx, run, ttl)
}

func (p *fleetProcess) TakeOver(ctx context.Context, id string, seen Lease, h model.Holder, ttl time.Duration) (Lease, error) {
	for _, u := range p.all {
		if u.hasUnended(id) {
			return p.in(u).TakeOver(ctx, id, seen, h, ttl)
		}
	}
	return Lease{}, ErrNotFound
}

func (p *fleetProcess) Renew(ctx context.Context, l Lease, ttl time.Duration) (Lease, error) {
	return p.at(l.Pipeline).Renew(ctx, l, ttl)
}

func (p *fleetProcess) Write(ctx context.Context, l Lease, b Batch) error {
	return p.at(l.Pipeline).Write(ctx, l, b)
}

func (p *fleetProcess) LeaseOf(ctx context.Context, pipeline string) (*Lease, error) {
	return p.at(pipeline).LeaseOf(ctx, pipeline)
}

func (p *fleetProcess) Run(ctx context.Context, id string) (model.Run, error) {
	for _, u := range p.all {
		if run, err := p.in(u).Run(ctx, id); !errors.Is(err, ErrNotFound) {
			return run, err
		}
	}
	return model.Run{}, ErrNotFound
}

func (p *fleetProcess) Runs(ctx context.Context, pipeline string, unended bool, limit int) ([]model.Run, error) {
	if pipeline != "" {
		return p.at(pipeline).Runs(ctx, pipeline, unended, limit)
	}
	var all []model.Run
	for _, u := range p.all {
		runs, err := p.in(u).Runs(ctx, u.pipes.Name, unended, 0)
		if err != nil {
			return nil, err
		}
		all = append(all, runs...)
	}
	slices.SortStableFunc(all, func(a, b model.Run) int { return b.StartedAt.Compare(a.StartedAt) })
	return all, nil
}

func (p *fleetProcess) Cursor(ctx context.Context, pipeline, cluster string) (*model.Cursor, error) {
	return p.at(pipeline).Cursor(ctx, pipeline, cluster)
}

func (p *fleetProcess) RecordCursor(ctx context.Context, c model.Cursor) (model.Cursor, error) {
	return p.at(c.Pipeline).RecordCursor(ctx, c)
}

func (p *fleetProcess) Active(ctx context.Context, pipeline string) (string, error) {
	return p.at(pipeline).Active(ctx, pipeline)
}

func (p *fleetProcess) Home(ctx context.Context, pipeline, configured string) (string, error) {
	return p.at(pipeline).Home(ctx, pipeline, configured)
}

func (p *fleetProcess) SetHome(ctx context.Context, pipeline, configured, home string, e AuditEntry) error {
	return p.at(pipeline).SetHome(ctx, pipeline, configured, home, e)
}

// fleetCluster is one cluster that serves the subscribers of all pipelines.
type fleetCluster struct {
	p    *fleetProcess
	name string
}

func (c *fleetCluster) of(subscriber string) *clusterPort {
	u := c.p.of(subscriber)
	return &clusterPort{p: c.p.in(u), c: u.clusters[c.name]}
}

func (c *fleetCluster) any() *clusterPort { return c.of(c.p.all[0].pipes.Subscriber) }

func (c *fleetCluster) Version(ctx context.Context) (string, error) { return c.any().Version(ctx) }

func (c *fleetCluster) SlotRange(ctx context.Context) (model.SlotRange, error) {
	return c.any().SlotRange(ctx)
}

func (c *fleetCluster) Subscriber(ctx context.Context, name string) (model.Subscriber, error) {
	return c.of(name).Subscriber(ctx, name)
}

func (c *fleetCluster) CreateFromSlot(ctx context.Context, name string, from model.Slot) (string, error) {
	return c.of(name).CreateFromSlot(ctx, name, from)
}

func (c *fleetCluster) Delete(ctx context.Context, name string) (bool, error) {
	return c.of(name).Delete(ctx, name)
}
