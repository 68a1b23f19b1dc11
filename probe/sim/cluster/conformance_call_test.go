package cluster

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

// The tests TestConformanceNN check what real client tools expect of a
// cluster, by the numbers of the list that the simulator is built after.

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
	before, _ := c.log.read(c.log.start()-1, int(at-c.log.start())+1)
	if i := slices.IndexFunc(before, func(e event) bool { return e.slot >= from }); i >= 0 {
		t.Errorf("FROM_SLOT %d skips the event %+v", from, before[i])
	}
	if next, _ := c.log.read(at, 1); len(next) > 0 && next[0].slot < from {
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
