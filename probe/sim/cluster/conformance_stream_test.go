package cluster

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
	"github.com/fumtui/fumtui/probe/sim/chain"
)

func TestConformance08Join(t *testing.T) {
	c := serve(t)
	client := dial(t, c)
	create(t, client, "trades")
	for name, open := range map[string]openControl{"SubscribeV2": client.SubscribeV2, "Subscribe": client.Subscribe} {
		s := join(t, open, "trades")
		offsets := s.init.GetLastCommittedOffsets()
		if _, ok := offsets[0]; !ok || len(offsets) != 1 || len(s.init.GetBlockchainId()) != 16 {
			t.Errorf("%s: init is %v, want exactly shard 0 and a chain id of 16 bytes", name, s.init)
		}
		if err := s.stream.CloseSend(); err != nil {
			t.Fatal(err)
		}
		if err := s.ended(); !errors.Is(err, io.EOF) {
			t.Errorf("%s: the session of a client that leaves ended with %v", name, err)
		}
		wantCode(t, refusedJoin(t, open, "nobody"), codes.NotFound)
	}
	if err := c.SetFault(FaultStaleSubscriber); err != nil {
		t.Fatal(err)
	}
	err := refusedJoin(t, client.SubscribeV2, "trades")
	wantCode(t, err, codes.FailedPrecondition)
	if !strings.Contains(err.Error(), "stale") {
		t.Errorf("%v does not say that the subscriber is stale", err)
	}
}

func TestConformance08FirstCommandMustJoin(t *testing.T) {
	client := dial(t, serve(t))
	s := &control{t: t}
	var err error
	if s.stream, err = client.SubscribeV2(known(t)); err != nil {
		t.Fatal(err)
	}
	s.poll(nil, nil)
	wantCode(t, s.ended(), codes.InvalidArgument)

	create(t, client, "trades")
	s = join(t, client.SubscribeV2, "trades")
	s.send(&pb.ControlCommand{Command: &pb.ControlCommand_InitialJoin{InitialJoin: &pb.JoinControlPlane{}}})
	wantCode(t, s.ended(), codes.InvalidArgument)
}

func TestConformance09PollsInOrder(t *testing.T) {
	c := serve(t)
	client := dial(t, c)
	create(t, client, "trades", c.SlotRange().Max-600)
	s := join(t, client.SubscribeV2, "trades")
	from := s.init.GetLastCommittedOffsets()[0]
	s.poll(&from, proto.Int64(7))
	s.poll(nil, nil) // pipelined
	s.poll(&from, proto.Int64(3))
	next := from + 1
	for _, want := range []int{7, defaultLimit, 3} {
		events := s.history()
		if len(events) != want {
			t.Fatalf("%d events, want %d", len(events), want)
		}
		for _, e := range events {
			if e.GetOffset() != next {
				t.Fatalf("offset %d, want %d: the answers have to follow each other", e.GetOffset(), next)
			}
			next++
		}
	}
	s.poll(proto.Int64(next+9), proto.Int64(1)) // forward is possible
	if e := s.history()[0]; e.GetOffset() != next+10 {
		t.Errorf("from %d begins at %d, want one more: from is exclusive", next+9, e.GetOffset())
	}
}

func TestConformance09CommitIsAnsweredWhileAPollIsHeld(t *testing.T) {
	c := serve(t, still(newManualClock())) // nothing happens, and no time passes
	client := dial(t, c)
	create(t, client, "trades")
	s := join(t, client.SubscribeV2, "trades")
	from := s.init.GetLastCommittedOffsets()[0]
	s.poll(&from, nil)
	s.commit(from)
	if got := s.committed(); got != from {
		t.Errorf("commit of %d echoes %d", from, got)
	}
	if len(s.other) > 0 {
		t.Errorf("the poll was answered with %v though there is nothing", s.other)
	}
}

func TestConformance09BadPollsAndCommits(t *testing.T) {
	client := dial(t, serve(t, still(newManualClock())))
	create(t, client, "trades")
	commands := map[string]struct {
		command *pb.ControlCommand
		want    codes.Code
	}{
		"poll of shard 1": {&pb.ControlCommand{Command: &pb.ControlCommand_PollHist{
			PollHist: &pb.PollBlockchainHistory{ShardId: 1},
		}}, codes.InvalidArgument},
		"negative limit": {&pb.ControlCommand{Command: &pb.ControlCommand_PollHist{
			PollHist: &pb.PollBlockchainHistory{Limit: proto.Int64(-1)},
		}}, codes.InvalidArgument},
		"poll past the tip": {&pb.ControlCommand{Command: &pb.ControlCommand_PollHist{
			PollHist: &pb.PollBlockchainHistory{From: proto.Int64(1<<63 - 1)},
		}}, codes.OutOfRange},
		"commit of shard 1": {&pb.ControlCommand{Command: &pb.ControlCommand_CommitOffset{
			CommitOffset: &pb.CommitOffset{ShardId: 1},
		}}, codes.InvalidArgument},
		"commit past the tip": {&pb.ControlCommand{Command: &pb.ControlCommand_CommitOffset{
			CommitOffset: &pb.CommitOffset{Offset: 1<<63 - 1},
		}}, codes.OutOfRange},
	}
	for name, test := range commands {
		t.Run(name, func(t *testing.T) {
			s := join(t, client.SubscribeV2, "trades")
			s.send(test.command)
			wantCode(t, s.ended(), test.want)
		})
	}
}

