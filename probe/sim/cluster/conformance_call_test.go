package cluster

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/encoding"
	"google.golang.org/protobuf/proto"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

// The tests TestConformanceNN check what real client tools expect of a
// cluster, by the numbers of the list that the simulator is built after.

func TestConformance01TransportAndCompression(t *testing.T) {
	t.Run("h2c", func(t *testing.T) {
		c := serve(t)
		checkEncodings(t, raw(t, c, nil))
	})
	t.Run("tls", func(t *testing.T) {
		server, roots := certificate(t)
		c := serve(t, func(o *Options) { o.TLS = server })
		config := &tls.Config{RootCAs: roots}
		checkEncodings(t, raw(t, c, config))

		conn := must[*tls.Conn](t)(tls.Dial("tcp", c.Addr(), &tls.Config{RootCAs: roots, NextProtos: []string{"h2"}}))
		defer conn.Close()
		if got := conn.ConnectionState().NegotiatedProtocol; got != "h2" {
			t.Errorf("ALPN chose %q, want h2", got)
		}
		client := dial(t, c, grpc.WithTransportCredentials(credentials.NewTLS(config)))
		must[*pb.VersionResponse](t)(client.Version(known(t), &pb.VersionRequest{}))
	})
}

// checkEncodings checks that answers come in an encoding that was listed,
// whatever the request was written in.
func checkEncodings(t *testing.T, client *rawClient) {
	t.Helper()
	for _, request := range []string{"", "gzip", "zstd"} {
		for accepted, want := range map[string]string{
			"": "", "identity": "", "identity, deflate, gzip": "gzip", "identity,deflate,gzip": "gzip",
			"zstd,identity": "zstd", "gzip,zstd": "zstd", "snappy": "",
		} {
			headers := []string{tokenHeader, testToken}
			if accepted != "" {
				headers = append(headers, "grpc-accept-encoding", accepted)
			}
			r := client.call(t, "Version", &pb.VersionRequest{}, request, headers...)
			if code, _ := r.status(); code != "0" {
				t.Fatalf("request in %q, accepted %q: status %s, %v %v", request, accepted, code, r.header, r.trailer)
			}
			got := r.header.Get("Grpc-Encoding")
			if got == encoding.Identity {
				got = ""
			}
			if got != want {
				t.Errorf("request in %q, accepted %q: the answer is in %q, want %q", request, accepted, got, want)
			}
			var version pb.VersionResponse
			if r.decode(t, 0, &version); version.GetVersion() != DefaultVersion {
				t.Errorf("request in %q, accepted %q: version %q", request, accepted, version.GetVersion())
			}
		}
	}
}

// certificate is a server's configuration and what to trust it by.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key := must[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true,
		BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der := must[[]byte](t)(x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key))
	roots := x509.NewCertPool()
	roots.AddCert(must[*x509.Certificate](t)(x509.ParseCertificate(der)))
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, roots
}

func TestConformance02DataHeadersComeFirst(t *testing.T) {
	c := serve(t)
	stream := must[grpc.BidiStreamingClient[pb.DataCommand, pb.DataResponse]](t)(dial(t, c).SubscribeData(known(t)))
	header, err := stream.Header() // nothing was sent yet
	if err != nil || len(header) == 0 {
		t.Fatalf("headers %v, %v", header, err)
	}
}

func TestConformance03Version(t *testing.T) {
	for set, want := range map[string]string{"": DefaultVersion, "0.38.0": "0.38.0", "not a version": "not a version"} {
		c := serve(t, func(o *Options) { o.Version = set })
		got := must[*pb.VersionResponse](t)(dial(t, c).Version(known(t), &pb.VersionRequest{})).GetVersion()
		if got != want {
			t.Errorf("version is %q, want %q", got, want)
		}
	}
	var major, minor, patch int
	n, err := fmt.Sscanf(DefaultVersion, "%d.%d.%d", &major, &minor, &patch)
	if exact := fmt.Sprintf("%d.%d.%d", major, minor, patch); err != nil || n != 3 || exact != DefaultVersion || minor < 40 {
		t.Errorf("the default version %q is no strict semver with a minor part of at least 40", DefaultVersion)
	}
}

func TestConformance04TokenOnEveryCall(t *testing.T) {
	c := serve(t)
	client := raw(t, c, nil)
	methods := make([]string, 0, 12)
	for _, m := range pb.Fumarole_ServiceDesc.Methods {
		methods = append(methods, m.MethodName)
	}
	for _, s := range pb.Fumarole_ServiceDesc.Streams {
		methods = append(methods, s.StreamName)
	}
	if len(methods) < 12 {
		t.Fatalf("only %d methods", len(methods))
	}
	for _, method := range methods {
		for _, headers := range [][]string{nil, {tokenHeader, "wrong"}, {tokenHeader, ""}} {
			var r reply
			if isStream(method) {
				r = client.post(t, method, endless(t), headers...)
			} else {
				r = client.call(t, method, &pb.VersionRequest{}, "", headers...)
			}
			if code, bare := r.status(); code != "16" || !bare || len(r.frames) > 0 {
				t.Errorf("%s with %v: status %q, trailers-only %v, want 16, true", method, headers, code, bare)
			}
		}
	}
}

