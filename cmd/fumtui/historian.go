package main

import (
	"context"

	"github.com/fumtui/fumtui/model"
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

// Audit implements ui.Historian.
func (h historian) Audit(ctx context.Context, limit int) ([]ui.AuditLine, error) {
	records, err := h.store.Audit(ctx, limit)
	if err != nil {
		return nil, err
	}
	lines := make([]ui.AuditLine, len(records))
	for i, r := range records {
		lines[i] = ui.AuditLine{ID: r.ID, At: r.At, Pipeline: r.Pipeline, Run: r.RunID, Actor: r.Actor, Action: r.Action, Detail: r.Detail}
	}
	return lines, nil
}
