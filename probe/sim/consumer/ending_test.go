package consumer

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestEndings(t *testing.T) {
	reset := func(code codes.Code, name string) error { return status.Error(code, resetText+name) }
	for name, test := range map[string]struct {
		err      error
		trailers bool
		want     codes.Code
		rejoins  bool
	}{
		"clean":                {io.EOF, true, codes.OK, false},
		"status":               {status.Error(codes.Unavailable, "busy"), true, codes.Unavailable, true},
		"status of data loss":  {status.Error(codes.DataLoss, "gone"), true, codes.DataLoss, true},
		"status not found":     {status.Error(codes.NotFound, "no group"), true, codes.NotFound, false},
		"connection lost":      {status.Error(codes.Unavailable, "error reading from server: EOF"), false, codes.Unknown, false},
		"status like a reset":  {reset(codes.Aborted, "CANCEL"), true, codes.Aborted, false},
		"reset NO_ERROR":       {reset(codes.Internal, "NO_ERROR"), false, codes.Unknown, false},
		"reset PROTOCOL":       {reset(codes.Internal, "PROTOCOL_ERROR"), false, codes.Internal, true},
		"reset INTERNAL":       {reset(codes.Internal, "INTERNAL_ERROR"), false, codes.Internal, true},
		"reset FLOW_CONTROL":   {reset(codes.ResourceExhausted, "FLOW_CONTROL_ERROR"), false, codes.Internal, true},
		"reset COMPRESSION":    {reset(codes.Internal, "COMPRESSION_ERROR"), false, codes.Internal, true},
		"reset CONNECT":        {reset(codes.Internal, "CONNECT_ERROR"), false, codes.Internal, true},
		"reset SETTINGS":       {reset(codes.Internal, "SETTINGS_TIMEOUT"), false, codes.Internal, true},
		"reset REFUSED_STREAM": {reset(codes.Unavailable, "REFUSED_STREAM"), false, codes.Unavailable, true},
		"reset CANCEL":         {reset(codes.Canceled, "CANCEL"), false, codes.Canceled, false},
		"reset CALM":           {reset(codes.ResourceExhausted, "ENHANCE_YOUR_CALM"), false, codes.ResourceExhausted, false},
		"reset SECURITY":       {reset(codes.PermissionDenied, "INADEQUATE_SECURITY"), false, codes.PermissionDenied, false},
		"reset unheard of":     {reset(codes.Unknown, "unknown error code 0x99"), false, codes.Unknown, false},
	} {
		t.Run(name, func(t *testing.T) {
			seen := &trailers{}
			seen.seen.Store(test.trailers)
			got := ending(test.err, seen)
			if got != test.want || rejoins(got) != test.rejoins {
				t.Errorf("taken as %v, joined again: %v; want %v, %v", got, rejoins(got), test.want, test.rejoins)
			}
		})
	}
}

// A rejoin is tried three times, each given 10 s, with 2 s between them.
func TestConformance19RejoinTakesItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		want := referencePace()
		if want.accept != 10*time.Second || want.pause != 2*time.Second || want.tries != 3 {
			t.Fatalf("pace %+v", want)
		}
		begin, refused := time.Now(), errors.New("refused")
		var at []time.Duration
		_, err := retry(context.Background(), want, func() (*plane, error) {
			at = append(at, time.Since(begin))
			time.Sleep(want.accept) // nobody answers
			return nil, refused
		})
		if !errors.Is(err, errRejoin) || !errors.Is(err, refused) {
			t.Errorf("it ended with %v", err)
		}
		if len(at) != 3 || at[0] != 0 || at[1] != 12*time.Second || at[2] != 24*time.Second {
			t.Errorf("attempts at %v", at)
		}

		begin, at = time.Now(), nil
		p, err := retry(context.Background(), want, func() (*plane, error) {
			if at = append(at, time.Since(begin)); len(at) < 3 {
				return nil, refused
			}
			return &plane{}, nil
		})
		if p == nil || err != nil || at[2] != 4*time.Second {
			t.Errorf("attempts at %v: %v", at, err)
		}

		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		begin = time.Now()
		if _, err := retry(ctx, want, func() (*plane, error) { return nil, refused }); !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != time.Second {
			t.Errorf("a session that ended waited %s: %v", time.Since(begin), err)
		}
	})
}
