package failover

import (
	"context"

	"github.com/fumtui/fumtui/model"
)

// always is more often than any run tries.
const always = 1 << 20

// odd is how the target misbehaves: each number says how often it does.
type odd struct {
	hides  int // a look does not see the subscriber that is there
	keeps  int // a delete says that it succeeded, and did nothing
	stales int // what was just created is stale when it is read back
	swaps  int // another id is read back than was given
	lost   int // a create is had, and its answer is lost
}

// oddCluster is a target that misbehaves.
type oddCluster struct {
	*clusterPort
	odd *odd
}

// take reports whether an oddity is due, and counts it.
func take(n *int) bool {
	*n--
	return *n >= 0
}

func (c oddCluster) created() bool { return c.c.made > 0 }

func (c oddCluster) Subscriber(ctx context.Context, name string) (model.Subscriber, error) {
	sub, err := c.clusterPort.Subscriber(ctx, name)
	switch {
	case err != nil || !c.created():
	case take(&c.odd.hides):
		return model.Subscriber{}, failed(model.ClassNotFound)
	case take(&c.odd.stales):
		sub.Stale = true
	case take(&c.odd.swaps):
		sub.ID = "another"
	}
	return sub, err
}

func (c oddCluster) Delete(ctx context.Context, name string) (bool, error) {
	if take(&c.odd.keeps) {
		return true, nil
	}
	return c.clusterPort.Delete(ctx, name)
}

func (c oddCluster) CreateFromSlot(ctx context.Context, name string, from model.Slot) (string, error) {
	id, err := c.clusterPort.CreateFromSlot(ctx, name, from)
	if err == nil && take(&c.odd.lost) {
		return "", failed(model.ClassTimeout)
	}
	return id, err
}

// oddEngine is an engine of a new process with a target that misbehaves.
func (u *universe) oddEngine(o *odd) *Engine {
	w := &wrong{process: u.process()}
	w.cluster = func(c *clusterPort) Cluster {
		if c.c.name == "ams" {
			return c
		}
		return oddCluster{c, o}
	}
	return New(w, w, testSettings(), []model.Pipeline{u.pipes})
}
