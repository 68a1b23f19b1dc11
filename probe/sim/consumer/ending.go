package consumer

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
)

// How a session ends. Each is wrapped with its cause.
var (
	// errDrained: the drain is done.
	errDrained = errors.New("drained")
	// errStopped: the server ended the control plane without an error, which the
	// user is not told either.
	errStopped = errors.New("the session stopped without an error")
	// errDisconnected: the control plane ended in a way that is not mended.
	errDisconnected = errors.New("control plane disconnected")
	// errRejoin: no attempt to join again was accepted.
	errRejoin = errors.New("rejoin failed")
	// errRuntime: the server broke a rule on which the reference client insists
	// with its life; its user only sees the stream end.
	errRuntime = errors.New("the runtime ended")
	// errData: a download failed for good, or a data stream could not be opened.
	errData = errors.New("the data plane failed")
)

// trailers tells whether a call was ended by a status of the server's.
type trailers struct{ seen atomic.Bool }

type trailersKey struct{}

// watchTrailers makes a context whose one call can be told apart by how it
// ended: by a status, or by the loss of its connection.
func watchTrailers(ctx context.Context) (context.Context, *trailers) {
	t := &trailers{}
	return context.WithValue(ctx, trailersKey{}, t), t
}

// trailerHandler notes the trailers of calls that are watched.
type trailerHandler struct{}

// TagRPC implements [stats.Handler].
func (trailerHandler) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context { return ctx }

// HandleRPC implements [stats.Handler].
func (trailerHandler) HandleRPC(ctx context.Context, event stats.RPCStats) {
	if _, ok := event.(*stats.InTrailer); !ok {
		return
	}
	if t, ok := ctx.Value(trailersKey{}).(*trailers); ok {
		t.seen.Store(true)
	}
}

// TagConn implements [stats.Handler].
func (trailerHandler) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

// HandleConn implements [stats.Handler].
func (trailerHandler) HandleConn(context.Context, stats.ConnStats) {}

// resetText precedes the name of the HTTP/2 error code in what gRPC says of a
// stream that was reset.
const resetText = "stream terminated by RST_STREAM with error code: "

// ending is the code with which a running stream ended, OK for a clean end, as
// the reference client takes it. That is the server's status where one came.
// gRPC for Go calls the loss of a connection UNAVAILABLE: to the reference
// client it is UNKNOWN. It also names some resets otherwise.
func ending(err error, t *trailers) codes.Code {
	if errors.Is(err, io.EOF) {
		return codes.OK
	}
	if t.seen.Load() {
		return status.Code(err)
	}
	_, reset, ok := strings.Cut(status.Convert(err).Message(), resetText)
	if !ok {
		return codes.Unknown
	}
	switch reset {
	case "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "COMPRESSION_ERROR", "CONNECT_ERROR", "SETTINGS_TIMEOUT":
		return codes.Internal
	case "REFUSED_STREAM":
		return codes.Unavailable
	case "CANCEL":
		return codes.Canceled
	case "ENHANCE_YOUR_CALM":
		return codes.ResourceExhausted
	case "INADEQUATE_SECURITY":
		return codes.PermissionDenied
	default:
		return codes.Unknown
	}
}

// rejoins reports whether a control plane that ended with a code is joined
// again.
func rejoins(code codes.Code) bool {
	switch code {
	case codes.Unavailable, codes.DataLoss, codes.Internal:
		return true
	default:
		return false
	}
}

// recoverable reports whether a data stream that ended with a code while a
// download was in flight is opened again.
func recoverable(code codes.Code) bool {
	switch code {
	case codes.Unavailable, codes.Internal, codes.Aborted, codes.ResourceExhausted,
		codes.DataLoss, codes.Unknown, codes.Canceled, codes.DeadlineExceeded:
		return true
	default:
		return false
	}
}
