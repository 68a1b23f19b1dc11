package cluster

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
	"github.com/fumtui/fumtui/probe/sim/chain"
)

func TestConformance13DownloadsInOrder(t *testing.T) {
	c := serve(t, shards(4))
	client := dial(t, c)
	events := living(c, history(t, c, client, 200, 100))[:6]
	d := openData(t, client, allFilters())
	type request struct {
		e     *pb.BlockchainEvent
		shard int32
	}
	var asked []request
	ask := func(r request) { asked = append(asked, r); d.ask(r.e, r.shard) }
	var todo []request
	for _, e := range events {
		for shard := range int32(4) {
			todo = append(todo, request{e, 3 - shard})
		}
	}
	ask(todo[0])
	for i := range todo { // always two outstanding
		if i+1 < len(todo) {
			ask(todo[i+1])
		}
		updates, finish := block(t, d.stream)
		want := asked[i]
		if string(finish.GetBlockUid()) != string(want.e.GetBlockUid()) || finish.GetSlot() != want.e.GetSlot() ||
			!slices.Equal(finish.GetShardIndices(), []uint32{uint32(want.shard)}) {
			t.Fatalf("answer %d is %v, want slot %d shard %d", i, finish, want.e.GetSlot(), want.shard)
		}
		for _, u := range updates {
			if slotOf(u) != want.e.GetSlot() {
				t.Fatalf("an update of slot %d within slot %d", slotOf(u), want.e.GetSlot())
			}
		}
	}
}

func TestConformance13WhatCannotBeDownloaded(t *testing.T) {
	c := serve(t)
	client := dial(t, c)
	e := living(c, history(t, c, client, 100, 50))[0]
	for name, change := range map[string]func(*pb.DownloadBlockShard){
		"unknown uid":   func(r *pb.DownloadBlockShard) { r.BlockUid = make([]byte, 16) },
		"short uid":     func(r *pb.DownloadBlockShard) { r.BlockUid = []byte{1} },
		"wrong slot":    func(r *pb.DownloadBlockShard) { r.Slot = proto.Uint64(e.GetSlot() + 1) },
		"unknown shard": func(r *pb.DownloadBlockShard) { r.ShardIdx = 1 },
		"other chain":   func(r *pb.DownloadBlockShard) { r.BlockchainId = []byte("0123456789abcdef") },
		"too old":       func(r *pb.DownloadBlockShard) { b, _ := c.opts.Chain.At(9); r.BlockUid, r.Slot = b.UID[:], nil },
		"to come": func(r *pb.DownloadBlockShard) {
			b, _ := c.opts.Chain.At((testStart/9 + 1e6) * 9)
			r.BlockUid, r.Slot = b.UID[:], nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := &pb.DownloadBlockShard{BlockchainId: e.BlockchainId, BlockUid: e.BlockUid, Slot: &e.Slot}
			change(r)
			d := openData(t, client, nil)
			if err := d.stream.Send(&pb.DataCommand{Command: &pb.DataCommand_DownloadBlockShard{DownloadBlockShard: r}}); err != nil {
				t.Fatal(err)
			}
			_, err := d.stream.Recv()
			wantCode(t, err, codes.NotFound)
		})
	}
}

