package consumer_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/fumtui/fumtui/probe/sim/consumer"
)

// After a rejoin the session polls from the committable offset, makes no forced
// commit, and its data streams were never touched.
func TestConformance19Rejoin(t *testing.T) {
	s := newScript(t)
	s.control = func(n int, stream controlServer) error {
		if n == 2 {
			return fail(codes.Unavailable)
		}
		if err := s.join(stream); err != nil {
			return err
		}
		if n == 1 {
			return errors.Join(s.converse(stream, committed), fail(codes.Internal))
		}
		first, err := stream.Recv()
		if err != nil || first.GetPollHist().GetFrom() != firstOffset+1 {
			return fail(codes.Aborted)
		}
		// Nothing is to be committed: a commit would come within 5 ms.
		quiet, cancel := context.WithTimeout(stream.Context(), 100*time.Millisecond)
		defer cancel()
		return s.quietUntil(quiet, stream)
	}
	wantEnd(t, s.session(t), consumer.ErrStopped)
	if len(s.joins) != 3 || s.opens != 1 || len(s.asked) != 1 {
		t.Errorf("%d joins, %d data streams, asked for %v", len(s.joins), s.opens, s.asked)
	}
}

// quietUntil fails where a command comes before the context ends.
func (s *script) quietUntil(ctx context.Context, stream controlServer) error {
	came := make(chan struct{})
	go func() { // ends with the stream
		defer close(came)
		_, _ = stream.Recv()
	}()
	select {
	case <-came:
		return fail(codes.AlreadyExists)
	case <-ctx.Done():
		return nil
	}
}

func TestConformance19RejoinIsRefused(t *testing.T) {
	for _, code := range someFailures() {
		t.Run(code.String(), func(t *testing.T) {
			t.Parallel()
			s := newScript(t)
			s.control = func(n int, stream controlServer) error {
				if n > 1 {
					return fail(code)
				}
				return s.endsWith(stream, fail(codes.Unavailable))
			}
			const pause = 50 * time.Millisecond
			err := s.session(t, func(c *consumer.Client) { c.Hurry(patience, pause) })
			wantEnd(t, err, consumer.ErrRejoin)
			if len(s.joins) != 4 {
				t.Fatalf("%d attempts to join again, want 3", len(s.joins)-1)
			}
			for i := 2; i < 4; i++ {
				if d := s.joins[i].Sub(s.joins[i-1]); d < pause {
					t.Errorf("only %s between two attempts", d)
				}
			}
		})
	}
}

func TestConformance19RejoinIsNotAnswered(t *testing.T) {
	s := newScript(t)
	s.control = func(n int, stream controlServer) error {
		if n > 1 {
			<-stream.Context().Done()
			return nil
		}
		return s.endsWith(stream, fail(codes.Unavailable))
	}
	const timeout = time.Second
	err := s.session(t, func(c *consumer.Client) { c.Hurry(timeout, time.Millisecond) })
	wantEnd(t, err, consumer.ErrRejoin)
	if len(s.joins) != 4 || s.joins[3].Sub(s.joins[1]) < 2*timeout-timeout/2 { // each comes some time after it was begun
		t.Errorf("attempts at %v, want three, each given %s", s.joins, timeout)
	}
}

func TestConformance19RejoinIsAcceptedAndFails(t *testing.T) {
	for _, code := range []codes.Code{codes.OK, codes.Unavailable, codes.NotFound} {
		t.Run(code.String(), func(t *testing.T) {
			t.Parallel()
			s := newScript(t)
			s.control = func(n int, stream controlServer) error {
				if n > 1 {
					if err := stream.SendHeader(nil); err != nil {
						return err
					}
					return status.Error(code, "scripted")
				}
				return s.endsWith(stream, fail(codes.Unavailable))
			}
			wantEnd(t, s.session(t), consumer.ErrRuntime)
			if len(s.joins) != 2 {
				t.Errorf("%d joins, want 2", len(s.joins))
			}
		})
	}
}
