package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/model/recording"
	"github.com/fumtui/fumtui/model/report"
	"github.com/fumtui/fumtui/ui"
)

// historian tells the screen what has been, from the database.
type historian struct{ *console }

// historianOf is nil without a database.
func historianOf(c *console) ui.Historian {
	if c.store == nil {
		return nil
	}
	return historian{c}
}

// storePath is where the database is; "" without one.
func (c *console) storePath() string {
	if c.store == nil {
		return ""
	}
	return c.store.Path()
}

// Runs implements ui.Historian.
func (h historian) Runs(ctx context.Context, limit int) ([]model.Run, error) {
	runs, err := h.store.Runs(ctx, "", false, limit)
	if err != nil {
		return nil, err
	}
	for i := range runs {
		runs[i].State = h.engine.State(ctx, runs[i])
	}
	return runs, nil
}

// Report implements ui.Historian.
func (h historian) Report(ctx context.Context, run string) (string, error) {
	facts, err := h.reportFacts(ctx, run)
	if err != nil {
		return "", err
	}
	return report.New(facts).Text(), nil
}

// Evacuation implements ui.Historian.
func (h historian) Evacuation(ctx context.Context, id string) ([]model.Run, error) {
	runs, err := h.store.RunsOfEvacuation(ctx, id)
	for i := range runs {
		runs[i].State = h.engine.State(ctx, runs[i])
	}
	return runs, err
}

// Run implements ui.Historian.
func (h historian) Run(ctx context.Context, id string) (model.Run, error) {
	run, err := h.store.Run(ctx, id)
	if errors.Is(err, failover.ErrNotFound) {
		return run, noRun(id)
	}
	if err != nil {
		return run, err
	}
	run.State = h.engine.State(ctx, run)
	return run, nil
}

// Events implements ui.Historian.
func (h historian) Events(ctx context.Context, q model.EventQuery) (model.Events, error) {
	return h.store.Events(ctx, q)
}

// AsOf implements ui.Historian.
func (h historian) AsOf(ctx context.Context, pipeline, cluster string, at time.Time) (model.Explanation, error) {
	return h.asOf(ctx, pipeline, cluster, at)
}

// asOf explains a pipeline or a cluster by the evidence as it was at a moment.
func (c *console) asOf(ctx context.Context, pipeline, cluster string, at time.Time) (model.Explanation, error) {
	header, active, err := c.recordingHeader(ctx, at, c.cfg.Lookback())
	if err != nil {
		return model.Explanation{}, err
	}
	runs, err := c.store.Runs(ctx, "", false, 0)
	if err != nil {
		return model.Explanation{}, err
	}
	told := recording.Standing(header.Pipelines, active, runs, header.Since)
	x, err := recording.AsOf(ctx, header, told, pipeline, cluster, at, func(ctx context.Context, do func(model.Evidence) error) error {
		return c.store.EachEvidence(ctx, header.Since, do)
	})
	if errors.Is(err, recording.ErrNothingKept) {
		err = fmt.Errorf("%w: it is kept for %s (probe.keep)", err, c.cfg.Probe.Keep)
	}
	return x, err
}
