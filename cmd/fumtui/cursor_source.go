package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/probe"
	"github.com/fumtui/fumtui/probe/cursor"
)

// prepareCursors prepares to read the cursors that are not in the database.
func (c *console) prepareCursors() error {
	for _, p := range c.cfg.Pipelines {
		for name, at := range p.Cursor.At {
			source, err := cursorSource(p, name, at, c.cfg.Probe.Timeout)
			if err != nil {
				return fmt.Errorf("%s: cursor of pipeline %s at %s: %w", c.cfg.Path, p.Name, name, err)
			}
			c.cursors[seat{p.Name, name}] = source
		}
	}
	return nil
}

func cursorSource(p config.Pipeline, cluster string, at config.CursorAt, timeout time.Duration) (cursor.Source, error) {
	switch p.Cursor.Source {
	case config.CursorMetrics:
		page, err := probe.NewScraper(at.URL, timeout)
		if err != nil {
			return nil, err
		}
		return cursor.Metrics(page, p.Cursor.Metric, p.Cursor.Labels), nil
	case config.CursorFile:
		return cursor.File(at.Path), nil
	case config.CursorExec:
		return cursor.Exec(at.Command, p.Name, cluster), nil
	case config.CursorStore:
	}
	return nil, fmt.Errorf("the source %s is read from the database", p.Cursor.Source)
}

// cursor is the cursor of a pipeline at a cluster: of its own source where it has
// one, recorded in the database with its time; nil where there is none yet. Where
// the source has none, what it said last still counts.
func (c *console) cursor(ctx context.Context, pipeline, cluster string) (*model.Cursor, error) {
	source := c.cursors[seat{pipeline, cluster}]
	if source == nil {
		return c.store.Cursor(ctx, pipeline, cluster)
	}
	asked := time.Now() // an answer is no younger than that
	slot, err := source.Read(ctx)
	if err != nil {
		return nil, err
	}
	if slot == nil {
		return c.store.Cursor(ctx, pipeline, cluster)
	}
	p, _ := c.cfg.Pipeline(pipeline)
	read := model.Cursor{
		Pipeline: pipeline, Cluster: cluster, Slot: *slot, UpdatedAt: asked, Source: string(p.Cursor.Source),
	}
	if writable := c.storeErr == nil; !writable {
		return &read, nil // who only looks can see it all the same
	}
	kept, err := c.store.RecordCursor(ctx, read)
	if errors.Is(err, failover.ErrStaleCursor) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	kept.Source = read.Source
	return &kept, nil
}