func TestConformance05SubscriberLifecycle(t *testing.T) {
	client := dial(t, serve(t))
	id := create(t, client, "trades")
	if _, err := uuid.Parse(id); err != nil {
		t.Errorf("id %q: %v", id, err)
	}
	_, err := client.CreateConsumerGroup(known(t), &pb.CreateConsumerGroupRequest{ConsumerGroupName: "trades"})
	wantCode(t, err, codes.AlreadyExists)

	info := must[*pb.ConsumerGroupInfo](t)(client.GetConsumerGroupInfo(known(t), &pb.GetConsumerGroupInfoRequest{ConsumerGroupName: "trades"}))
	if info.GetId() != id || info.GetConsumerGroupName() != "trades" || info.GetIsStale() || len(info.GetBlockchainId()) != 16 {
		t.Errorf("info is %v, want id %s", info, id)
	}
	_, err = client.GetConsumerGroupInfo(known(t), &pb.GetConsumerGroupInfoRequest{ConsumerGroupName: "nobody"})
	wantCode(t, err, codes.NotFound)

	list := func() int {
		return len(must[*pb.ListConsumerGroupsResponse](t)(client.ListConsumerGroups(known(t), &pb.ListConsumerGroupsRequest{})).GetConsumerGroups())
	}
	if n := list(); n != 1 {
		t.Errorf("list has %d entries, want 1", n)
	}
	for _, want := range []bool{true, false} { // the second time it is gone already
		r := must[*pb.DeleteConsumerGroupResponse](t)(client.DeleteConsumerGroup(known(t), &pb.DeleteConsumerGroupRequest{ConsumerGroupName: "trades"}))
		if r.GetSuccess() != want {
			t.Errorf("delete: success %v, want %v", r.GetSuccess(), want)
		}
	}
	if n := list(); n != 0 {
		t.Errorf("list has %d entries after the delete", n)
	}
	if again := create(t, client, "trades"); again == id {
		t.Errorf("a new subscriber has the id of the old one, %s", id)
	}
}

func TestConformance06WhereSubscribersBegin(t *testing.T) {
	c := serve(t, still(newManualClock()))
	client := dial(t, c)
	committed := func(name string) int64 {
		return join(t, client.SubscribeV2, name).init.GetLastCommittedOffsets()[0]
	}
	create(t, client, "latest")
	if got := committed("latest"); got != int64(c.Tip()) {
		t.Errorf("LATEST stands at %d, want the tip %d", got, c.Tip())
	}
	window := c.SlotRange()
	slot := uint64(window.Max - 500)
	must[*pb.CreateConsumerGroupResponse](t)(client.CreateConsumerGroup(known(t), // policy left at its zero value
		&pb.CreateConsumerGroupRequest{ConsumerGroupName: "trap", FromSlot: &slot}))
	if got := committed("trap"); got != int64(c.Tip()) {
		t.Errorf("from_slot without its policy stands at %d, want the tip %d", got, c.Tip())
	}
	for i, from := range []model.Slot{window.Min, window.Max - 500, window.Max, window.Max + 1} {
		name := fmt.Sprint("from-", i)
		create(t, client, name, from)
		checkStart(t, c, model.Offset(committed(name)), from)
	}
	for _, from := range []model.Slot{0, window.Min - 1, window.Max + 2, ^model.Slot(0)} {
		_, err := client.CreateConsumerGroup(known(t), &pb.CreateConsumerGroupRequest{
			ConsumerGroupName: "outside", InitialOffsetPolicy: pb.InitialOffsetPolicy_FROM_SLOT, FromSlot: proto.Uint64(uint64(from)),
		})
		wantCode(t, err, codes.OutOfRange)
	}
	_, err := client.CreateConsumerGroup(known(t), &pb.CreateConsumerGroupRequest{
		ConsumerGroupName: "nowhere", InitialOffsetPolicy: pb.InitialOffsetPolicy_FROM_SLOT,
	})
	wantCode(t, err, codes.InvalidArgument)
}

// checkStart checks that nothing before an offset is from a slot or after it,
// and that the next event is.
func checkStart(t *testing.T, c *Cluster, at model.Offset, from model.Slot) {
	t.Helper()
	before, _, _ := c.log.read(c.log.start()-1, int(at-c.log.start())+1)
	if i := slices.IndexFunc(before, func(e event) bool { return e.slot >= from }); i >= 0 {
		t.Errorf("FROM_SLOT %d skips the event %+v", from, before[i])
	}
	if next, _, _ := c.log.read(at, 1); len(next) > 0 && next[0].slot < from {
		t.Errorf("FROM_SLOT %d begins with %+v", from, next[0])
	}
}

