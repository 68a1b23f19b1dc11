package cluster

import (
	"context"
	"slices"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

// control is a client's side of a control plane.
type control struct {
	t      *testing.T
	stream grpc.BidiStreamingClient[pb.ControlCommand, pb.ControlResponse]
	init   *pb.InitialConsumerGroupState
	// other answers that came while one of a kind was waited for
	other []*pb.ControlResponse
}

// openControl opens either control plane.
type openControl = func(context.Context, ...grpc.CallOption) (grpc.BidiStreamingClient[pb.ControlCommand, pb.ControlResponse], error)

// join opens a control plane, sends the join with it and reads init.
func join(t *testing.T, open openControl, name string) *control {
	t.Helper()
	c := &control{t: t, stream: must[grpc.BidiStreamingClient[pb.ControlCommand, pb.ControlResponse]](t)(open(known(t)))}
	c.send(&pb.ControlCommand{Command: &pb.ControlCommand_InitialJoin{
		InitialJoin: &pb.JoinControlPlane{ConsumerGroupName: &name},
	}})
	first := must[*pb.ControlResponse](t)(c.stream.Recv())
	if c.init = first.GetInit(); c.init == nil {
		t.Fatalf("the first message is %v, want init", first)
	}
	return c
}

// refusedJoin joins and returns the error, checking that no header came.
func refusedJoin(t *testing.T, open openControl, name string) error {
	t.Helper()
	stream := must[grpc.BidiStreamingClient[pb.ControlCommand, pb.ControlResponse]](t)(open(known(t)))
	_ = stream.Send(&pb.ControlCommand{Command: &pb.ControlCommand_InitialJoin{
		InitialJoin: &pb.JoinControlPlane{ConsumerGroupName: &name},
	}})
	_, err := stream.Recv()
	if h, _ := stream.Header(); len(h) > 0 {
		t.Errorf("headers %v came before the refusal %v", h, err)
	}
	return err
}

func (c *control) send(command *pb.ControlCommand) {
	c.t.Helper()
	if err := c.stream.Send(command); err != nil {
		c.t.Fatalf("send %v: %v", command, err)
	}
}

// poll asks for history without waiting for it.
func (c *control) poll(from, limit *int64) {
	c.t.Helper()
	c.send(&pb.ControlCommand{Command: &pb.ControlCommand_PollHist{
		PollHist: &pb.PollBlockchainHistory{From: from, Limit: limit},
	}})
}

// commit commits without waiting for the answer.
func (c *control) commit(offset int64) {
	c.t.Helper()
	c.send(&pb.ControlCommand{Command: &pb.ControlCommand_CommitOffset{
		CommitOffset: &pb.CommitOffset{Offset: offset},
	}})
}

// receive reads the next answer that is wanted, keeping others for later.
func (c *control) receive(wanted func(*pb.ControlResponse) bool) *pb.ControlResponse {
	c.t.Helper()
	if i := slices.IndexFunc(c.other, wanted); i >= 0 {
		r := c.other[i]
		c.other = slices.Delete(c.other, i, i+1)
		return r
	}
	for {
		r, err := c.stream.Recv()
		if err != nil {
			c.t.Fatalf("control plane: %v", err)
		}
		if wanted(r) {
			return r
		}
		c.other = append(c.other, r)
	}
}

// history reads the answer to the oldest poll.
func (c *control) history() []*pb.BlockchainEvent {
	c.t.Helper()
	return c.receive(func(r *pb.ControlResponse) bool { return r.GetPollHist() != nil }).GetPollHist().GetEvents()
}

// committed reads the answer to the oldest commit.
func (c *control) committed() int64 {
	c.t.Helper()
	return c.receive(func(r *pb.ControlResponse) bool { return r.GetCommitOffset() != nil }).GetCommitOffset().GetOffset()
}

// events polls until it has n events.
func (c *control) events(n int) []*pb.BlockchainEvent {
	c.t.Helper()
	var all []*pb.BlockchainEvent
	for len(all) < n {
		c.poll(nil, nil)
		all = append(all, c.history()...)
	}
	return all
}

// ended reads until the stream ends and returns why.
func (c *control) ended() error {
	for {
		if _, err := c.stream.Recv(); err != nil {
			return err
		}
	}
}

// data is a client's side of SubscribeData.
type data struct {
	t      *testing.T
	stream grpc.BidiStreamingClient[pb.DataCommand, pb.DataResponse]
}

// openData opens a data plane, waits for its headers as clients do, and sets
// filters.
func openData(t *testing.T, client pb.FumaroleClient, filters *pb.BlockFilters) *data {
	t.Helper()
	d := &data{t, must[grpc.BidiStreamingClient[pb.DataCommand, pb.DataResponse]](t)(client.SubscribeData(known(t)))}
	must[metadata.MD](t)(d.stream.Header())
	if filters != nil {
		d.filter(filters)
	}
	return d
}

func (d *data) filter(filters *pb.BlockFilters) {
	d.t.Helper()
	if err := d.stream.Send(&pb.DataCommand{Command: &pb.DataCommand_FilterUpdate{FilterUpdate: filters}}); err != nil {
		d.t.Fatal(err)
	}
}

// ask asks for a shard of an event's block.
func (d *data) ask(e *pb.BlockchainEvent, shard int32) {
	d.t.Helper()
	if err := d.stream.Send(&pb.DataCommand{Command: &pb.DataCommand_DownloadBlockShard{
		DownloadBlockShard: &pb.DownloadBlockShard{
			BlockchainId: e.BlockchainId, BlockUid: e.BlockUid, ShardIdx: shard, Slot: &e.Slot,
		},
	}}); err != nil {
		d.t.Fatal(err)
	}
}

// receiver is any stream of blocks.
type receiver interface {
	Recv() (*pb.DataResponse, error)
}

// block reads updates up to a finish.
func block(t *testing.T, from receiver) ([]*pb.SubscribeUpdate, *pb.BlockShardDownloadFinish) {
	t.Helper()
	var updates []*pb.SubscribeUpdate
	for {
		r, err := from.Recv()
		if err != nil {
			t.Fatalf("data plane after %d updates: %v", len(updates), err)
		}
		if finish := r.GetBlockShardDownloadFinish(); finish != nil {
			return updates, finish
		}
		updates = append(updates, r.GetUpdate())
	}
}

// allFilters want everything but the transaction status, which shares its keys
// with the transactions.
func allFilters() *pb.BlockFilters {
	return &pb.BlockFilters{
		Accounts:     map[string]*pb.SubscribeRequestFilterAccounts{"accounts": {}},
		Transactions: map[string]*pb.SubscribeRequestFilterTransactions{"txs": {}},
		Entries:      map[string]*pb.SubscribeRequestFilterEntry{"entries": {}},
		BlocksMeta:   map[string]*pb.SubscribeRequestFilterBlocksMeta{"metas": {}},
	}
}

// history reads n events from some slots back, as a subscriber would.
func history(t *testing.T, c *Cluster, client pb.FumaroleClient, back model.Slot, n int) []*pb.BlockchainEvent {
	t.Helper()
	name := "history-" + t.Name()
	create(t, client, name, c.SlotRange().Max-back)
	defer func() {
		must[*pb.DeleteConsumerGroupResponse](t)(client.DeleteConsumerGroup(known(t),
			&pb.DeleteConsumerGroupRequest{ConsumerGroupName: name}))
	}()
	return join(t, client.SubscribeV2, name).events(n)[:n]
}
