package main

import (
	"fmt"
	"io"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// waiting is told that the engine waits for another driver's lease, and must not
// block.
func (c *console) waiting(w failover.Waiting) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waitNow[w.Run.Pipeline] = wait{model.Clean(w.Why, model.MaxMessage), time.Now().Add(w.For)}
	if c.waits != nil {
		c.waits(fmt.Sprintf("waiting up to %s: %s", model.Span(w.For), model.Clean(w.Why, model.MaxMessage)))
	}
}

// tellWaits prints for whom the engine waits, until the function that comes back
// is called.
func (c *console) tellWaits(out io.Writer) (end func()) {
	const most = 256
	told := newTeller(out, most)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waits = told.say
	return func() {
		c.mu.Lock()
		c.waits = nil
		c.mu.Unlock()
		told.end()
	}
}
