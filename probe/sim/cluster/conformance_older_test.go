package cluster

import (
	"context"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

// olderKinds are the kinds of older clients.
func olderKinds() map[string]func(*testing.T, *Cluster) *older {
	return map[string]func(*testing.T, *Cluster) *older{"Python": pythonLike, "TypeScript": legacyLike}
}

// open asks for no token.
func open(o *Options) { o.Tokens = nil }

// enrol creates the subscriber of an older client, some slots back.
func (o *older) enrol(c *Cluster, back model.Slot) (from model.Slot) {
	o.t.Helper()
	o.name, from = "older", c.SlotRange().Max-back
	must[*pb.CreateConsumerGroupResponse](o.t)(o.api.CreateConsumerGroup(as(o.t), &pb.CreateConsumerGroupRequest{
		ConsumerGroupName: o.name, InitialOffsetPolicy: pb.InitialOffsetPolicy_FROM_SLOT, FromSlot: proto.Uint64(uint64(from)),
	}))
	return from
}

func TestConformance21OlderClientsStreamAndCommit(t *testing.T) {
	for name, kind := range olderKinds() {
		t.Run(name, func(t *testing.T) {
			c := serve(t, open, shards(4))
			o := kind(t, c)
			from := o.enrol(c, 100)
			owed := slices.Collect(c.opts.Chain.Finalized(from, c.SlotRange().Max))
			missing := func(slot model.Slot) bool { return o.slots[slot] == 0 }
			enough := func() bool { return o.committed > 2 && !slices.ContainsFunc(owed, missing) }
			if err := o.run(as(t), enough); err != nil {
				t.Fatalf("of %d slots came %d: %v", len(owed), len(o.slots), err)
			}
			for _, slot := range owed {
				if o.slots[slot] != 1 {
					t.Errorf("slot %d was downloaded %d times", slot, o.slots[slot])
				}
			}
			if o.most != o.abreast {
				t.Errorf("%d downloads at once, want %d", o.most, o.abreast)
			}
			if s := c.Subscribers()[0]; int64(s.Committed) != o.acked && !o.waiting {
				t.Errorf("committed %d, stored %d", o.acked, s.Committed)
			}
		})
	}
}

// An older client begins again where it committed.
func TestConformance21OlderClientsGoOn(t *testing.T) {
	for name, kind := range olderKinds() {
		t.Run(name, func(t *testing.T) {
			c := serve(t, open)
			o := kind(t, c)
			o.enrol(c, 50)
			if err := o.run(as(t), func() bool { return o.committed > 0 && !o.waiting }); err != nil {
				t.Fatal(err)
			}
			next := kind(t, c)
			next.name = o.name
			if err := next.run(as(t), func() bool { return len(next.slots) > 0 }); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the sessions of clients that left have ended", func() bool { return c.Subscribers()[0].Sessions == 0 })
			if stored := int64(c.Subscribers()[0].Committed); stored < o.acked {
				t.Errorf("committed %d, and then %d", o.acked, stored)
			}
		})
	}
}

// Neither of them joins again, and they differ in what a missing block and one
// that fails mean to them.
func TestConformance19OlderClients(t *testing.T) {
	for name, test := range map[string]struct {
		kind  func(*testing.T, *Cluster) *older
		fault Fault
		rpc   string
		want  codes.Code // of the end; OK: it goes on
	}{
		"Python misses a block":             {pythonLike, FaultMissBlock, "", codes.OK},
		"Python fails a download":           {pythonLike, FaultFailDownload, "", codes.Unavailable},
		"Python and a restart":              {pythonLike, FaultRestartControl, "", codes.Unavailable},
		"Python and a lost subscriber":      {pythonLike, FaultLoseSubscriber, "", codes.NotFound},
		"Python and a stale subscriber":     {pythonLike, FaultStaleSubscriber, "", codes.FailedPrecondition},
		"Python and its token":              {pythonLike, FaultRejectToken, "", codes.Unauthenticated},
		"Python and dead slots":             {pythonLike, FaultDeadSlots, "", codes.OK},
		"Python without a tip":              {pythonLike, FaultUnavailable, "GetChainTip", codes.OK},
		"TypeScript misses a block":         {legacyLike, FaultMissBlock, "", codes.DeadlineExceeded}, // it stalls for ever
		"TypeScript fails a download":       {legacyLike, FaultFailDownload, "", codes.Unavailable},
		"TypeScript and a restart":          {legacyLike, FaultRestartControl, "", codes.Unavailable},
		"TypeScript and a lost subscriber":  {legacyLike, FaultLoseSubscriber, "", codes.NotFound},
		"TypeScript and a stale subscriber": {legacyLike, FaultStaleSubscriber, "", codes.FailedPrecondition},
		"TypeScript and its token":          {legacyLike, FaultRejectToken, "", codes.Unauthenticated},
		"TypeScript and dead slots":         {legacyLike, FaultDeadSlots, "", codes.OK},
		"TypeScript without a tip":          {legacyLike, FaultHang, "GetChainTip", codes.OK},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := serve(t, open)
			o := test.kind(t, c)
			o.enrol(c, 40)
			ctx := as(t)
			if test.want == codes.DeadlineExceeded {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, 2*time.Second)
				defer cancel()
			}
			struck, before := false, 0
			err := o.run(ctx, func() bool {
				if !struck && len(o.slots) > 2 {
					struck, before = true, len(o.slots)
					set(t, c, test.fault, scope(test.rpc)...)
				}
				return struck && len(o.slots) > before+30
			})
			if !struck {
				t.Fatalf("before the fault it ended with: %v", err)
			}
			if got := status.FromContextError(err).Code(); test.want == codes.DeadlineExceeded && got == test.want {
				if len(o.slots) > before+1 {
					t.Errorf("it went on to %d slots", len(o.slots))
				}
				return
			}
			wantCode(t, err, test.want)
		})
	}
}

// scope is one RPC, or none for all.
func scope(rpc string) []string {
	if rpc == "" {
		return nil
	}
	return []string{rpc}
}
