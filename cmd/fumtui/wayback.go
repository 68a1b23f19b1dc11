package main

import (
	"context"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

// wayBackWithin is how old what a console saw last may be to tell how the way
// back stands now.
const wayBackWithin = 2 * time.Minute

// wayBack says how the subscriber that a run left behind stands, by what consoles
// stored lately of its cluster; "" where the run is not the one that moved its
// pipeline last, or its pipeline is at home.
func (c *console) wayBack(ctx context.Context, run *model.Run) (string, error) {
	p, ok := c.cfg.Pipeline(run.Pipeline)
	if !ok || run.State != model.RunDone || run.Kind == model.Recreate {
		return "", nil
	}
	active, err := c.store.Active(ctx, p.Name)
	if err != nil || active != run.To {
		return "", err
	}
	home, err := c.home(ctx, p.Name)
	if err != nil {
		return "", err
	}
	newer, err := c.movedSince(ctx, run)
	if err != nil || newer {
		return "", err
	}
	var clusters []model.Cluster
	for _, configured := range c.cfg.Clusters {
		clusters = append(clusters, configured.Cluster)
	}
	watch := health.New(c.cfg.Detection, clusters, []model.Pipeline{p.Pipeline})
	watch.SetRules(p.Name, p.Detection)
	watch.SetHome(p.Name, home)
	watch.SetActive(p.Name, active)
	var next *model.Slot
	if run.Cursor != nil {
		next = ptrTo(*run.Cursor + 1)
	}
	watch.SetSource(p.Name, run.From, next)
	now := time.Now()
	err = c.store.EachEvidence(ctx, now.Add(-wayBackWithin), func(e model.Evidence) error {
		if e.Cluster == run.From && !e.Answered.After(now) {
			watch.Observe(e)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	_, states := watch.Assess(now)
	if states[0].WayBack == nil {
		return "", nil
	}
	return states[0].WayBack.Says, nil
}

// movedSince reports whether a later run moved the pipeline.
func (c *console) movedSince(ctx context.Context, run *model.Run) (bool, error) {
	const newest = 64
	runs, err := c.store.Runs(ctx, run.Pipeline, false, newest)
	if err != nil {
		return false, err
	}
	for i := range runs { // newest first
		if runs[i].State == model.RunDone && runs[i].Kind != model.Recreate {
			return runs[i].ID != run.ID, nil
		}
	}
	return false, nil
}
