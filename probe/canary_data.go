package probe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

const (
	// maxUpdates bounds the updates of one download. One is asked for.
	maxUpdates = 10_000
	// blockTries is how many blocks are tried: one that cannot be had is no
	// outage.
	blockTries = 2
)

// fetch gets one whole block of those that the poller chooses.
func (p *poller) fetch(ctx context.Context) (model.CanaryData, error) {
	var missed error
	for range blockTries {
		event, err := p.next(ctx)
		if err != nil && missed != nil {
			break // what was wrong with the block says more
		}
		if err != nil {
			return model.CanaryData{}, failedAt(stagePoll, p.cluster, err)
		}
		err = p.download(ctx, event)
		if err == nil {
			return model.CanaryData{Slot: model.Slot(event.GetSlot()), Offset: model.Offset(event.GetOffset())}, nil
		}
		missed = failedAt(stageDownload, p.cluster, err)
		var block *blockError
		if !errors.As(err, &block) {
			break
		}
	}
	return model.CanaryData{}, missed
}

// download gets the first shard of a block, of which only its meta is asked
// for, on a stream of its own.
func (s *session) download(ctx context.Context, event *pb.BlockchainEvent) error {
	part := begin(ctx)
	ctx, end := context.WithCancel(ctx)
	defer end()
	streamCtx, came := s.stream(ctx)
	data, err := pb.NewFumaroleClient(s.link.conn).SubscribeData(streamCtx)
	for _, command := range dataCommands(event) {
		if err == nil {
			err = data.Send(command)
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return s.broken(ctx, part, came, err)
	}
	d := delivery{client: s.client, event: event}
	for {
		reply, err := data.Recv()
		if err != nil {
			return s.undelivered(ctx, part, came, event, err)
		}
		if done, err := d.take(reply); done || err != nil {
			return err
		}
	}
}

// dataCommands ask for the meta of an event's block.
func dataCommands(event *pb.BlockchainEvent) []*pb.DataCommand {
	slot := event.GetSlot()
	return []*pb.DataCommand{
		{Command: &pb.DataCommand_FilterUpdate{FilterUpdate: &pb.BlockFilters{
			BlocksMeta: map[string]*pb.SubscribeRequestFilterBlocksMeta{"canary": {}},
		}}},
		{Command: &pb.DataCommand_DownloadBlockShard{DownloadBlockShard: &pb.DownloadBlockShard{
			BlockchainId: event.GetBlockchainId(), BlockUid: event.GetBlockUid(), ShardIdx: 0, Slot: &slot,
		}}},
	}
}

// undelivered explains why a data stream ended before the block was whole.
func (s *session) undelivered(ctx context.Context, part stretch, came *answer, event *pb.BlockchainEvent, err error) error {
	if came.came.Load() && status.Code(err) == codes.NotFound {
		text := fmt.Sprintf("%s has no block of slot %d, which it announced%s",
			s.client.addr.target, event.GetSlot(), quote(status.Convert(err).Message()))
		return &blockError{model.NewFailure(model.ClassNotFound, s.client.mask(text), err)}
	}
	return s.broken(ctx, part, came, err)
}

// delivery follows one download.
type delivery struct {
	client  *Client
	event   *pb.BlockchainEvent
	updates int
	meta    bool // the block's meta came
}

// take takes in a message; done when the block is whole.
func (d *delivery) take(reply *pb.DataResponse) (done bool, err error) {
	slot := d.event.GetSlot()
	if finish := reply.GetBlockShardDownloadFinish(); finish != nil {
		return true, d.end(finish)
	}
	if d.updates++; d.updates > maxUpdates {
		return false, d.client.nonsense(fmt.Sprintf("sent %d messages for the meta of slot %d, and no end", maxUpdates, slot))
	}
	meta := reply.GetUpdate().GetBlockMeta()
	if meta == nil {
		return false, nil
	}
	if meta.GetSlot() != slot {
		return false, d.client.nonsense(fmt.Sprintf("sent the meta of slot %d for that of slot %d", meta.GetSlot(), slot))
	}
	d.meta = true
	return false, nil
}

// end checks that what ended is what was asked for, and was all there.
func (d *delivery) end(finish *pb.BlockShardDownloadFinish) error {
	slot, shards := d.event.GetSlot(), finish.GetShardIndices()
	if finish.GetSlot() != slot || !bytes.Equal(finish.GetBlockUid(), d.event.GetBlockUid()) || len(shards) != 1 || shards[0] != 0 {
		return d.client.nonsense(fmt.Sprintf("ended another download than that of slot %d", slot))
	}
	if !d.meta {
		// So does the block of a slot that died after it was announced.
		text := fmt.Sprintf("%s ended the download of slot %d without its meta", d.client.addr.target, slot)
		return &blockError{model.NewFailure(model.ClassServer, text, nil)}
	}
	return nil
}
