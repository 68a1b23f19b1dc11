package cluster

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/prototext"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
	"github.com/fumtui/fumtui/probe/sim/chain"
)

func TestConformance15Blocks(t *testing.T) {
	const count = 4
	c := serve(t, shards(count))
	client := dial(t, c)
	d := openData(t, client, allFilters())
	for _, e := range living(c, history(t, c, client, 100, 15)) {
		var metas []*pb.SubscribeUpdateBlockMeta
		var transactions, entries uint64
		for shard := range int32(count) {
			d.ask(e, shard)
			updates, _ := block(t, d.stream)
			checkShard(t, updates)
			for _, u := range updates {
				if m := u.GetBlockMeta(); m != nil {
					metas = append(metas, m)
					if shard != 0 {
						t.Fatalf("the block meta of slot %d is in shard %d, want 0", e.GetSlot(), shard)
					}
				}
				if u.GetTransaction() != nil {
					transactions++
				}
				if u.GetEntry() != nil {
					entries++
				}
			}
		}
		if len(metas) != 1 || metas[0].GetExecutedTransactionCount() != transactions || metas[0].GetEntriesCount() != entries ||
			metas[0].GetParentSlot() != e.GetParentSlot() || metas[0].GetBlockhash() == "" {
			t.Fatalf("slot %d has %d transactions and %d entries, its meta says %v", e.GetSlot(), transactions, entries, metas)
		}
	}
}

// checkShard checks what clients rely on within one shard.
func checkShard(t *testing.T, updates []*pb.SubscribeUpdate) {
	t.Helper()
	seen := map[string]bool{}
	once := func(kind string, key ...any) {
		t.Helper()
		k := fmt.Sprint(kind, key)
		if seen[k] {
			t.Fatalf("%s twice in a shard", k)
		}
		seen[k] = true
	}
	for _, u := range updates {
		switch {
		case u.GetAccount() != nil:
			a := u.GetAccount().GetAccount()
			once("account", a.GetPubkey(), a.GetTxnSignature())
			if len(a.GetPubkey()) != 32 || len(a.GetOwner()) != 32 || len(a.GetTxnSignature()) != 64 {
				t.Fatalf("account %v has a key of the wrong length", a)
			}
		case u.GetTransaction() != nil:
			info := u.GetTransaction().GetTransaction()
			once("transaction", info.GetIndex())
			if info.GetMeta() == nil || len(info.GetSignature()) != 64 || len(info.GetTransaction().GetMessage().GetAccountKeys()) == 0 {
				t.Fatalf("transaction %v is not whole", info)
			}
		case u.GetEntry() != nil:
			once("entry", u.GetEntry().GetIndex())
			if len(u.GetEntry().GetHash()) != 32 {
				t.Fatalf("entry %v has no hash", u.GetEntry())
			}
		case u.GetBlockMeta() != nil:
			once("meta")
		default:
			t.Fatalf("an update of no kind: %v", u)
		}
	}
}

func TestConformance16ShardsMakeTheBlock(t *testing.T) {
	for _, n := range []int{1, 4} {
		c := serve(t, shards(n))
		client := dial(t, c)
		d := openData(t, client, allFilters())
		for _, e := range living(c, history(t, c, client, 100, 8)) {
			var parts, single []string
			for shard := range int32(n) {
				d.ask(e, shard)
				updates, _ := block(t, d.stream)
				parts = append(parts, texts(updates)...)
				stream := must[grpc.ServerStreamingClient[pb.DataResponse]](t)(client.DownloadBlockDataShard(known(t), request(e, shard)))
				updates, finish := block(t, stream)
				single = append(single, texts(updates)...)
				if !slices.Equal(finish.GetShardIndices(), []uint32{uint32(shard)}) {
					t.Fatalf("finish of shard %d is %v", shard, finish)
				}
			}
			whole := wholeOf(t, client, request(e, 0))
			slices.Sort(parts)
			slices.Sort(single)
			slices.Sort(whole)
			if !slices.Equal(parts, whole) || !slices.Equal(single, whole) {
				t.Fatalf("slot %d: %d and %d updates by shard, %d as a whole, or others", e.GetSlot(), len(parts), len(single), len(whole))
			}
		}
	}
}

// request asks for an event's block with all filters.
func request(e *pb.BlockchainEvent, shard int32) *pb.DownloadBlockShard {
	return &pb.DownloadBlockShard{
		BlockchainId: e.BlockchainId, BlockUid: e.BlockUid, Slot: &e.Slot, ShardIdx: shard, BlockFilters: allFilters(),
	}
}

// wholeOf downloads a block as older clients do, to the end of the stream.
func wholeOf(t *testing.T, client pb.FumaroleClient, r *pb.DownloadBlockShard) []string {
	t.Helper()
	stream := must[grpc.ServerStreamingClient[pb.DataResponse]](t)(client.DownloadBlock(known(t), r))
	updates, finish := block(t, stream)
	if finish.GetSlot() != r.GetSlot() || len(finish.GetShardIndices()) != 1 {
		t.Fatalf("the block ends with %v", finish)
	}
	if _, err := stream.Recv(); !errors.Is(err, io.EOF) {
		t.Fatalf("after the finish came %v, want the end", err)
	}
	return texts(updates)
}

// texts writes updates so that they can be compared, without the time at which
// they were made.
func texts(updates []*pb.SubscribeUpdate) []string {
	lines := make([]string, len(updates))
	for i, u := range updates {
		u.CreatedAt = nil
		lines[i] = prototext.MarshalOptions{}.Format(u)
	}
	return lines
}

func TestConformance16DeadBlocksEndAtOnce(t *testing.T) {
	c := serve(t)
	client := dial(t, c)
	slot := c.SlotRange().Max
	b, ok := c.opts.Chain.At(slot)
	for !ok || b.Kind != chain.Dead {
		slot--
		b, ok = c.opts.Chain.At(slot)
	}
	e := &pb.BlockchainEvent{BlockUid: b.UID[:], Slot: uint64(slot)}
	d := openData(t, client, allFilters())
	d.ask(e, 0)
	if updates, finish := block(t, d.stream); len(updates) > 0 || finish.GetSlot() != uint64(slot) {
		t.Errorf("a dead block holds %d updates and ends with %v", len(updates), finish)
	}
	if updates := wholeOf(t, client, request(e, 0)); len(updates) > 0 {
		t.Errorf("a dead block holds %d updates", len(updates))
	}
}
