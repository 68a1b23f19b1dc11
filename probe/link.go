package probe

import (
	"context"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/stats"

	// Registers zstd, which real clients offer: the probe should be answered
	// as they are.
	_ "github.com/fumtui/fumtui/probe/zstd"
)

// maxReceive bounds a message from a cluster, in bytes. gRPC's default of
// 4 MiB is less than what a long list of subscribers may need.
const maxReceive = 64 << 20

// link is one gRPC connection of a client and the record of its sockets.
type link struct {
	conn *grpc.ClientConn
	wire *wire

	// Guarded by the client's mutex.
	calls    int       // in flight
	retired  bool      // no new call begins here
	answered time.Time // when the peer last ended a call
}

// newLink prepares a connection. Nothing is sent before its first call.
func newLink(addr address, creds credentials.TransportCredentials, timeout time.Duration, now func() time.Time) (*link, error) {
	w := newWire(addr.secure, now)
	if addr.secure {
		creds = handshaker{creds.Clone(), w}
	} else {
		creds = insecure.NewCredentials()
	}
	conn, err := grpc.NewClient("passthrough:///"+addr.target,
		grpc.WithAuthority(addr.authority),
		grpc.WithTransportCredentials(creds),
		grpc.WithContextDialer(w.dial),
		grpc.WithNoProxy(),
		grpc.WithDisableServiceConfig(),
		// A retry of gRPC's own would hide from us what a client meets.
		grpc.WithDisableRetry(),
		// The kernel gives up on a dead peer after many minutes only.
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 10 * time.Second, Timeout: 5 * time.Second}),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff: backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: time.Second},
			// Longer than any call waits, so that the call's own deadline tells
			// of a peer that is silent from the start.
			MinConnectTimeout: 2 * timeout,
		}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxReceive)),
		// A console looks all the time, so a connection is never idle; and a
		// timer of minutes would only disturb the one-off commands.
		grpc.WithIdleTimeout(0),
		grpc.WithStatsHandler(answerWatch{}),
		grpc.WithUserAgent("fumtui"),
	)
	if err != nil {
		return nil, err
	}
	return &link{conn: conn, wire: w}, nil
}

// refresh makes a call on a broken connection a try of its own: it connects
// again at once, or joins the attempt under way, and waits for what comes of it
// instead of repeating the last failure. So every probe of a dead cluster is
// evidence, and the first one after its recovery sees it.
//
// It is false when ctx ended first. Whether a connection broke the wire knows
// before gRPC's own state does.
func (l *link) refresh(ctx context.Context) bool {
	seen := l.wire.state()
	if seen.lost.attempt == 0 {
		return true
	}
	if seen.lost.attempt == seen.attempt {
		l.conn.ResetConnectBackoff()
	}

	settled, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case <-seen.failed:
			cancel()
		case <-settled.Done():
		}
	}()
	l.settle(settled)
	cancel()
	<-done
	return ctx.Err() == nil
}

// settle waits until the connection stands, or is idle and waits for a call to
// connect it, or ctx is done.
func (l *link) settle(ctx context.Context) {
	for {
		switch now := l.conn.GetState(); now {
		case connectivity.Ready, connectivity.Idle, connectivity.Shutdown:
			return
		case connectivity.Connecting, connectivity.TransientFailure:
			if !l.conn.WaitForStateChange(ctx, now) {
				return
			}
		}
	}
}

// answer is what became of a call, as gRPC tells in passing.
type answer struct {
	sent atomic.Bool // on a connection that stood
	// came: the peer itself ended the call with a gRPC status, as opposed to a
	// status that gRPC made up on this side.
	came atomic.Bool
}

// answerKey finds the answer of a call in its context.
type answerKey struct{}

// answerWatch notes that a call was sent, and the arrival of trailers, which
// carry the peer's status.
type answerWatch struct{}

// TagRPC implements stats.Handler.
func (answerWatch) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context { return ctx }

// HandleRPC implements stats.Handler.
func (answerWatch) HandleRPC(ctx context.Context, event stats.RPCStats) {
	a, ok := ctx.Value(answerKey{}).(*answer)
	if !ok {
		return
	}
	switch event.(type) {
	case *stats.Begin:
		a.came.Store(false) // gRPC may send a call again that the peer did not look at
	case *stats.OutHeader:
		a.sent.Store(true)
	case *stats.InTrailer:
		a.came.Store(true)
	}
}

// TagConn implements stats.Handler.
func (answerWatch) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

// HandleConn implements stats.Handler.
func (answerWatch) HandleConn(context.Context, stats.ConnStats) {}
