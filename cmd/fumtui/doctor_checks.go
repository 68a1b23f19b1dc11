package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/probe"
)

// checkCluster asks a cluster for what a failover will ask it.
func (c *console) checkCluster(ctx context.Context, cluster config.Cluster) model.Check {
	check := model.Check{Name: "cluster " + cluster.Name, Level: model.CheckOK}
	client := c.clusters[cluster.Name]
	var version string
	var slots model.SlotRange
	began := time.Now()
	err := bounded(ctx, c.cfg.Probe.Timeout, func(ctx context.Context) (err error) {
		version, err = client.Version(ctx)
		return err
	})
	rtt := time.Since(began)
	if err == nil {
		err = bounded(ctx, c.cfg.Probe.Timeout, func(ctx context.Context) (err error) {
			slots, err = client.SlotRange(ctx)
			return err
		})
	}
	if err != nil {
		check.Level, check.Saw, check.Mend = model.CheckRefuse, cluster.Endpoint+": "+err.Error(), clusterMend(model.ClassOf(err))
		return check
	}
	check.Saw = fmt.Sprintf("answers in %s, version %s, slots %s", rtt.Round(100*time.Microsecond), version, slots)
	if err := probe.SupportedVersion(version); err != nil {
		check.Level, check.Saw, check.Mend = model.CheckWarn, err.Error(), "the Rust clients refuse to start there: ask the provider"
	}
	return check
}

// clusterMend says what to do about a class of errors.
func clusterMend(class model.ErrorClass) string {
	switch class {
	case model.ClassAuth:
		return "check the token of this cluster: this is not an outage"
	case model.ClassDNS:
		return "check the endpoint's name, and the name servers of this host"
	case model.ClassIncompatible:
		return "check the endpoint's scheme and port, and ca_file: something answers there that is no Fumarole for us"
	case model.ClassThrottled:
		return "ask less often: raise probe.interval"
	case model.ClassUnreachable, model.ClassTimeout:
		return "check the endpoint, and the network and firewall of this host; else the cluster is down"
	case model.ClassServer:
		return "the service or a proxy before it fails: watch it with `fumtui`, and ask the provider"
	case model.ClassNotFound:
		return ""
	}
	return ""
}

// checkPipeline checks a pipeline's subscriber, cursor and clients.
func (c *console) checkPipeline(ctx context.Context, p config.Pipeline) []model.Check {
	active := p.Home
	if c.store != nil {
		if name, err := c.store.Active(ctx, p.Name); err == nil && name != "" {
			active = name
		}
	}
	if !slices.Contains(p.Clusters, active) {
		return []model.Check{{
			Name: "pipeline " + p.Name, Level: model.CheckRefuse,
			Saw:  fmt.Sprintf("it is active on %s, where the configuration gives it no client", active),
			Mend: fmt.Sprintf("add the cluster %s and a client there, under the names that they had when it was moved", active),
		}}
	}
	all := []model.Check{c.checkSubscriber(ctx, p, active)}
	all = append(all, c.checkCursors(ctx, p, active)...)
	if !p.Idempotent {
		all = append(all, model.Check{
			Name: "pipeline " + p.Name, Level: model.CheckWarn,
			Saw:  fmt.Sprintf("it does not say idempotent: true, and every failover delivers about %d slots again", model.RepeatedSlots),
			Mend: "make sure that a slot delivered twice does no harm, then set idempotent: true",
		})
	}
	for _, name := range p.Clusters {
		at := seat{p.Name, name}
		all = append(all, c.checkMetrics(ctx, at, name == active), c.checkHooks(ctx, at, p.Clients[name], name == active))
	}
	return all
}

func (c *console) checkSubscriber(ctx context.Context, p config.Pipeline, active string) model.Check {
	check := model.Check{Name: fmt.Sprintf("pipeline %s: subscriber %s at %s", p.Name, p.Subscriber, active), Level: model.CheckOK}
	var sub model.Subscriber
	err := bounded(ctx, c.cfg.Probe.Timeout, func(ctx context.Context) (err error) {
		sub, err = c.clusters[active].Subscriber(ctx, p.Subscriber)
		return err
	})
	switch {
	case model.ClassOf(err) == model.ClassNotFound:
		check.Level, check.Saw, check.Mend = model.CheckRefuse, "does not exist", "create it, or correct the name under subscriber"
	case err != nil:
		check.Level, check.Saw, check.Mend = model.CheckWarn, "cannot be looked at: "+err.Error(), clusterMend(model.ClassOf(err))
	case sub.Stale:
		check.Level, check.Saw, check.Mend = model.CheckRefuse, "is stale: its position left the retention window", "recreate it from the cursor + 1"
	default:
		check.Saw = "present"
	}
	return check
}

func (c *console) checkMetrics(ctx context.Context, at seat, active bool) model.Check {
	check := model.Check{Name: fmt.Sprintf("pipeline %s: metrics at %s", at.pipeline, at.cluster), Level: model.CheckOK}
	_, err := c.clients[at].Metrics(ctx)
	switch {
	case errors.Is(err, probe.ErrNoMetrics):
		check.Level, check.Saw, check.Mend = model.CheckWarn, "no address is configured", "set metrics: fumtui cannot see the lag nor prove a stop without it"
	case errors.Is(err, failover.ErrPortRefused) && !active:
		check.Saw = "refused, as is right for a client that does not run"
	case err != nil:
		check.Level, check.Saw, check.Mend = model.CheckWarn, err.Error(), "check the address, and whether the client runs"
	case !active:
		check.Level, check.Saw, check.Mend = model.CheckWarn, "answers, but the pipeline is not active here", "stop that client: two must never run"
	default:
		check.Saw = "answers"
	}
	return check
}

func (c *console) checkHooks(ctx context.Context, at seat, client config.Client, active bool) model.Check {
	check := model.Check{Name: fmt.Sprintf("pipeline %s: hooks at %s", at.pipeline, at.cluster), Level: model.CheckOK}
	if len(client.Hooks) == 0 {
		check.Saw = "manual: a person starts and stops this client"
		return check
	}
	if err := c.clients[at].HooksRunnable(); err != nil {
		check.Level, check.Saw, check.Mend = model.CheckRefuse, err.Error(), "correct the programs of these hooks"
		return check
	}
	status, err := c.status(ctx, at)
	want := failover.ClientStopped
	if active {
		want = failover.ClientRunning
	}
	switch {
	case err != nil:
		check.Level, check.Saw, check.Mend = model.CheckRefuse, err.Error(), "run the status hook by hand: it must exit 0 running, 3 stopped"
	case status == failover.ClientUnknown:
		check.Level, check.Saw, check.Mend = model.CheckWarn, "the status hook does not know", "it must exit 0 when the client runs and 3 when it is stopped"
	case status != want:
		check.Level, check.Saw = model.CheckWarn, fmt.Sprintf("the status hook says %s, where %s is expected", status, want)
		check.Mend = "start or stop that client: it has to run where the pipeline is active, and nowhere else"
	default:
		check.Saw = "the status hook says " + string(status)
	}
	return check
}
