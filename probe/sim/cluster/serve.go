package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

// maxRequest is the largest request that is read: filters can be long.
const maxRequest = 64 << 20

// grace is how long calls have to end by themselves when the cluster stops.
const grace = 250 * time.Millisecond

// Serve serves until the context ends and everything that it started has
// ended, well within a second. It is called once. The error is nil when the
// context ended it.
func (c *Cluster) Serve(ctx context.Context) error {
	server := grpc.NewServer(c.serverOptions()...)
	pb.RegisterFumaroleServer(server, &service{Cluster: c})

	ctx, cancel := context.WithCancel(ctx)
	var own sync.WaitGroup
	own.Go(func() { c.ingest(ctx) })
	own.Go(func() {
		<-ctx.Done()
		c.stop(server)
	})
	err := server.Serve(c.port)
	stopped := ctx.Err() != nil
	cancel()
	own.Wait()
	c.work.Wait()
	if err != nil && !(stopped && (errors.Is(err, grpc.ErrServerStopped) || errors.Is(err, net.ErrClosed))) {
		return fmt.Errorf("simulated cluster %s: serve on %s: %w", c.opts.Name, c.Addr(), err)
	}
	return nil
}

// serverOptions sets the limits that real clients need.
func (c *Cluster) serverOptions() []grpc.ServerOption {
	options := []grpc.ServerOption{
		grpc.UnaryInterceptor(c.unary),
		grpc.StreamInterceptor(c.streaming),
		grpc.MaxRecvMsgSize(maxRequest),
		// Clients measure the path with pings, and a slow reader many of them.
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{
			MinTime: time.Millisecond, PermitWithoutStream: true,
		}),
		grpc.WaitForHandlers(true),
	}
	if c.opts.TLS != nil {
		options = append(options, grpc.Creds(credentials.NewTLS(c.opts.TLS)))
	}
	return options
}

// stop ends all calls, lets their statuses reach the clients, and then ends
// what is left.
func (c *Cluster) stop(server *grpc.Server) {
	c.calls.close(errShutdown)
	done := make(chan struct{})
	var graceful sync.WaitGroup
	graceful.Go(func() {
		defer close(done)
		server.GracefulStop()
	})
	timer := time.NewTimer(grace) // real time: this is about processes, not the chain
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	}
	_ = c.port.shut() // a handshake in a black hole would hold the server up
	server.Stop()
	graceful.Wait()
}
