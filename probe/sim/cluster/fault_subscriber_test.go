package cluster

import (
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

func TestConformance18TokenRevocation(t *testing.T) {
	c := serve(t)
	client := dial(t, c)
	create(t, client, "trades")
	s := join(t, client.SubscribeV2, "trades")
	d := openData(t, client, nil)
	set(t, c, FaultRejectToken)
	wantCode(t, s.ended(), codes.Unauthenticated)
	_, err := d.stream.Recv()
	wantCode(t, err, codes.Unauthenticated)
	wantCode(t, version(t, client, patience), codes.Unauthenticated)
	wantCode(t, refusedJoin(t, client.SubscribeV2, "trades"), codes.Unauthenticated)
	heal(t, c)
	join(t, client.SubscribeV2, "trades")
}

func TestConformance18GroupDeletedUnderALiveSession(t *testing.T) {
	c := serve(t)
	client := dial(t, c)
	create(t, client, "trades")
	s := join(t, client.SubscribeV2, "trades")
	set(t, c, FaultLoseSubscriber)
	wantCode(t, s.ended(), codes.NotFound)
	heal(t, c)
	wantCode(t, refusedJoin(t, client.SubscribeV2, "trades"), codes.NotFound)
	create(t, client, "trades")
	join(t, client.SubscribeV2, "trades")
}

func TestConformance18StaleTransition(t *testing.T) {
	c := serve(t)
	client := dial(t, c)
	create(t, client, "trades")
	s := join(t, client.SubscribeV2, "trades")
	set(t, c, FaultStaleSubscriber)
	wantCode(t, s.ended(), codes.FailedPrecondition)
	heal(t, c)
	info := must[*pb.ConsumerGroupInfo](t)(client.GetConsumerGroupInfo(known(t), &pb.GetConsumerGroupInfoRequest{ConsumerGroupName: "trades"}))
	if !info.GetIsStale() {
		t.Error("healing mended the subscriber")
	}
	must[*pb.DeleteConsumerGroupResponse](t)(client.DeleteConsumerGroup(known(t), &pb.DeleteConsumerGroupRequest{ConsumerGroupName: "trades"}))
	create(t, client, "trades")
	join(t, client.SubscribeV2, "trades")
}

func TestSubscribersThatFallBehindBecomeStale(t *testing.T) {
	clock := newManualClock()
	c := serve(t, still(clock), func(o *Options) { o.Retention = 100 })
	client := dial(t, c)
	create(t, client, "slow")
	create(t, client, "fast")
	s := join(t, client.SubscribeV2, "slow")
	for range 5 {
		clock.advance(20 * time.Second) // 50 slots
		eventually(t, "the log has grown", func() bool { return float64(c.SlotRange().Max) > c.headSlot(clock.Now())-10 })
		fast := join(t, client.SubscribeV2, "fast")
		fast.commit(int64(c.Tip()))
		fast.committed()
	}
	wantCode(t, s.ended(), codes.FailedPrecondition)
	stale := map[string]bool{}
	for _, g := range c.Subscribers() {
		stale[g.Name] = g.Stale
	}
	if !stale["slow"] || stale["fast"] {
		t.Errorf("stale are %v, want slow alone", stale)
	}
}

func TestDeletingEndsTheSession(t *testing.T) {
	client := dial(t, serve(t))
	create(t, client, "trades")
	s := join(t, client.SubscribeV2, "trades")
	must[*pb.DeleteConsumerGroupResponse](t)(client.DeleteConsumerGroup(known(t), &pb.DeleteConsumerGroupRequest{ConsumerGroupName: "trades"}))
	wantCode(t, s.ended(), codes.NotFound)
}
