package failover

import (
	"context"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// hanging is a world whose clusters do not answer what changes them, and note
// until when they were to.
type hanging struct {
	*process
	hang  *bool
	until *[]time.Duration // of the lease that was left when the call's time was up
}

type hangingPort struct {
	Cluster
	world hanging
}

func (h hanging) Cluster(name string) (Cluster, error) {
	c, err := h.process.Cluster(name)
	return hangingPort{c, h}, err
}

func (p hangingPort) wait(ctx context.Context) error {
	deadline, _ := ctx.Deadline()
	p.world.u.mu.Lock()
	*p.world.until = append(*p.world.until, p.world.u.lease.ExpiresAt.Sub(deadline))
	p.world.u.mu.Unlock()
	<-ctx.Done()
	return failed(model.ClassTimeout)
}

func (p hangingPort) CreateFromSlot(ctx context.Context, name string, from model.Slot) (string, error) {
	if *p.world.hang {
		return "", p.wait(ctx)
	}
	return p.Cluster.CreateFromSlot(ctx, name, from)
}

func (p hangingPort) Delete(ctx context.Context, name string) (bool, error) {
	if *p.world.hang {
		return false, p.wait(ctx)
	}
	return p.Cluster.Delete(ctx, name)
}

// A call that changes a cluster is given up before the lease runs out, however
// long calls may last; the run is resumed once the cluster answers.
func TestCallsEndBeforeTheLease(t *testing.T) {
	for _, old := range []bool{false, true} {
		bubble(t, func(t *testing.T, u *universe) {
			if old {
				u.clusters["nyc"].sub = &fakeSub{id: "old", next: 5}
			}
			hang, until := true, []time.Duration{}
			settings := testSettings()
			settings.CallTimeout = time.Hour
			p := u.process()
			e := New(hanging{p, &hang, &until}, p, settings, []model.Pipeline{u.pipes})
			run := move(t, e, request("nyc", model.Reactive))
			wantState(t, run, model.RunFailed)
			for _, left := range until {
				if left < 0 {
					t.Errorf("a call could outlive the lease by %s", -left)
				}
			}
			if len(until) != effectTries {
				t.Errorf("%d calls", len(until))
			}
			hang = false
			wantState(t, move(t, e, request("nyc", model.Reactive)), model.RunDone)
			u.sound(t)
		})
	}
}
