package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

// The bounds of a session.
const (
	pollLimit  = 100                    // events asked for by one poll
	pollPause  = 200 * time.Millisecond // from one poll to the next, where they bring nothing
	maxUseless = 1_000                  // messages of no use that a stream may carry
	uidSize    = 16                     // bytes of a block's id, and of a chain's
)

// session is a short visit to a cluster as one of fumtui's own subscribers: a
// control plane that polls and never commits, and downloads beside it. It has a
// connection of its own, as a client that comes anew would.
type session struct {
	client  *Client
	link    *link
	cluster string

	control grpc.BidiStreamingClient[pb.ControlCommand, pb.ControlResponse]
	came    *answer // of the control plane
	chain   []byte
	stands  model.Offset // where the subscriber does
}

// visit joins as subscriber, has do use the session, and ends its streams.
func (c *Client) visit(ctx context.Context, cluster, subscriber string, do func(context.Context, *session) error) error {
	l, err := newLink(c.addr, c.creds, c.timeout, time.Now)
	if err != nil {
		return fmt.Errorf("prepare a connection to %s: %w", c.addr.target, err)
	}
	defer func() { _ = l.conn.Close() }()
	ctx, end := context.WithCancel(ctx)
	defer end()
	s := &session{client: c, link: l, cluster: cluster}
	if err := s.join(ctx, subscriber); err != nil {
		return failedAt(stageJoin, cluster, err)
	}
	return do(ctx, s)
}

// stream gives the context of one stream and a place for how it ended.
func (s *session) stream(ctx context.Context) (context.Context, *answer) {
	came := &answer{}
	ctx = context.WithValue(ctx, answerKey{}, came)
	return metadata.AppendToOutgoingContext(ctx, s.client.headers...), came
}

// join opens the control plane. The join is sent with the opening: a cluster
// may wait for it before it says anything.
func (s *session) join(ctx context.Context, subscriber string) error {
	part := begin(ctx)
	streamCtx, came := s.stream(ctx)
	control, err := pb.NewFumaroleClient(s.link.conn).SubscribeV2(streamCtx)
	if err != nil {
		return s.broken(ctx, part, came, err)
	}
	s.control, s.came = control, came
	err = s.command(ctx, part, &pb.ControlCommand{Command: &pb.ControlCommand_InitialJoin{
		InitialJoin: &pb.JoinControlPlane{ConsumerGroupName: &subscriber},
	}})
	if err != nil {
		return err
	}
	reply, err := s.receive(ctx, part, func(r *pb.ControlResponse) bool { return r.GetPong() == nil })
	if err != nil {
		return err
	}
	init := reply.GetInit()
	offset, ok := init.GetLastCommittedOffsets()[0]
	if !ok || len(init.GetBlockchainId()) != uidSize {
		return s.client.nonsense("did not answer the join with the subscriber's state")
	}
	s.chain, s.stands = init.GetBlockchainId(), model.Offset(offset)
	return nil
}

// command sends a command. Why a stream ended only its receiver learns.
func (s *session) command(ctx context.Context, part stretch, command *pb.ControlCommand) error {
	err := s.control.Send(command)
	if err == nil || errors.Is(err, io.EOF) {
		return nil
	}
	return s.broken(ctx, part, s.came, err)
}

// receive reads the control plane up to an answer that is wanted. Empty ones,
// and kinds yet to come, never are.
func (s *session) receive(ctx context.Context, part stretch, wanted func(*pb.ControlResponse) bool) (*pb.ControlResponse, error) {
	for range maxUseless {
		reply, err := s.control.Recv()
		if err != nil {
			return nil, s.broken(ctx, part, s.came, err)
		}
		if reply.GetResponse() != nil && wanted(reply) {
			return reply, nil
		}
	}
	return nil, s.client.nonsense(fmt.Sprintf("sent %d messages that nobody asked for", maxUseless))
}
