package cluster

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
	"github.com/fumtui/fumtui/probe/sim/chain"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds every wait of these tests.
const patience = 10 * time.Second

// testToken is what test clusters accept.
const testToken = "secret"

// manualClock stands still until it is moved.
type manualClock struct {
	mu     sync.Mutex
	now    time.Time
	timers map[chan time.Time]time.Time
}

func newManualClock() *manualClock {
	return &manualClock{now: time.Unix(1_700_000_000, 0), timers: map[chan time.Time]time.Time{}}
}

func (c *manualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *manualClock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	timer := make(chan time.Time, 1)
	c.timers[timer] = c.now.Add(d)
	return timer
}

// advance moves the clock and fires what is due.
func (c *manualClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	for timer, at := range c.timers {
		if !at.After(c.now) {
			timer <- c.now
			delete(c.timers, timer)
		}
	}
}

// serve runs a cluster for the length of a test. The options are those of a
// fast chain in real time; change alters them.
func serve(t *testing.T, change ...func(*Options)) *Cluster {
	t.Helper()
	o := Options{
		Name: "ams", Chain: chain.New(1), Clock: SystemClock{}, Start: time.Now(),
		Rate: 200, Retention: 2000, Tokens: []string{testToken},
	}
	for _, f := range change {
		f(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("Serve: %v", err)
			}
		case <-time.After(patience):
			t.Error("Serve did not end with its context")
		}
	})
	return c
}

// still gives a cluster a clock that only the test moves.
func still(clock *manualClock) func(*Options) {
	return func(o *Options) { o.Clock, o.Start, o.Rate = clock, clock.Now(), DefaultRate }
}

// shards sets the number of data shards.
func shards(n int) func(*Options) { return func(o *Options) { o.Shards = n } }

// dial connects a client that sends the right token, over h2c.
func dial(t *testing.T, c *Cluster, options ...grpc.DialOption) pb.FumaroleClient {
	t.Helper()
	options = append([]grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())}, options...)
	conn, err := grpc.NewClient("passthrough:///"+c.Addr(), options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return pb.NewFumaroleClient(conn)
}

// as is a context that carries headers and the patience of a test.
func as(t *testing.T, headers ...string) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return metadata.AppendToOutgoingContext(ctx, headers...)
}

// known is the context of a caller with the right token.
func known(t *testing.T) context.Context {
	t.Helper()
	return as(t, tokenHeader, testToken)
}

// wantCode fails the test where err does not have the code.
func wantCode(t *testing.T, err error, want codes.Code) {
	t.Helper()
	if got := status.Code(err); got != want {
		t.Fatalf("got %v (%v), want %v", got, err, want)
	}
}

// must fails the test on an error.
func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// eventually waits for something to become true.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(patience)
	for !ok() {
		select {
		case <-time.After(2 * time.Millisecond):
		case <-deadline:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// create makes a subscriber at the tip, or at a slot.
func create(t *testing.T, client pb.FumaroleClient, name string, from ...model.Slot) string {
	t.Helper()
	r := &pb.CreateConsumerGroupRequest{ConsumerGroupName: name}
	if len(from) > 0 {
		slot := uint64(from[0])
		r.InitialOffsetPolicy, r.FromSlot = pb.InitialOffsetPolicy_FROM_SLOT, &slot
	}
	return must[*pb.CreateConsumerGroupResponse](t)(client.CreateConsumerGroup(known(t), r)).GetConsumerGroupId()
}

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
	return join(t, client.SubscribeV2, name).events(n)
}
