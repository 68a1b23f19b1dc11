package cluster

import (
	"context"
	"crypto/subtle"
	"slices"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/fumtui/fumtui/probe/zstd"
)

// What travels beside a call.
const (
	tokenHeader        = "x-token"
	subscriptionHeader = "x-subscription-id"
)

// errToken refuses a call, or ends one.
var errToken = status.Error(codes.Unauthenticated, "missing or invalid x-token")

// unary lets a unary call in.
func (c *Cluster) unary(ctx context.Context, request any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	ctx, done := c.calls.begin(ctx, info.FullMethod)
	defer done()
	err := c.admit(ctx)
	if err == nil {
		err = c.faults.gone(ctx, FaultSilence, callOf(ctx).rpc)
	}
	if err != nil {
		return nil, ending(ctx, err)
	}
	answer, err := handle(ctx, request)
	if err = ending(ctx, err); err != nil {
		return nil, err
	}
	return answer, nil
}

// streaming lets a stream in. What it refuses ends before any header is sent.
func (c *Cluster) streaming(server any, s grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
	ctx, done := c.calls.begin(s.Context(), info.FullMethod)
	defer done()
	if err := c.admit(ctx); err != nil {
		return ending(ctx, err)
	}
	return ending(ctx, handle(server, stream{s, ctx, c.faults}))
}

// admit does to a call what the cluster's faults ask for: it delays it, refuses
// its token, leaves it hanging, fails it, or gives it headers and nothing more.
// It chooses how its answers are compressed.
func (c *Cluster) admit(ctx context.Context) error {
	rpc := callOf(ctx).rpc
	if err := wait(ctx, c.opts.Clock, c.slowness(rpc, c.luck())); err != nil {
		return err
	}
	if err := c.authenticate(ctx); err != nil {
		return err
	}
	if err := c.faults.gone(ctx, FaultHang, rpc); err != nil {
		return err
	}
	if c.faults.has(FaultUnavailable, rpc) {
		return errUnavailable
	}
	if err := c.chance(rpc); err != nil {
		return err
	}
	if err := compress(ctx); err != nil {
		return err
	}
	// Clients ask the data plane for nothing before they have its headers.
	if rpc == dataRPC || c.faults.has(FaultSilence, rpc) {
		return grpc.SendHeader(ctx, nil)
	}
	return nil
}

// slowness is how late an answer of an RPC comes with this luck.
func (c *Cluster) slowness(rpc string, luck float64) time.Duration {
	if c.faults.has(FaultSlow, rpc) {
		return c.opts.SlowBy + time.Duration(luck*float64(c.opts.SlowBy))
	}
	return 0
}

// luck is that of one answer, in [0, 1).
func (c *Cluster) luck() float64 {
	c.diceMu.Lock()
	defer c.diceMu.Unlock()
	return c.dice.Float64()
}

// authenticate compares the call's token.
func (c *Cluster) authenticate(ctx context.Context) error {
	if c.faults.has(FaultRejectToken, anyRPC) {
		return errToken
	}
	token := []byte(header(ctx, tokenHeader))
	accepted := func(t string) bool { return subtle.ConstantTimeCompare([]byte(t), token) == 1 }
	if len(c.opts.Tokens) > 0 && !slices.ContainsFunc(c.opts.Tokens, accepted) {
		return errToken
	}
	return nil
}

// chance fails a share of the calls under [FaultErrors].
func (c *Cluster) chance(rpc string) error {
	if !c.faults.has(FaultErrors, rpc) {
		return nil
	}
	c.diceMu.Lock()
	defer c.diceMu.Unlock()
	if c.dice.Float64() >= c.opts.ErrorShare {
		return nil
	}
	if c.dice.IntN(2) == 0 {
		return status.Error(codes.Internal, "internal error (simulated)")
	}
	return errUnavailable
}

// compress sets the encoding of the answers: the best of those that the client
// listed. Left alone, gRPC would answer as the request was sent, which a client
// need not understand.
func compress(ctx context.Context) error {
	listed, err := grpc.ClientSupportedCompressors(ctx)
	if err != nil {
		return status.Errorf(codes.Internal, "read the accepted encodings: %v", err)
	}
	name := encoding.Identity
	for _, offer := range []string{zstd.Name, gzip.Name} {
		if slices.Contains(listed, offer) {
			name = offer
			break
		}
	}
	if err := grpc.SetSendCompressor(ctx, name); err != nil {
		return status.Errorf(codes.Internal, "answer in %s: %v", name, err)
	}
	return nil
}

// tenantOf is whose call it is.
func tenantOf(ctx context.Context) tenant {
	return tenant{header(ctx, tokenHeader), header(ctx, subscriptionHeader)}
}

// header is the first value of a header, or nothing.
func header(ctx context.Context, name string) string {
	if values := metadata.ValueFromIncomingContext(ctx, name); len(values) > 0 {
		return values[0]
	}
	return ""
}
