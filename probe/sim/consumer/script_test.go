package consumer_test

import (
	"context"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/peer"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
	"github.com/fumtui/fumtui/probe/sim/consumer"
)

// The one event of a script, and where the subscriber stands before it.
const (
	firstOffset = 100
	firstSlot   = 1000
)

type (
	controlServer = grpc.BidiStreamingServer[pb.ControlCommand, pb.ControlResponse]
	dataServer    = grpc.BidiStreamingServer[pb.DataCommand, pb.DataResponse]
)

// script is a server that does what a test says, call by call. A session with
// one that behaves consumes one slot, and is stopped when it has committed it.
type script struct {
	pb.UnimplementedFumaroleServer
	addr       string
	stop       func() // ends it; what it saw is final then
	version    string
	anyVersion bool // takes whatever the server says
	tip        func() (*pb.GetChainTipResponse, error)

	// What the n-th call does, from 1; nil: it behaves.
	control func(n int, s controlServer) error
	data    func(n int, s dataServer) error

	mu       sync.Mutex
	joins    []time.Time // when control planes were opened
	opens    int         // of the data plane
	peers    map[string]bool
	polls    []int64 // from
	commits  []int64
	asked    []uint64 // slots
	filtered int      // filter updates
}

// newScript serves a script for the length of a test.
func newScript(t *testing.T) *script {
	t.Helper()
	var config net.ListenConfig
	l, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &script{addr: l.Addr().String(), version: "0.41.0", peers: map[string]bool{}}
	server := grpc.NewServer(grpc.WaitForHandlers(true))
	pb.RegisterFumaroleServer(server, s)
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	s.stop = sync.OnceFunc(func() {
		server.Stop()
		if err := <-served; err != nil {
			t.Errorf("script: %v", err)
		}
	})
	t.Cleanup(s.stop)
	return s
}

// session runs the one session with the script to its end, which may not take
// long, and then ends the script.
func (s *script) session(t *testing.T, change ...func(*consumer.Client)) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	resume, dir := uint64(firstSlot), t.TempDir()
	rec, err := consumer.OpenRecord(ctx, filepath.Join(dir, "record.db"), "ams", uuid.NewString())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rec.Close() }()
	pub, err := consumer.OpenPublisher(ctx, filepath.Join(dir, "fumtui.db"), "trades", "ams", func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = pub.Close() }()
	client, err := consumer.New(consumer.Config{
		Subscriber: subscriber, Endpoint: "http://" + s.addr, ResumeSlot: &resume, Filters: &pb.BlockFilters{},
		CommitEvery: 5 * time.Millisecond, TipEvery: 5 * time.Millisecond, StallAfter: patience,
		AnyVersion: s.anyVersion,
	}, rec, pub)
	if err != nil {
		t.Fatal(err)
	}
	client.Hurry(2*time.Second, time.Millisecond)
	for _, f := range change {
		f(client)
	}
	err = client.RunOnce(ctx)
	s.stop()
	if ctx.Err() != nil {
		t.Fatalf("the session did not end in %s", patience)
	}
	return err
}

// saw notes something under the lock.
func (s *script) saw(note func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	note()
}

func (s *script) Version(context.Context, *pb.VersionRequest) (*pb.VersionResponse, error) {
	return &pb.VersionResponse{Version: s.version}, nil
}

func (s *script) GetChainTip(context.Context, *pb.GetChainTipRequest) (*pb.GetChainTipResponse, error) {
	if s.tip != nil {
		return s.tip()
	}
	return &pb.GetChainTipResponse{ShardToMaxOffsetMap: map[int32]int64{0: firstOffset + 1}}, nil
}

func (s *script) SubscribeV2(stream controlServer) error {
	n := 0
	s.saw(func() {
		s.joins = append(s.joins, time.Now())
		n = len(s.joins)
		p, _ := peer.FromContext(stream.Context())
		s.peers[p.Addr.String()] = true
	})
	if s.control != nil {
		return s.control(n, stream)
	}
	return s.behave(stream)
}

