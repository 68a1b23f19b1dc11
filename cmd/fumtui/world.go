package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/probe"
	"github.com/fumtui/fumtui/probe/cursor"
	"github.com/fumtui/fumtui/probe/hook"
	"github.com/fumtui/fumtui/probe/host"
)

// seat is the place of a pipeline's client at a cluster.
type seat struct{ pipeline, cluster string }

// world gives the engine the real clusters, clients and time.
type world struct {
	clusters map[string]*probe.Canary // each knows its cluster, and whether its data may be proved
	clients  map[seat]*probe.Control
	cursors  map[seat]cursor.Source // of pipelines whose cursor is not in the database
	hooks    *hook.Supervisor       // nil: hooks end with this process
	health   func(cluster string) model.ClusterState
	pipeline func(name string) model.PipelineState
	holder   model.Holder
}

var (
	_ failover.World        = (*world)(nil)
	_ failover.Liveness     = (*world)(nil)
	_ failover.CursorReader = (*world)(nil)
	_ failover.HookWaiter   = (*world)(nil)

	_ failover.PipelineViewer = (*world)(nil)
)

// Cluster implements failover.World.
func (w *world) Cluster(name string) (failover.Cluster, error) {
	c, ok := w.clusters[name]
	if !ok {
		return nil, fmt.Errorf("cluster %s is not in the configuration", name)
	}
	return c.Port(), nil
}

// Client implements failover.World.
func (w *world) Client(pipeline, cluster string) (failover.Client, error) {
	c, ok := w.clients[seat{pipeline, cluster}]
	if !ok {
		return nil, fmt.Errorf("pipeline %s has no client at %s in the configuration", pipeline, cluster)
	}
	return c, nil
}

// Health implements failover.World.
func (w *world) Health(cluster string) model.ClusterState { return w.health(cluster) }

// Pipeline implements failover.PipelineViewer.
func (w *world) Pipeline(name string) model.PipelineState { return w.pipeline(name) }

// Now implements failover.World.
func (w *world) Now() time.Time { return time.Now() }

// Sleep implements failover.World.
func (w *world) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// NewID implements failover.World: the moment, so that a person can tell runs
// apart, and some chance, so that two consoles can.
func (w *world) NewID() string {
	chance := make([]byte, 3)
	_, _ = rand.Read(chance) // it never fails
	return time.Now().UTC().Format("20060102-150405-") + hex.EncodeToString(chance)
}

// Holder implements failover.World.
func (w *world) Holder() model.Holder { return w.holder }

// Alive implements failover.Liveness.
func (w *world) Alive(holder model.Holder) (alive, known bool) { return host.Alive(holder) }

// ReadCursor implements failover.CursorReader.
func (w *world) ReadCursor(ctx context.Context, pipeline, cluster string) (slot *model.Slot, own bool, err error) {
	source := w.cursors[seat{pipeline, cluster}]
	if source == nil {
		return nil, false, nil
	}
	slot, err = source.Read(ctx)
	return slot, true, err
}

// AwaitHooks implements failover.HookWaiter.
func (w *world) AwaitHooks(ctx context.Context, pipeline string) error {
	if w.hooks == nil {
		return nil
	}
	return w.hooks.Await(ctx, pipeline)
}

// HooksReady implements failover.HookWaiter.
func (w *world) HooksReady(_ context.Context, pipeline string) error {
	if w.hooks == nil {
		return nil
	}
	for at, client := range w.clients {
		if at.pipeline == pipeline && len(client.Hooks()) > 0 {
			return w.hooks.Ready()
		}
	}
	return nil // a person does it all
}
