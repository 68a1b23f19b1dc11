package main

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/crash"
	"github.com/fumtui/fumtui/probe"
)

// looking runs the probes and the monitor while do runs, and ends them after it.
func (c *console) looking(ctx context.Context, do func(context.Context) error) error {
	watchCtx, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	crash.Go(ctx, &wg, func() {
		defer close(c.still)
		_ = c.monitor.Run(watchCtx)
	})
	for _, look := range c.looks() {
		crash.Go(ctx, &wg, func() { look(watchCtx) })
	}
	defer wg.Wait()
	defer stop()
	return do(ctx)
}

// looks are the loops that gather evidence.
func (c *console) looks() []func(context.Context) {
	var all []func(context.Context)
	phase := time.Duration(rand.Float64() * float64(c.interval)) // consoles do not look in step
	paced := func(l probe.Loop) func(context.Context) {
		l.Interval, l.Timeout, l.Random = c.interval, c.cfg.Probe.Timeout, rand.Float64
		l.Together, l.Phase = c.together(len(c.clients)), phase
		return l.Run
	}
	for name, client := range c.clusters {
		all = append(all, probe.Prober{
			Cluster: name, Client: client, Publish: c.monitor.Observe,
			Interval: c.interval, Together: c.together(len(c.clusters)), Phase: phase,
			Timeout: c.cfg.Probe.Timeout, Random: rand.Float64,
		}.Run)
	}
	for _, canary := range c.canaries {
		if c.watching {
			all = append(all, canary.Run)
		}
	}
	for at, control := range c.clients {
		if control.Scraper != nil {
			scraper := control.Scraper
			if len(c.clients) <= crowd { // many connections would be a burden of their own
				scraper = scraper.Watching()
			}
			all = append(all, paced(probe.ScrapeLoop(at.pipeline, at.cluster, scraper, c.monitor.Observe)))
		}
		if c.store != nil {
			all = append(all, paced(probe.CursorLoop(at.pipeline, at.cluster, c.cursor, c.monitor.Observe)))
		}
	}
	return all
}

// crowd is how many are looked at together at most.
const crowd = 32

// together is the step at which looks at so many clusters or clients begin. A few at
// a time wake the processor no more often than one; many would come in a burst, and
// a short step lets their jitter spread them.
func (c *console) together(many int) time.Duration {
	if many > crowd {
		return c.interval / 16
	}
	return c.interval / 4
}

// settle waits until there is a verdict on every cluster and pipeline, but no
// longer than most.
func (c *console) settle(ctx context.Context, most time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	for seen := uint64(0); ; {
		snap, err := c.monitor.Next(ctx, seen)
		if err != nil || judged(&snap) {
			return
		}
		seen = snap.Generation
	}
}

func judged(snap *model.Snapshot) bool {
	for _, c := range snap.Clusters {
		if c.Verdict == model.ClusterUnknown {
			return false
		}
	}
	for _, p := range snap.Pipelines {
		if p.Verdict == model.PipelineUnknown {
			return false
		}
	}
	return true
}
