package cluster

import (
	"context"
	"errors"
	"io"
	"math"
	"net"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

// brief is how long these tests wait for what must not come.
const brief = 100 * time.Millisecond

// tipWithin asks for the tip with a deadline.
func tipWithin(t *testing.T, client pb.FumaroleClient, deadline time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(known(t), deadline)
	defer cancel()
	_, err := client.GetChainTip(ctx, &pb.GetChainTipRequest{})
	return err
}

func TestConformance18TipFails(t *testing.T) {
	c := serve(t)
	client := dial(t, c)
	create(t, client, "trades")
	s := join(t, client.SubscribeV2, "trades")
	set(t, c, FaultUnavailable, "GetChainTip")
	wantCode(t, tipWithin(t, client, patience), codes.Unavailable)
	r := raw(t, c, nil).call(t, "GetChainTip", &pb.GetChainTipRequest{}, "", tokenHeader, testToken)
	if code, bare := r.status(); code != "14" || !bare {
		t.Errorf("status %s, trailers-only %v, want 14, true", code, bare)
	}
	checkUntouched(t, client, s)
	heal(t, c)
	wantCode(t, tipWithin(t, client, patience), codes.OK)
}

func TestConformance18TipHangs(t *testing.T) {
	c := serve(t)
	client := dial(t, c)
	create(t, client, "trades")
	s := join(t, client.SubscribeV2, "trades")
	set(t, c, FaultHang, "GetChainTip")
	wantCode(t, tipWithin(t, client, brief), codes.DeadlineExceeded)
	late := make(chan error, 1)
	go func() { late <- tipWithin(t, client, patience) }()
	checkUntouched(t, client, s)
	if len(late) > 0 {
		t.Errorf("a call that hangs was answered: %v", <-late)
	}
	heal(t, c)
	wantCode(t, <-late, codes.OK)
}

// checkUntouched checks that other calls answer and that a session goes on.
func checkUntouched(t *testing.T, client pb.FumaroleClient, s *control) {
	t.Helper()
	wantCode(t, version(t, client, patience), codes.OK)
	must[*pb.GetSlotRangeResponse](t)(client.GetSlotRange(known(t), &pb.GetSlotRangeRequest{}))
	s.events(1)
}

func TestConformance18ControlEnds(t *testing.T) {
	for fault, want := range map[Fault]codes.Code{FaultRestartControl: codes.Unavailable, FaultEndControl: codes.OK} {
		t.Run(string(fault), func(t *testing.T) {
			c := serve(t)
			client := dial(t, c)
			create(t, client, "trades")
			e := living(c, history(t, c, client, 100, 50))[0]
			d := openData(t, client, allFilters())
			for name, open := range map[string]openControl{"SubscribeV2": client.SubscribeV2, "Subscribe": client.Subscribe} {
				s := join(t, open, "trades")
				s.poll(nil, nil)
				set(t, c, fault)
				err := s.ended()
				if want == codes.OK && !errors.Is(err, io.EOF) || want != codes.OK && status.Code(err) != want {
					t.Errorf("%s ended with %v, want %v", name, err, want)
				}
				if len(c.Faults()) > 0 {
					t.Errorf("what happens once holds: %v", c.Faults())
				}
				join(t, open, "trades") // it listens on
			}
			d.ask(e, 0) // the data plane never noticed
			block(t, d.stream)
		})
	}
}

func TestConformance18ConnectionsAreCut(t *testing.T) {
	c := serve(t)
	client := dial(t, c)
	create(t, client, "trades")
	s := join(t, client.SubscribeV2, "trades")
	var d net.Dialer
	conn := must[net.Conn](t)(d.DialContext(known(t), "tcp", c.Addr()))
	defer conn.Close()
	must[int](t)(conn.Write([]byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")))
	must[int](t)(conn.Read(make([]byte, 9))) // the server's settings: it has been accepted
	set(t, c, FaultCutConnections)
	if _, err := io.Copy(io.Discard, conn); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("a connection ended with %v, want a reset", err)
	}
	if err := s.ended(); errors.Is(err, io.EOF) || len(s.stream.Trailer()) > 0 {
		t.Errorf("a session ended with %v, want no status of the server's", err)
	}
	join(t, dial(t, c).SubscribeV2, "trades") // at once
}

func TestConformance18DownloadsFail(t *testing.T) {
	for fault, want := range map[Fault][]codes.Code{
		FaultMissBlock:    {codes.NotFound, codes.OK},
		FaultFailDownload: {codes.Unavailable, codes.OK},
	} {
		t.Run(string(fault), func(t *testing.T) {
			c := serve(t, shards(4))
			client := dial(t, c)
			events := living(c, history(t, c, client, 100, 50))
			for name, download := range downloads(client) {
				set(t, c, fault)
				for i, code := range want {
					if got := status.Code(download(t, events[0], 1)); got != code {
						t.Errorf("%s, attempt %d: %v, want %v", name, i+1, got, code)
					}
					if i == 0 {
						wantCode(t, download(t, events[1], 1), codes.OK) // another block
					}
				}
			}
			set(t, c, fault)
			heal(t, c) // before it happened
			wantCode(t, downloads(client)["SubscribeData"](t, events[0], 1), codes.OK)
		})
	}
}

func TestConformance18OneBlockFails(t *testing.T) {
	c := serve(t, shards(4))
	client := dial(t, c)
	create(t, client, "trades")
	s := join(t, client.SubscribeV2, "trades")
	set(t, c, FaultFailBlock)
	var bad, good *pb.BlockchainEvent
	for bad == nil || good == nil {
		for _, e := range living(c, s.events(1)) {
			if codeOfDownload(t, client, e) == codes.Unavailable {
				bad = e
			} else {
				good = e
			}
		}
	}
	for name, download := range downloads(client) {
		for range 3 {
			for shard := range int32(4) {
				wantCode(t, download(t, bad, shard), codes.Unavailable)
			}
		}
		if err := download(t, good, 1); err != nil {
			t.Errorf("%s of another block: %v", name, err)
		}
	}
	heal(t, c)
	wantCode(t, downloads(client)["SubscribeData"](t, bad, 1), codes.OK)
}

// codeOfDownload is how the download of a shard ends.
func codeOfDownload(t *testing.T, client pb.FumaroleClient, e *pb.BlockchainEvent) codes.Code {
	t.Helper()
	return status.Code(downloads(client)["SubscribeData"](t, e, 0))
}

// downloads are the ways to download a shard, each on a new stream.
func downloads(client pb.FumaroleClient) map[string]func(*testing.T, *pb.BlockchainEvent, int32) error {
	return map[string]func(*testing.T, *pb.BlockchainEvent, int32) error{
		"SubscribeData": func(t *testing.T, e *pb.BlockchainEvent, shard int32) error {
			d := openData(t, client, allFilters())
			d.ask(e, shard)
			return finish(d.stream)
		},
		"DownloadBlock": func(t *testing.T, e *pb.BlockchainEvent, _ int32) error {
			return finish(must[grpc.ServerStreamingClient[pb.DataResponse]](t)(client.DownloadBlock(known(t), request(e, 0))))
		},
		"DownloadBlockDataShard": func(t *testing.T, e *pb.BlockchainEvent, shard int32) error {
			return finish(must[grpc.ServerStreamingClient[pb.DataResponse]](t)(client.DownloadBlockDataShard(known(t), request(e, shard))))
		},
	}
}

// finish reads up to the end of a shard.
func finish(from receiver) error {
	for {
		r, err := from.Recv()
		if err != nil || r.GetBlockShardDownloadFinish() != nil {
			return err
		}
	}
}

func TestConformance18DeadSlots(t *testing.T) {
	c := serve(t)
	client := dial(t, c)
	create(t, client, "trades")
	s := join(t, client.SubscribeV2, "trades")
	s.events(1) // the stream's place is fixed
	window := c.SlotRange()
	set(t, c, FaultDeadSlots)
	d := openData(t, client, allFilters())
	dead := map[uint64]bool{}
	for len(dead) < deadSlots {
		s.poll(nil, nil)
		for _, e := range s.history() {
			if _, ok := c.opts.Chain.Died(model.Slot(e.GetSlot())); !ok {
				continue
			}
			if dead[e.GetSlot()] || e.DeadError == nil || e.GetCommitmentLevel() != pb.CommitmentLevel_PROCESSED ||
				e.GetSlot() < uint64(window.Min) || len(e.GetBlockUid()) != 16 || e.GetParentSlot() >= e.GetSlot() {
				t.Fatalf("dead slot %v", e)
			}
			dead[e.GetSlot()] = true
			d.ask(e, 0)
			if updates, finish := block(t, d.stream); len(updates) > 0 || finish.GetSlot() != e.GetSlot() {
				t.Fatalf("dead slot %d holds %v", e.GetSlot(), updates)
			}
		}
	}
	for slot := window.Min; slot < window.Max; slot++ { // what was not announced is not there
		if b, ok := c.opts.Chain.Died(slot); ok && !dead[uint64(slot)] {
			d.ask(&pb.BlockchainEvent{BlockUid: b.UID[:], Slot: uint64(slot)}, 0)
			wantCode(t, finish(d.stream), codes.NotFound)
			break
		}
	}
}

// quickest is the least time of three: a busy machine is not late each time, and who
// delays is.
func quickest(act func()) time.Duration {
	least := time.Duration(math.MaxInt64)
	for range 3 {
		begin := time.Now()
		act()
		least = min(least, time.Since(begin))
	}
	return least
}

// TestConformance18OneRPCFails breaks every RPC alone, in each of the ways that
// can be limited to it: no other call notices.
func TestConformance18OneRPCFails(t *testing.T) {
	c := serve(t, func(o *Options) { o.ErrorShare, o.SlowBy = 1, 2*brief })
	client := raw(t, c, nil)
	create(t, dial(t, c), "trades")
	calls := map[string]proto.Message{
		"Version": &pb.VersionRequest{}, "GetChainTip": &pb.GetChainTipRequest{}, "GetSlotRange": &pb.GetSlotRangeRequest{},
		"ListConsumerGroups":   &pb.ListConsumerGroupsRequest{},
		"GetConsumerGroupInfo": &pb.GetConsumerGroupInfoRequest{ConsumerGroupName: "trades"},
		"DeleteConsumerGroup":  &pb.DeleteConsumerGroupRequest{ConsumerGroupName: "none"},
	}
	for _, fault := range []Fault{FaultUnavailable, FaultErrors, FaultSlow} {
		for _, broken := range RPCs() {
			set(t, c, fault, broken)
			for name, request := range calls {
				var code string
				took := quickest(func() {
					r := client.call(t, name, request, "", tokenHeader, testToken)
					code, _ = r.status()
				})
				if late := took >= 2*brief; name == broken && code == "0" && !late || name != broken && (code != "0" || late) {
					t.Errorf("%s (%s): %s is answered with status %s, late: %v", fault, broken, name, code, late)
				}
			}
			heal(t, c)
		}
	}
}
