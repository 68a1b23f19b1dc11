package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/model/monitor"
	"github.com/fumtui/fumtui/store"
	"github.com/fumtui/fumtui/ui"
)

const (
	// takeOverWithin bounds each wait of a console that takes over.
	takeOverWithin = 10 * time.Second
	// firstPictureWithin bounds the wait for a picture that knows what was recorded.
	firstPictureWithin = 5 * time.Second
)

// errReloading is why a reload does not begin.
var errReloading = errors.New("the configuration is being read already")

// Reload implements ui.Reloader. The configuration is read and checked first:
// where anything is wrong with it, all stays as it is. Then a console on it takes
// over, with what was recorded of all that is still the same. Runs go on on the
// console on which they were begun.
func (l *live) Reload(ctx context.Context) (ui.Reloaded, error) {
	if !l.reloading.TryLock() {
		return ui.Reloaded{}, errReloading
	}
	defer l.reloading.Unlock()
	old, _ := l.now()
	cfg, err := loadConfig(ctx, old.cfg.Path)
	if err != nil {
		return ui.Reloaded{}, err
	}
	done := ui.Reloaded{Path: cfg.Path, Settings: settingsText(cfg, old.storePath())}
	for _, change := range config.Changes(old.cfg, cfg) {
		done.Changes = append(done.Changes, change.String())
	}
	for _, warning := range cfg.Warnings {
		done.Warnings = append(done.Warnings, warning.Error())
	}
	if len(done.Changes) == 0 {
		return done, nil
	}
	if err := old.mayBecome(ctx, cfg); err != nil {
		return ui.Reloaded{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, takeOverWithin)
	defer cancel()
	c, err := openConsoleOn(ctx, cfg, append(slices.Clone(l.options), takingOver(old.console))...)
	if err != nil {
		return ui.Reloaded{}, err
	}
	if c.storeErr != nil && old.storeErr == nil {
		c.close()
		return ui.Reloaded{}, fmt.Errorf("the database cannot be opened now: %w", c.storeErr)
	}
	done.Face = &ui.Options{ReadOnly: c.onlyLooks() != nil}
	l.face.on(done.Face, cfg.Console)
	l.takeOver(old, c)
	return done, nil
}

// takeOver puts a console in force. From here on there is no way back, so it does
// not end with whoever asked for it.
func (l *live) takeOver(old *tenure, c *console) {
	old.rest()
	bound := time.NewTimer(takeOverWithin)
	defer bound.Stop()
	select {
	case <-old.still: // what it saw is recorded
	case <-bound.C:
	}
	t := l.begin(c)
	t.base = old.base + old.monitor.Snapshot().Generation
	ctx, cancel := context.WithTimeout(l.ctx, firstPictureWithin)
	defer cancel()
	_, _ = c.monitor.Next(ctx, 1) // the first picture knows nothing
	l.succeed(t)
}

// mayBecome says why a configuration cannot be put in force while this process
// runs.
func (t *tenure) mayBecome(ctx context.Context, cfg *config.Config) error {
	was, err := databaseOf(t.cfg)
	is, isErr := databaseOf(cfg)
	if err != nil || isErr != nil || was != is {
		return fmt.Errorf("store cannot change while fumtui runs, because runs, leases and cursors are in it: end fumtui and start it again to use %s", is)
	}
	if t.store == nil {
		return nil
	}
	runs, err := t.store.Runs(ctx, "", true, 0)
	if err != nil {
		return fmt.Errorf("whether runs are under way cannot be read: %w", err)
	}
	for _, run := range runs {
		if _, known := t.cfg.Pipeline(run.Pipeline); !known {
			continue // nor was it before
		}
		p, known := cfg.Pipeline(run.Pipeline)
		for _, cluster := range []string{run.From, run.To} {
			if _, here := p.Clients[cluster]; !known || !here {
				return fmt.Errorf("run %s of pipeline %s from %s to %s has not ended: neither the pipeline nor its clients there can go before it has", run.ID, run.Pipeline, run.From, run.To)
			}
		}
		if p.Subscriber != run.Subscriber {
			return fmt.Errorf("run %s of pipeline %s has not ended: its subscriber stays %s until it has", run.ID, run.Pipeline, run.Subscriber)
		}
	}
	return nil
}

// databaseOf is where the database of a configuration is.
func databaseOf(cfg *config.Config) (string, error) {
	if cfg.Store != "" {
		return cfg.Store, nil
	}
	return store.DefaultPath()
}

// takingOver has a console go on where another one stops.
func takingOver(old *console) consoleOption {
	return func(c *console) { c.before, c.began = old, old.began }
}

// newest is the console that is in force after this one; itself where none is.
func (c *console) newest() *console {
	for {
		heir := c.heir.Load()
		if heir == nil {
			return c
		}
		c = heir
	}
}

// keepSwitches switches the canaries as a person has switched those before.
func (c *console) keepSwitches() {
	if c.before == nil {
		return
	}
	for name, canary := range c.before.canaries {
		was, _ := c.before.cfg.Cluster(name)
		if now := c.canaries[name]; now != nil && canary.Enabled() != was.Canary {
			now.Enable(canary.Enabled())
		}
	}
}

// keptOf is what a monitor loads of what was recorded: of a console that takes
// over, only what is of clusters and clients that are still the same.
func (c *console) keptOf(all monitor.History) monitor.History {
	if c.before == nil {
		return all
	}
	before, now := c.before.cfg, c.cfg
	return &kept{History: all, until: time.Now(), same: func(pipeline, cluster string) bool {
		return sameEndpoint(before, now, cluster) && (pipeline == "" || sameClient(before, now, pipeline, cluster))
	}}
}

// kept leaves out of a history what was recorded of what is no more.
type kept struct {
	monitor.History
	until time.Time // what is newer is of what is now
	same  func(pipeline, cluster string) bool
}

// Evidence implements monitor.History.
func (k *kept) Evidence(ctx context.Context, since time.Time) ([]model.Evidence, error) {
	list, err := k.History.Evidence(ctx, since)
	return slices.DeleteFunc(list, func(e model.Evidence) bool {
		return e.Answered.Before(k.until) && !k.same(e.Pipeline, e.Cluster)
	}), err
}

// Samples implements monitor.History.
func (k *kept) Samples(ctx context.Context, measure model.Measure, since time.Time) ([]model.Sample, error) {
	list, err := k.History.Samples(ctx, measure, since)
	return slices.DeleteFunc(list, func(s model.Sample) bool {
		return s.At.Before(k.until) && !k.same(s.Pipeline, s.Cluster)
	}), err
}

// sameEndpoint reports whether a cluster is the same in two configurations, or in
// neither known.
func sameEndpoint(before, now *config.Config, name string) bool {
	a, _ := before.Cluster(name)
	b, _ := now.Cluster(name)
	return a.Endpoint == b.Endpoint
}

// sameClient reports whether the client of a pipeline at a cluster is the same in
// two configurations, as far as it is looked at.
func sameClient(before, now *config.Config, pipeline, cluster string) bool {
	a, _ := before.Pipeline(pipeline)
	b, _ := now.Pipeline(pipeline)
	return a.Subscriber == b.Subscriber && a.Clients[cluster].Metrics == b.Clients[cluster].Metrics &&
		a.Cursor.Source == b.Cursor.Source && a.Cursor.Metric == b.Cursor.Metric && reflect.DeepEqual(a.Cursor.At[cluster], b.Cursor.At[cluster])
}
