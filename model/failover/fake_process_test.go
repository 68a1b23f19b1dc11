package failover

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
)

// process is one fumtui process: it has a holder of its own and can die.
type process struct {
	u   *universe
	pid int
}

var errDead = errors.New("this process is dead")

func (u *universe) process() *process {
	u.pids++
	return &process{u: u, pid: u.pids}
}

// event runs one effect or write through the faults. lost is the error of an
// answer that does not come.
func (p *process) event(do func() error, lost error) error {
	p.pass()
	p.u.mu.Lock()
	defer p.u.mu.Unlock()
	if p.u.dead[p.pid] {
		return errDead
	}
	p.u.fold()
	p.u.events++
	switch p.u.faultNow(p, lost) {
	case crashBefore:
		p.u.dead[p.pid] = true
		return errDead
	case crashAfter:
		_ = do()
		p.u.dead[p.pid] = true
		return errDead
	case lostBefore:
		return lost
	case lostAfter:
		_ = do()
		return lost
	case refused:
		return refusal(lost)
	case crashLate:
		p.u.dead[p.pid] = true
		p.u.afterwards(do, lost)
		return errDead
	case sleepBefore:
		p.suspend()
	case sleepAfter:
		err := do()
		p.suspend()
		return err
	}
	return do()
}

// faultNow is what happens at this event.
func (u *universe) faultNow(p *process, lost error) faultKind {
	if u.chooser != nil {
		return u.chooser(p, lost)
	}
	for _, f := range u.faults {
		if f.at == u.events {
			return f.kind
		}
	}
	return noFault
}

// sight runs a look.
func (p *process) sight(do func() error) error {
	p.pass()
	p.u.mu.Lock()
	defer p.u.mu.Unlock()
	if p.u.dead[p.pid] {
		return errDead
	}
	p.u.fold()
	return do()
}

// World.

func (p *process) Now() time.Time { return time.Now() }

func (p *process) Sleep(ctx context.Context, d time.Duration) error {
	if p.sight(func() error { return nil }) != nil {
		return errDead
	}
	select {
	case <-time.After(d):
		p.pass()
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *process) NewID() string {
	p.u.mu.Lock()
	defer p.u.mu.Unlock()
	p.u.ids++
	return fmt.Sprintf("run-%d", p.u.ids)
}

func (p *process) Holder() model.Holder {
	return model.Holder{Host: "bastion", User: "ops", PID: p.pid, BootID: "b", StartedAt: "s"}
}

func (p *process) Alive(h model.Holder) (bool, bool) {
	p.u.mu.Lock()
	defer p.u.mu.Unlock()
	return !p.u.dead[h.PID], true
}

func (p *process) Health(name string) model.ClusterState {
	p.u.mu.Lock()
	defer p.u.mu.Unlock()
	c := p.u.clusters[name]
	switch {
	case time.Now().Before(p.u.blind):
		return model.ClusterState{Name: name, Verdict: model.ClusterUnknown}
	case model.ClassOf(c.down).RefusesUs():
		return model.ClusterState{Name: name, Verdict: model.ClusterRefusingUs}
	case c.down != nil:
		return model.ClusterState{Name: name, Verdict: model.ClusterDown, Since: p.u.outage.since, Reason: p.u.outage.reason}
	}
	return model.ClusterState{Name: name, Verdict: model.ClusterHealthy, StableSince: p.u.zero, SlotsPerSecond: c.rate}
}

func (p *process) Cluster(name string) (Cluster, error) {
	port := &clusterPort{p: p, c: p.u.clusters[name]}
	if p.u.canary {
		return provingPort{port}, nil
	}
	return port, nil
}

func (p *process) Client(_, cluster string) (Client, error) {
	return &clientPort{p: p, c: p.u.clients[cluster]}, nil
}