// behave is what a good control plane does.
func (s *script) behave(stream controlServer) error {
	if err := s.join(stream); err != nil {
		return err
	}
	return s.converse(stream, committed)
}

// committed ends a conversation when all was consumed.
func committed(c *pb.ControlCommand) (bool, error) {
	return c.GetCommitOffset().GetOffset() > firstOffset, nil
}

// join takes the join and answers it.
func (s *script) join(stream controlServer) error {
	if _, err := stream.Recv(); err != nil {
		return err
	}
	return stream.Send(state(map[int32]int64{0: firstOffset}))
}

// state is the answer to a join.
func state(offsets map[int32]int64) *pb.ControlResponse {
	return &pb.ControlResponse{Response: &pb.ControlResponse_Init{
		Init: &pb.InitialConsumerGroupState{BlockchainId: make([]byte, 16), LastCommittedOffsets: offsets},
	}}
}

// converse answers commands, the first poll with the event and later ones not at
// all, until end says so of a command that was answered.
func (s *script) converse(stream controlServer, end func(*pb.ControlCommand) (bool, error)) error {
	polled := false
	for {
		command, err := stream.Recv()
		if err != nil {
			return err
		}
		if p := command.GetPollHist(); p != nil {
			s.saw(func() { s.polls = append(s.polls, p.GetFrom()) })
			if !polled && p.GetFrom() == firstOffset {
				err = stream.Send(history())
			}
			polled = true
		}
		if c := command.GetCommitOffset(); c != nil {
			s.saw(func() { s.commits = append(s.commits, c.GetOffset()) })
			err = stream.Send(ack(c.GetOffset()))
		}
		if err != nil {
			return err
		}
		if done, err := end(command); done || err != nil {
			return err
		}
	}
}

// history is the event of the script.
func history() *pb.ControlResponse {
	parent := uint64(firstSlot - 1)
	return &pb.ControlResponse{Response: &pb.ControlResponse_PollHist{PollHist: &pb.BlockchainHistory{
		Events: []*pb.BlockchainEvent{{
			Offset: firstOffset + 1, BlockchainId: make([]byte, 16), BlockUid: make([]byte, 16), NumShards: 1,
			Slot: firstSlot, ParentSlot: &parent, CommitmentLevel: pb.CommitmentLevel_CONFIRMED,
		}},
	}}}
}

// ack acknowledges a commit.
func ack(offset int64) *pb.ControlResponse {
	return &pb.ControlResponse{Response: &pb.ControlResponse_CommitOffset{CommitOffset: &pb.CommitOffsetResult{Offset: offset}}}
}

func (s *script) SubscribeData(stream dataServer) error {
	n := 0
	s.saw(func() {
		s.opens++
		n = s.opens
	})
	if s.data != nil {
		return s.data(n, stream)
	}
	return s.deliver(stream)
}

// deliver is what a good data plane does.
func (s *script) deliver(stream dataServer) error {
	for {
		asked, err := s.awaitDownload(stream)
		if err != nil {
			return err
		}
		err = stream.Send(&pb.DataResponse{Response: &pb.DataResponse_BlockShardDownloadFinish{
			BlockShardDownloadFinish: &pb.BlockShardDownloadFinish{
				BlockUid: asked.GetBlockUid(), Slot: asked.GetSlot(), ShardIndices: []uint32{uint32(asked.GetShardIdx())},
			},
		}})
		if err != nil {
			return err
		}
	}
}

// awaitDownload opens a data stream and waits until something is asked for.
func (s *script) awaitDownload(stream dataServer) (*pb.DownloadBlockShard, error) {
	_ = stream.SendHeader(nil) // once
	for {
		command, err := stream.Recv()
		if err != nil {
			return nil, err
		}
		asked := command.GetDownloadBlockShard()
		s.saw(func() {
			if asked != nil {
				s.asked = append(s.asked, asked.GetSlot())
			} else {
				s.filtered++
			}
		})
		if asked != nil {
			return asked, nil
		}
	}
}
