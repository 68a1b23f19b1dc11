package consumer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

type controlCall = grpc.BidiStreamingClient[pb.ControlCommand, pb.ControlResponse]

// plane is one control plane: a stream on a connection of its own.
type plane struct {
	call     controlCall
	trailers *trailers
	cancel   context.CancelFunc
	close    func() // ends the stream and its connection
}

// controlReport is what a goroutine of the control plane tells the loop: an
// answer, the end of the plane, or how a rejoin went.
type controlReport struct {
	answer   *pb.ControlResponse
	ended    bool
	rejoined *plane
	err      error // of the end (io.EOF: a clean one), or why there was no rejoin
	code     codes.Code
}

// openPlane opens a control plane, joins, and waits until the server has
// accepted the call. What it refuses comes back unchanged.
func (s *session) openPlane() (*plane, error) {
	conn, err := s.dialer.dial()
	if err != nil {
		return nil, err
	}
	ctx, seen := watchTrailers(s.ctx)
	ctx, cancel := context.WithCancel(ctx)
	p := &plane{trailers: seen, cancel: cancel, close: func() { cancel(); _ = conn.Close() }}
	timer := time.AfterFunc(s.c.pace.accept, cancel)
	err = p.join(s.dialer.auth(ctx), pb.NewFumaroleClient(conn), s.c.cfg.Subscriber)
	if !timer.Stop() {
		err = fmt.Errorf("no answer within %s", s.c.pace.accept)
	}
	if err != nil {
		p.close()
		return nil, fmt.Errorf("join as %s: %w", s.c.cfg.Subscriber, err)
	}
	return p, nil
}

// join opens the stream, sends the join with it and waits for the headers.
func (p *plane) join(ctx context.Context, api pb.FumaroleClient, subscriber string) error {
	var err error
	if p.call, err = api.SubscribeV2(ctx); err != nil {
		return err
	}
	// Where the stream has ended already, what follows tells why.
	_ = p.call.Send(&pb.ControlCommand{Command: &pb.ControlCommand_InitialJoin{
		InitialJoin: &pb.JoinControlPlane{ConsumerGroupName: &subscriber},
	}})
	if header, _ := p.call.Header(); len(header) > 0 {
		return nil
	}
	if _, err = p.call.Recv(); errors.Is(err, io.EOF) {
		return errNoState(codes.Unavailable)
	}
	return err
}

// init reads the subscriber's state, which is the first answer.
func (p *plane) init(patience time.Duration) (*pb.InitialConsumerGroupState, error) {
	timer := time.AfterFunc(patience, p.cancel)
	first, err := p.call.Recv()
	if !timer.Stop() {
		return nil, fmt.Errorf("no state of the subscriber came within %s", patience)
	}
	if err != nil {
		return nil, errNoState(ending(err, p.trailers))
	}
	state := first.GetInit()
	if _, ok := state.GetLastCommittedOffsets()[0]; !ok || len(state.GetLastCommittedOffsets()) != 1 {
		return nil, fmt.Errorf("%w: the first answer is not the subscriber's state", errRuntime)
	}
	return state, nil
}

// errNoState is what the caller sees of a plane that was accepted and ended
// before the subscriber's state came: its own status is lost.
func errNoState(code codes.Code) error {
	if code == codes.OK || rejoins(code) {
		return status.Error(codes.Unavailable, "the control plane ended before the subscriber's state came")
	}
	return status.Error(codes.Internal, "the control plane failed before the subscriber's state came")
}

// read reads the control plane to its end.
func (s *session) read(p *plane) {
	defer p.close()
	for {
		answer, err := p.call.Recv()
		r := controlReport{answer: answer}
		if err != nil {
			r = controlReport{ended: true, err: err, code: ending(err, p.trailers)}
		}
		if !s.tell(r) || err != nil {
			return
		}
	}
}

// tell reports to the loop, and says whether that could be done.
func (s *session) tell(r controlReport) bool {
	select {
	case s.answers <- r:
		return true
	case <-s.ctx.Done():
		return false
	}
}
