package cluster

import (
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

func TestConformance22UnknownMethodsAndFields(t *testing.T) {
	c := serve(t)
	client := raw(t, c, nil)
	for _, method := range []string{"Nothing", "SubscribeV3", "SubscribeDataV3"} {
		r := client.call(t, method, &pb.VersionRequest{}, "", tokenHeader, testToken)
		if code, _ := r.status(); code != "12" {
			t.Errorf("%s: status %s, want 12", method, code)
		}
	}
	create(t, dial(t, c), "trades")
	unknown := []byte{0xfa, 0x3f, 0x03, 'n', 'e', 'w'} // field 1023
	requests := map[string]proto.Message{
		"Version": &pb.VersionRequest{}, "GetChainTip": &pb.GetChainTipRequest{}, "GetSlotRange": &pb.GetSlotRangeRequest{},
		"ListConsumerGroups":   &pb.ListConsumerGroupsRequest{},
		"GetConsumerGroupInfo": &pb.GetConsumerGroupInfoRequest{ConsumerGroupName: "trades"},
		"CreateConsumerGroup":  &pb.CreateConsumerGroupRequest{ConsumerGroupName: "new"},
		"DeleteConsumerGroup":  &pb.DeleteConsumerGroupRequest{ConsumerGroupName: "new"},
	}
	for _, method := range slices.Sorted(maps.Keys(requests)) {
		m := requests[method]
		m.ProtoReflect().SetUnknown(unknown)
		r := client.call(t, method, m, "", tokenHeader, testToken)
		if code, _ := r.status(); code != "0" || len(r.frames) != 1 {
			t.Errorf("%s with an unknown field: status %s, %s", method, code, r.header.Get("Grpc-Message"))
		}
	}
	checkUnknownOnStreams(t, c, unknown)
}

// checkUnknownOnStreams sends commands with unknown fields, and commands that
// are nothing but that.
func checkUnknownOnStreams(t *testing.T, c *Cluster, unknown []byte) {
	t.Helper()
	client := dial(t, c)
	s := join(t, client.SubscribeV2, "trades")
	strange := &pb.ControlCommand{}
	strange.ProtoReflect().SetUnknown(unknown)
	s.send(strange)
	ping := &pb.ControlCommand{Command: &pb.ControlCommand_Ping{Ping: &pb.Ping{PingId: 7}}}
	ping.ProtoReflect().SetUnknown(unknown)
	s.send(ping)
	if id := s.receive(func(r *pb.ControlResponse) bool { return r.GetPong() != nil }).GetPong().GetPingId(); id != 7 {
		t.Errorf("pong has id %d, want 7", id)
	}
	e := history(t, c, client, 100, 1)[0]
	d := openData(t, client, nil)
	odd := &pb.DataCommand{}
	odd.ProtoReflect().SetUnknown(unknown)
	if err := d.stream.Send(odd); err != nil {
		t.Fatal(err)
	}
	d.ask(e, 0)
	block(t, d.stream)
	if err := d.stream.CloseSend(); err != nil {
		t.Fatal(err)
	}
	if _, err := d.stream.Recv(); !errors.Is(err, io.EOF) {
		t.Errorf("the data plane ended with %v, want a clean end", err)
	}
}

func TestRefusedOptions(t *testing.T) {
	good := Options{Name: "ams", Clock: SystemClock{}, Start: time.Now()}
	for want, change := range map[string]func(*Options){
		"name":   func(o *Options) { o.Name = "" },
		"clock":  func(o *Options) { o.Clock = nil },
		"above":  func(o *Options) { o.Rate = -1 },
		"shards": func(o *Options) { o.Shards = 65 },
		"room":   func(o *Options) { o.StartSlot = 100 },
		"listen": func(o *Options) { o.Address = "nowhere" },
	} {
		o := good
		change(&o)
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error about %q", err, want)
		}
	}
	c := must[*Cluster](t)(New(good))
	if err := c.Close(); err != nil {
		t.Errorf("Close of a cluster that never served: %v", err)
	}
	var d net.Dialer
	if conn, err := d.DialContext(context.Background(), "tcp", c.Addr()); err == nil {
		conn.Close()
		t.Error("a closed cluster still listens")
	}
}
