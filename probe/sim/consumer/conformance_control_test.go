package consumer_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
	"github.com/fumtui/fumtui/probe/sim/consumer"
)

// failures are all codes but OK.
func failures() []codes.Code {
	var all []codes.Code
	for code := codes.Canceled; code <= codes.Unauthenticated; code++ {
		all = append(all, code)
	}
	return all
}

// someFailures are codes of every class, for what does not depend on the code.
func someFailures() []codes.Code {
	return []codes.Code{codes.Unavailable, codes.Unknown, codes.NotFound, codes.Unauthenticated}
}

// fail is a status as a server sends it.
func fail(code codes.Code) error { return status.Error(code, "scripted") }

// wantEnd fails the test where a session did not end so.
func wantEnd(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("the session ended with: %v; want: %v", err, want)
	}
}

func TestConformance19GoodSession(t *testing.T) {
	s := newScript(t)
	wantEnd(t, s.session(t), consumer.ErrStopped)
	if fmt.Sprint(s.polls[:2], s.commits) != "[100 100] [100 101]" && fmt.Sprint(s.polls[:2], s.commits) != "[100 101] [100 101]" {
		t.Errorf("polls from %v, commits of %v", s.polls, s.commits)
	}
	if len(s.asked) != 1 || s.opens != 1 || s.filtered != 1 || len(s.joins) != 1 {
		t.Errorf("%d joins, %d data streams, %d filters, asked for %v", len(s.joins), s.opens, s.filtered, s.asked)
	}
}

func TestConformance19Versions(t *testing.T) {
	for version, good := range map[string]bool{"0.39.0": true, "1.40.0": true, "1.0.0": false, "0.38.9": false, "0.40": false, "0.40.00": false, "v0.40.0": false, "0.40.0-rc.1+x": true, "new": false} {
		s := newScript(t)
		s.version = version
		err := s.session(t)
		if got := errors.Is(err, consumer.ErrStopped); got != good {
			t.Errorf("version %s: %v", version, err)
		}
	}
}

func TestConformance19OpenIsRefused(t *testing.T) {
	for _, code := range failures() {
		t.Run(code.String(), func(t *testing.T) {
			t.Parallel()
			s := newScript(t)
			s.control = func(int, controlServer) error { return fail(code) }
			err := s.session(t)
			if status.Code(err) != code || !strings.Contains(err.Error(), "scripted") {
				t.Errorf("the caller sees %v, want %v unchanged", err, code)
			}
			if len(s.joins) != 1 {
				t.Errorf("%d attempts", len(s.joins))
			}
		})
	}
}

func TestConformance19EndsBeforeInit(t *testing.T) {
	for _, code := range append(failures(), codes.OK) {
		t.Run(code.String(), func(t *testing.T) {
			t.Parallel()
			want := codes.Internal
			switch code {
			case codes.OK, codes.Unavailable, codes.DataLoss, codes.Internal:
				want = codes.Unavailable
			}
			s := newScript(t)
			s.control = func(_ int, stream controlServer) error {
				return errors.Join(stream.SendHeader(nil), fail(code))
			}
			if code == codes.OK {
				s.control = func(_ int, stream controlServer) error { return stream.SendHeader(nil) }
			}
			err := s.session(t)
			if status.Code(err) != want || strings.Contains(err.Error(), "scripted") {
				t.Errorf("the caller sees %v, want %v with a text of its own", err, want)
			}
		})
	}
}

func TestConformance19FirstMessageIsNotTheState(t *testing.T) {
	for name, first := range map[string]*pb.ControlResponse{
		"pong":         {Response: &pb.ControlResponse_Pong{Pong: &pb.Pong{}}},
		"empty map":    state(nil),
		"two shards":   state(map[int32]int64{0: 1, 1: 1}),
		"no shard 0":   state(map[int32]int64{1: 1}),
		"nothing":      {},
		"a poll's end": history(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScript(t)
			s.control = func(_ int, stream controlServer) error {
				return errors.Join(stream.Send(first), s.converse(stream, never))
			}
			wantEnd(t, s.session(t), consumer.ErrRuntime)
		})
	}
}

