package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/probe/cursor"
)

// checkCursors reads the cursor of a pipeline where it is active, and its sources
// everywhere else.
func (c *console) checkCursors(ctx context.Context, p config.Pipeline, active string) []model.Check {
	all := []model.Check{c.checkCursor(ctx, p, active)}
	for _, name := range p.Clusters {
		if source := c.cursors[seat{p.Name, name}]; source != nil && name != active {
			all = append(all, c.checkIdleCursor(ctx, p, name, source))
		}
	}
	return all
}

func cursorCheck(p config.Pipeline, cluster string) model.Check {
	return model.Check{Name: fmt.Sprintf("pipeline %s: cursor at %s", p.Name, cluster), Level: model.CheckOK}
}

// checkCursor looks at the cursor that a failover would resume from. It records
// nothing.
func (c *console) checkCursor(ctx context.Context, p config.Pipeline, active string) model.Check {
	check := cursorCheck(p, active)
	if c.store == nil {
		check.Level, check.Saw, check.Mend = model.CheckRefuse, "cannot be read", "mend the database first, see above"
		return check
	}
	kept, err := c.store.Cursor(ctx, p.Name, active)
	if err != nil {
		check.Level, check.Saw, check.Mend = model.CheckRefuse, err.Error(), "mend the database first, see above"
		return check
	}
	recorded := "none was recorded yet"
	if kept != nil {
		recorded = fmt.Sprintf("slot %d, %s ago", kept.Slot, time.Since(kept.UpdatedAt).Round(time.Second))
	}
	source := c.cursors[seat{p.Name, active}]
	if source == nil {
		check.Saw = recorded
		if kept == nil {
			check.Level, check.Saw = model.CheckRefuse, "there is none: a failover would not know where to resume"
			check.Mend = "have the client write it (see the README), or `fumtui cursor set`"
		}
		return check
	}
	slot, err := c.readSource(ctx, source)
	switch {
	case err != nil:
		check.Level, check.Saw = model.CheckRefuse, fmt.Sprintf("%v; last recorded: %s", err, recorded)
		check.Mend = "a failover would resume from what was recorded last, if anything was: correct cursor in the configuration"
	case slot == nil:
		check.Level, check.Saw = model.CheckWarn, fmt.Sprintf("%s has no slot yet; last recorded: %s", source, recorded)
		check.Mend = "look whether the client consumes, and whether this is where it says how far"
	default:
		check.Saw = fmt.Sprintf("slot %d, from %s", *slot, source)
	}
	return check
}

// checkIdleCursor reads the source of a client that is not to run.
func (c *console) checkIdleCursor(ctx context.Context, p config.Pipeline, cluster string, source cursor.Source) model.Check {
	check := cursorCheck(p, cluster)
	slot, err := c.readSource(ctx, source)
	switch {
	case errors.Is(err, failover.ErrPortRefused):
		check.Saw = "refused, as is right for a client that does not run"
	case err != nil:
		check.Level, check.Saw, check.Mend = model.CheckWarn, err.Error(), "correct cursor in the configuration: after a failover it is read there"
	case slot == nil:
		check.Saw = source.String() + " has no slot yet"
	default:
		check.Saw = fmt.Sprintf("slot %d of an earlier stay, from %s", *slot, source)
	}
	return check
}

func (c *console) readSource(ctx context.Context, source cursor.Source) (slot *model.Slot, err error) {
	err = bounded(ctx, c.cfg.Probe.Timeout, func(ctx context.Context) (err error) {
		slot, err = source.Read(ctx)
		return err
	})
	return slot, err
}

// checkSupervisor looks whether hooks could be supervised.
func (c *console) checkSupervisor() []model.Check {
	if c.hooks == nil {
		return nil
	}
	check := model.Check{Name: "hooks", Level: model.CheckOK, Saw: "locks and outcomes are kept in " + c.hooks.Dir}
	if err := c.hooks.Ready(); err != nil {
		check.Level, check.Saw = model.CheckRefuse, err.Error()
	}
	return []model.Check{check}
}

// cursorSetting says where the cursor of a pipeline comes from, and what it is.
func cursorSetting(cfg *config.Config, p *config.Pipeline) string {
	kind := "contiguous"
	if p.Highest {
		kind = "the highest slot only"
	}
	from := string(p.Cursor.Source)
	if p.Cursor.Source == config.CursorMetrics {
		from = "the metric " + p.Cursor.Metric
	}
	return fmt.Sprintf("cursor from %s, %s (%s)", from, kind, origin(cfg, "pipelines."+p.Name+".cursor", "default"))
}

// quietSetting says when a pipeline may come home; "" where that is at any time.
func quietSetting(cfg *config.Config, p *config.Pipeline) string {
	if len(p.Quiet) == 0 {
		return ""
	}
	var windows []string
	for _, w := range p.Quiet {
		windows = append(windows, w.String())
	}
	return fmt.Sprintf(", failback within %s UTC (%s)", strings.Join(windows, ", "),
		origin(cfg, "pipelines."+p.Name+".failback.quiet", "default"))
}