func TestConformance10EmptyPollsAreHeld(t *testing.T) {
	clock := newManualClock()
	c := serve(t, still(clock))
	client := dial(t, c)
	if err := c.SetFault(FaultFreeze); err != nil {
		t.Fatal(err)
	}
	create(t, client, "trades")
	s := join(t, client.SubscribeV2, "trades")
	from := s.init.GetLastCommittedOffsets()[0]
	s.poll(&from, nil)
	s.commit(from)
	s.committed()               // the poll is held by now
	clock.advance(holdPoll / 2) // not yet
	s.commit(from)
	s.committed()
	if len(s.other) > 0 {
		t.Fatal("an empty poll was answered before its time")
	}
	clock.advance(holdPoll / 2)
	if events := s.history(); len(events) != 0 {
		t.Errorf("%d events though nothing happened", len(events))
	}
}

func TestConformance10PollRateAtTheTip(t *testing.T) {
	for _, rate := range []float64{DefaultRate, 50} {
		client := dial(t, serve(t, func(o *Options) { o.Rate = rate }))
		create(t, client, "trades")
		s := join(t, client.SubscribeV2, "trades")
		begin := time.Now()
		polls := 0
		for time.Since(begin) < 600*time.Millisecond {
			s.poll(nil, nil)
			s.history()
			polls++
		}
		if perSecond := float64(polls) / time.Since(begin).Seconds(); perSecond >= 20 {
			t.Errorf("at %v slots a second a client at the tip polls %.1f times a second, want less than 20", rate, perSecond)
		}
	}
}

func TestConformance11Events(t *testing.T) {
	for _, n := range []int{1, 4} {
		c := serve(t, shards(n))
		client := dial(t, c)
		create(t, client, "trades", c.SlotRange().Max-400)
		checkEvents(t, c.opts.Chain, join(t, client.SubscribeV2, "trades").events(800), uint32(n))
		checkEvents(t, c.opts.Chain, join(t, client.Subscribe, "trades").events(800), 1)
	}
}

// checkEvents checks consecutive events of a log.
func checkEvents(t *testing.T, c chain.Chain, events []*pb.BlockchainEvent, shards uint32) {
	t.Helper()
	id := c.ID()
	reached := map[uint64]pb.CommitmentLevel{}
	var newest, late, deep uint64
	for i, e := range events {
		b, ok := c.At(model.Slot(e.GetSlot()))
		switch {
		case !ok || string(e.GetBlockUid()) != string(b.UID[:]) || e.GetParentSlot() != uint64(b.Parent):
			t.Fatalf("event %v does not fit block %+v (%v)", e, b, ok)
		case string(e.GetBlockchainId()) != string(id[:]) || e.GetNumShards() != shards || e.GetBlockchainShardId() != 0:
			t.Fatalf("event %v has a wrong chain or number of shards", e)
		case i > 0 && e.GetOffset() != events[i-1].GetOffset()+1:
			t.Fatalf("offset %d follows %d", e.GetOffset(), events[i-1].GetOffset())
		case (e.DeadError != nil) != (b.Kind == chain.Dead):
			t.Fatalf("event %v: dead or not? the block is %s", e, b.Kind)
		case b.Kind != chain.Canonical && e.GetCommitmentLevel() != pb.CommitmentLevel_PROCESSED:
			t.Fatalf("%s slot reached a level: %v", b.Kind, e)
		}
		before, seen := reached[e.GetSlot()]
		if seen && e.GetCommitmentLevel() != before+1 {
			t.Fatalf("slot %d goes from level %v to %v", e.GetSlot(), before, e.GetCommitmentLevel())
		}
		reached[e.GetSlot()] = e.GetCommitmentLevel()
		if !seen && e.GetCommitmentLevel() == pb.CommitmentLevel_PROCESSED && e.GetSlot() < newest {
			late++
		}
		newest = max(newest, e.GetSlot())
		if e.GetCommitmentLevel() == pb.CommitmentLevel_FINALIZED {
			deep = newest - e.GetSlot()
		}
	}
	if late == 0 || deep < 24 || deep > 36 {
		t.Errorf("%d slots came late, want some; finalized %d slots later, want about 32", late, deep)
	}
}

func TestConformance12Commits(t *testing.T) {
	c := serve(t)
	client := dial(t, c)
	create(t, client, "trades", c.SlotRange().Max-100)
	s := join(t, client.SubscribeV2, "trades")
	from := s.init.GetLastCommittedOffsets()[0]
	other := join(t, client.Subscribe, "trades") // two sessions are allowed
	for _, offset := range []int64{from, from + 20, from + 10} {
		s.commit(offset)
		if got := s.committed(); got != offset {
			t.Errorf("commit of %d echoes %d", offset, got)
		}
	}
	other.commit(from + 5)
	if got := other.committed(); got != from+5 {
		t.Errorf("commit of %d echoes %d", from+5, got)
	}
	again := join(t, client.SubscribeV2, "trades")
	if got := again.init.GetLastCommittedOffsets()[0]; got != from+20 {
		t.Errorf("a new session stands at %d, want the highest commit %d", got, from+20)
	}
	again.poll(nil, proto.Int64(1))
	if e := again.history()[0]; e.GetOffset() != from+21 {
		t.Errorf("a new session begins with %d, want %d", e.GetOffset(), from+21)
	}
}
