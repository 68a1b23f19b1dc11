package cluster

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
	"github.com/fumtui/fumtui/probe/sim/chain"
)

// keptBelow is for how many slots below the retention window blocks can still
// be downloaded: events inside of it speak of blocks that far below.
const keptBelow = 4 * finalizedAfter

// wholeBlock stands for all shards together.
const wholeBlock = -1

// SubscribeData serves downloads, strictly in the order in which they were
// asked for. Its headers were sent when the call was admitted.
func (s *service) SubscribeData(stream grpc.BidiStreamingServer[pb.DataCommand, pb.DataResponse]) error {
	ctx := stream.Context()
	commands := receive(s.Cluster, stream, stream.Recv)
	var filters *filterSet
	for {
		select {
		case command, ok := <-commands:
			if !ok {
				return ending(ctx, nil)
			}
			late := command.at.Add(s.slowness(callOf(ctx).rpc, command.luck)).Sub(s.opts.Clock.Now())
			if err := wait(ctx, s.opts.Clock, late); err != nil {
				return err
			}
			var err error
			if filters, err = s.dataCommand(stream, command.message, filters); err != nil {
				return err
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// dataCommand handles a command and returns the filters for the next one.
func (s *service) dataCommand(to dataSender, command *pb.DataCommand, filters *filterSet) (*filterSet, error) {
	switch c := command.GetCommand().(type) {
	case *pb.DataCommand_FilterUpdate:
		return compileFilters(c.FilterUpdate)
	case *pb.DataCommand_DownloadBlockShard:
		own := filters
		if c.DownloadBlockShard.GetBlockFilters() != nil {
			var err error
			if own, err = compileFilters(c.DownloadBlockShard.GetBlockFilters()); err != nil {
				return nil, err
			}
		}
		shard := int(c.DownloadBlockShard.GetShardIdx())
		return filters, s.download(to, c.DownloadBlockShard, shard, own)
	default: // from a newer client
		return filters, nil
	}
}

// DownloadBlock serves a whole block.
func (s *service) DownloadBlock(r *pb.DownloadBlockShard, stream grpc.ServerStreamingServer[pb.DataResponse]) error {
	filters, err := compileFilters(r.GetBlockFilters())
	if err != nil {
		return err
	}
	if r.GetShardIdx() != 0 {
		return status.Errorf(codes.NotFound, "a whole block is shard 0, not %d", r.GetShardIdx())
	}
	return s.download(stream, r, wholeBlock, filters)
}

// DownloadBlockDataShard serves one shard of a block.
func (s *service) DownloadBlockDataShard(r *pb.DownloadBlockShard, stream grpc.ServerStreamingServer[pb.DataResponse]) error {
	filters, err := compileFilters(r.GetBlockFilters())
	if err != nil {
		return err
	}
	return s.download(stream, r, int(r.GetShardIdx()), filters)
}

// dataSender is any stream that carries blocks.
type dataSender interface {
	Context() context.Context
	Send(*pb.DataResponse) error
}

// download sends what the filters want of a shard and then its end.
func (c *Cluster) download(to dataSender, r *pb.DownloadBlockShard, shard int, filters *filterSet) error {
	if err := c.faults.gone(to.Context(), FaultWithhold, anyRPC); err != nil {
		return err
	}
	if err := c.strike(r); err != nil {
		return err
	}
	block, err := c.find(r)
	if err != nil {
		return err
	}
	if shard != wholeBlock && (shard < 0 || shard >= c.opts.Shards) {
		return status.Errorf(codes.NotFound, "block of slot %d has no shard %d", block.Slot, shard)
	}
	created := timestamppb.New(c.opts.Clock.Now())
	for _, update := range c.updates(block, shard, filters) {
		update.CreatedAt = created
		if err := to.Send(&pb.DataResponse{Response: &pb.DataResponse_Update{Update: update}}); err != nil {
			return err
		}
	}
	return to.Send(&pb.DataResponse{Response: &pb.DataResponse_BlockShardDownloadFinish{
		BlockShardDownloadFinish: &pb.BlockShardDownloadFinish{
			BlockUid: block.UID[:], Slot: uint64(block.Slot), ShardIndices: []uint32{uint32(max(shard, 0))},
		},
	}})
}

// strike fails a download that a fault picks.
func (c *Cluster) strike(r *pb.DownloadBlockShard) error {
	block := r.GetBlockUid()
	switch {
	case c.faults.hit(FaultMissBlock, block):
		return status.Error(codes.NotFound, "block not found (simulated)")
	case c.faults.hit(FaultFailDownload, block), c.faults.hit(FaultFailBlock, block):
		return errUnavailable
	default:
		return nil
	}
}

// find is the block that is asked for, if it is one that can be served.
func (c *Cluster) find(r *pb.DownloadBlockShard) (chain.Block, error) {
	if err := c.checkChain(r.GetBlockchainId()); err != nil {
		return chain.Block{}, err
	}
	block, ok := c.blockByUID(r.GetBlockUid())
	if !ok || r.Slot != nil && model.Slot(r.GetSlot()) != block.Slot {
		return chain.Block{}, status.Error(codes.NotFound, "block not found")
	}
	window := c.log.slots()
	if block.Slot > window.Max || block.Slot+keptBelow < window.Min {
		return chain.Block{}, status.Errorf(codes.NotFound, "block of slot %d not found: available are %s", block.Slot, window)
	}
	return block, nil
}