func TestConformance07TenantsAndClustersAreApart(t *testing.T) {
	two := func(o *Options) { o.Tokens = []string{testToken, "other"} }
	ams := serve(t, two)
	nyc := serve(t, two, func(o *Options) { o.Name = "nyc" })
	client := dial(t, ams)
	create(t, client, "trades")
	for _, headers := range [][]string{{tokenHeader, "other"}, {tokenHeader, testToken, subscriptionHeader, "b"}} {
		_, err := client.GetConsumerGroupInfo(as(t, headers...), &pb.GetConsumerGroupInfoRequest{ConsumerGroupName: "trades"})
		wantCode(t, err, codes.NotFound)
		must[*pb.CreateConsumerGroupResponse](t)(client.CreateConsumerGroup(as(t, headers...), &pb.CreateConsumerGroupRequest{ConsumerGroupName: "trades"}))
	}
	_, err := dial(t, nyc).GetConsumerGroupInfo(known(t), &pb.GetConsumerGroupInfoRequest{ConsumerGroupName: "trades"})
	wantCode(t, err, codes.NotFound)

	offsets := map[uint64]int64{}
	for _, e := range history(t, ams, client, 100, 100) {
		offsets[e.GetSlot()] = e.GetOffset()
	}
	shared := 0
	for _, e := range history(t, nyc, dial(t, nyc), 100, 100) {
		if at, ok := offsets[e.GetSlot()]; ok {
			shared++
			if d := at - e.GetOffset(); d > -100_000 && d < 100_000 || uint64(e.GetOffset()) == e.GetSlot() {
				t.Fatalf("slot %d has the offsets %d and %d", e.GetSlot(), at, e.GetOffset())
			}
		}
	}
	if shared < 20 {
		t.Errorf("the clusters share only %d slots", shared)
	}
}

func TestConformance17TipAndSlotRange(t *testing.T) {
	clock := newManualClock()
	c := serve(t, still(clock))
	client := dial(t, c)
	id := c.opts.Chain.ID()
	for _, chainID := range [][]byte{nil, make([]byte, 16), id[:]} {
		tip := must[*pb.GetChainTipResponse](t)(client.GetChainTip(known(t), &pb.GetChainTipRequest{BlockchainId: chainID}))
		if m := tip.GetShardToMaxOffsetMap(); len(m) != 1 || m[0] != int64(c.Tip()) || len(tip.GetBlockchainId()) != 16 {
			t.Errorf("tip is %v, want {0: %d}", tip, c.Tip())
		}
		must[*pb.GetSlotRangeResponse](t)(client.GetSlotRange(known(t), &pb.GetSlotRangeRequest{BlockchainId: chainID}))
	}
	_, err := client.GetChainTip(known(t), &pb.GetChainTipRequest{BlockchainId: []byte{1}})
	wantCode(t, err, codes.InvalidArgument)

	slots := func() model.SlotRange {
		r := must[*pb.GetSlotRangeResponse](t)(client.GetSlotRange(known(t), &pb.GetSlotRangeRequest{}))
		return model.SlotRange{Min: model.Slot(r.GetMinSlot()), Max: model.Slot(r.GetMaxSlot())}
	}
	before := slots()
	if n := model.SlotsBetween(before.Min, before.Max) + 1; n != uint64(c.opts.Retention) {
		t.Errorf("%d slots are retained at the start, want %d", n, c.opts.Retention)
	}
	clock.advance(40 * time.Second) // 100 slots
	eventually(t, "100 more slots", func() bool {
		n := model.SlotsBetween(before.Max, slots().Max)
		return n > 90 && n < 110
	})
}

func TestConformance17TipIsNeverBelowWhatWasDelivered(t *testing.T) {
	c := serve(t, func(o *Options) { o.Rate = 1000 })
	client := dial(t, c)
	create(t, client, "trades")
	s := join(t, client.SubscribeV2, "trades")
	for range 10 {
		s.poll(nil, nil)
		events := s.history()
		tip := must[*pb.GetChainTipResponse](t)(client.GetChainTip(known(t), &pb.GetChainTipRequest{})).GetShardToMaxOffsetMap()[0]
		newest := must[*pb.GetSlotRangeResponse](t)(client.GetSlotRange(known(t), &pb.GetSlotRangeRequest{})).GetMaxSlot()
		for _, e := range events {
			if e.GetOffset() > tip || int64(e.GetSlot()) > newest {
				t.Fatalf("event %v is past the tip %d or the newest slot %d", e, tip, newest)
			}
		}
	}
}

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
	if _, err := d.stream.Recv(); err != io.EOF {
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