func TestConformance14FiltersFromStream(t *testing.T) {
	c := serve(t)
	client := dial(t, c)
	e := living(c, history(t, c, client, 100, 50))[0]
	d := openData(t, client, nil)
	d.ask(e, 0)
	if updates, _ := block(t, d.stream); len(updates) != 0 {
		t.Errorf("%d updates without filters", len(updates))
	}
	d.filter(&pb.BlockFilters{})
	d.ask(e, 0)
	if updates, _ := block(t, d.stream); len(updates) != 0 {
		t.Errorf("%d updates with empty filters", len(updates))
	}
	d.filter(&pb.BlockFilters{Entries: map[string]*pb.SubscribeRequestFilterEntry{"b": {}, "a": {}}})
	d.ask(e, 0)
	d.filter(allFilters()) // must not touch the download that was asked for before
	d.ask(e, 0)
	updates, _ := block(t, d.stream)
	for _, u := range updates {
		if u.GetEntry() == nil || !slices.Equal(u.GetFilters(), []string{"a", "b"}) {
			t.Errorf("got %v, want entries of the filters a and b", u)
		}
	}
	if len(updates) == 0 {
		t.Error("no entries")
	}
	updates, _ = block(t, d.stream)
	kinds := map[string]bool{}
	for _, u := range updates {
		kinds[u.GetFilters()[0]] = true
	}
	if got := slices.Sorted(maps.Keys(kinds)); !slices.Equal(got, []string{"accounts", "entries", "metas", "txs"}) {
		t.Errorf("empty filters give %v, want all kinds", got)
	}
}

func TestConformance14RefusedFilters(t *testing.T) {
	client := dial(t, serve(t))
	strange := &pb.SubscribeRequestFilterTransactions{}
	strange.ProtoReflect().SetUnknown([]byte{0xf8, 0x01, 0x01}) // field 31
	kind := &pb.BlockFilters{}
	kind.ProtoReflect().SetUnknown([]byte{0x7a, 0x00}) // field 15
	accounts := func(f *pb.SubscribeRequestFilterAccounts) *pb.BlockFilters {
		return &pb.BlockFilters{Accounts: map[string]*pb.SubscribeRequestFilterAccounts{"mine": f}}
	}
	transactions := func(f *pb.SubscribeRequestFilterTransactions) *pb.BlockFilters {
		return &pb.BlockFilters{TransactionsStatus: map[string]*pb.SubscribeRequestFilterTransactions{"mine": f}}
	}
	for name, f := range map[string]*pb.BlockFilters{
		"unknown kind":        kind,
		"unknown field":       transactions(strange),
		"cuckoo accounts":     accounts(&pb.SubscribeRequestFilterAccounts{CuckooAccountsFilter: &pb.CuckooFilter{}}),
		"cuckoo transactions": transactions(&pb.SubscribeRequestFilterTransactions{CuckooAccountInclude: &pb.CuckooFilter{}}),
		"token accounts":      transactions(&pb.SubscribeRequestFilterTransactions{TokenAccounts: pb.TokenAccountsFilter_ALL.Enum()}),
		"no key":              accounts(&pb.SubscribeRequestFilterAccounts{Account: []string{"0OIl"}}),
		"short key":           accounts(&pb.SubscribeRequestFilterAccounts{Owner: []string{"abc"}}),
		"empty condition":     accounts(&pb.SubscribeRequestFilterAccounts{Filters: []*pb.SubscribeRequestFilterAccountsFilter{{}}}),
		"bad signature":       transactions(&pb.SubscribeRequestFilterTransactions{Signature: proto.String("abc")}),
	} {
		t.Run(name, func(t *testing.T) {
			d := openData(t, client, f)
			_, err := d.stream.Recv()
			wantCode(t, err, codes.InvalidArgument)
			if !strings.Contains(err.Error(), "filter") {
				t.Errorf("%v does not speak of a filter", err)
			}
		})
	}
}

// living are the events of blocks that hold something, one per slot.
func living(c *Cluster, events []*pb.BlockchainEvent) []*pb.BlockchainEvent {
	seen := map[uint64]bool{}
	return slices.DeleteFunc(slices.Clone(events), func(e *pb.BlockchainEvent) bool {
		b, _ := c.opts.Chain.At(model.Slot(e.GetSlot()))
		gone := seen[e.GetSlot()] || b.Kind == chain.Dead
		seen[e.GetSlot()] = true
		return gone
	})
}

// slotOf is the slot of an update of any kind.
func slotOf(u *pb.SubscribeUpdate) uint64 {
	return max(u.GetAccount().GetSlot(), u.GetTransaction().GetSlot(), u.GetEntry().GetSlot(),
		u.GetBlockMeta().GetSlot(), u.GetTransactionStatus().GetSlot())
}