// never goes on.
func never(*pb.ControlCommand) (bool, error) { return false, nil }

// endsWith joins and, when it has been polled and the forced commit is done,
// ends with a status.
func (s *script) endsWith(stream controlServer, err error) error {
	if joined := s.join(stream); joined != nil {
		return joined
	}
	return errors.Join(s.converse(stream, func(c *pb.ControlCommand) (bool, error) { return c.GetCommitOffset() != nil, nil }), err)
}

func TestConformance19RunningPlaneEnds(t *testing.T) {
	for _, code := range append(failures(), codes.OK) {
		t.Run(code.String(), func(t *testing.T) {
			t.Parallel()
			s := newScript(t)
			s.control = func(n int, stream controlServer) error {
				if n > 1 {
					return s.behave(stream)
				}
				return s.endsWith(stream, status.Error(code, "scripted"))
			}
			err := s.session(t)
			joins := 1
			switch code {
			case codes.Unavailable, codes.DataLoss, codes.Internal:
				joins = 2
				wantEnd(t, err, consumer.ErrStopped)
			case codes.OK:
				wantEnd(t, err, consumer.ErrStopped)
			default:
				wantEnd(t, err, consumer.ErrDisconnected)
				if status.Code(err) != code {
					t.Errorf("the status is lost: %v", err)
				}
			}
			if len(s.joins) != joins || len(s.peers) != joins {
				t.Errorf("%d joins over %d connections, want %d, each over its own", len(s.joins), len(s.peers), joins)
			}
		})
	}
}

func TestConformance19StrangeAnswers(t *testing.T) {
	for name, test := range map[string]struct {
		answer *pb.ControlResponse
		want   error
	}{
		"second state":        {state(map[int32]int64{0: firstOffset}), consumer.ErrRuntime},
		"older commit":        {ack(firstOffset - 1), consumer.ErrRuntime},
		"nothing":             {&pb.ControlResponse{}, consumer.ErrStopped},
		"pong without ping":   {&pb.ControlResponse{Response: &pb.ControlResponse_Pong{Pong: &pb.Pong{PingId: 3}}}, consumer.ErrStopped},
		"empty poll's answer": {&pb.ControlResponse{Response: &pb.ControlResponse_PollHist{}}, consumer.ErrStopped},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScript(t)
			s.control = func(_ int, stream controlServer) error {
				if err := errors.Join(s.join(stream), stream.Send(test.answer)); err != nil {
					return err
				}
				return s.converse(stream, committed)
			}
			wantEnd(t, s.session(t), test.want)
		})
	}
}

// A stream that is reset with INTERNAL_ERROR is joined again. How other resets
// are taken is in the table of TestEndings.
func TestConformance19PlaneIsReset(t *testing.T) {
	joins := 0
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/grpc")
		switch flush := http.NewResponseController(w).Flush; path.Base(r.URL.Path) {
		case "SubscribeV2":
			if joins++; joins > 1 {
				w.Header().Set("Grpc-Status", "14")
				return
			}
			body, err := proto.Marshal(state(map[int32]int64{0: firstOffset}))
			if err != nil {
				panic(err)
			}
			_, _ = w.Write(append([]byte{0, 0, 0, 0, byte(len(body))}, body...))
			_ = flush()
			panic(http.ErrAbortHandler)
		case "SubscribeData":
			_ = flush()
			<-r.Context().Done()
		default:
			w.Header().Set("Grpc-Status", "12")
		}
	}))
	server.Config.Protocols = new(http.Protocols)
	server.Config.Protocols.SetUnencryptedHTTP2(true)
	server.Start()
	defer server.Close()
	s := &script{addr: strings.TrimPrefix(server.URL, "http://"), stop: server.Close, anyVersion: true}
	wantEnd(t, s.session(t), consumer.ErrRejoin)
	if joins != 4 {
		t.Errorf("%d joins, want one and three attempts to join again", joins)
	}
}
