package monitor

import (
	"context"
	"errors"
	"fmt"

	"github.com/fumtui/fumtui/model"
)

// ErrNotRunning says that Run has not begun, so that nobody could answer.
var ErrNotRunning = errors.New("the monitor does not run yet")

// Explain says how the verdict and the advice on a pipeline come about, judged
// at this moment with all evidence that was handed in before. It is answered by
// the goroutine of Run, and fails with [ErrNotRunning] before that began, with
// [ErrStopped] once it ended, and with the error of ctx.
func (m *Monitor) Explain(ctx context.Context, pipeline string) (model.Explanation, error) {
	return m.ask(ctx, func() (model.Explanation, error) {
		now := m.cfg.Now()
		x, ok := m.cfg.Watch.Explain(pipeline, now)
		if !ok {
			return x, fmt.Errorf("there is no pipeline %q", pipeline)
		}
		if x.Pipeline != nil {
			state := *x.Pipeline
			state.History = m.chart.of(pipeline, now)
			x.Pipeline = &state
		}
		return x, nil
	})
}

// ExplainCluster says how the verdict on a cluster comes about, as Explain does
// for a pipeline.
func (m *Monitor) ExplainCluster(ctx context.Context, cluster string) (model.Explanation, error) {
	return m.ask(ctx, func() (model.Explanation, error) {
		x, ok := m.cfg.Watch.ExplainCluster(cluster, m.cfg.Now())
		if !ok {
			return x, fmt.Errorf("there is no cluster %q", cluster)
		}
		return x, nil
	})
}

// ask has the goroutine of Run, which alone may touch the watch, find an answer.
func (m *Monitor) ask(ctx context.Context, find func() (model.Explanation, error)) (model.Explanation, error) {
	type answer struct {
		x   model.Explanation
		err error
	}
	m.mu.Lock()
	running := m.running
	m.mu.Unlock()
	if !running {
		return model.Explanation{}, ErrNotRunning
	}
	found := make(chan answer, 1) // nobody may be waiting any more
	question := func() {
		x, err := find()
		found <- answer{x, err}
	}
	select {
	case m.questions <- question:
	case <-m.ended:
		return model.Explanation{}, ErrStopped
	case <-ctx.Done():
		return model.Explanation{}, ctx.Err()
	}
	// It was taken, so it is answered, and soon: nothing in it waits.
	a := <-found
	return a.x, a.err
}
