package cluster

import (
	"context"
	"net"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

func TestConformance18AcceptThenSilence(t *testing.T) {
	c := serve(t)
	client := dial(t, c)
	if err := version(t, client, time.Second); err != nil { // a connection that exists before
		t.Fatal(err)
	}
	set(t, c, FaultBlackhole)
	brief, cancel := context.WithTimeout(known(t), 100*time.Millisecond)
	defer cancel()
	_, err := client.CreateConsumerGroup(brief, &pb.CreateConsumerGroupRequest{ConsumerGroupName: "trades"})
	wantCode(t, err, codes.DeadlineExceeded)
	if got := c.Subscribers(); len(got) > 0 {
		t.Errorf("a call that was swallowed made %v", got)
	}
	for name, client := range map[string]pb.FumaroleClient{"old": client, "new": dial(t, c)} {
		if err := version(t, client, 100*time.Millisecond); status.Code(err) != codes.DeadlineExceeded {
			t.Errorf("a call over the %s connection: %v, want no answer at all", name, err)
		}
	}
	var d net.Dialer
	conn, err := d.DialContext(known(t), "tcp", c.Addr())
	if err != nil {
		t.Fatalf("a connection is not accepted: %v", err)
	}
	conn.Close()
	heal(t, c)
	works(t, c)
	if err := version(t, client, patience); err != nil {
		t.Errorf("the old connection, healed: %v", err)
	}
}

func TestFaultBlackholeDoesNotHoldTheShutdown(t *testing.T) {
	var conn net.Conn
	t.Cleanup(func() { _ = conn.Close() }) // after the clean-up of serve, which checks the end
	c := serve(t)
	client := dial(t, c)
	create(t, client, "trades")
	join(t, client.SubscribeV2, "trades").poll(nil, nil)
	set(t, c, FaultBlackhole)
	// One more, that never gets through its handshake.
	var err error
	if conn, err = net.Dial("tcp", c.Addr()); err != nil {
		t.Fatal(err)
	}
}

func TestConformance18HeadersThenSilence(t *testing.T) {
	c := serve(t)
	client := dial(t, c)
	events := living(c, history(t, c, client, 100, 50))
	create(t, client, "trades")
	old := join(t, client.SubscribeV2, "trades")
	d := openData(t, client, allFilters())
	set(t, c, FaultSilence)

	var head metadata.MD
	unary := make(chan error, 1)
	seen := make(chan metadata.MD, 1)
	go func() {
		stream, err := client.DownloadBlock(known(t), request(events[0], 0))
		if err == nil {
			head, err = stream.Header()
			seen <- head
		}
		if err == nil {
			err = finish(stream)
		}
		unary <- err
	}()
	if h := <-seen; len(h) == 0 {
		t.Error("no headers came")
	}
	fresh := &control{t: t, stream: must[grpc.BidiStreamingClient[pb.ControlCommand, pb.ControlResponse]](t)(client.SubscribeV2(known(t)))}
	fresh.send(&pb.ControlCommand{Command: &pb.ControlCommand_InitialJoin{InitialJoin: &pb.JoinControlPlane{ConsumerGroupName: proto.String("trades")}}})
	if h, err := fresh.stream.Header(); len(h) == 0 {
		t.Errorf("no headers of a join came: %v", err)
	}
	wantCode(t, version(t, client, brief), codes.DeadlineExceeded)
	old.commit(old.init.GetLastCommittedOffsets()[0])
	d.ask(events[0], 0)
	first := make(chan string, 3)
	listen := func(what string, receive func() error) {
		go func() {
			if err := receive(); err != nil {
				what += ": " + err.Error()
			}
			first <- what
		}()
	}
	listen("join", func() error { _, err := fresh.stream.Recv(); return err })
	listen("commit", func() error { _, err := old.stream.Recv(); return err })
	listen("download", func() error { _, err := d.stream.Recv(); return err })
	select {
	case what := <-first:
		t.Errorf("something came through: %s", what)
	case err := <-unary:
		t.Errorf("a download came through: %v", err)
	case <-time.After(brief):
	}
	heal(t, c)
	for range cap(first) { // what was held back comes, late
		<-first
	}
	wantCode(t, <-unary, codes.OK)
}
