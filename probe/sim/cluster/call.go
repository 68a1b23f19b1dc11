package cluster

import (
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// call is a call that is under way. A fault can end it with a status.
type call struct {
	rpc    string // its name
	cancel context.CancelCauseFunc
}

// end ends the call. The first reason counts.
func (c *call) end(why error) { c.cancel(why) }

// callKey finds the call in a handler's context.
type callKey struct{}

// callOf is the call that a handler's context belongs to.
func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// calls are all calls under way. Safe for concurrent use.
type calls struct {
	mu     sync.Mutex
	active map[*call]struct{}
	closed error // set when no further call may begin
}

func newCalls() *calls { return &calls{active: make(map[*call]struct{})} }

// begin enters a call by its full method; done has to be called when it has ended.
func (s *calls) begin(ctx context.Context, method string) (_ context.Context, done func()) {
	c := &call{rpc: path.Base(method)}
	ctx, c.cancel = context.WithCancelCause(context.WithValue(ctx, callKey{}, c))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active[c] = struct{}{}
	if s.closed != nil {
		c.end(s.closed)
	}
	return ctx, func() {
		c.end(nil)
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.active, c)
	}
}

// end ends all calls under way or, where RPCs are named, all of these.
func (s *calls) end(why error, rpcs ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.active {
		if len(rpcs) == 0 || slices.Contains(rpcs, c.rpc) {
			c.end(why)
		}
	}
}

// close ends all calls under way and all that are still to come.
func (s *calls) close(why error) {
	s.mu.Lock()
	s.closed = why
	s.mu.Unlock()
	s.end(why)
}

// ending is the status with which a call ends whose handler returned err: the
// reason why we ended it, where we did.
func ending(ctx context.Context, err error) error {
	cause := context.Cause(ctx)
	switch {
	case cause == nil:
		return err
	case errors.Is(cause, errCleanEnd):
		return nil
	}
	if _, ours := status.FromError(cause); ours {
		return cause
	}
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return status.FromContextError(ctx.Err()).Err()
	}
	return err
}

// stream is a server stream whose context a fault can end, and which a fault
// can silence.
type stream struct {
	grpc.ServerStream
	ctx    context.Context //nolint:containedctx // this is what grpc.ServerStream is made of
	faults *faults
}

// Context is the call's context.
func (s stream) Context() context.Context { return s.ctx }

// SendMsg sends a message once the stream is not silenced.
func (s stream) SendMsg(m any) error {
	if err := s.faults.gone(s.ctx, FaultSilence, callOf(s.ctx).rpc); err != nil {
		return err
	}
	return s.ServerStream.SendMsg(m)
}

// arrival is a message, when it came, and the luck of its answer.
type arrival[T any] struct {
	message *T
	at      time.Time
	luck    float64
}

// maxWaiting is how many messages of a stream wait to be handled before no
// more are read.
const maxWaiting = 32

// receive reads a stream's messages in the background, since a read cannot be
// given up when a fault ends the call. The channel closes at the end of the
// client's half; any other error ends the call.
func receive[T any](c *Cluster, s grpc.ServerStream, read func() (*T, error)) <-chan arrival[T] {
	ctx := s.Context()
	messages := make(chan arrival[T], maxWaiting)
	c.work.Go(func() { // ends at the latest when the handler has returned
		defer close(messages)
		for {
			m, err := read()
			if err != nil {
				if !errors.Is(err, io.EOF) {
					callOf(ctx).end(err)
				}
				return
			}
			select {
			case messages <- arrival[T]{m, c.opts.Clock.Now(), c.luck()}:
			case <-ctx.Done():
				return
			}
		}
	})
	return messages
}

// Why the cluster ends calls.
var (
	errShutdown    = status.Error(codes.Unavailable, "the cluster is shutting down")
	errRestart     = status.Error(codes.Unavailable, "the control plane restarts (simulated)")
	errUnavailable = status.Error(codes.Unavailable, "service unavailable (simulated)")
	errCleanEnd    = errors.New("the stream ends without an error") // never sent: its status is OK
)

// dataRPC is the data plane of current clients.
const dataRPC = "SubscribeData"

// controlRPCs names the RPCs that are control planes.
func controlRPCs() []string { return []string{"Subscribe", "SubscribeV2"} }
