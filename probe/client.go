package probe

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

// Client speaks to one cluster over one connection, which it keeps and reuses.
// It may be used from any goroutine. Errors carry a [model.Failure], except
// when the caller's own context was cancelled: then they wrap context.Canceled.
//
// It never joins the control plane as a customer's subscriber: that could
// disturb a live client.
type Client struct {
	addr    address
	creds   credentials.TransportCredentials // nil: plain
	headers []string
	secrets []string
	hasAuth bool // some credential is configured
	timeout time.Duration

	mu     sync.Mutex
	link   *link // nil: the next call makes one
	links  map[*link]struct{}
	closed bool
}

// errClosed says that a client was used after Close.
var errClosed = errors.New("the client is closed")

// Dial prepares a client for an endpoint. It reads the CA file but sends
// nothing: the first call connects. An error here is one of configuration.
func Dial(endpoint Endpoint) (*Client, error) {
	addr, err := parseURL(endpoint.URL)
	if err != nil {
		return nil, err
	}
	headers, err := endpoint.headers()
	if err != nil {
		return nil, err
	}
	c := &Client{
		addr:    addr,
		headers: headers,
		secrets: endpoint.secrets(),
		hasAuth: len(headers) > 0,
		timeout: endpoint.Timeout,
		links:   map[*link]struct{}{},
	}
	if c.timeout <= 0 {
		c.timeout = DefaultTimeout
	}
	if addr.secure {
		config, err := endpoint.tlsConfig()
		if err != nil {
			return nil, err
		}
		c.creds = credentials.NewTLS(config)
	}
	return c, nil
}

// Close ends the connection. Calls in flight fail.
func (c *Client) Close() error {
	c.mu.Lock()
	links := c.links
	c.links, c.link, c.closed = map[*link]struct{}{}, nil, true
	c.mu.Unlock()
	var errs []error
	for l := range links {
		errs = append(errs, l.conn.Close())
	}
	return errors.Join(errs...)
}

// invoke makes one call with the client's deadline and metadata, and explains
// its failure.
func invoke[T any](ctx context.Context, c *Client, call func(context.Context, pb.FumaroleClient) (T, error)) (T, error) {
	var zero T
	l, err := c.acquire()
	if err != nil {
		return zero, err
	}
	defer c.release(l)

	began := time.Now()
	patience := c.timeout
	if deadline, ok := ctx.Deadline(); ok {
		patience = min(patience, time.Until(deadline))
	}
	callCtx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()

	came := &answer{}
	callCtx = context.WithValue(callCtx, answerKey{}, came)
	callCtx = metadata.AppendToOutgoingContext(callCtx, c.headers...)
	out := zero
	if l.refresh(callCtx) {
		out, err = call(callCtx, pb.NewFumaroleClient(l.conn))
	} else {
		err = status.FromContextError(callCtx.Err()).Err()
	}
	switch {
	case err == nil:
		c.note(l)
		return out, nil
	case errors.Is(ctx.Err(), context.Canceled):
		return zero, fmt.Errorf("call to %s given up: %w", c.addr.target, context.Canceled)
	}
	return zero, c.broken(ctx, l, came, began, patience, err)
}

// broken explains why a call on a connection failed, or a stretch of a stream,
// which began at a time and had so much patience.
func (c *Client) broken(ctx context.Context, l *link, came *answer, began time.Time, patience time.Duration, err error) error {
	o := outcome{
		err: err, answered: came.came.Load(), wire: l.wire.state().as(came.sent.Load(), began),
		patience: patience, took: time.Since(began),
	}
	switch {
	case o.answered:
		c.note(l)
	case o.took >= o.patience:
		c.retire(l, began)
	}
	return c.explain(ctx, o)
}

// acquire gives the connection for a call.
func (c *Client) acquire() (*link, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, fmt.Errorf("call to %s: %w", c.addr.target, errClosed)
	}
	if c.link == nil {
		l, err := newLink(c.addr, c.creds, c.timeout, time.Now)
		if err != nil {
			return nil, fmt.Errorf("prepare the connection to %s: %w", c.addr.target, err)
		}
		c.link = l
		c.links[l] = struct{}{}
	}
	c.link.calls++
	return c.link, nil
}

// release ends a call; the last one on a retired connection closes it.
func (c *Client) release(l *link) {
	c.mu.Lock()
	l.calls--
	_, ours := c.links[l]
	done := ours && l.retired && l.calls == 0
	if done {
		delete(c.links, l)
	}
	c.mu.Unlock()
	if done {
		// Nothing is in flight here any more, so nothing is lost by an error.
		_ = l.conn.Close()
	}
}

// note records that a connection carried an answer.
func (c *Client) note(l *link) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l.answered = time.Now()
}

// retire lets the next call begin on a new connection, unless this one has
// carried an answer since. A call that timed out may have met a black hole, or
// a peer that says a byte now and then: were the connection kept, it would hide
// the recovery for long. Other calls on it end in peace, for one of them may be
// the engine's.
func (c *Client) retire(l *link, since time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if l.answered.After(since) {
		return
	}
	l.retired = true
	if c.link == l {
		c.link = nil
	}
}
