package probe

import (
	"sync"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/probe/sim/cluster"
)

// ownCluster is a cluster of one trial, whose process can end and start again
// at the same address.
type ownCluster struct {
	t     *testing.T
	start time.Time

	mu      sync.Mutex
	cluster *cluster.Cluster
	stop    func()
}

func newOwnCluster(t *testing.T) *ownCluster {
	t.Helper()
	o := &ownCluster{t: t, start: time.Now()}
	l := listenQuiet(t)
	_ = l.Close()
	o.run(l.Addr().String())
	return o
}

func (o *ownCluster) run(address string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.cluster, o.stop = simulate(o.t, trialActive, address, o.start)
	if o.cluster != nil {
		subscribe(o.t, o.cluster.Addr())
	}
}

func (o *ownCluster) tip() model.Offset {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.cluster.Tip()
}

func (o *ownCluster) end() { o.stop() }

// again starts the process again.
func (o *ownCluster) again() { o.run(o.cluster.Addr()) }

// processFaults end the cluster's own process, and cut it off in its own ways.
func processFaults(t *testing.T) []fault {
	t.Helper()
	ended, cut := newOwnCluster(t), newOwnCluster(t)
	return []fault{
		fault{
			name: "the process is gone", own: ended,
			break_:  func(*front) { ended.end() },
			mend:    func(*front) { ended.again() },
			classes: []model.ErrorClass{model.ClassUnreachable}, words: append(cutOff, "nothing listens there"),
		}.as(outage),
		fault{
			name: "the cluster is down", own: cut,
			break_:  func(*front) { _ = cut.cluster.SetFault(cluster.FaultDown) },
			mend:    func(*front) { _ = cut.cluster.Heal() },
			classes: []model.ErrorClass{model.ClassUnreachable}, words: append(cutOff, "nothing listens there"),
		}.as(outage),
	}
}
