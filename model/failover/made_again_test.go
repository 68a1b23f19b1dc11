package failover

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// loseLater takes the subscriber away under the client at nyc while its start is
// confirmed, and then does as it is told.
func loseLater(e *Engine, u *universe, then func(nyc *fakeCluster)) {
	at(e, u, model.StepConfirm, model.StepRunning, func() {
		time.AfterFunc(5500*time.Millisecond, func() {
			u.mu.Lock()
			defer u.mu.Unlock()
			u.fold()
			u.halt(u.clients["nyc"])
			nyc := u.clusters["nyc"]
			nyc.sub = nil
			then(nyc)
		})
	})
}

// A subscriber that somebody else made before this run made it again begins
// anywhere: it is none of this run's.
func TestForeignSubscriberIsNotAdopted(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		e := u.engine()
		loseLater(e, u, func(nyc *fakeCluster) {
			nyc.onCreate = func() {
				if nyc.sub == nil {
					nyc.sub = &fakeSub{id: "foreign", next: u.newest(nyc) + 10}
				}
			}
		})
		run := move(t, e, request("nyc", ""))
		wantState(t, run, model.RunFailed)
		if !strings.Contains(run.Step(model.StepConfirm).Error, "somebody else") || !strings.Contains(run.Note, "--from-slot "+slotText(*run.ResumeSlot)) {
			t.Error(story(run))
		}
	})
}

// clampCluster begins at its oldest slot where an older one is asked for, and
// says nothing of it.
type clampCluster struct{ *clusterPort }

// CreateFromSlot implements [Cluster].
func (c clampCluster) CreateFromSlot(ctx context.Context, name string, from model.Slot) (string, error) {
	return c.clusterPort.CreateFromSlot(ctx, name, max(from, c.c.min))
}

// A subscriber is not made again from a slot that the target has lost, be it
// before the call or during it.
func TestMadeAgainWithinTheWindow(t *testing.T) {
	for name, during := range map[string]bool{"before": false, "during": true} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				w := &wrong{process: u.process()}
				w.cluster = func(c *clusterPort) Cluster {
					if c.c.name == "ams" {
						return c
					}
					return clampCluster{c}
				}
				e := New(w, w, testSettings(), []model.Pipeline{u.pipes})
				u.clients["nyc"].mute = true // it lags
				loseLater(e, u, func(nyc *fakeCluster) {
					passed := func() { nyc.min = u.newest(nyc) - 5 }
					if !during {
						passed()
					}
					nyc.afterCreate = func() {
						passed()
						nyc.sub.next = max(nyc.sub.next, nyc.min)
					}
					u.clients["nyc"].mute = false
				})
				run := move(t, e, request("nyc", ""))
				wantState(t, run, model.RunFailed)
				if u.lost() > 0 || !strings.Contains(run.Step(model.StepConfirm).Error, "serves from slot") {
					t.Errorf("%d lost: %s", u.lost(), story(run))
				}
				want := "fumtui recreate trades --confirm nyc"
				if during {
					want = "--from-slot " + slotText(*run.ResumeSlot)
				}
				if !strings.Contains(run.Note, want) {
					t.Error(run.Note)
				}
			})
		})
	}
}

// A window that cannot be seen now is waited for.
func TestMadeAgainOnceTheWindowIsSeen(t *testing.T) {
	bubble(t, func(t *testing.T, u *universe) {
		w := &wrong{process: u.process()}
		var blind bool
		w.cluster = func(c *clusterPort) Cluster { return blindCluster{c, &blind} }
		e := New(w, w, testSettings(), []model.Pipeline{u.pipes})
		loseLater(e, u, func(*fakeCluster) {
			blind = true
			time.AfterFunc(20*time.Second, func() {
				u.mu.Lock()
				defer u.mu.Unlock()
				blind = false
			})
		})
		run := move(t, e, request("nyc", ""))
		wantState(t, run, model.RunDone)
		u.sound(t)
	})
}

// blindCluster may not tell its window.
type blindCluster struct {
	*clusterPort
	blind *bool
}

// SlotRange implements [Cluster].
func (c blindCluster) SlotRange(ctx context.Context) (model.SlotRange, error) {
	c.p.u.mu.Lock()
	blind := *c.blind
	c.p.u.mu.Unlock()
	if blind {
		return model.SlotRange{}, failed(model.ClassTimeout)
	}
	return c.clusterPort.SlotRange(ctx)
}
