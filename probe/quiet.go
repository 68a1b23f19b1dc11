package probe

import (
	"io"

	"google.golang.org/grpc/grpclog"
)

// QuietGRPC silences gRPC's own log, which would write over the screen from
// standard error. gRPC keeps one logger for the whole process, which must be
// set before anything uses it: call this first thing in main.
func QuietGRPC() {
	grpclog.SetLoggerV2(grpclog.NewLoggerV2(io.Discard, io.Discard, io.Discard))
}
