package probe

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

type (
	oddControl = grpc.BidiStreamingServer[pb.ControlCommand, pb.ControlResponse]
	oddData    = grpc.BidiStreamingServer[pb.DataCommand, pb.DataResponse]
)

// oddCluster is a cluster that does odd things in its streams, and records what
// it is sent there.
type oddCluster struct {
	*fakeCluster
	init     func(oddControl) error                          // nil: a good one
	poll     func(s oddControl, polls int) error             // answers the polls, counted from 1; nil: with event 100 + polls
	download func(s oddData, d *pb.DownloadBlockShard) error // nil: a good block

	record    sync.Mutex
	commands  []*pb.ControlCommand
	downloads []*pb.DownloadBlockShard
	filters   []*pb.BlockFilters
}

var (
	oddChain = []byte("chain-chain-chain")[:uidSize]
	errOdd   = status.Error(codes.Unavailable, "try again")
)

// uidOf is the id of the block of a slot.
func uidOf(slot uint64) []byte { return []byte(fmt.Sprintf("block-%010d", slot)) }

// event is one of a slot, at the offset 1000 above it.
func event(slot uint64, change ...func(*pb.BlockchainEvent)) *pb.BlockchainEvent {
	e := &pb.BlockchainEvent{Offset: int64(slot) + 1000, BlockchainId: oddChain, BlockUid: uidOf(slot), NumShards: 1, Slot: slot}
	for _, f := range change {
		f(e)
	}
	return e
}

func dead(e *pb.BlockchainEvent) { why := ""; e.DeadError = &why }

func history(events ...*pb.BlockchainEvent) *pb.ControlResponse {
	return &pb.ControlResponse{Response: &pb.ControlResponse_PollHist{PollHist: &pb.BlockchainHistory{Events: events}}}
}

func state(chain []byte, offsets map[int32]int64) *pb.ControlResponse {
	return &pb.ControlResponse{Response: &pb.ControlResponse_Init{
		Init: &pb.InitialConsumerGroupState{BlockchainId: chain, LastCommittedOffsets: offsets},
	}}
}

func pong() *pb.ControlResponse {
	return &pb.ControlResponse{Response: &pb.ControlResponse_Pong{Pong: &pb.Pong{PingId: 7}}}
}

func metaOf(slot uint64) *pb.DataResponse {
	return &pb.DataResponse{Response: &pb.DataResponse_Update{Update: &pb.SubscribeUpdate{
		UpdateOneof: &pb.SubscribeUpdate_BlockMeta{BlockMeta: &pb.SubscribeUpdateBlockMeta{Slot: slot}},
	}}}
}

func finish(slot uint64, uid []byte, shards ...uint32) *pb.DataResponse {
	return &pb.DataResponse{Response: &pb.DataResponse_BlockShardDownloadFinish{
		BlockShardDownloadFinish: &pb.BlockShardDownloadFinish{BlockUid: uid, Slot: slot, ShardIndices: shards},
	}}
}

// wholeBlock sends what was asked for.
func wholeBlock(s oddData, d *pb.DownloadBlockShard) error {
	return errors.Join(s.Send(metaOf(d.GetSlot())), s.Send(finish(d.GetSlot(), d.GetBlockUid(), 0)))
}

// SubscribeV2 sends no headers before it answers the join.
func (o *oddCluster) SubscribeV2(s oddControl) error {
	for polls := 0; ; {
		command, err := s.Recv()
		if err != nil {
			return err
		}
		o.record.Lock()
		o.commands = append(o.commands, command)
		o.record.Unlock()
		switch {
		case command.GetInitialJoin() != nil && o.init != nil:
			err = o.init(s)
		case command.GetInitialJoin() != nil:
			err = s.Send(state(oddChain, map[int32]int64{0: 1050}))
		case command.GetPollHist() != nil && o.poll != nil:
			polls++
			err = o.poll(s, polls)
		case command.GetPollHist() != nil:
			polls++
			err = s.Send(history(event(100 + uint64(polls))))
		}
		if err != nil {
			return err
		}
	}
}

