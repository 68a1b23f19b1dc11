package failover

import (
	"context"

	"github.com/fumtui/fumtui/model"
)

// flaky has every look at a cluster, a client or a cursor be a point of the
// journey.
func (j *journey) flaky() {
	bend(func(w *wrong) {
		w.cluster = func(c *clusterPort) Cluster { return flakyCluster{c, j} }
		w.client = func(c *clientPort) Client { return flakyClient{c, j} }
		w.cursor = func() error { return j.look("the cursor", errDisk) }
	})(j)
}

// sameLooks is how many of the looks at one thing in one step may fail: a step
// that waits looks many times.
const sameLooks = 4

// look is a look that may fail.
func (j *journey) look(at string, lost error) error {
	j.u.mu.Lock()
	defer j.u.mu.Unlock()
	if run := j.u.unended(); run != nil {
		at += " at " + string(run.CurrentStep())
	}
	at = "look at " + at
	if j.kinds[at] == sameLooks {
		return nil
	}
	switch j.choose(at, []faultKind{lookLost, lookRefused}) {
	case lookLost:
		return lost
	case lookRefused:
		return failed(model.ClassAuth)
	}
	return nil
}

type flakyCluster struct {
	*clusterPort
	j *journey
}

func (c flakyCluster) Version(ctx context.Context) (string, error) {
	if err := c.j.look("the version of "+c.c.name, failed(model.ClassTimeout)); err != nil {
		return "", err
	}
	return c.clusterPort.Version(ctx)
}

func (c flakyCluster) SlotRange(ctx context.Context) (model.SlotRange, error) {
	if err := c.j.look("the window of "+c.c.name, failed(model.ClassTimeout)); err != nil {
		return model.SlotRange{}, err
	}
	return c.clusterPort.SlotRange(ctx)
}

func (c flakyCluster) Subscriber(ctx context.Context, name string) (model.Subscriber, error) {
	if err := c.j.look("the subscriber at "+c.c.name, failed(model.ClassTimeout)); err != nil {
		return model.Subscriber{}, err
	}
	return c.clusterPort.Subscriber(ctx, name)
}

type flakyClient struct {
	*clientPort
	j *journey
}

func (c flakyClient) Metrics(ctx context.Context) (model.ClientMetrics, error) {
	if err := c.j.look("the metrics of "+c.c.cluster, failed(model.ClassTimeout)); err != nil {
		return model.ClientMetrics{}, err
	}
	return c.clientPort.Metrics(ctx)
}

func (c flakyClient) Run(ctx context.Context, h Hook, env HookEnv) (HookResult, error) {
	if h == HookStatus {
		if err := c.j.look("the status of "+c.c.cluster, errHook); err != nil {
			return HookResult{Status: ClientUnknown, ExitCode: 255}, err
		}
	}
	return c.clientPort.Run(ctx, h, env)
}
