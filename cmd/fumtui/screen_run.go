package main

import (
	"context"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/probe/hook"
)

// hookReader tells the screen what hooks say. It reads the folder that their
// supervisors write, whichever console on this host drives the run.
type hookReader struct{ hooks *hook.Supervisor } // nil: hooks run in this process, and tell nothing

// HookOutput implements ui.Hooks.
func (h hookReader) HookOutput(_ context.Context, pipeline, run string) ([]model.HookOutput, error) {
	if h.hooks == nil {
		return nil, nil
	}
	return hook.Told(h.hooks.Dir, pipeline, run, time.Now())
}

// wait is something that an act on a pipeline waits for.
type wait struct {
	why   string
	until time.Time
}

// waitsFor says for what an act on a pipeline waits, and until when at most.
func (c *console) waitsFor(pipeline string) (why string, until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.waitNow[pipeline]
	return w.why, w.until
}

// waited forgets what an act on a pipeline waited for: it is over.
func (c *console) waited(pipeline string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.waitNow, pipeline)
}
