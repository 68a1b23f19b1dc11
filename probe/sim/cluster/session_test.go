package cluster

import (
	"context"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
	"github.com/fumtui/fumtui/probe/sim/chain"
)

// TestCurrentClientStepByStep does what a current client does, message by
// message: version, join, data streams, filters, a poll with a forced commit
// behind it, downloads of what reaches a level, commits, the tip.
func TestCurrentClientStepByStep(t *testing.T) {
	const streams, count = 2, 4
	c := serve(t, shards(count))
	client := dial(t, c)
	from := c.SlotRange().Max - 150
	create(t, client, "trades", from)

	must[*pb.VersionResponse](t)(client.Version(known(t), &pb.VersionRequest{}))
	s := join(t, client.SubscribeV2, "trades")
	committed := s.init.GetLastCommittedOffsets()[0]
	planes := make([]*data, streams)
	for i := range planes {
		planes[i] = openData(t, client, allFilters())
	}
	limit := int64(100)
	s.poll(&committed, &limit)
	s.commit(committed) // forced
	if got := s.committed(); got != committed {
		t.Fatalf("the forced commit of %d echoes %d", committed, got)
	}
	done := map[model.Slot]bool{}
	for target := from + 100; !done[target-target%9]; { // such a slot always has a block
		events := s.history()
		s.poll(&committed, &limit) // at once, before the downloads
		for _, e := range events {
			if slot := model.Slot(e.GetSlot()); e.GetCommitmentLevel() >= pb.CommitmentLevel_CONFIRMED && !done[slot] {
				done[slot] = true
				downloadShards(t, planes, e, count)
			}
			committed = e.GetOffset()
		}
		s.commit(committed)
		if got := s.committed(); got != committed {
			t.Fatalf("the commit of %d echoes %d", committed, got)
		}
	}
	for slot := range c.opts.Chain.Finalized(from, from+90) {
		if !done[slot] {
			t.Errorf("slot %d was never confirmed", slot)
		}
	}
	tip := must[*pb.GetChainTipResponse](t)(client.GetChainTip(known(t), &pb.GetChainTipRequest{BlockchainId: s.init.GetBlockchainId()}))
	if tip.GetShardToMaxOffsetMap()[0] < committed {
		t.Errorf("the tip %v is below the commit %d", tip, committed)
	}
}

// downloadShards downloads a block, each shard over its own stream, and checks
// that all of it came.
func downloadShards(t *testing.T, planes []*data, e *pb.BlockchainEvent, count int32) {
	t.Helper()
	for shard := range count {
		planes[int(shard)%len(planes)].ask(e, shard)
	}
	var transactions uint64
	var meta *pb.SubscribeUpdateBlockMeta
	for shard := range count {
		updates, finish := block(t, planes[int(shard)%len(planes)].stream)
		if finish.GetSlot() != e.GetSlot() || finish.GetShardIndices()[0] != uint32(shard) {
			t.Fatalf("finish is %v, want slot %d shard %d", finish, e.GetSlot(), shard)
		}
		for _, u := range updates {
			if u.GetTransaction() != nil {
				transactions++
			}
			if u.GetBlockMeta() != nil {
				meta = u.GetBlockMeta()
			}
		}
	}
	if meta.GetExecutedTransactionCount() != transactions || meta == nil {
		t.Fatalf("slot %d has %d transactions, its meta says %v", e.GetSlot(), transactions, meta)
	}
}

// BenchmarkCatchUp downloads blocks as fast as one data stream gives them, with
// client and server on the same cores.
func BenchmarkCatchUp(b *testing.B) {
	c, err := New(Options{Name: "ams", Chain: chain.New(1), Clock: SystemClock{}, Start: time.Now()})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Serve(ctx) }()
	defer func() {
		cancel()
		endsWell(b, ended)
	}()
	benchmarkDownloads(b, c)
}

// BenchmarkNewCluster is the start of a cluster.
func BenchmarkNewCluster(b *testing.B) {
	for b.Loop() {
		c, err := New(Options{Name: "ams", Chain: chain.New(1), Clock: SystemClock{}, Start: time.Now()})
		if err != nil {
			b.Fatal(err)
		}
		_ = c.Close()
	}
}

// benchmarkDownloads downloads canonical blocks, two outstanding.
func benchmarkDownloads(b *testing.B, c *Cluster) {
	b.Helper()
	conn, err := grpc.NewClient("passthrough:///"+c.Addr(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	stream, err := pb.NewFumaroleClient(conn).SubscribeData(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	window := c.SlotRange()
	var commands []*pb.DataCommand
	for slot := range c.opts.Chain.Finalized(window.Max-1000, window.Max-50) {
		block, _ := c.opts.Chain.At(slot)
		commands = append(commands, &pb.DataCommand{Command: &pb.DataCommand_DownloadBlockShard{
			DownloadBlockShard: &pb.DownloadBlockShard{BlockUid: block.UID[:]},
		}})
	}
	send := func(command *pb.DataCommand) {
		if err := stream.Send(command); err != nil {
			b.Fatal(err)
		}
	}
	send(&pb.DataCommand{Command: &pb.DataCommand_FilterUpdate{FilterUpdate: allFilters()}})
	send(commands[0])
	next := 1
	for b.Loop() {
		send(commands[next%len(commands)])
		next++
		for {
			r, err := stream.Recv()
			if err != nil {
				b.Fatal(err)
			}
			if r.GetBlockShardDownloadFinish() != nil {
				break
			}
		}
	}
}
