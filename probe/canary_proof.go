package probe

import (
	"context"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// provable is a cluster whose data the engine can have proved before a run
// touches anything.
type provable struct {
	*Client
	canary *Canary
}

var _ failover.DataProver = provable{}

// ProveData implements failover.DataProver.
func (p provable) ProveData(ctx context.Context, from model.Slot) (model.CanaryData, error) {
	return p.canary.ProveData(ctx, from)
}

// Port is the cluster as the failover engine sees it: with a proof of its data
// while the canary is on.
func (c *Canary) Port() failover.Cluster {
	if !c.Enabled() {
		return c.config.Client
	}
	return provable{c.config.Client, c}
}

// ProveData finds out whether a subscriber that begins at a slot is sent data:
// it creates one of fumtui's own, has one block, and removes it again, also
// where ctx has ended meanwhile. The failures are those of a look.
func (c *Canary) ProveData(ctx context.Context, from model.Slot) (data model.CanaryData, err error) {
	client, cluster := c.config.Client, c.config.Cluster
	sub := own{client: client, cluster: cluster, name: newOwnName(c.config.Owner, c.config.Now())}
	defer func() {
		ctx, cancel := parting(ctx)
		defer cancel()
		if sub.removeSurely(ctx) != nil {
			c.owe(sub)
		}
	}()
	err = sub.create(ctx, func(ctx context.Context, name string) (string, error) {
		return client.CreateFromSlot(ctx, name, from)
	})
	if err != nil {
		return model.CanaryData{}, err
	}
	err = client.visit(ctx, cluster, sub.name, func(ctx context.Context, s *session) error {
		p := poller{session: s, from: s.stands, better: nearest(from)}
		data, err = p.fetch(ctx)
		return err
	})
	return data, err
}