func (o *oddCluster) SubscribeData(s oddData) error {
	for {
		command, err := s.Recv()
		if err != nil {
			return err
		}
		d := command.GetDownloadBlockShard()
		o.record.Lock()
		if d == nil {
			o.filters = append(o.filters, command.GetFilterUpdate())
		} else {
			o.downloads = append(o.downloads, d)
		}
		o.record.Unlock()
		switch {
		case d == nil:
		case o.download != nil:
			err = o.download(s, d)
		default:
			err = wholeBlock(s, d)
		}
		if err != nil {
			return err
		}
	}
}

// serve serves the cluster until the test ends.
func (o *oddCluster) serve(t *testing.T) (address string) {
	t.Helper()
	l := listen(t, "")
	server := grpc.NewServer(grpc.UnaryInterceptor(o.intercept))
	pb.RegisterFumaroleServer(server, o)
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(l) }()
	t.Cleanup(func() { server.Stop(); <-done })
	return l.Addr().String()
}

// newOdd is a cluster that is well.
func newOdd() *oddCluster {
	o := &oddCluster{fakeCluster: newFakeCluster()}
	o.tips = map[int32]int64{0: 1090}
	return o
}

// glance makes looks of a canary, each with its own time, and gives the last.
func (o *oddCluster) glance(t *testing.T, patience time.Duration, looks int) (model.Evidence, error) {
	t.Helper()
	canary, err := NewCanary(CanaryConfig{
		Cluster: "ams", Client: dialClient(t, Endpoint{URL: "http://" + o.serve(t)}), Owner: canaryOwner,
	})
	if err != nil {
		t.Fatal(err)
	}
	var e model.Evidence
	for range looks {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		e = model.Evidence{}
		err = canary.once(ctx, &e)
		cancel()
	}
	o.wellBehaved(t, canary.Name())
	return e, err
}

// wellBehaved checks that only our own subscriber joined, first of all, and
// that nothing was ever committed.
func (o *oddCluster) wellBehaved(t *testing.T, name string) {
	t.Helper()
	o.record.Lock()
	defer o.record.Unlock()
	for _, c := range o.commands {
		switch k := c.GetCommand().(type) {
		case *pb.ControlCommand_InitialJoin:
			if k.InitialJoin.GetConsumerGroupName() != name {
				t.Errorf("joined as %q", k.InitialJoin.GetConsumerGroupName())
			}
		case *pb.ControlCommand_PollHist:
			if k.PollHist.GetShardId() != 0 || k.PollHist.From == nil || k.PollHist.GetLimit() != pollLimit {
				t.Errorf("polled with %v", k.PollHist)
			}
		default:
			t.Errorf("sent %v", c)
		}
	}
	for _, f := range o.filters {
		if len(f.GetBlocksMeta()) != 1 || len(f.GetAccounts())+len(f.GetTransactions())+len(f.GetEntries())+len(f.GetTransactionsStatus()) > 0 {
			t.Errorf("asked for %v", f)
		}
	}
	for _, d := range o.downloads {
		if d.GetShardIdx() != 0 || d.Slot == nil || d.GetBlockFilters() != nil || !slices.Equal(d.GetBlockchainId(), oddChain) {
			t.Errorf("downloaded %v", d)
		}
	}
}

// polls gives where the polls began.
func (o *oddCluster) polls() []int64 {
	o.record.Lock()
	defer o.record.Unlock()
	var all []int64
	for _, c := range o.commands {
		if p := c.GetPollHist(); p != nil {
			all = append(all, p.GetFrom())
		}
	}
	return all
}

// forever sends the same message until the client has left.
func forever[T any](s grpc.ServerStreamingServer[T], m *T) error {
	for {
		if err := s.Send(m); err != nil {
			return err
		}
	}
}
