package failover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fumtui/fumtui/model"
)

// clusterPort is a cluster as a process sees it.
type clusterPort struct {
	p *process
	c *fakeCluster
}

func (k *clusterPort) Version(context.Context) (string, error) {
	return "0.40.0", k.p.sight(func() error { return k.c.down })
}

func (k *clusterPort) SlotRange(context.Context) (r model.SlotRange, err error) {
	err = k.p.sight(func() error {
		r = model.SlotRange{Min: k.c.min, Max: k.p.u.newest(k.c)}
		return k.c.down
	})
	return r, err
}

func (k *clusterPort) Subscriber(_ context.Context, name string) (s model.Subscriber, err error) {
	err = k.p.sight(func() error {
		switch {
		case k.c.down != nil:
			return k.c.down
		case k.c.sub == nil:
			return failed(model.ClassNotFound)
		}
		s = model.Subscriber{ID: k.c.sub.id, Name: name, Stale: k.c.sub.stale}
		return nil
	})
	return s, err
}

func (k *clusterPort) CreateFromSlot(_ context.Context, _ string, from model.Slot) (id string, err error) {
	err = k.p.event(func() error {
		k.p.u.expectIntent(fmt.Sprintf("create %s %d", k.c.name, from), model.StepCreate, model.StepConfirm)
		if k.c.onCreate != nil {
			k.c.onCreate()
		}
		switch {
		case k.c.down != nil:
			return k.c.down
		case k.c.noCreate != nil:
			return k.c.noCreate
		case k.c.sub != nil:
			return model.NewFailure(model.ClassServer, "exists", ErrAlreadyExists)
		case from < k.c.min || from > k.p.u.newest(k.c)+1:
			return failed(model.ClassIncompatible)
		}
		k.c.made++
		id = fmt.Sprintf("%s-%d", k.c.name, k.c.made)
		k.c.sub = &fakeSub{id: id, next: from}
		if k.c.afterCreate != nil {
			k.c.afterCreate()
		}
		return nil
	}, failed(model.ClassTimeout))
	return id, err
}

func (k *clusterPort) Delete(context.Context, string) (existed bool, err error) {
	err = k.p.event(func() error {
		u := k.p.u
		u.expectIntent("delete "+k.c.name, model.StepDelete, model.StepCreate)
		if u.started() {
			u.broken = append(u.broken, "a delete after the intent of start")
		}
		if u.clients[k.c.name].running {
			u.broken = append(u.broken, "a delete under a running client")
		}
		for i := range u.runs {
			if !u.runs[i].State.Ended() && u.runs[i].From == k.c.name && u.runs[i].Kind != model.Recreate {
				u.broken = append(u.broken, "the source's subscriber was deleted")
			}
		}
		if k.c.down != nil {
			return k.c.down
		}
		existed, k.c.sub = k.c.sub != nil, nil
		return nil
	}, failed(model.ClassTimeout))
	return existed, err
}

// clientPort is a client as a process sees it.
type clientPort struct {
	p *process
	c *fakeClient
}

func (k *clientPort) Hooks() []Hook { return k.c.hooks }

func (k *clientPort) Metrics(context.Context) (m model.ClientMetrics, err error) {
	err = k.p.sight(func() error {
		switch {
		case k.c.portHangs:
			return failed(model.ClassTimeout)
		case !k.c.running && !k.c.portStays:
			return model.NewFailure(model.ClassUnreachable, "refused", ErrPortRefused)
		}
		if k.c.pageStill {
			none := 0.0
			m = model.ClientMetrics{Commits: &none}
			return nil
		}
		commits, slot := float64(k.c.consumed), k.c.consumed
		m = model.ClientMetrics{Commits: &commits, MaxSlot: &slot}
		return nil
	})
	return m, err
}

func (k *clientPort) Run(ctx context.Context, hook Hook, env HookEnv) (r HookResult, err error) {
	if !slices.Contains(k.c.hooks, hook) {
		return r, fmt.Errorf("no hook %s", hook)
	}
	if hook == HookStatus {
		err = k.p.sight(func() error {
			r = k.status()
			return nil
		})
		return r, err
	}
	var wait time.Duration
	err = k.p.event(func() error {
		if env.RunID == "" || env.Epoch == 0 || env.Cluster != k.c.cluster {
			k.p.u.broken = append(k.p.u.broken, "a hook without its environment")
		}
		r, wait, err = k.act(hook)
		return err
	}, errHook)
	if errors.Is(err, errExit) {
		return HookResult{ExitCode: 1, Output: "it failed"}, nil
	}
	if err == nil && wait > 0 {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return HookResult{}, ctx.Err()
		}
		_ = k.p.sight(func() error { return nil })
		r.Cursor = k.says()
	}
	return r, err
}

func (k *clientPort) status() HookResult {
	switch {
	case k.c.statusLies != "":
		return HookResult{Status: k.c.statusLies, ExitCode: 1}
	case k.c.running:
		return HookResult{Status: ClientRunning}
	}
	return HookResult{Status: ClientStopped, ExitCode: 3}
}

// says is what a stopped client says of its cursor.
func (k *clientPort) says() *model.Slot {
	if k.c.drainSays != nil {
		return k.c.drainSays
	}
	if k.c.silent {
		return nil
	}
	if s := k.p.u.source; s != nil {
		slot := s.said[k.c.cluster]
		return &slot
	}
	row := k.p.u.rows[k.c.cluster]
	if row == nil {
		return nil
	}
	slot := row.Slot
	return &slot
}

func (k *clientPort) act(hook Hook) (HookResult, time.Duration, error) {
	u, c := k.p.u, k.c
	name := string(hook) + " " + c.cluster
	switch hook {
	case HookStart:
		step := model.StepStart
		if run := u.unended(); run != nil && run.From == c.cluster && (run.To != c.cluster || reverting(run)) {
			step = model.StepRestart
		}
		u.expectIntent(name, step, model.StepConfirm)
		if c.startFails {
			return HookResult{ExitCode: 1, Output: "no such unit"}, 0, nil
		}
		u.startClient(c)
		return HookResult{}, 0, nil
	case HookDrain:
		u.expectIntent(name, model.StepStop)
		if c.ignoreStop {
			return HookResult{}, 0, nil
		}
		if c.drainTakes > 0 && c.running {
			c.drainingTo = time.Now().Add(c.drainTakes)
			return HookResult{}, c.drainTakes, nil
		}
	case HookStop:
		u.expectIntent(name, model.StepStop, model.StepRevert)
		if c.ignoreStop {
			return HookResult{Cursor: c.drainSays}, 0, nil
		}
		if c.stopTakes > 0 && c.running { // it is told, and hangs for a while
			u.consume(c, u.clusters[c.cluster])
			c.drainingTo, c.mute = time.Now().Add(c.stopTakes), true
			return HookResult{}, 0, nil
		}
	}
	u.halt(c)
	return HookResult{Cursor: k.says(), Output: c.says}, 0, nil
}
