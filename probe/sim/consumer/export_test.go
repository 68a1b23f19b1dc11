package consumer

import (
	"context"
	"time"
)

// How sessions end, for the tests of what makes them end so.
var (
	ErrStopped      = errStopped
	ErrDisconnected = errDisconnected
	ErrRejoin       = errRejoin
	ErrRuntime      = errRuntime
	ErrData         = errData
)

// RunOnce is Run without the supervision: it runs one session and gives why it
// ended.
func (c *Client) RunOnce(ctx context.Context) error { return c.publishing(ctx, c.runSession) }

// Hurry shortens the pauses of a client, which are seconds, and opens data
// streams again at once.
func (c *Client) Hurry(accept, pause time.Duration) {
	c.pace.accept, c.pace.state, c.pace.pause, c.pace.reopen = accept, accept, pause, 0
}
