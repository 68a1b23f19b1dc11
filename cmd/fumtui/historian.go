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
)

// storePath is where the database is; "" without one.
func (c *console) storePath() string {
	if c.store == nil {
		return ""
	}
	return c.store.Path()
}

// pastRuns are the newest runs, as they stand now.
func (c *console) pastRuns(ctx context.Context, limit int) ([]model.Run, error) {
	runs, err := c.store.Runs(ctx, "", false, limit)
	if err != nil {
		return nil, err
	}
	for i := range runs {
		runs[i].State = c.engine.State(ctx, runs[i])
	}
	return runs, nil
}

// reportText is the report of a run.
func (c *console) reportText(ctx context.Context, run string) (string, error) {
	facts, err := c.reportFacts(ctx, run)
	if err != nil {
		return "", err
	}
	return report.New(facts).Text(), nil
}

// runsOfEvacuation are the runs of an evacuation, as they stand now.
func (c *console) runsOfEvacuation(ctx context.Context, id string) ([]model.Run, error) {
	runs, err := c.store.RunsOfEvacuation(ctx, id)
	for i := range runs {
		runs[i].State = c.engine.State(ctx, runs[i])
	}
	return runs, err
}

// pastRun is a run, as it stands now.
func (c *console) pastRun(ctx context.Context, id string) (model.Run, error) {
	run, err := c.store.Run(ctx, id)
	if errors.Is(err, failover.ErrNotFound) {
		return run, noRun(id)
	}
	if err != nil {
		return run, err
	}
	run.State = c.engine.State(ctx, run)
	return run, nil
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
