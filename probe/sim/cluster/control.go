package cluster

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

// How polls are answered.
const (
	// holdPoll is how long a poll waits for an event before it is answered empty.
	holdPoll = 500 * time.Millisecond
	// pollSpacing is the least time between two answers at the tip. Clients poll
	// again as soon as they are answered: this is what sets their pace.
	pollSpacing  = 60 * time.Millisecond
	defaultLimit = 100
	maxLimit     = 10_000
	// maxPolls is how many polls of a session may wait.
	maxPolls = 64
)

// controlStream is a control plane, of either kind.
type controlStream = grpc.BidiStreamingServer[pb.ControlCommand, pb.ControlResponse]

// SubscribeV2 is the control plane of current clients.
func (s *service) SubscribeV2(stream controlStream) error { return s.control(stream, s.opts.Shards) }

// Subscribe is the control plane of older clients: a block has one shard.
func (s *service) Subscribe(stream controlStream) error { return s.control(stream, 1) }

// control runs a session. Nothing is sent before the join is accepted, so that
// a refusal reaches the client unchanged.
func (c *Cluster) control(stream controlStream, shards int) error {
	ctx := stream.Context()
	commands := receive(c, stream, stream.Recv)
	var join *pb.JoinControlPlane
	select {
	case first, ok := <-commands:
		if join = first.message.GetInitialJoin(); !ok || join == nil {
			return status.Error(codes.InvalidArgument, "the first command must be initial_join")
		}
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	g, committed, err := c.groups.join(ctx, tenantOf(ctx), join.GetConsumerGroupName())
	if err != nil {
		return err
	}
	defer c.groups.leave(ctx, g)
	s := &session{Cluster: c, stream: stream, rpc: callOf(ctx).rpc, group: g, shards: shards, committed: committed, id: c.chainID()}
	if err := s.init(); err != nil {
		return err
	}
	return s.run(ctx, commands)
}

// session is a joined control plane. One goroutine owns it.
type session struct {
	*Cluster
	stream    controlStream
	rpc       string
	group     *group
	shards    int
	id        []byte       // of the blockchain
	committed model.Offset // when it joined

	inbox    []arrival[pb.ControlCommand] // arrived, not yet due
	polls    []poll                       // in order; only the first can be answered
	cursor   model.Offset                 // last offset that this stream carried
	started  bool                         // whether cursor is set
	answered time.Time                    // when the last poll was answered
}

// poll is a poll that waits for its answer.
type poll struct {
	limit   int
	arrived time.Time
}

// init answers the join.
func (s *session) init() error {
	return s.stream.Send(&pb.ControlResponse{Response: &pb.ControlResponse_Init{
		Init: &pb.InitialConsumerGroupState{
			BlockchainId:         s.id,
			LastCommittedOffsets: map[int32]int64{0: int64(s.committed)},
		},
	}})
}

// run answers commands until the client leaves or the call is ended.
func (s *session) run(ctx context.Context, commands <-chan arrival[pb.ControlCommand]) error {
	for {
		now := s.opts.Clock.Now()
		due, err := s.handleDue(now)
		if err != nil {
			return err
		}
		if commands == nil && len(s.inbox) == 0 {
			return nil // the client has left
		}
		next, changed, err := s.answerPolls(now)
		if err != nil {
			return err
		}
		more := commands
		if len(s.inbox)+len(s.polls) >= maxPolls {
			more = nil
		}
		var timer <-chan time.Time
		if pause, ok := soonest(now, due, next); ok {
			timer = s.opts.Clock.After(pause)
		}
		select {
		case command, ok := <-more:
			if !ok {
				commands = nil
				continue
			}
			s.inbox = append(s.inbox, command)
		case <-changed:
		case <-timer:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// soonest is how long it is from now to the earlier of two moments, of which
// each may be zero for never.
func soonest(now, a, b time.Time) (time.Duration, bool) {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		a = b
	}
	return max(a.Sub(now), 0), !a.IsZero()
}

// handleDue handles the commands whose time has come, in order, and returns
// when the next one's does.
func (s *session) handleDue(now time.Time) (time.Time, error) {
	for len(s.inbox) > 0 {
		first := s.inbox[0]
		if due := first.at.Add(s.slowness(s.rpc, first.luck)); due.After(now) {
			return due, nil
		}
		s.inbox = s.inbox[1:]
		if err := s.handle(first.message, now); err != nil {
			return time.Time{}, err
		}
	}
	return time.Time{}, nil
}

// handle answers a command, or puts a poll in its queue.
func (s *session) handle(command *pb.ControlCommand, now time.Time) error {
	switch c := command.GetCommand().(type) {
	case *pb.ControlCommand_InitialJoin:
		return status.Error(codes.InvalidArgument, "this stream has joined already")
	case *pb.ControlCommand_CommitOffset:
		return s.commit(c.CommitOffset)
	case *pb.ControlCommand_PollHist:
		return s.enqueue(c.PollHist, now)
	case *pb.ControlCommand_Ping:
		return s.stream.Send(&pb.ControlResponse{Response: &pb.ControlResponse_Pong{
			Pong: &pb.Pong{PingId: c.Ping.GetPingId()},
		}})
	default: // from a newer client
		return nil
	}
}

// commit stores a position and echoes it.
func (s *session) commit(c *pb.CommitOffset) error {
	if c.GetShardId() != 0 {
		return errShard(c.GetShardId())
	}
	offset := model.Offset(c.GetOffset())
	if tip := s.log.tip(); offset > tip {
		return errPastTip(offset, tip)
	}
	s.groups.commit(s.group, offset)
	return s.stream.Send(&pb.ControlResponse{Response: &pb.ControlResponse_CommitOffset{
		CommitOffset: &pb.CommitOffsetResult{Offset: c.GetOffset()},
	}})
}

// enqueue takes a poll in. What the stream has carried it never carries again.
func (s *session) enqueue(p *pb.PollBlockchainHistory, now time.Time) error {
	if p.GetShardId() != 0 {
		return errShard(p.GetShardId())
	}
	if p.GetLimit() < 0 {
		return status.Errorf(codes.InvalidArgument, "limit %d is below 0", p.GetLimit())
	}
	from := model.Offset(p.GetFrom())
	if tip := s.log.tip(); from > tip {
		return errPastTip(from, tip)
	}
	switch {
	case !s.started && p.From == nil:
		s.cursor = s.committed
	case !s.started:
		s.cursor = from
	default:
		s.cursor = max(s.cursor, from)
	}
	s.started = true
	limit := int(min(p.GetLimit(), maxLimit))
	if limit == 0 {
		limit = defaultLimit
	}
	s.polls = append(s.polls, poll{limit, now})
	return nil
}

// errPastTip refuses an offset that this cluster never gave out.
func errPastTip(offset, tip model.Offset) error {
	return status.Errorf(codes.OutOfRange, "offset %d is past the tip %d of this cluster", offset, tip)
}

// errShard refuses a control shard that does not exist.
func errShard(id int32) error {
	return status.Errorf(codes.InvalidArgument, "there is no control shard %d, only 0", id)
}
