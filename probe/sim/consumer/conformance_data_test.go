package consumer_test

import (
	"errors"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/fumtui/fumtui/probe/sim/consumer"
)

// failing is a data plane whose first calls end with a status, each with a
// download in flight. Then it behaves.
func (s *script) failing(calls int, end error) func(int, dataServer) error {
	return func(n int, stream dataServer) error {
		if n > calls {
			return s.deliver(stream)
		}
		if _, err := s.awaitDownload(stream); err != nil {
			return err
		}
		return end
	}
}

func TestConformance19DownloadFails(t *testing.T) {
	for _, code := range failures() {
		t.Run(code.String(), func(t *testing.T) {
			t.Parallel()
			once := newScript(t)
			once.data = once.failing(1, fail(code))
			err := once.session(t)
			switch code {
			case codes.Unavailable, codes.Internal, codes.Aborted, codes.ResourceExhausted,
				codes.DataLoss, codes.Unknown, codes.Canceled, codes.DeadlineExceeded:
			default:
				wantEnd(t, err, consumer.ErrData)
				if status.Code(err) != code || once.opens != 1 {
					t.Errorf("%d data streams, then: %v", once.opens, err)
				}
				return
			}
			wantEnd(t, err, consumer.ErrStopped)
			if once.opens != 2 || once.filtered != 2 || len(once.asked) != 2 {
				t.Errorf("%d data streams, %d filters, asked for %v, want two of each", once.opens, once.filtered, once.asked)
			}
		})
	}
}

func TestConformance19DownloadIsTriedThreeTimes(t *testing.T) {
	twice := newScript(t)
	twice.data = twice.failing(2, fail(codes.Unavailable))
	wantEnd(t, twice.session(t), consumer.ErrStopped)
	always := newScript(t)
	always.data = always.failing(9, fail(codes.Unavailable))
	wantEnd(t, always.session(t), consumer.ErrData)
	if len(always.asked) != 3 {
		t.Errorf("the head was tried %d times, want 3", len(always.asked))
	}
}

func TestConformance19BadFilter(t *testing.T) {
	s := newScript(t)
	s.data = s.failing(1, status.Error(codes.InvalidArgument, "no such Filter"))
	err := s.session(t)
	wantEnd(t, err, consumer.ErrData)
	if !strings.Contains(err.Error(), "Filter") || s.opens != 1 {
		t.Errorf("%d data streams, then: %v", s.opens, err)
	}
}

// A clean end is no attempt: it can come any number of times.
func TestConformance19DataStreamEndsCleanly(t *testing.T) {
	const ends = 6
	s := newScript(t)
	clean := s.failing(ends, nil)
	s.data = func(n int, stream dataServer) error {
		if n == 2 || n == 4 { // two failures between them: the third would be fatal
			_, _ = s.awaitDownload(stream)
			return fail(codes.Unavailable)
		}
		return clean(n, stream)
	}
	wantEnd(t, s.session(t), consumer.ErrStopped)
	if s.opens != ends+1 || len(s.asked) != ends+1 {
		t.Errorf("%d data streams, asked for %v", s.opens, s.asked)
	}
}

// With nothing in flight an error of whatever code matters to nobody.
func TestConformance19IdleDataStreamFails(t *testing.T) {
	for _, code := range someFailures() {
		t.Run(code.String(), func(t *testing.T) {
			t.Parallel()
			const idle = 4
			s, stays := newScript(t), make(chan struct{})
			s.data = func(n int, stream dataServer) error {
				if n > idle {
					close(stays)
					return s.deliver(stream)
				}
				return errors.Join(stream.SendHeader(nil), fail(code))
			}
			// Nothing is asked for before the data plane stays.
			s.control = func(_ int, stream controlServer) error {
				if err := s.join(stream); err != nil {
					return err
				}
				select {
				case <-stays:
				case <-stream.Context().Done():
				}
				return s.converse(stream, committed)
			}
			wantEnd(t, s.session(t), consumer.ErrStopped)
		})
	}
}

func TestConformance19DataStreamIsRefused(t *testing.T) {
	for _, code := range someFailures() {
		t.Run(code.String(), func(t *testing.T) {
			t.Parallel()
			s := newScript(t)
			s.data = func(int, dataServer) error { return fail(code) }
			err := s.session(t)
			wantEnd(t, err, consumer.ErrData)
			if status.Code(err) != code || s.opens != 1 {
				t.Errorf("%d attempts to open, then: %v", s.opens, err)
			}
			again := newScript(t)
			good := again.failing(1, fail(codes.Unavailable))
			again.data = func(n int, stream dataServer) error {
				if n > 1 {
					return fail(code)
				}
				return good(n, stream)
			}
			wantEnd(t, again.session(t), consumer.ErrData)
			if again.opens != 2 {
				t.Errorf("%d attempts to open, want one again", again.opens)
			}
		})
	}
}
